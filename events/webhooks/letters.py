"""What is sent for a delivery: a signed POST or a mail, ready to go without a look at the
database."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone

from events.reminders.mailing import mail_is_on
from events.webhooks.claiming import Held
from events.webhooks.sending import Attempt, mail, post
from events.webhooks.signing import body_of, headers_of


def letter(held: Held) -> Callable[[], Attempt]:
    """What to call, once, in any thread."""
    if held.endpoint.by_mail:
        return partial(mail, _message(held)) if mail_is_on() else _without_mail
    now, body = timezone.now(), body_of(held.delivery.event)
    signed = headers_of(
        held.delivery.webhook_id, body, at=now, secrets=held.endpoint.secrets_at(now)
    )
    return partial(
        post,
        held.endpoint.url,
        body,
        signed,
        seconds=settings.WEBHOOK_TIMEOUT_SECONDS,
        allow_private=settings.WEBHOOK_ALLOW_PRIVATE,
    )


def _without_mail() -> Attempt:
    return Attempt("not mailed: EMAIL_URL is not set")


def _message(held: Held) -> EmailMessage:
    event, run = held.delivery.event, held.delivery.run
    said = {"event": event, "run": run, "body": body_of(event).decode()}
    subject, _, text = render_to_string("events/webhook_mail.txt", said).partition("\n\n")
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {
        # The same at each try, so that a mail that was sent twice is shown once.
        "Message-ID": f"<{held.delivery.webhook_id}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    to = [held.endpoint.url.removeprefix("mailto:")]
    return EmailMessage(" ".join(subject.split()), text, to=to, headers=headers)
