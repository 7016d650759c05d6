"""A rejection's way: recorded, counted, then back to who mends it, or up to a human."""

from typing import Any

import pytest

from books.errors import Unknown
from events.models import Event, Rejection
from tests.agents import Claimed, Crew
from tests.factories import DefinitionFactory, RoutingRuleFactory, book_of, set_up, started
from workflows.errors import InvalidInput, StaleLease
from workflows.models import Step

pytestmark = pytest.mark.django_db
FORKED = [
    {"name": "draft", "agent": "writer", "foreach": "chapter", "produces": ["chapter"]},
    *(
        {
            "name": name,
            "kind": "review",
            "agent": name,
            "foreach": "chapter",
            "needs": ["draft"],
            "consumes": ["chapter"],
        }
        for name in ("left", "right")
    ),
]


def prepare() -> dict[str, str]:
    """Editing runs: two chapters ready to be edited; one alone; three to be validated."""
    runs = {
        "editing": Crew(started(book_of(2))).up_to("edit"),
        "alone": Crew(started(book_of(2), {"chapters": "01-one"})).up_to("edit"),
        "judging": Crew(started(book_of(3))).up_to("validate"),
    }
    return {name: crew.run.public_id for name, crew in runs.items()}


@pytest.fixture
def editing(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["editing"])


@pytest.fixture
def alone(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["alone"])


@pytest.fixture
def judging(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["judging"])


def again(crew: Crew, handler: str, item: str = "01-one") -> Claimed:
    """The handler mends the chapter; the editor's next attempt at it."""
    claimed = crew.claim(handler)
    assert claimed.item == item
    claimed.complete()
    while (editing := crew.claim("editor")).item != item:
        editing.complete()
    return editing


def test_a_rejection_goes_to_the_handler_with_all_that_was_said(editing: Crew) -> None:
    passage = {
        "chapter": "01-one", "heading": "Chapter 1", "quote": "words", "start": 18, "end": 23,
    }  # fmt: skip
    rejecting, last = editing.claim("editor"), editing.last_event()
    answer = rejecting.reject("clarity", "who rolls?", passages=[passage])
    assert answer["status"] == "rejected"
    rejection = Rejection.objects.get()
    assert (rejection.item, rejection.rejection_type) == ("01-one", "clarity")
    assert (rejection.retry_count, rejection.handler_agent) == (1, "clarity-editor")
    assert (rejection.rejecting_agent, rejection.step_id) == ("editor", rejecting.id)
    assert rejection.passages == [passage]
    assert rejection.resolved is False
    assert editing.story(last) == ["rejected edit(01-one)", "routed edit(01-one)"]
    told, routed = editing.events(last)
    assert rejection.event_id == told.pk
    assert told.payload["decision"] == "reject"
    assert (told.payload["reason"], told.payload["passages"]) == ("who rolls?", [passage])
    mending = editing.claim("clarity-editor")
    assert routed.payload["attempts"] == [{"step": mending.id, "item": "01-one", "attempt": 2}]
    assert routed.payload["superseded"] == [editing.step("write", "01-one", attempt=1).pk]
    assert (mending.name, mending.brief["attempt"]) == ("write", 2)
    assert [one["reason"] for one in mending.brief["feedback"]] == ["who rolls?"]
    assert mending.row().feedback == [rejection.pk]
    assert mending.brief["chapter"]["text"].endswith("\nRevised.\n")


def test_rework_makes_moot_what_was_built_on_it_and_nothing_else(editing: Crew) -> None:
    other = editing.claim("editor")
    assert other.item == "01-one"
    other.complete()
    rejecting = editing.claim("editor")
    before = list(editing.steps().filter(item="01-one").values())
    rejecting.reject()
    statuses = editing.steps().filter(item="02-one").values_list("name", "attempt", "status")
    assert list(statuses) == [
        ("write", 1, "superseded"),
        ("edit", 1, "rejected"),
        ("write", 2, "ready"),
    ]
    assert list(editing.steps().filter(item="01-one").values()) == before


def test_the_reviewer_sees_what_changed_since_its_last_round(editing: Crew) -> None:
    editing.claim("editor").reject()
    first = editing.artifact("chapter", "01-one")
    editing.claim("style-editor").complete("# Chapter 1\n\nSome better words here.\n")
    editing.claim("editor").complete()
    second = editing.claim("editor")
    assert (second.item, second.brief["attempt"]) == ("01-one", 2)
    changed = second.brief["changed_since"]
    assert changed["from"] == first.digest
    assert changed["to"] == second.brief["chapter"]["digest"]
    assert (changed["words_added"], changed["words_removed"]) == (1, 1)
    assert [one["reason"] for one in second.brief["feedback"]] == ["mend this"]


def test_a_review_resolves_its_own_rejections_when_it_passes_later(alone: Crew) -> None:
    alone.claim("editor").complete()
    alone.claim("domain-expert").reject("mechanics")
    again(alone, "mechanics-reviewer").reject("style")
    passing = again(alone, "style-editor")
    assert [one["rejection_type"] for one in passing.brief["feedback"]] == ["mechanics", "style"]
    passing.complete()
    mechanics, style = Rejection.objects.all()
    assert (style.resolved, style.resolved_by_step_id) == (True, passing.id)
    assert mechanics.resolved is False
    review = alone.claim("domain-expert")
    assert [one["rejection_type"] for one in review.brief["feedback"]] == ["mechanics"]
    review.complete()
    mechanics.refresh_from_db()
    assert (mechanics.resolved, mechanics.resolved_by_step_id) == (True, review.id)


def test_passing_one_chapter_resolves_nothing_of_another(editing: Crew) -> None:
    editing.claim("editor").reject()
    editing.claim("editor").complete()
    assert Rejection.objects.get().resolved is False


def test_a_review_still_at_work_on_what_was_sent_back_is_superseded() -> None:
    DefinitionFactory(type="forked", steps=FORKED)
    crew = Crew(started(book_of(1), workflow_type="forked")).up_to("left")
    left, right = crew.claim("left"), crew.claim("right")
    left.reject("clarity")
    assert right.row().status == "superseded"
    assert crew.events()[-1].payload["superseded"] == [crew.step("draft", "01-one", 1).pk, right.id]
    with pytest.raises(StaleLease):
        right.complete()
    crew.up_to("left")
    assert sorted(crew.ready()) == ["left", "right"]
    assert crew.step("right", "01-one").attempt == 2


def test_a_joined_review_names_the_chapters_it_sends_back(judging: Crew) -> None:
    rejecting, last = judging.claim("validator"), judging.last_event()
    joined = {row.pk for row in judging.steps().filter(item="02-one")}
    rejecting.reject("scope", "too long", items=("03-one", "01-one", "03-one"))
    assert judging.story(last) == ["rejected validate", "routed validate", "routed validate"]
    told, *routed = judging.events(last)
    assert told.payload["items"] == ["03-one", "01-one"]
    assert [one.payload["item"] for one in routed] == ["03-one", "01-one"]
    assert [(one.item, one.retry_count) for one in Rejection.objects.all()] == [
        ("03-one", 1),
        ("01-one", 1),
    ]
    for one in routed:
        item = one.payload["item"]
        moot = judging.steps().filter(item=item, status="superseded")
        assert sorted(one.payload["superseded"]) == [row.pk for row in moot]
        assert [row.name for row in moot] == ["write", "edit", "domain_review"]
    assert {row.pk for row in judging.steps().filter(item="02-one", status="completed")} == joined
    assert rejecting.row().status == "rejected"
    judging.up_to("validate")
    second = judging.claim("validator")
    assert second.row().attempt == 2
    second.complete()
    assert all(one.resolved_by_step_id == second.id for one in Rejection.objects.all())


def test_all_sends_back_every_chapter_in_scope(judging: Crew) -> None:
    judging.claim("validator").reject(items=("all",))
    assert judging.ready() == ["write"] * 3
    assert Rejection.objects.count() == 3
    assert {row.agent for row in judging.steps().filter(status="ready")} == {"style-editor"}


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ((), "name those to rework"),
        (("01-oen",), 'no chapter "01-oen".*did you mean "01-one"'),
        (("01-one", "nosuch"), 'no chapter "nosuch"'),
        (("all", "01-one"), 'no chapter "all"'),
    ],
)
def test_missing_or_unknown_chapters_are_refused_and_nothing_is_written(
    judging: Crew, items: tuple[str, ...], message: str
) -> None:
    claimed, last = judging.claim("validator"), judging.last_event()
    with pytest.raises(InvalidInput, match=message):
        claimed.reject(items=items)
    assert judging.events(last) == []
    assert not Rejection.objects.exists()
    assert claimed.row().status == "running"
    claimed.complete()


def test_a_chapter_out_of_scope_cannot_be_sent_back() -> None:
    crew = Crew(started(book_of(3), {"chapters": ["01-one", "02-one"]})).up_to("validate")
    with pytest.raises(InvalidInput, match="03-one"):
        crew.claim("validator").reject(items=("03-one",))


def test_an_open_row_downstream_is_superseded_too(judging: Crew) -> None:
    judging.claim("validator").complete()
    gate = judging.step("approve")
    last = judging.last_event()
    judging.request_changes("01-one")
    assert judging.story(last) == ["rejected approve", "routed approve"]
    validate = judging.step("validate", attempt=1)
    assert validate.status == "superseded"
    assert validate.pk in judging.events(last)[1].payload["superseded"]
    assert gate.pk not in judging.events(last)[1].payload["superseded"]
    assert Step.objects.get(pk=gate.pk).status == "rejected"


@pytest.mark.parametrize(
    ("verdict", "error"),
    [({"rejection_type": "taste"}, "no rejection type"), ({"reason": "  "}, "needs a reason")],
)
def test_a_rejection_without_type_or_reason_is_refused(
    editing: Crew, verdict: dict[str, Any], error: str
) -> None:
    claimed, events = editing.claim("editor"), Event.objects.count()
    with pytest.raises((InvalidInput, Unknown), match=error):
        claimed.reject(**verdict)
    assert Event.objects.count() == events
    assert claimed.row().status == "running"


def test_what_makes_no_chapter_is_reworked_by_its_own_agent() -> None:
    crew = Crew(started(book_of(1), workflow_type="w2")).up_to("edit_pdf")
    crew.claim("pdf-editor").reject("style", "margins")
    row = crew.step("create_pdf")
    assert (row.attempt, row.status, row.agent) == (2, "ready", "pdf-creator")
    rejection = Rejection.objects.get()
    assert (rejection.item, rejection.handler_agent) == ("", "pdf-creator")
    claimed = crew.claim("pdf-creator")
    assert [one["reason"] for one in claimed.brief["feedback"]] == ["margins"]
    assert crew.step("layout").status == "completed"


def test_a_rule_of_the_step_wins_and_names_where_to() -> None:
    set_up()
    RoutingRuleFactory(
        rejection_type="scope",
        workflow_type="w1_editing",
        step="edit",
        handler_agent="planner",
        rework_step="plan",
    )
    crew = Crew(started(book_of(2))).up_to("edit")
    last = crew.last_event()
    crew.claim("editor").reject("scope", "wrong book")
    plan = crew.step("plan")
    assert (plan.attempt, plan.agent, plan.status) == (2, "planner", "ready")
    moot = crew.steps().filter(status="superseded").values_list("pk", flat=True)
    assert sorted(crew.events(last)[-1].payload["superseded"]) == list(moot)
    assert set(crew.steps().exclude(status="superseded").values_list("name", "status")) == {
        ("plan", "ready"),
        ("edit", "rejected"),
    }
    crew.claim("planner").complete(result={"chapters": ["02-one"]})
    assert crew.open() == [("write", "02-one", 2, "ready")]
    assert crew.step("write", "02-one").agent == "writer"
    crew.up_to("approve")
    assert crew.open() == [("approve", "", 1, "awaiting_decision")]
