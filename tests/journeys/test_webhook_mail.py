"""Webhooks by mail, and the mail that tells operators what was given up."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail

from events.errors import WebhookRefused
from events.models import Delivery, WebhookEndpoint
from events.sweeping import sweep
from events.webhooks.changing import rotate
from tests.clock import later
from tests.factories import started
from tests.post import PostOffice
from tests.receiving import Receiver, answering
from tests.subscribing import due_again, subscribed
from tests.waiting import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with Receiver() as opened:
        yield opened


def test_each_event_is_one_mail_and_its_json_stands_below(office: PostOffice) -> None:
    hook = subscribed("mailto:ada@example.org")
    assert hook.secret == ""
    run = started()
    with office.open():
        assert sweep(actor="sweeper")["deliveries"] == 2
        assert sweep(actor="sweeper")["deliveries"] == 0
    first, second = office.mails
    assert office.recipients == [["ada@example.org"]] * 2
    assert first["Subject"] == f"{run.book.title}: created: a run was created"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] != second["Message-ID"]
    [*_, last] = str(second.get_payload()).strip().splitlines()
    event = run.events.get(event_type="started")
    assert json.loads(last)["data"]["id"] == event.pk


def test_a_mail_server_that_is_down_is_tried_again_later_and_keeps_the_order(
    office: PostOffice,
) -> None:
    subscribed("mailto:ada@example.org")
    started()
    assert sweep(actor="sweeper")["deliveries"] == 0
    [second, first] = Delivery.objects.all()
    assert (first.attempts, second.attempts) == (1, 0)
    assert first.error.startswith("not mailed: ")
    assert first.next_attempt_at
    due_again()
    with office.open():
        assert sweep(actor="sweeper")["deliveries"] == 2
    assert [str(one["Subject"]).split(": ")[1] for one in office.mails] == ["created", "started"]


def test_an_address_that_is_refused_is_a_failure(office: PostOffice) -> None:
    office.unknown.add("ada@example.org")
    subscribed("mailto:ada@example.org", "created")
    started()
    with office.open():
        sweep(actor="sweeper")
    [delivery] = Delivery.objects.all()
    assert "nobody of that name here" in delivery.error
    assert (delivery.status, delivery.response_status) == ("pending", None)


def test_where_the_mail_server_is_gone_nothing_counts_as_mailed(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    subscribed("mailto:ada@example.org", "created")
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    started()
    sweep(actor="sweeper")
    [delivery] = Delivery.objects.all()
    assert (delivery.status, delivery.error) == ("pending", "not mailed: EMAIL_URL is not set")


def test_a_webhook_by_mail_has_no_secret_to_rotate(receiver: Receiver) -> None:
    with pytest.raises(WebhookRefused, match="have no signature"):
        rotate(subscribed("mailto:ada@example.org"))


def give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a day pass, and the four attempts that everything has."""
    later(monkeypatch, hours=25)
    for _ in range(4):
        sweep(actor="sweeper")
        due_again()


def test_operators_are_told_once_a_day_of_what_was_given_up(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    member("olga", "operator")
    member("ada", "editor")
    receiver.usual = answering(500)
    subscribed(receiver.url)
    started()
    for _ in range(3):
        sweep(actor="sweeper")
        due_again()
    assert mail.outbox == []
    give_up(monkeypatch)
    [told] = mail.outbox
    assert told.to == ["olga@books.test"]
    assert f"could not be delivered to {receiver.url}." in told.body
    assert "answered 500" in told.body
    assert set(Delivery.objects.values_list("status", flat=True)) == {"exhausted"}
    started()
    give_up(monkeypatch)
    assert len(mail.outbox) == 2
    sweep(actor="sweeper")
    assert len(mail.outbox) == 2


def test_a_notice_that_could_not_be_mailed_is_mailed_later(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, office: PostOffice
) -> None:
    member("olga", "operator")
    receiver.usual = answering(410)
    subscribed(receiver.url)
    started()
    sweep(actor="sweeper")
    with office.open():
        sweep(actor="sweeper")
        assert office.mails == []  # another may be mailing it this minute
        later(monkeypatch, minutes=2)
        sweep(actor="sweeper")
    [told] = office.mails
    assert "The webhook is disabled: it answered 410 Gone." in str(told.get_payload())
    assert WebhookEndpoint.objects.get().notice_sent_at
