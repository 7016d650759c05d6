"""Telling operators, by mail, that deliveries to a webhook were given up: once a day for each.

From the row, after commit, at least once: who dies between sending and writing sends it again.
"""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone

from events.models import DeliveryStatus, WebhookEndpoint
from events.reminders.mailing import addresses, mail_is_on
from events.webhooks.sending import mail

GROUP = "operator"


def tell() -> None:
    """Mail what is to be told. One query when nothing is, none without mail."""
    if not mail_is_on():
        return
    for endpoint in WebhookEndpoint.objects.for_json().in_trouble(timezone.now()):
        if (to := addresses(GROUP)) and _taken(endpoint):
            sent_at = timezone.now()
            if not mail(_message(endpoint, to)).error:
                WebhookEndpoint.objects.filter(pk=endpoint.pk).update(notice_sent_at=sent_at)


def _taken(endpoint: WebhookEndpoint) -> bool:
    """Whether this process is the one to tell it, which it is for a minute."""
    now = timezone.now()
    mine = WebhookEndpoint.objects.in_trouble(now).filter(pk=endpoint.pk)
    return bool(mine.update(notice_tried_at=now))


def _message(endpoint: WebhookEndpoint, to: list[str]) -> EmailMessage:
    given_up = endpoint.deliveries.filter(status=DeliveryStatus.EXHAUSTED).for_json()
    said = {"endpoint": endpoint, "last": given_up.first()}
    subject, _, text = render_to_string("events/webhook_notice.txt", said).partition("\n\n")
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(" ".join(subject.split()), text, to=to, headers=headers)
