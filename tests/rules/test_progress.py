"""Where a run stands, from its rows alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from artifacts.models import ArtifactType
from tests.factories import TINY
from workflows.definitions.definition import parse
from workflows.progress import Progress

PLANNED = (
    {"name": "plan", "agent": "pm", "produces": ["improvement_plan"]},
    *({**step, "needs": ["plan"]} if step["name"] == "draft" else step for step in TINY),
    {"name": "finish", "agent": "closer"},
)
FORKED = (
    {"name": "plan", "agent": "pm"},
    {"name": "left", "agent": "l", "foreach": "chapter", "needs": ["plan"]},
    {"name": "right", "agent": "r", "foreach": "chapter", "needs": ["plan"]},
    {"name": "merge", "agent": "m", "foreach": "chapter", "needs": ["left", "right"]},
    {"name": "end", "agent": "e", "needs": ["merge"]},
)


@dataclass
class Row:
    """A step row as far as progress looks at it."""

    pk: int
    name: str
    item: str
    status: str
    agent: str = "someone"
    result: dict[str, Any] = field(default_factory=dict)


class Rows:
    """A run told by its rows: `done`, `open` and so on add an attempt."""

    def __init__(self, steps: Sequence[Any], scope: tuple[str, ...] = ("a", "b")) -> None:
        spec = {"type": "test", "alias": "t", "title": "T", "steps": [dict(step) for step in steps]}
        found = parse(spec, source="t.toml", known_artifact_types=ArtifactType.values)
        self.asked: list[Any] = []
        self.ids = count(1)
        self.scope = scope
        self.progress = Progress(found, [], self._scope)

    def _scope(self, planned: Sequence[str] | None) -> tuple[str, ...]:
        self.asked.append(planned)
        return tuple(slug for slug in self.scope if not planned or slug in planned)

    def put(self, name: str, item: str = "", status: str = "completed", **more: Any) -> Row:
        row = Row(next(self.ids), name, item, status, **more)
        self.progress.put(row)  # type: ignore[arg-type]
        return row

    def due(self) -> list[str]:
        return [f"{spec.name}({item})" if item else spec.name for spec, item in self.progress.due()]


def planned(*chapters: str) -> Rows:
    rows = Rows(PLANNED)
    rows.put("plan", result={"chapters": list(chapters)} if chapters else {})
    return rows


def test_at_first_only_the_first_step_is_due() -> None:
    rows = Rows(PLANNED)
    assert rows.due() == ["plan"]
    assert rows.progress.current() == ("plan", "pm")
    assert rows.progress.done is False


def test_no_row_is_due_twice() -> None:
    rows = Rows(PLANNED)
    for status in ("ready", "running", "completed", "failed", "cancelled"):
        rows.put("plan", status=status)
        assert "plan" not in rows.due()


def test_each_chapter_is_due_once_the_plan_is_made() -> None:
    assert planned().due() == ["draft(a)", "draft(b)"]


def test_the_plan_says_which_chapters() -> None:
    assert planned("b").due() == ["draft(b)"]
    assert planned("b").progress.chapters == ("b",)


def test_an_unfinished_plan_says_nothing() -> None:
    rows = Rows(PLANNED)
    rows.put("plan", status="running", result={"chapters": ["b"]})
    assert rows.progress.chapters == ("a", "b")


def test_a_new_plan_replaces_the_scope_of_the_old() -> None:
    rows = planned("b")
    assert rows.progress.chapters == ("b",)
    rows.put("plan", status="superseded", result={"chapters": ["b"]})
    rows.put("plan", result={"chapters": ["a"]})
    assert rows.due() == ["draft(a)"]


def test_only_the_plans_result_sets_the_scope() -> None:
    rows = planned()
    for item in ("a", "b"):
        rows.put("draft", item)
        rows.put("check", item)
    rows.put("approve")
    rows.put("finish", result={"chapters": ["a"]})
    assert rows.progress.chapters == ("a", "b")


def test_between_steps_per_chapter_each_flows_on_its_own() -> None:
    rows = planned()
    rows.put("draft", "a")
    rows.put("draft", "b", status="running")
    assert rows.due() == ["check(a)"]


def test_a_step_without_items_waits_for_all() -> None:
    rows = planned()
    for item in ("a", "b"):
        rows.put("draft", item)
    rows.put("check", "a")
    assert rows.due() == ["check(b)"]
    rows.put("check", "b", status="running")
    assert rows.due() == []
    rows.put("check", "b")
    assert rows.due() == ["approve"]


def test_a_step_with_two_needs_waits_for_both_of_its_chapter() -> None:
    rows = Rows(FORKED)
    rows.put("plan")
    assert rows.due() == ["left(a)", "left(b)", "right(a)", "right(b)"]
    for name, item in (("left", "a"), ("right", "b")):
        rows.put(name, item)
    assert "merge(a)" not in rows.due()
    assert "merge(b)" not in rows.due()
    rows.put("right", "a")
    assert rows.due() == ["left(b)", "merge(a)"]


def test_a_rejected_row_waits_for_its_needs_to_be_made_again() -> None:
    rows = planned("a")
    rows.put("draft", "a")
    rows.put("check", "a", status="rejected")
    assert rows.due() == []
    rows.put("draft", "a", status="ready")
    assert rows.due() == []
    rows.put("draft", "a")
    assert rows.due() == ["check(a)"]


def test_a_rejected_join_waits_until_every_need_is_met_again() -> None:
    rows = planned()
    for item in ("a", "b"):
        rows.put("draft", item)
        rows.put("check", item)
    rows.put("approve", status="rejected")
    rows.put("draft", "a", status="ready")
    rows.put("check", "a", status="superseded")
    assert rows.due() == []
    rows.put("draft", "a")
    assert rows.due() == ["check(a)"]
    rows.put("check", "a")
    assert rows.due() == ["approve"]


def test_a_superseded_row_is_due_when_its_needs_are_met() -> None:
    rows = planned("a")
    rows.put("draft", "a")
    rows.put("check", "a", status="superseded")
    assert rows.due() == ["check(a)"]


def test_current_is_the_first_step_with_something_open_or_missing() -> None:
    rows = planned()
    rows.put("draft", "a")
    rows.put("draft", "b", status="ready", agent="style-editor")
    rows.put("check", "a", status="running", agent="editor")
    assert rows.progress.current() == ("draft", "style-editor")
    rows.put("draft", "b")
    assert rows.progress.current() == ("check", "editor")


def test_current_shows_the_agent_of_the_oldest_open_row() -> None:
    rows = planned()
    rows.put("draft", "b", status="ready", agent="first")
    rows.put("draft", "a", status="ready", agent="second")
    assert rows.progress.current() == ("draft", "first")


def test_current_at_a_rejected_step_shows_the_definitions_agent() -> None:
    rows = planned("a")
    rows.put("draft", "a")
    rows.put("check", "a", status="rejected", agent="someone")
    assert rows.progress.current() == ("check", "editor")


def test_a_run_is_done_when_every_row_in_scope_is_completed() -> None:
    rows = planned("a")
    for name in ("draft", "check"):
        rows.put(name, "a")
    rows.put("approve")
    assert rows.progress.done is False
    last = rows.put("finish", status="running")
    assert rows.progress.done is False
    last.status = "completed"
    assert rows.progress.done is True
    assert rows.progress.current() == ("", "")


def test_a_chapter_out_of_scope_does_not_hold_up_the_run() -> None:
    rows = planned("a")
    rows.put("draft", "b", status="superseded")
    rows.put("draft", "a")
    rows.put("check", "a")
    assert rows.due() == ["approve"]


def test_the_scope_is_worked_out_once_for_each_plan() -> None:
    rows = planned("a")
    for _ in range(5):
        rows.due()
        _ = rows.progress.done
    assert rows.asked == [("a",)]


def test_rows_come_in_the_order_they_were_made_and_latest_is_the_newest() -> None:
    rows = planned()
    first = rows.put("draft", "b")
    other = rows.put("draft", "a")
    again = rows.put("draft", "b", status="ready")
    listed = rows.progress.rows
    assert first not in listed
    assert listed.index(other) < listed.index(again)  # type: ignore[arg-type]
    assert rows.progress.latest("draft", "b") is again
    assert rows.progress.latest("check", "a") is None
