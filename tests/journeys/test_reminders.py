"""Whoever keeps a gate or an escalation waiting is reminded: by a row, and by mail where there is
a server for it."""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.escalations import escalating
from events.escalations.answers import Answer
from events.models import Escalation, Reminder
from events.reminders.mailing import NO_MAIL
from events.reminders.reminding import remind
from events.sweeping import sweep
from tests.agents import Crew
from tests.clock import later
from tests.factories import book_of
from tests.post import PostOffice, use
from tests.waiting import at_gate, given_up, member
from workflows import runs

pytestmark = pytest.mark.django_db


def swept() -> int:
    return sweep(actor="sweeper")["reminders"]


def numbers() -> list[tuple[int, bool]]:
    """The number of each reminder, and whether it was mailed."""
    return [(one.number, one.sent_at is not None) for one in Reminder.objects.all()]


def overdue_gate(monkeypatch: pytest.MonkeyPatch, **book: Any) -> Crew:
    crew = at_gate(book_of(1, **book))
    later(monkeypatch, hours=49)
    return crew


def test_the_first_reminder_comes_at_once_and_one_more_each_due_time(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.EMAIL_BACKEND = NO_MAIL
    crew = at_gate()
    given_up()
    assert swept() == 0
    later(monkeypatch, hours=49)
    assert [swept(), swept()] == [2, 0]
    later(monkeypatch, hours=47)
    assert swept() == 0
    later(monkeypatch, hours=2)
    assert [swept(), swept()] == [2, 0]
    first, *_ = Reminder.objects.filter(gate=crew.step("approve")).order_by("number")
    assert (first.number, first.group, first.sent_at) == (1, "owner", None)
    escalated = Reminder.objects.filter(escalation=Escalation.objects.get())
    assert [one.number for one in escalated] == [1, 2]
    assert {one.group for one in escalated} == {"senior-editor"}


def test_the_due_hours_say_how_often(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.BINDERY_DUE_HOURS = 2
    at_gate()
    later(monkeypatch, hours=3)
    assert swept() == 1
    later(monkeypatch, hours=3)
    assert swept() == 1


def test_the_group_of_a_gate_gets_a_mail_that_says_what_waits(
    monkeypatch: pytest.MonkeyPatch,
    office: PostOffice,
    settings: Any,
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Bindery <press@books.test>"
    member("grace", "owner"), member("zoe", "owner", "editor"), member("eve", "editor")
    member("gone", "owner", is_active=False), member("mute", "owner", email="")
    crew = overdue_gate(monkeypatch, slug="red", title="Knives & Forks\u2028")
    with office.open():
        assert swept() == 1
    [mail] = office.mails
    assert office.recipients == [["grace@books.test", "zoe@books.test"]]
    assert mail["To"] == "grace@books.test, zoe@books.test"
    assert mail["From"] == "Bindery <press@books.test>"
    assert mail["Subject"] == "Knives & Forks : approve waits for a decision"
    text = mail.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "Knives & Forks" in text
    assert "(red)" in text
    assert f"manage.py workflow_status {crew.run.public_id}" in text
    assert f"manage.py gate_decide {crew.run.public_id} --step approve" in text
    assert f"{crew.step('approve').due_at:%Y-%m-%d %H:%M} UTC" in text
    assert "This is reminder 1." in text
    assert "paused" not in text
    assert numbers() == [(1, True)]
    with office.open():
        swept()
    assert len(office.mails) == 1


def test_the_mail_of_an_escalation_has_chapter_reason_and_what_to_call(
    monkeypatch: pytest.MonkeyPatch,
    office: PostOffice,
) -> None:
    member("senior", "senior-editor")
    crew = given_up(book_of(1, slug="red", title="Red"))
    escalation = Escalation.objects.get()
    escalating.acknowledge(escalation, actor="grace")
    later(monkeypatch, hours=49)
    with office.open():
        swept()
    [mail] = office.mails
    assert mail["Subject"] == f"Red: escalation {escalation.pk} about 01-one waits"
    text = mail.get_payload(decode=True).decode()  # type: ignore[union-attr]
    for words in (
        "grace took it", "Chapter      01-one", f"{crew.run.public_id}, w1_editing, at edit",
        "Rejected     1 time, type style", "mend this", f"escalation_show {escalation.pk}",
        f"escalation_resolve {escalation.pk} --action retry",
    ):  # fmt: skip
        assert words in text


def test_a_gate_of_a_paused_run_says_that_it_must_be_resumed(
    monkeypatch: pytest.MonkeyPatch,
    office: PostOffice,
) -> None:
    member("grace", "owner")
    runs.pause(overdue_gate(monkeypatch).run, actor="zoe")
    with office.open():
        swept()
    text = office.mails[0].get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "The run is paused (operator)" in text


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"grace": ["owner"], "eve": ["editor"], "ops": ["operator"]}, ["grace@books.test"]),
        ({"eve": ["editor"], "ops": ["operator"]}, ["eve@books.test"]),
        ({"ops": ["operator"], "vic": ["viewer"]}, ["ops@books.test"]),
    ],
)
def test_where_the_group_is_empty_the_editors_are_told_then_the_operators(
    monkeypatch: pytest.MonkeyPatch,
    office: PostOffice,
    members: dict[str, list[str]],
    told: list[str],
) -> None:
    Group.objects.create(name="owner")
    for name, groups in members.items():
        member(name, *groups)
    overdue_gate(monkeypatch)
    with office.open():
        swept()
    assert office.recipients == [told]


def test_a_server_that_is_down_costs_one_warning_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
    office: PostOffice,
    caplog: pytest.LogCaptureFixture,
) -> None:
    member("grace", "owner")
    overdue_gate(monkeypatch)
    overdue_gate(monkeypatch)
    assert swept() == 2
    [warning] = caplog.records
    assert (warning.levelno, "no mail can be sent" in warning.getMessage()) == (logging.WARNING, 1)
    assert numbers() == [(1, False), (1, False)]
    assert swept() == 0  # and no second warning within a minute, however many workers sweep
    assert len(caplog.records) == 1
    later(monkeypatch, minutes=2)
    with office.open():
        assert swept() == 0
    assert len(office.mails) == 2
    assert numbers() == [(1, True), (1, True)]


def test_an_address_that_is_refused_keeps_no_mail_from_others(
    monkeypatch: pytest.MonkeyPatch,
    office: PostOffice,
    caplog: pytest.LogCaptureFixture,
) -> None:
    member("wrong", "owner")
    member("senior", "senior-editor")
    at_gate()
    given_up()
    later(monkeypatch, hours=49)
    office.unknown = {"wrong@books.test"}
    with office.open():
        swept()
        assert office.recipients == [["senior@books.test"]]
        assert sorted(numbers()) == [(1, False), (1, True)]
        assert len(caplog.records) == 1
        assert "wrong@books.test" in caplog.text
        later(monkeypatch, minutes=2)
        office.unknown = set()
        swept()
    assert office.recipients == [["senior@books.test"], ["wrong@books.test"]]


def test_an_address_that_is_none_keeps_no_mail_from_others(
    monkeypatch: pytest.MonkeyPatch,
    office: PostOffice,
    caplog: pytest.LogCaptureFixture,
) -> None:
    member("odd", "owner", email="odd\n@")
    member("senior", "senior-editor")
    at_gate()
    given_up()
    later(monkeypatch, hours=49)
    with office.open():
        swept()
    assert office.recipients == [["senior@books.test"]]
    assert len(caplog.records) == 1


def test_what_was_decided_meanwhile_is_not_reminded_of(
    monkeypatch: pytest.MonkeyPatch,
    office: PostOffice,
) -> None:
    member("grace", "owner", "senior-editor")
    decided, resolved = at_gate(), given_up()
    later(monkeypatch, hours=49)
    assert swept() == 2
    decided.decide()
    escalating.resolve(
        Escalation.objects.get(run=resolved.run), Answer("abort", "no"), actor="grace"
    )
    later(monkeypatch, hours=60)
    with office.open():
        assert swept() == 0
    assert office.mails == []
    assert numbers() == [(1, False), (1, False)]


def test_a_sweep_that_died_while_sending_leaves_it_to_one_a_minute_later(
    monkeypatch: pytest.MonkeyPatch,
    office: PostOffice,
) -> None:
    member("grace", "owner")
    overdue_gate(monkeypatch)
    swept()
    Reminder.objects.update(tried_at=timezone.now())
    with office.open():
        swept()
        assert office.mails == []
        later(monkeypatch, seconds=61)
        swept()
    assert numbers() == [(1, True)]


def test_a_mail_sent_twice_bears_the_same_id(
    monkeypatch: pytest.MonkeyPatch,
    office: PostOffice,
) -> None:
    member("grace", "owner")
    overdue_gate(monkeypatch)
    with office.open():
        swept()
        Reminder.objects.update(sent_at=None, tried_at=None)
        swept()
    first, second = office.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_where_nobody_has_an_address_rows_are_written_and_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    member("mute", "owner", email="")
    member("eve", "editor")
    overdue_gate(monkeypatch)
    assert [swept(), swept()] == [1, 0]
    assert numbers() == [(1, False)]
    assert caplog.records == []
    assert queries() == 1  # the first sweep tried; for a minute nobody does again
    later(monkeypatch, hours=49)
    swept()
    later(monkeypatch, minutes=2)
    assert queries() == 4  # and then the newest alone: it is taken, read, and its group asked for
    assert numbers() == [(1, False), (2, False)]


def queries() -> int:
    with CaptureQueriesContext(connection) as captured:
        remind()
    return len(captured)


def test_a_sweep_with_nothing_to_remind_of_asks_one_question(
    monkeypatch: pytest.MonkeyPatch,
    office: PostOffice,
    settings: Any,
) -> None:
    member("grace", "owner")
    at_gate()
    assert queries() == 1
    later(monkeypatch, hours=49)
    for _ in range(3):
        overdue_gate(monkeypatch)
    with office.open():
        swept()
    assert len(office.mails) == 4
    assert queries() == 1  # all overdue, all reminded
    settings.EMAIL_BACKEND = NO_MAIL
    Reminder.objects.update(sent_at=None)
    later(monkeypatch, minutes=2)
    assert queries() == 1  # nothing can be sent, so nothing is tried


def test_mail_that_is_switched_on_later_brings_what_still_waits(
    monkeypatch: pytest.MonkeyPatch, office: PostOffice, settings: Any
) -> None:
    settings.EMAIL_BACKEND = NO_MAIL
    member("grace", "owner")
    overdue_gate(monkeypatch)
    assert swept() == 1
    use(office, settings)
    with office.open():
        assert swept() == 0
    assert numbers() == [(1, True)]


def test_a_folder_for_mail_that_cannot_be_made_stops_no_sweep(
    monkeypatch: pytest.MonkeyPatch, settings: Any, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    (tmp_path / "mail").write_text("in the way")
    member("grace", "owner")
    overdue_gate(monkeypatch)
    assert swept() == 1
    assert "no mail can be sent" in caplog.text
    assert numbers() == [(1, False)]
