"""Triggers over REST: made, changed, deleted, fired, and asked what they would do."""

from collections.abc import Callable
from typing import Any

import pytest

from events.models import Event
from tests.chains import begun, completed, trigger, workflows
from tests.factories import BookFactory, book_of
from tests.nouns import strays
from tests.rest import Program, program
from triggers.api.nouns import FiringNoun, ForeseenNoun, TriggerNoun, VerdictNoun
from triggers.models import TriggerFiring, WorkflowTrigger
from workflows.api.nouns import RunStatusNoun
from workflows.models import IdempotencyKey, WorkflowRun

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]
NEW = {"name": "new", "source_workflow_type": "one", "target_workflow_type": "two"}


def prepare() -> dict[str, str]:
    """A run that has completed and one that has not, and a trigger that is fired by hand."""
    workflows("one", "two")
    BookFactory(slug="blue")
    book = book_of(1, slug="red")
    trigger(condition="manual", parameters={"after": "{source.id}"})
    return {"done": completed(book).public_id, "open": begun(book).run.public_id}


@pytest.fixture
def operator(prepared: dict[str, str]) -> Program:
    return program("olga", "operator")


@pytest.fixture
def editor(prepared: dict[str, str]) -> Program:
    return program("grace", "editor")


def test_a_trigger_is_made_with_what_it_says(operator: Program, run_command: Run) -> None:
    config = {"match": {"outcome": ["succeeded"]}, "limit": {"count": 1, "seconds": 60}}
    answer = operator.post(
        "triggers/", **NEW, trigger_condition="on_approve", enabled=False, config=config
    )
    assert answer.status_code == 201, answer.json()
    made = answer.json()
    assert made in run_command("trigger_list")
    assert strays(TriggerNoun, made) == []
    assert {**made, "changed_at": None} == {
        **NEW,
        "trigger_condition": "on_approve",
        "enabled": False,
        "config": config,
        "changed_by": "olga",
        "changed_at": None,
    }
    assert operator.get("triggers/new/").json() == made
    assert operator.get("triggers/", page_size=1).json()["results"] == [made]


def test_made_again_with_its_key_it_is_answered_as_before(operator: Program) -> None:
    first = operator.post("triggers/", key="k", **NEW)
    again = operator.post("triggers/", key="k", **NEW)
    assert (again.status_code, again.json()) == (201, first.json())
    other = operator.post("triggers/", key="k", **{**NEW, "name": "other"})
    assert (other.status_code, other.json()["code"]) == (409, "contradiction")
    bare = operator.post("triggers/", **NEW)
    assert (bare.status_code, bare.json()["detail"]) == (409, 'there is a trigger "new" already')
    assert WorkflowTrigger.objects.count() == 2
    assert operator.post("triggers/", key="x" * 201, **NEW).status_code == 400


def test_a_change_keeps_what_is_not_said(operator: Program) -> None:
    before = operator.get("triggers/one-to-two/").json()
    off = operator.patch("triggers/one-to-two/", enabled=False).json()
    assert {**off, "changed_at": None} == {
        **before, "enabled": False, "changed_by": "olga", "changed_at": None}  # fmt: skip
    bare = operator.patch("triggers/one-to-two/", config={}, trigger_condition="on_complete").json()
    assert (bare["config"], bare["trigger_condition"], bare["enabled"]) == (
        {}, "on_complete", False)  # fmt: skip
    assert operator.patch("triggers/one-to-two/").json() == bare
    assert operator.patch("triggers/one-to-two/", name="other").status_code == 400
    gone = operator.patch(
        "triggers/one-to-tow/", source_workflow_type="one", target_workflow_type="two"
    )
    assert (gone.status_code, 'did you mean "one-to-two"' in gone.json()["detail"]) == (404, True)
    assert WorkflowTrigger.objects.count() == 1


def test_what_is_deleted_is_gone_and_its_firings_stay(
    operator: Program, editor: Program, prepared: dict[str, str]
) -> None:
    editor.post("triggers/one-to-two/fire/", run=prepared["done"])
    answer = operator.delete("triggers/one-to-two/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert operator.get("triggers/one-to-two/").status_code == 404
    assert operator.delete("triggers/one-to-two/").status_code == 404
    assert len(editor.get("firings/", trigger="one-to-two").json()["results"]) == 1


WRONG: list[tuple[dict[str, Any], int]] = [
    ({"name": "No Slug"}, 400),
    ({"name": "x" * 101}, 400),
    ({"name": None}, 400),
    ({"source_workflow_type": "nine"}, 404),
    ({"source_workflow_type": "x" * 201}, 400),
    ({"source_workflow_type": None}, 400),
    ({"target_workflow_type": ["two"]}, 400),
    ({"trigger_condition": "sometimes"}, 400),
    ({"trigger_condition": None}, 400),
    ({"enabled": 1}, 400),
    ({"config": []}, 400),
    ({"config": None}, 400),
    ({"config": {"book": ["red"]}}, 400),
    ({"config": {"books": ["rde"]}}, 404),
    ({"config": {"limit": {"count": 10**40, "seconds": 1}}}, 400),
    ({"config": {"parameters": {"a": "{source.nothing}"}}}, 400),
    ({"config": {"with": ["one"]}}, 400),
    ({"source": "one"}, 400),
]


@pytest.mark.parametrize(("said", "status"), WRONG, ids=lambda said: str(said)[:40])
def test_a_trigger_that_is_not_sound_is_refused_and_leaves_no_row(
    operator: Program, said: dict[str, Any], status: int
) -> None:
    before = list(WorkflowTrigger.objects.values())
    answer = operator.post("triggers/", key="k", **{**NEW, **said})
    assert (answer.status_code, set(answer.json()) >= {"code", "detail"}) == (status, True)
    if "name" not in said:
        assert operator.patch("triggers/one-to-two/", **said).status_code == status
    assert list(WorkflowTrigger.objects.values()) == before
    assert not IdempotencyKey.objects.exists()


def test_triggers_are_changed_by_operators_and_fired_by_editors(prepared: dict[str, str]) -> None:
    for group, reads, fires in (
        ("viewer", 200, 403),
        ("agent", 403, 403),
        ("editor", 200, 200),
        ("owner", 200, 403),
    ):
        other = program(f"one-of-{group}", group)
        assert other.post("triggers/", **NEW).status_code == 403
        assert other.patch("triggers/one-to-two/", enabled=False).status_code == 403
        assert other.delete("triggers/one-to-two/").status_code == 403
        assert other.get("triggers/").status_code == reads
        assert other.get("firings/").status_code == reads
        run = {"run": prepared["done"]}
        assert other.post("triggers/one-to-two/test/", **run).status_code == reads
        assert other.post("triggers/one-to-two/fire/", **run).status_code == fires, group


def test_it_fires_from_a_run_that_has_ended(editor: Program, prepared: dict[str, str]) -> None:
    answer = editor.post("triggers/one-to-two/fire/", run=prepared["done"])
    assert answer.status_code == 200, answer.json()
    fired = answer.json()
    assert strays(FiringNoun, fired) == []
    started = WorkflowRun.objects.named(fired["target_run"])
    assert (started.workflow_type, started.parameters) == ("two", {"after": prepared["done"]})
    assert (fired["actor"], fired["result"], fired["requested"]) == ("grace", "fired", True)
    told = editor.get(f"runs/{prepared['done']}/").json()
    assert told["firings"] == [fired]
    assert [odd for odd in strays(RunStatusNoun, told) if odd.startswith("firings")] == []


def test_fired_again_with_its_key_it_starts_no_second_run(
    editor: Program, prepared: dict[str, str]
) -> None:
    first = editor.post("triggers/one-to-two/fire/", key="k", run=prepared["done"])
    again = editor.post("triggers/one-to-two/fire/", key="k", run=prepared["done"])
    assert (again.status_code, again.json()) == (200, first.json())
    assert TriggerFiring.objects.count() == 1
    other = editor.post("triggers/one-to-two/fire/", key="k", book="red")
    assert (other.status_code, other.json()["code"]) == (409, "contradiction")


def test_a_dry_run_starts_nothing(
    editor: Program, prepared: dict[str, str], run_command: Run
) -> None:
    before = Event.objects.count()
    answer = editor.post("triggers/one-to-two/fire/", book="red", dry_run=True)
    assert answer.json() == run_command("trigger_fire", "one-to-two", "--book=red", "--dry-run")
    assert strays(ForeseenNoun, answer.json()) == []
    assert (answer.json()["result"], answer.json()["dry_run"]) == ("fired", True)
    assert (TriggerFiring.objects.count(), Event.objects.count()) == (0, before)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 400, "a run, or a book"),
        ({"run": "x", "book": "red"}, 400, "a run, or a book"),
        ({"run": "wfrun_x"}, 404, "no run"),
        ({"book": "rde"}, 404, "no book"),
        ({"book": "blue"}, 409, "no run of one of blue has ended"),
        ({"run": "{open}"}, 409, "a trigger fires from a run that has ended"),
        ({"run": 5}, 400, "run"),
        ({"run": None}, 400, "run"),
        ({"run": "{done}", "dry_run": "yes"}, 400, "dry_run"),
        ({"run": "{done}", "dry-run": True}, 400, "is no field"),
    ],
    ids=str,
)
def test_what_it_cannot_fire_from_is_refused(
    editor: Program, prepared: dict[str, str], body: dict[str, Any], status: int, said: str
) -> None:
    filled = {k: v.format(**prepared) if isinstance(v, str) else v for k, v in body.items()}
    answer = editor.post("triggers/one-to-two/fire/", **filled)
    assert (answer.status_code, said in answer.json()["detail"]) == (status, True), answer.json()
    assert not TriggerFiring.objects.exists()


def test_what_is_unknown_or_switched_off_is_not_fired(
    operator: Program, prepared: dict[str, str]
) -> None:
    operator.patch("triggers/one-to-two/", enabled=False)
    off = operator.post("triggers/one-to-two/fire/", run=prepared["done"])
    assert (off.status_code, "is disabled" in off.json()["detail"]) == (409, True)
    gone = operator.post("triggers/one-to-tow/fire/", run=prepared["done"])
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown")


def test_what_it_would_do_is_told_as_by_command(
    operator: Program, prepared: dict[str, str], run_command: Run
) -> None:
    for run in prepared.values():
        answer = operator.post("triggers/one-to-two/test/", run=run)
        told = run_command("trigger_test", run, "--name=one-to-two")
        assert (answer.status_code, answer.json()) == (200, told)
        assert [odd for one in told for odd in strays(VerdictNoun, one)] == []
    assert operator.post("triggers/one-to-two/test/").status_code == 400
    assert operator.post("triggers/one-to-two/test/", run="wfrun_x").status_code == 404
    assert operator.post("triggers/one-to-tow/test/", run=run).status_code == 404


def test_firings_are_listed_and_narrowed(
    editor: Program, prepared: dict[str, str], run_command: Run
) -> None:
    for _ in range(3):
        editor.post("triggers/one-to-two/fire/", run=prepared["done"])
    page = editor.get("firings/", page_size=2).json()
    rest = editor.client.get(page["next"]).json()
    assert page["results"] + rest["results"] == run_command("firing_list")
    for query, wanted in (
        ({"trigger": "one-to-two"}, 3),
        ({"source_run": prepared["done"], "result": "fired"}, 3),
        ({"source_run": prepared["open"]}, 0),
        ({"result": "failed"}, 0),
    ):
        assert len(editor.get("firings/", **query).json()["results"]) == wanted, query
    for query, status in (
        ({"trigger": "one-to-tow"}, 404),
        ({"source_run": "wfrun_x"}, 404),
        ({"result": "fierd"}, 400),
        ({"run": prepared["done"]}, 400),
    ):
        assert editor.get("firings/", **query).status_code == status, query
