"""What a human's answer to an escalation leads to."""

import json
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from books.configs import configure
from events.errors import AlreadyResolved, TakenByAnother
from events.escalations import escalating
from events.escalations.answers import Answer
from events.escalations.packet import packet
from events.models import Escalation, Rejection
from tests.agents import Crew
from tests.factories import DefinitionFactory, book_of, started
from workflows import runs
from workflows.errors import IllegalMove

pytestmark = pytest.mark.django_db
DRAFT = {"name": "draft", "agent": "writer", "foreach": "chapter", "produces": ["chapter"]}


def review(name: str, *, foreach: bool) -> dict[str, Any]:
    spec: dict[str, Any] = {"name": name, "kind": "review", "agent": name, "needs": ["draft"]}
    return {**spec, "consumes": ["chapter"], **({"foreach": "chapter"} if foreach else {})}


def prepare() -> dict[str, str]:
    """Runs that wait for a human: one chapter of two given up; two of three at the join; a review
    with nothing upstream; two reviews of one chapter side by side."""
    made = {}
    for count, name in ((2, "editing"), (3, "judging")):
        book = book_of(count)
        configure(book, "w1_editing", config={"max_retries": {"style": 1}})
        made[name] = Crew(started(book)).up_to("edit" if name == "editing" else "validate")
    made["editing"].claim("editor").reject(reason="still wrong")
    made["judging"].claim("validator").reject("style", items=("01-one", "03-one"))
    made["released"] = Crew(started(book_of(1), workflow_type="w3"))
    made["released"].claim("release-manager").reject("mechanics", "no print file")
    DefinitionFactory(
        type="forked", steps=[DRAFT, review("left", foreach=True), review("right", foreach=True)]
    )
    book = book_of(1)
    configure(book, "forked", config={"max_retries": {"style": 1}})
    made["forked"] = Crew(started(book, workflow_type="forked")).up_to("left")
    return {name: crew.run.public_id for name, crew in made.items()}


@pytest.fixture
def editing(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["editing"])


@pytest.fixture
def judging(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["judging"])


@pytest.fixture
def released(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["released"])


@pytest.fixture
def forked(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["forked"])


def escalation_of(crew: Crew, item: str | None = None) -> Escalation:
    mine = Escalation.objects.open().filter(run=crew.run)
    return mine.get() if item is None else mine.get(item=item)


def resolve(crew: Crew, action: str, item: str | None = None, **more: Any) -> dict[str, Any]:
    answer = Answer(action, more.pop("resolution", "decided"), **more)
    return escalating.resolve(escalation_of(crew, item), answer, actor="grace")


def test_a_retry_reworks_once_and_counts_from_the_start(editing: Crew) -> None:
    last = editing.last_event()
    answer = resolve(editing, "retry", resolution="keep the table")
    assert (answer["status"], answer["action"], answer["resolution"]) == (
        "resolved",
        "retry",
        "keep the table",
    )
    assert (answer["resolved_by"], answer["acknowledged_by"]) == ("grace", None)
    assert editing.story(last) == ["resolved edit(01-one)", "routed edit(01-one)", "resumed"]
    assert editing.fresh().status == "running"
    mending = editing.claim("style-editor")
    assert (mending.name, mending.item) == ("write", "01-one")
    assert [one["reason"] for one in mending.brief["feedback"]] == ["still wrong"]
    assert Rejection.objects.get(run=editing.run).resolved is False
    routed = editing.events(last)[1].payload
    assert routed["attempts"] == [{"step": mending.id, "item": "01-one", "attempt": 2}]
    assert routed["escalation"] == answer["id"]
    mending.complete()
    while (again := editing.claim("editor")).item != "01-one":
        again.complete()
    again.reject("style", "once more")
    assert [one.retry_count for one in Rejection.objects.filter(run=editing.run)] == [1, 1]


def test_a_retry_goes_where_and_to_whom_the_human_says(editing: Crew) -> None:
    resolve(editing, "retry", to_step="plan", agent="clarity-editor")
    assert editing.open() == [("plan", "", 2, "ready")]
    assert editing.step("plan").agent == "clarity-editor"
    assert editing.claim("clarity-editor").brief["feedback"][0]["reason"] == "still wrong"


def test_an_override_lets_the_chapter_pass_as_it_is(editing: Crew) -> None:
    last = editing.last_event()
    rejected = escalation_of(editing).step
    resolve(editing, "override", resolution="it is meant so")
    assert editing.story(last) == ["resolved edit(01-one)", "completed edit(01-one)", "resumed"]
    row = editing.step("edit", "01-one")
    assert (row.pk, row.status, row.attempt) == (rejected.pk, "completed", 1)
    assert Rejection.objects.get(run=editing.run).resolved is True
    assert ("domain_review", "01-one", 1, "ready") in editing.open()
    assert editing.finish().outcome == "succeeded"


def test_an_abort_ends_the_run_as_rejected(editing: Crew) -> None:
    last = editing.last_event()
    resolve(editing, "abort", resolution="no hope")
    assert editing.story(last) == ["resolved edit(01-one)", "failed"]
    run = editing.fresh()
    assert (run.status, run.outcome, run.reason) == ("failed", "rejected", "no hope")
    assert editing.open() == []
    assert not Rejection.objects.open().filter(run=run).exists()


def test_the_run_waits_until_the_last_escalation_is_resolved(judging: Crew) -> None:
    assert Escalation.objects.open().filter(run=judging.run).count() == 2
    resolve(judging, "override", "01-one")
    assert judging.fresh().status == "paused"
    assert judging.step("validate").status == "rejected"
    with pytest.raises(IllegalMove, match="escalation is open"):
        runs.resume(judging.run, actor="zoe")
    last = judging.last_event()
    resolve(judging, "override", "03-one")
    assert judging.story(last)[1:3] == ["completed validate", "resumed"]
    assert judging.finish().outcome == "succeeded"


def test_an_override_of_one_item_leaves_the_join_to_the_others(judging: Crew) -> None:
    resolve(judging, "override", "01-one")
    resolve(judging, "retry", "03-one")
    assert judging.step("validate").status == "rejected"
    assert judging.open() == [("write", "03-one", 2, "ready")]
    judging.up_to("validate")
    assert judging.step("validate").attempt == 2
    assert judging.finish().outcome == "succeeded"


def test_an_override_after_a_retry_of_the_same_join_waits_for_the_rework(judging: Crew) -> None:
    resolve(judging, "retry", "03-one")
    resolve(judging, "override", "01-one")
    assert judging.step("validate").status == "rejected"
    assert judging.open() == [("write", "03-one", 2, "ready")]
    assert judging.finish().outcome == "succeeded"


def test_an_override_passes_a_join_that_had_sent_back_other_chapters_before(judging: Crew) -> None:
    resolve(judging, "retry", "01-one")
    resolve(judging, "retry", "03-one")
    judging.up_to("validate").claim("validator").reject("style", items=("01-one",))
    assert packet(escalation_of(judging))["choices"][1]["completes"] is True
    resolve(judging, "override", "01-one")
    passed = judging.step("validate")
    assert (passed.attempt, passed.status) == (2, "completed")
    mended = Rejection.objects.get(run=judging.run, item="03-one")
    assert (mended.resolved, mended.resolved_by_step) == (True, passed)
    assert judging.finish().outcome == "succeeded"


def test_with_nothing_upstream_a_retry_asks_the_review_again(released: Crew) -> None:
    last = released.last_event()
    resolve(released, "retry", resolution="look again")
    assert released.story(last) == ["resolved release_check", "routed release_check", "resumed"]
    again = released.claim("release-manager")
    assert (again.name, again.brief["attempt"]) == ("release_check", 2)
    assert [one["reason"] for one in again.brief["feedback"]] == ["no print file"]
    again.complete()
    assert not Rejection.objects.open().filter(run=released.run).exists()


def test_a_review_asked_again_goes_to_its_own_agent_whoever_did_it_last(released: Crew) -> None:
    resolve(released, "retry", agent="style-editor")
    released.claim("style-editor").reject("mechanics", "still none")
    resolve(released, "retry")
    assert released.step("release_check").attempt == 3
    assert released.step("release_check").agent == "release-manager"


def test_an_override_with_nothing_upstream_waives_what_the_review_makes(released: Crew) -> None:
    resolve(released, "override")
    assert released.step("release_check").status == "completed"
    assert not released.run.artifacts.exists()
    assert released.ready() == ["qa"]


def test_an_operators_pause_survives_a_resolution(editing: Crew) -> None:
    book = editing.run.book
    crew = Crew(started(book)).up_to("edit")
    claimed = crew.claim("editor")
    runs.pause(crew.run, actor="zoe", reason="lunch")
    claimed.reject()
    resolve(crew, "retry")
    run = crew.fresh()
    assert (run.status, run.pause_reason, run.reason) == ("paused", "operator", "lunch")
    runs.resume(crew.run, actor="zoe")
    assert crew.claim("style-editor").name == "write"


def test_two_reviews_that_wait_for_the_same_answer_both_get_it(forked: Crew) -> None:
    left, right = forked.claim("left"), forked.claim("right")
    left.reject()
    right.reject()
    assert Escalation.objects.filter(run=forked.run).count() == 1
    resolve(forked, "override")
    assert forked.step("left", "01-one").status == "completed"
    assert forked.step("right", "01-one").status == "completed"
    assert forked.fresh().outcome == "succeeded"


def test_a_retry_of_two_reviews_of_one_text_reworks_it_once(forked: Crew) -> None:
    left, right = forked.claim("left"), forked.claim("right")
    left.reject()
    right.reject()
    last = forked.last_event()
    resolve(forked, "retry")
    assert forked.story(last) == ["resolved left(01-one)", "routed left(01-one)", "resumed"]
    forked.pass_all()
    assert forked.fresh().outcome == "succeeded"


def test_a_retry_asks_every_review_that_waits_with_nothing_upstream() -> None:
    asked = [{**review(name, foreach=False), "consumes": []} for name in ("left", "right")]
    DefinitionFactory(type="twins", steps=[{"name": "draft", "agent": "writer"}, *asked])
    crew = Crew(started(book_of(1), workflow_type="twins")).up_to("left")
    left, right = crew.claim("left"), crew.claim("right")
    left.reject()
    right.reject(reason="nor I")
    last = crew.last_event()
    resolve(crew, "retry", agent="left")
    assert crew.story(last) == ["resolved left", "routed left", "routed right", "resumed"]
    told = [one.payload["rejection"] for one in crew.events(last)[1:3]]
    assert told == list(Rejection.objects.filter(run=crew.run).values_list("pk", flat=True))
    assert crew.open() == [("left", "", 2, "ready"), ("right", "", 2, "ready")]
    assert crew.step("right").agent == "left"
    crew.pass_all()
    assert crew.fresh().outcome == "succeeded"


def test_a_retry_reworks_every_text_whose_review_waits() -> None:
    plan, notes = {"name": "plan", "agent": "planner"}, {"name": "notes", "agent": "noter"}
    DefinitionFactory(
        type="branched",
        steps=[
            plan,
            {**DRAFT, "needs": ["plan"]},
            {**DRAFT, **notes, "needs": ["plan"], "produces": ["layout_plan"]},
            review("left", foreach=True),
            {**review("right", foreach=True), "needs": ["notes"], "consumes": ["layout_plan"]},
        ],
    )
    book = book_of(1)
    configure(book, "branched", config={"max_retries": {"style": 1}})
    crew = Crew(started(book, workflow_type="branched")).up_to("left")
    left, right = crew.claim("left"), crew.claim("right")
    left.reject()
    right.reject()
    assert packet(escalation_of(crew))["choices"][0]["supersedes"] == 2
    resolve(crew, "retry")
    assert crew.open() == [("draft", "01-one", 2, "ready"), ("notes", "01-one", 2, "ready")]
    assert crew.step("notes", "01-one").agent == "noter"
    crew.pass_all()
    assert crew.fresh().outcome == "succeeded"


def test_an_override_of_a_text_that_is_being_mended_has_it_judged_again(forked: Crew) -> None:
    left, right = forked.claim("left"), forked.claim("right")
    left.reject()
    right.reject("clarity")
    assert forked.open() == [("draft", "01-one", 2, "ready")]
    resolve(forked, "override")
    assert forked.step("left", "01-one").status == "rejected"
    forked.claim("clarity-editor").complete()
    assert forked.step("left", "01-one").attempt == 2
    forked.pass_all()
    assert forked.fresh().outcome == "succeeded"


def test_who_acknowledges_has_it(editing: Crew) -> None:
    last, escalation = editing.last_event(), escalation_of(editing)
    answer = escalating.acknowledge(escalation, actor="grace")
    assert (answer["status"], answer["acknowledged_by"]) == ("acknowledged", "grace")
    assert escalating.acknowledge(escalation, actor="grace") == answer
    assert editing.story(last) == ["acknowledged edit(01-one)"]
    with pytest.raises(TakenByAnother, match="grace has escalation"):
        escalating.acknowledge(escalation, actor="zoe")
    resolve(editing, "override")
    with pytest.raises(AlreadyResolved, match=r"override.* by grace"):
        escalating.acknowledge(escalation, actor="grace")
    with pytest.raises(AlreadyResolved, match=r"override.* by grace"):
        escalating.resolve(escalation, Answer("retry", "no"), actor="zoe")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer("", "so be it"), 'no action ""'),
        (Answer("closed", "so be it"), 'no action "closed"; there are abort, override, retry'),
        (Answer("retri", "so be it"), 'did you mean "retry"'),
        (Answer("retry", " "), "in words"),
        (Answer("override", "ok", to_step="write"), "for a retry"),
        (Answer("retry", "ok", to_step="approve"), "approve is no work step upstream of edit"),
        (Answer("retry", "ok", to_step="writ"), 'did you mean "write"'),
        (Answer("retry", "ok", agent="style-editr"), 'did you mean "style-editor"'),
    ],
)
def test_an_answer_that_says_too_little_changes_nothing(
    editing: Crew, answer: Answer, message: str
) -> None:
    last = editing.last_event()
    with pytest.raises(Exception, match=message) as caught:
        escalating.resolve(escalation_of(editing), answer, actor="grace")
    assert "\n" not in str(caught.value)
    assert editing.last_event() == last
    assert escalation_of(editing).status == "pending"


def test_a_repeated_answer_with_its_key_is_the_first(editing: Crew) -> None:
    escalation, answer = escalation_of(editing), Answer("override", "fine")
    first = escalating.resolve(escalation, answer, actor="grace", key="k1")
    last = editing.last_event()
    again = escalating.resolve(escalation, answer, actor="grace", key="k1")
    assert again == json.loads(json.dumps(first, cls=DjangoJSONEncoder))
    assert editing.last_event() == last
