"""When mending does not converge: the count, the limit, the human who is asked."""

import pytest

from books.configs import configure
from events.models import Escalation, Rejection
from tests.agents import Claimed, Crew
from tests.factories import DefinitionFactory, book_of, started
from workflows import runs

pytestmark = pytest.mark.django_db


def prepare() -> dict[str, str]:
    """Editing runs with chapters ready to be edited: two, and one alone."""
    runs = {
        "editing": Crew(started(book_of(2))).up_to("edit"),
        "alone": Crew(started(book_of(2), {"chapters": "01-one"})).up_to("edit"),
    }
    return {name: crew.run.public_id for name, crew in runs.items()}


@pytest.fixture
def editing(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["editing"])


@pytest.fixture
def alone(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["alone"])


def again(crew: Crew, handler: str, item: str = "01-one") -> Claimed:
    """The handler mends the chapter; the editor's next attempt at it."""
    claimed = crew.claim(handler)
    assert claimed.item == item
    claimed.complete()
    while (editing := crew.claim("editor")).item != item:
        editing.complete()
    return editing


def test_the_third_of_one_type_escalates_and_pauses_the_run(editing: Crew) -> None:
    claimed = editing.claim("editor")
    for _ in range(2):
        claimed.reject()
        claimed = again(editing, "style-editor")
    last = editing.last_event()
    claimed.reject(reason="still wrong")
    assert editing.story(last) == ["rejected edit(01-one)", "escalated edit(01-one)", "paused"]
    run = editing.fresh()
    assert (run.status, run.pause_reason) == ("paused", "escalated")
    escalation = Escalation.objects.get()
    assert (escalation.item, escalation.rejection_type) == ("01-one", "style")
    assert (escalation.retry_count, escalation.escalated_to) == (3, "senior-editor")
    assert (escalation.reason, escalation.status) == ("still wrong", "pending")
    assert escalation.due_at > escalation.created_at
    assert editing.events(last)[1].payload["escalation"] == escalation.pk
    counts = Rejection.objects.values_list("retry_count", "handler_agent")
    assert list(counts) == [(1, "style-editor"), (2, "style-editor"), (3, "")]
    assert not editing.steps().filter(item="01-one", status="ready").exists()
    assert editing.try_claim() is None


def test_another_type_and_another_chapter_count_apart(editing: Crew) -> None:
    claimed = editing.claim("editor")
    for _ in range(2):
        claimed.reject("style")
        claimed = again(editing, "style-editor")
    claimed.reject("clarity")
    assert editing.fresh().status == "running"
    again(editing, "clarity-editor").complete()
    while (review := editing.claim("domain-expert")).item != "02-one":
        review.complete()
    review.reject("style")
    assert editing.fresh().status == "running"
    counted = Rejection.objects.values_list("item", "rejection_type", "retry_count")
    assert list(counted)[2:] == [("01-one", "clarity", 1), ("02-one", "style", 1)]


def test_with_nothing_upstream_the_first_rejection_escalates() -> None:
    crew = Crew(started(book_of(1), workflow_type="w3"))
    last = crew.last_event()
    crew.claim("release-manager").reject("mechanics", "no print file")
    assert crew.story(last)[1:] == ["rejected release_check", "escalated release_check", "paused"]
    escalation = Escalation.objects.get()
    assert (escalation.retry_count, escalation.escalated_to) == (1, "lead-designer")
    assert "nothing upstream" in crew.events(last)[2].payload["why"]
    assert crew.fresh().current_step == "release_check"


def test_one_chapter_is_routed_while_another_escalates(editing: Crew) -> None:
    claimed = editing.claim("editor")
    for _ in range(2):
        claimed.reject()
        claimed = again(editing, "style-editor")
    claimed.complete()
    editing.up_to("validate")
    last = editing.last_event()
    editing.claim("validator").reject("style", items=("all",))
    assert editing.story(last)[1:] == [
        "rejected validate",
        "escalated validate",
        "paused",
        "routed validate",
    ]
    assert editing.step("write", "02-one").status == "ready"
    assert editing.step("write", "01-one").attempt == 3
    assert Escalation.objects.get().item == "01-one"


def test_an_escalation_leaves_a_run_that_was_paused_as_it_was(editing: Crew) -> None:
    configure(editing.run.book, "w1_editing", config={"max_retries": {"style": 1}})
    claimed = editing.claim("editor")
    runs.pause(editing.run, actor="zoe", reason="lunch")
    last = editing.last_event()
    claimed.reject()
    assert editing.story(last) == ["rejected edit(01-one)", "escalated edit(01-one)"]
    run = editing.fresh()
    assert (run.pause_reason, run.reason) == ("operator", "lunch")


def test_resolved_rejections_still_count(alone: Crew) -> None:
    alone.claim("editor").reject("style")
    again(alone, "style-editor").complete()
    assert Rejection.objects.get().resolved
    alone.claim("domain-expert").reject("style")
    again(alone, "style-editor").complete()
    alone.claim("domain-expert").reject("style")
    assert [one.retry_count for one in Rejection.objects.all()] == [1, 2, 3]
    assert alone.fresh().pause_reason == "escalated"


@pytest.mark.parametrize(("limit", "rounds"), [(1, 0), (2, 1), (4, 3)])
def test_the_book_says_how_often_is_enough(alone: Crew, limit: int, rounds: int) -> None:
    configure(alone.run.book, "w1_editing", config={"max_retries": {"style": limit}})
    claimed = alone.claim("editor")
    for _ in range(rounds):
        claimed.reject()
        assert not Escalation.objects.exists()
        claimed = again(alone, "style-editor")
    claimed.reject()
    assert Escalation.objects.get().retry_count == limit


def test_a_second_escalation_of_the_same_kind_opens_no_second_row() -> None:
    reviews = [
        {"name": name, "kind": "review", "agent": name, "needs": ["draft"], "consumes": ["chapter"]}
        for name in ("left", "right")
    ]
    draft = {"name": "draft", "agent": "writer", "foreach": "chapter", "produces": ["chapter"]}
    DefinitionFactory(type="forked", steps=[draft, *reviews])
    book = book_of(1)
    configure(book, "forked", config={"max_retries": {"style": 1}})
    crew = Crew(started(book, workflow_type="forked")).up_to("left")
    left, right = crew.claim("left"), crew.claim("right")
    left.reject(items=("all",))
    last = crew.last_event()
    right.reject(items=("all",))
    assert crew.story(last) == ["rejected right", "escalated right"]
    assert Escalation.objects.count() == 1
    assert Rejection.objects.count() == 2
    assert crew.fresh().pause_reason == "escalated"


def test_no_human_is_asked_for_the_changes_a_human_requested(alone: Crew) -> None:
    configure(alone.run.book, "w1_editing", config={"max_retries": {"style": 1}})
    for count in range(1, 5):
        alone.up_to("approve").request_changes("01-one")
        assert Rejection.objects.last().retry_count == count  # type: ignore[union-attr]
    assert not Escalation.objects.exists()
    assert alone.fresh().status == "running"
