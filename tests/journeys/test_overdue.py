"""What waits for a human too long is listed: gates and escalations, the longest first."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.escalations import escalating
from events.escalations.answers import Answer
from events.models import Escalation, Reminder
from tests.clock import later
from tests.factories import book_of
from tests.waiting import at_gate, given_up
from workflows import runs
from workflows.models import Step

pytestmark = pytest.mark.django_db


def test_what_is_overdue_is_listed_the_longest_first(
    monkeypatch: pytest.MonkeyPatch, run_command: Callable[..., Any]
) -> None:
    escalated = given_up(book_of(1, slug="red"))
    later(monkeypatch, hours=1)
    gated = at_gate(book_of(1, slug="blue"))
    assert run_command("overdue_list") == []
    later(monkeypatch, hours=47.5)
    escalation = Escalation.objects.get()
    [only] = run_command("overdue_list")
    assert only == {
        "kind": "escalation",
        "id": escalation.pk,
        "run": escalated.run.public_id,
        "book": "red",
        "item": "01-one",
        "step": "edit",
        "group": "senior-editor",
        "due_at": only["due_at"],
        "reminded_at": None,
        "reminders": 0,
    }
    later(monkeypatch, hours=1)
    gate = Reminder.objects.create(gate=gated.step("approve"), number=1, group="owner")
    Reminder.objects.filter(pk=gate.pk).update(sent_at=gate.created_at)
    Reminder.objects.create(gate=gated.step("approve"), number=2, group="owner")
    first, second = run_command("overdue_list")
    assert first["kind"] == "escalation"
    assert (second["kind"], second["id"]) == ("gate", gated.step("approve").pk)
    assert (second["step"], second["item"], second["group"]) == ("approve", None, "owner")
    assert (second["book"], second["reminders"]) == ("blue", 2)
    assert second["reminded_at"] is not None
    assert run_command("overdue_list", "--limit", 1) == [first]
    assert run_command("overdue_list", "--group", "owner") == [second]


def test_what_is_decided_or_ended_is_not_overdue(
    monkeypatch: pytest.MonkeyPatch, run_command: Callable[..., Any]
) -> None:
    decided, paused, ended = at_gate(), at_gate(), at_gate()
    resolved, kept = given_up(), given_up()
    later(monkeypatch, hours=50)
    decided.decide()
    runs.pause(paused.run, actor="zoe")
    runs.cancel(ended.run, actor="zoe")
    escalation = Escalation.objects.get(run=resolved.run)
    escalating.resolve(escalation, Answer("abort", "no hope"), actor="grace")
    escalating.acknowledge(Escalation.objects.get(run=kept.run), actor="grace")
    found = {(one["kind"], one["run"]) for one in run_command("overdue_list")}
    assert found == {("gate", paused.run.public_id), ("escalation", kept.run.public_id)}


def test_escalations_are_listed_by_group_and_by_being_late(
    monkeypatch: pytest.MonkeyPatch, run_command: Callable[..., Any], refused: Callable[..., str]
) -> None:
    late = given_up()
    later(monkeypatch, hours=50)
    fresh = given_up()
    both = run_command("escalation_list", "--to", "senior-editor")
    assert [one["run"] for one in both] == [late.run.public_id, fresh.run.public_id]
    assert run_command("escalation_list", "--to", "lead-designer") == []
    assert run_command("escalation_list", "--overdue") == both[:1]
    assert run_command("escalation_list", "--limit", 1) == both[:1]
    assert 'did you mean "senior-editor"' in refused("escalation_list", "--to", "senior-editr")
    Group.objects.create(name="readers")
    assert run_command("overdue_list", "--group", "readers") == []
    assert 'did you mean "readers"' in refused("overdue_list", "--group", "reeders")


def test_listing_costs_the_same_however_many_wait(
    monkeypatch: pytest.MonkeyPatch, run_command: Callable[..., Any]
) -> None:
    def counted() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            found = run_command("overdue_list")
        return len(captured), len(found)

    book = book_of(1)
    at_gate(book)
    given_up(book)
    later(monkeypatch, hours=50)
    cost, few = counted()
    for _ in range(4):
        at_gate(book)
        given_up(book)
    later(monkeypatch, hours=50)
    assert few == 2
    assert counted() == (cost, 10)


@pytest.mark.parametrize(
    ("rows", "index"),
    [(Step.objects.overdue, "gate_by_due_time"), (Escalation.objects.overdue, "escalation_due")],
)
def test_an_index_stands_behind_what_is_overdue(rows: Callable[[], Any], index: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which else reads a table this small as a whole
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert index in rows().explain()
