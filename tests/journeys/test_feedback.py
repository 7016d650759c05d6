"""What playtests ask of a book: kept by item, planned by a run, answered by a version."""

import json
from typing import Any

import pytest

from artifacts import store
from artifacts.models import FeedbackItem
from artifacts.registry import Handed
from books import registry
from books.models import Book
from tests.agents import Claimed, Crew
from tests.factories import DefinitionFactory, book_of, started, write_folder
from workflows import outputs, runs
from workflows.errors import Contradiction, InvalidInput, WorkflowsError

pytestmark = pytest.mark.django_db
DARK: dict[str, Any] = {"key": "too-dark", "chapter": "01-one", "text": "Nobody finds the door."}
SLOW: dict[str, Any] = {"key": "too-slow", "chapter": "02-one", "severity": "minor"}
WHOLE: dict[str, Any] = {"key": "no-index", "text": "Where is the index?"}
JUDGED = (
    {"name": "ask", "agent": "analyst", "produces": ["playtest_feedback"]},
    {"name": "judge", "kind": "review", "agent": "judge", "consumes": ["playtest_feedback"]},
)


def asking(*items: Any) -> Handed:
    content = json.dumps({"items": items}).encode()
    return Handed.of_bytes("playtest_feedback", "playtest-feedback.json", content)


def reporting(book: Book) -> Claimed:
    """The last step of a playtest in hand."""
    crew = Crew(started(book, workflow_type="w4")).up_to("feedback")
    return crew.claim("playtest-analyst")


def played(book: Book, *items: Any) -> str:
    """A completed playtest that asks this; the id of what it handed in."""
    claimed = reporting(book)
    claimed.complete(handed=[asking(*items)])
    return str(claimed.row().artifacts.get().public_id)


def planned(book: Book, *keys: str, **more: Any) -> Crew:
    """An editing run whose plan answers these."""
    crew = Crew(started(book, **more))
    crew.claim("project-manager").complete(result={"answers": list(keys)})
    return crew


def standing(book: Book) -> list[tuple[str, str | None, str | None]]:
    """Key, planning run and answering version of each item, oldest first."""
    rows = [item.as_json() for item in FeedbackItem.objects.for_json().filter(book=book)]
    return [(one["key"], one["planned_by_run"], one["answered_by_version"]) for one in rows]


def plan_refused(crew: Crew, answers: Any, error: type[WorkflowsError], message: str) -> None:
    """A plan of these answers is refused and leaves no trace."""
    claimed, before = crew.claim("project-manager"), standing(crew.run.book)
    with pytest.raises(error, match=message):
        claimed.complete(result={"answers": answers})
    assert (claimed.row().status, standing(crew.run.book)) == ("running", before)
    assert not crew.run.artifacts.exists()


@pytest.fixture
def book() -> Book:
    return book_of(2)


@pytest.fixture
def asked(book: Book) -> Book:
    """The book, once a playtest has asked for three things."""
    played(book, DARK, SLOW, WHOLE)
    return book


def test_a_completed_playtest_opens_its_items(book: Book, run_command: Any) -> None:
    said = {**DARK, "heading": "The door", "rejection_type": "clarity", "quote": "dark"}
    artifact = played(book, said, SLOW)
    nothing = {"planned_by_run": None, "answered_by_version": None}
    blank = {"heading": None, "rejection_type": None, "quote": None, "text": None}
    found = {"book": book.slug, "artifact": artifact, **nothing}
    assert run_command("feedback_list") == [
        {**found, **blank, **SLOW},
        {**found, "severity": None, **said},
    ]


def test_the_list_is_by_book_and_of_what_is_open(asked: Book, run_command: Any) -> None:
    played(book_of(1), {"key": "other"})
    planned(asked, "too-dark").finish()

    def keys(*options: str) -> list[str]:
        return [item["key"] for item in run_command("feedback_list", *options)]

    assert keys() == ["other", "no-index", "too-slow", "too-dark"]
    assert keys("--book", asked.slug) == ["no-index", "too-slow", "too-dark"]
    assert keys("--book", asked.slug, "--open") == ["no-index", "too-slow"]
    assert keys("--open", "--limit", "1") == ["other"]


def test_the_list_of_an_unknown_book_is_refused(asked: Book, refused: Any) -> None:
    assert f'did you mean "{asked.slug}"?' in refused("feedback_list", "--book", f"{asked.slug}s")


def test_a_cancelled_playtest_asks_for_nothing(book: Book) -> None:
    claimed = reporting(book)
    runs.pause(claimed.row().run, actor="zoe")
    claimed.complete(handed=[asking(DARK)])
    assert standing(book) == []
    runs.cancel(claimed.row().run, actor="zoe")
    assert standing(book) == []


def test_a_playtest_that_completes_when_resumed_asks_then(book: Book) -> None:
    claimed = reporting(book)
    runs.pause(claimed.row().run, actor="zoe")
    claimed.complete(handed=[asking(DARK)])
    runs.resume(claimed.row().run, actor="zoe")
    assert standing(book) == [("too-dark", None, None)]


def test_what_is_registered_and_not_handed_in_asks_for_nothing(book: Book) -> None:
    claimed = reporting(book)
    row = claimed.row()
    outputs.add(row.run, asking(DARK), actor="ada", step_id=str(row.pk), lease=claimed.lease)
    claimed.complete(handed=[asking(SLOW)])
    assert standing(book) == [("too-slow", None, None)]


def test_of_what_a_review_sent_back_only_the_last_attempt_counts(book: Book) -> None:
    DefinitionFactory(type="judged", steps=JUDGED)
    crew = Crew(started(book, workflow_type="judged"))
    crew.claim("analyst").complete(handed=[asking(DARK, SLOW)])
    crew.claim("judge").reject("scope")
    crew.claim("analyst", "scope-reviewer").complete(handed=[asking(SLOW, WHOLE)])
    assert standing(book) == []
    crew.finish()
    assert standing(book) == [("too-slow", None, None), ("no-index", None, None)]


def test_a_rerun_asks_what_it_reuses_once(book: Book) -> None:
    DefinitionFactory(type="judged", steps=JUDGED)
    first = Crew(started(book, workflow_type="judged"))
    first.claim("analyst").complete(handed=[asking(DARK)])
    runs.cancel(first.fresh(), actor="zoe")
    again = Crew(runs.rerun(first.fresh(), actor="zoe"))
    again.finish()
    assert standing(book) == [("too-dark", None, None)]
    assert FeedbackItem.objects.get().artifact.run == first.run
    planned(book, "too-dark").finish()
    Crew(runs.rerun(again.fresh(), actor="zoe", from_step="judge")).finish()
    assert [answer for _, _, answer in standing(book)] == ["1.1.0"]


def test_whatever_an_item_holds_is_kept_as_far_as_it_can_be(book: Book) -> None:
    items = (
        {"key": "a" * 300, "chapter": "99-none", "severity": 3, "quote": ["no"]},
        {"text": "\0half \ud800", "rejection_type": "a word that is none of the four"},
        7,
        {**DARK, "key": "twice"},
        {**SLOW, "key": "twice"},
    )
    kept = store.keep(json.dumps({"items": items}).encode())
    reporting(book).complete(handed=[Handed("playtest_feedback", "unchecked.json", kept)])
    first, unnamed, *twice = FeedbackItem.objects.order_by("pk")
    assert first.key == "a" * 200
    assert (first.chapter, first.severity, first.quote) == ("99-none", "3", "")
    assert (unnamed.key, unnamed.text) == (f"{kept.digest[:8]}-2", "half ?")
    assert unnamed.rejection_type == "a word that is none"
    assert [one.key for one in twice] == ["twice", f"{kept.digest[:8]}-5"]


def test_a_plan_is_told_what_is_open_and_takes_up_what_it_answers(asked: Book) -> None:
    crew = Crew(started(asked))
    claimed = crew.claim("project-manager")
    told = claimed.brief["feedback_items"]
    assert [item["key"] for item in told] == ["too-dark", "too-slow", "no-index"]
    assert told[0]["text"] == "Nobody finds the door."
    claimed.complete(result={"answers": ["too-dark", "no-index"]})
    mine = crew.run.public_id
    assert standing(asked) == [
        ("too-dark", mine, None),
        ("too-slow", None, None),
        ("no-index", mine, None),
    ]
    other = Crew(started(asked)).claim("project-manager")
    told = other.brief["feedback_items"]
    assert [item["planned_by_run"] for item in told] == [mine, None, mine]


def test_who_writes_is_told_what_was_planned_about_the_chapter_and_the_whole(asked: Book) -> None:
    crew = planned(asked, "too-dark", "no-index")
    told = {}
    for _ in range(2):
        claimed = crew.claim("writer")
        told[claimed.item] = [item["key"] for item in claimed.brief["feedback_items"]]
        claimed.complete()
    assert told == {"01-one": ["too-dark", "no-index"], "02-one": ["no-index"]}
    validating = crew.up_to("validate").claim("validator")
    assert [one["key"] for one in validating.brief["feedback_items"]] == ["too-dark", "no-index"]


@pytest.mark.parametrize("answers", ["too-dark", [1], {"too-dark": 1}, None])
def test_answers_that_are_no_list_of_keys_are_refused(asked: Book, answers: Any) -> None:
    plan_refused(Crew(started(asked)), answers, InvalidInput, "not a list of keys")


def test_an_unknown_key_gets_the_nearest_right_one(asked: Book) -> None:
    message = 'no open feedback item "to-dark"; did you mean "too-dark"'
    plan_refused(Crew(started(asked)), ["too-slow", "to-dark"], InvalidInput, message)


def test_what_another_run_has_planned_is_refused(asked: Book) -> None:
    first = planned(asked, "too-dark")
    message = f'run {first.run} has planned the feedback item "too-dark"'
    plan_refused(Crew(started(asked)), ["too-slow", "too-dark"], Contradiction, message)


def test_what_a_version_has_answered_is_refused(asked: Book) -> None:
    planned(asked, "too-dark").finish()
    message = 'version 1.1.0 has answered the feedback item "too-dark" already'
    plan_refused(Crew(started(asked)), ["too-dark"], Contradiction, message)


def test_the_key_of_another_book_is_unknown(asked: Book) -> None:
    other = book_of(1)
    plan_refused(Crew(started(other)), ["too-dark"], InvalidInput, "there are none")


def test_a_result_of_another_step_may_say_answers(asked: Book) -> None:
    crew = planned(asked, "too-dark").up_to("write")
    crew.claim("writer").complete(result={"answers": ["too-slow", 7]})
    assert standing(asked)[1] == ("too-slow", None, None)


def test_a_version_answers_what_its_run_planned(asked: Book) -> None:
    crew = planned(asked, "too-dark")
    crew.up_to("approve").decide()
    assert standing(asked)[0] == ("too-dark", crew.run.public_id, None)
    crew.finish()
    assert standing(asked) == [
        ("too-dark", crew.run.public_id, "1.1.0"),
        ("too-slow", None, None),
        ("no-index", None, None),
    ]


def test_an_unchanged_text_answers_nothing(asked: Book) -> None:
    crew = planned(asked, "too-dark")
    while claimed := crew.try_claim("writer"):
        claimed.complete(claimed.brief["chapter"]["text"])
    run = crew.finish()
    assert (run.status, run.output_version) == ("completed", run.input_version)
    assert standing(asked)[0] == ("too-dark", None, None)


def test_what_two_playtests_ask_is_planned_and_answered_as_one(asked: Book) -> None:
    played(asked, DARK)
    crew = planned(asked, "too-dark")
    played(asked, DARK, SLOW)
    mine = crew.run.public_id
    assert [by for key, by, _ in standing(asked) if key == "too-dark"] == [mine] * 3
    crew.finish()
    answered = [(key, version) for key, _, version in standing(asked) if version]
    assert answered == [("too-dark", "1.1.0")] * 3


def test_what_is_asked_again_after_it_was_answered_is_open_again(asked: Book) -> None:
    planned(asked, "too-dark").finish()
    played(asked, DARK)
    assert standing(asked)[-1] == ("too-dark", None, None)
    planned(asked, "too-dark").finish()
    assert [version for key, _, version in standing(asked) if key == "too-dark"] == [
        "1.1.0",
        "1.2.0",
    ]


@pytest.mark.parametrize("end", ["cancel", "fail", "reject"])
def test_a_run_that_ends_otherwise_lets_go_of_what_it_planned(asked: Book, end: str) -> None:
    crew = planned(asked, "too-dark")
    if end == "cancel":
        runs.cancel(crew.run, actor="zoe")
    elif end == "fail":
        for _ in range(3):
            crew.claim("writer").fail()
    else:
        crew.up_to("approve").decide("reject", reason="no")
    assert crew.fresh().status == "failed"
    assert standing(asked)[0] == ("too-dark", None, None)
    assert planned(asked, "too-dark").run.public_id == standing(asked)[0][1]


def test_a_rerun_plans_again_what_is_free(asked: Book) -> None:
    crew = planned(asked, "too-dark", "too-slow", "no-index")
    runs.cancel(crew.run, actor="zoe")
    planned(asked, "no-index").finish()
    other = planned(asked, "too-slow")
    again = Crew(runs.rerun(crew.fresh(), actor="zoe"))
    assert again.step("plan").reused_from is not None
    assert [(by, version) for _, by, version in standing(asked)] == [
        (again.run.public_id, None),
        (other.run.public_id, None),
        (standing(asked)[2][1], "1.1.0"),
    ]


def test_a_plan_made_again_lets_go_of_what_it_no_longer_names(asked: Book) -> None:
    crew = planned(asked, "too-dark", "too-slow")
    crew.up_to("approve").request_changes(to_step="plan", rejection_type="scope")
    claimed = crew.claim("project-manager", "scope-reviewer")
    assert len(claimed.brief["feedback_items"]) == 3
    claimed.complete(result={"answers": ["too-slow", "no-index", "no-index"]})
    assert [by for _, by, _ in standing(asked)] == [None, crew.run.public_id, crew.run.public_id]


def test_a_snapshot_answers_nothing(asked: Book, tmp_path: Any) -> None:
    crew = planned(asked, "too-dark", parameters={"chapters": ["01-one"]})
    files = {"01-one.md": "# Chapter 1\n\nSome words here.\n", "02-one.md": "# Other\n"}
    registry.amend(asked, source=write_folder(tmp_path / "manuscript", files))
    assert registry.snapshot(asked)[0].number == "1.1.0"
    assert standing(asked)[0] == ("too-dark", crew.run.public_id, None)
    crew.finish()
    assert standing(asked)[0] == ("too-dark", crew.run.public_id, "1.2.0")
