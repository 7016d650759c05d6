"""A mail server that takes what it is given, and then takes its time."""

import asyncio
from typing import Any

import pytest

from events.models import Reminder
from events.sweeping import sweep
from tests.clock import later
from tests.factories import book_of
from tests.post import PostOffice
from tests.waiting import at_gate, member

pytestmark = pytest.mark.django_db


def test_a_server_that_is_slow_keeps_a_sweep_for_one_mail(
    monkeypatch: pytest.MonkeyPatch, office: PostOffice, settings: Any
) -> None:
    settings.EMAIL_TIMEOUT = 1
    member("grace", "owner")
    book = book_of(1)
    for _ in range(4):
        at_gate(book)
    later(monkeypatch, hours=49)

    async def slow(*_: Any) -> str:
        await asyncio.sleep(5)
        return "250 OK"

    monkeypatch.setattr(office, "handle_DATA", slow)
    with office.open():
        assert sweep(actor="sweeper")["reminders"] == 4
    assert Reminder.objects.filter(tried_at=None).count() == 3
    assert not Reminder.objects.exclude(sent_at=None).exists()
