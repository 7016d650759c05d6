"""Mailing reminders: outside any transaction, from the row, at least once.

A process that dies between sending and writing `sent_at` leaves a reminder that is sent again.
"""

import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone

from events.models import Reminder

NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"
INSTEAD = ("editor", "operator")  # who may decide where a group is empty, in this order
log = logging.getLogger(__name__)


def mail_is_on() -> bool:
    return settings.EMAIL_BACKEND != NO_MAIL


def send(reminders: Sequence[int]) -> None:
    """Mail these to their groups, if what they remind of still waits and someone has an address.

    A reminder that another process is sending is left to it. What fails is left for a sweep a
    minute later, with one warning; when the mail server cannot be reached, all the rest is. A slow
    one keeps a sweep for about as long as one mail may take: the rest is for the next.
    """
    post: BaseEmailBackend | None = None
    end = time.monotonic() + settings.EMAIL_TIMEOUT
    for place, pk in enumerate(reminders):
        if time.monotonic() >= end:
            break
        if not _taken(pk) or not (message := _message(pk)):
            continue
        if not (post := _connected(post)):
            Reminder.objects.filter(pk__in=reminders[place:]).update(tried_at=timezone.now())
            return
        _post(post, pk, message)
    _hang_up(post)


def _taken(pk: int) -> bool:
    """Whether this process is the one to send it, which it is for a minute."""
    return bool(Reminder.objects.to_send().filter(pk=pk).update(tried_at=timezone.now()))


def _connected(post: BaseEmailBackend | None) -> BaseEmailBackend | None:
    """A connection to send by, also when the one before was hung up; None where there is none."""
    try:
        post = post or get_connection()
        post.open()
    except Exception as error:  # whatever is wrong with the server, the sweep goes on
        log.warning("no mail can be sent: %s", error)
        return None
    return post


def _post(post: BaseEmailBackend, pk: int, message: EmailMessage) -> None:
    try:
        post.send_messages([message])
    except Exception as error:  # whatever one address or one server does, the sweep goes on
        log.warning("reminder %s to %s was not sent: %s", pk, ", ".join(message.to), error)
        _hang_up(post)
        return
    Reminder.objects.filter(pk=pk).update(sent_at=timezone.now())


def _hang_up(post: BaseEmailBackend | None) -> None:
    with suppress(OSError, SMTPException):
        if post:
            post.close()


def _message(pk: int) -> EmailMessage | None:
    """The mail, from the rows as they are now; None where it is decided, or nobody can be told."""
    reminder = Reminder.objects.for_mail().get(pk=pk)
    if not reminder.still_waits or not (to := addresses(reminder.group)):
        return None
    about = reminder.gate or reminder.escalation
    template = "gate_reminder" if reminder.gate else "escalation_reminder"
    said = {"reminder": reminder, "about": about, "run": about.run if about else None}
    subject, _, body = render_to_string(f"events/{template}.txt", said).partition("\n\n")
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    # The same at each try, so that a mail that was sent twice is shown once.
    message_id = f"<reminder-{reminder.pk}-{reminder.created_at.timestamp():.0f}@{host}>"
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    return EmailMessage(" ".join(subject.split()), body, to=to, headers=headers)


def addresses(group: str) -> list[str]:
    """Of the group's members; where it has none, of the editors, then of the operators."""
    known: dict[str, set[str]] = {}
    members = User.objects.filter(is_active=True, groups__name__in=[group, *INSTEAD])
    for name, address in members.values_list("groups__name", "email"):
        known.setdefault(name, set()).add(address)
    who = next((known[name] for name in (group, *INSTEAD) if name in known), set())
    return sorted(who - {""})
