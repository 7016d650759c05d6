"""What a rejection points at is in the text that was rejected, or nothing is written."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from books.models import Book
from config.seeding import seed
from events.models import Event, Rejection
from tests.agents import Claimed, Crew
from tests.factories import BookFactory, BookVersionFactory, book_of, started
from workflows import lifecycle, texts
from workflows.errors import InvalidInput, StaleLease
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db
OLD = {
    "01-one.md": "# One\n\nOld words of one.\n",
    "02-two.md": "# Two\n\nOld words of two.\n\n## More\n\nOld words again.\n",
    "03-three.md": "# Three\n\nOld words of three.\n",
}
NEW = "# One\n\nThe crew walks\nby night.\n\n## Camp\n\nThe crew rests by day.\n"
NULLS = dict.fromkeys(("chapter", "heading", "quote", "start", "end"))


def prepare() -> dict[str, str]:
    """Runs that work on the first two of three chapters, the first of them written anew; one
    run for the PDF."""
    version = BookVersionFactory(book=BookFactory(slug="red"), texts=OLD)
    runs = {"pdf": Crew(started(version.book, workflow_type="w2")).up_to("edit_pdf")}
    for name in ("edit", "validate", "approve"):
        crew = Crew(started(version.book, {"chapters": ["01-one", "02-two"]})).up_to("write")
        crew.claim("writer").complete(NEW)
        runs[name] = crew.up_to("" if name == "approve" else name)
    return {name: crew.run.public_id for name, crew in runs.items()}


@pytest.fixture
def at(prepared: dict[str, str]) -> Callable[[str], Crew]:
    return lambda name: Crew(prepared[name])


def refusal(act: Callable[[], Any]) -> str:
    """Why `act` was refused, in one line and with nothing written."""
    events = Event.objects.count()
    with pytest.raises(InvalidInput) as caught:
        act()
    assert (Event.objects.count(), Rejection.objects.count()) == (events, 0)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_quote_is_found_in_the_text_that_was_reviewed(at: Any) -> None:
    at("edit").claim("editor").reject(passages=[{"quote": "walks by night"}])
    assert Rejection.objects.get().passages == [
        {
            "chapter": "01-one", "heading": "One", "quote": "walks\nby night",
            "start": NEW.index("walks"), "end": NEW.index("night") + 5,
        }
    ]  # fmt: skip


def test_the_text_before_the_run_is_not_the_one_that_was_reviewed(at: Any) -> None:
    claimed = at("edit").claim("editor")
    said = refusal(lambda: claimed.reject(passages=[{"quote": "Old words"}]))
    assert said == 'passage 1: 01-one does not say "Old words"'


def test_a_quote_found_twice_has_offsets_only_under_its_heading(at: Any) -> None:
    twice, under = {"quote": "The crew"}, {"quote": "The crew", "heading": "## Camp"}
    at("edit").claim("editor").reject(passages=[twice, under])
    first, second = Rejection.objects.get().passages
    assert first == {**NULLS, "chapter": "01-one", "quote": "The crew"}
    start = NEW.rindex("The crew")
    assert second == {
        "chapter": "01-one", "heading": "Camp", "quote": "The crew", "start": start,
        "end": start + 8,
    }  # fmt: skip


def test_after_a_refusal_the_lease_holds_and_the_review_rejects_again(at: Any) -> None:
    claimed = at("edit").claim("editor")
    wrong = [{"start": 0, "end": 5, "quote": "# One"}, {"start": 1, "end": 5, "quote": "# One"}]
    said = refusal(lambda: claimed.reject(passages=wrong, key="k"))
    assert said == 'passage 2: from 1 to 5 01-one says "One", not "# One"'
    assert claimed.row().status == "running"
    assert claimed.reject(passages=wrong[:1], key="k")["status"] == "rejected"
    assert claimed.reject(passages=wrong[:1], key="k")["status"] == "rejected"
    assert len(Rejection.objects.get().passages) == 1


def test_evidence_may_stand_in_any_chapter_of_the_version(at: Any) -> None:
    claimed = at("edit").claim("editor")
    said = refusal(lambda: claimed.reject(passages=[{"chapter": "03-tree", "quote": "Old"}]))
    assert 'no chapter "03-tree"; did you mean "03-three"?' in said
    elsewhere = [{"chapter": "03-three", "quote": "Old"}, {"chapter": "02-two", "quote": "Revised"}]
    claimed.reject(passages=elsewhere)
    old, revised = Rejection.objects.get().passages
    assert (old["heading"], old["start"]) == ("Three", 9)
    assert (revised["heading"], revised["start"]) == ("More", len(OLD["02-two.md"]) + 1)


def test_a_review_of_all_chapters_points_into_each_as_the_run_has_it(at: Any) -> None:
    claimed = at("validate").claim("validator")
    said = refusal(lambda: claimed.reject(items=("all",), passages=[{"quote": "by night"}]))
    assert said == "passage 1: validate judged all chapters: name the one it is in"
    given = [
        {"chapter": "01-one", "quote": "by night"},
        {"chapter": "02-two", "start": 0, "end": 5},
        {"chapter": "03-three", "heading": "Three"},
    ]
    claimed.reject(items=("01-one",), passages=given)
    new, same, out_of_scope = Rejection.objects.get().passages
    assert new["start"] == NEW.index("by night")
    assert same == {**NULLS, **given[1], "quote": "# Two", "heading": "Two"}
    assert out_of_scope == {**NULLS, **given[2]}


def test_changes_requested_at_a_gate_are_checked_alike(
    at: Any, run_command: Any, refused: Any
) -> None:
    gate = at("approve")
    asked = ["gate_decide", gate.run.public_id, "--decision=request_changes", "--type=style",
             "--reason=dull", "--items=01-one", "--actor=grace", "--passages"]  # fmt: skip
    wrong = json.dumps([{"chapter": "01-one", "quote": "Old words"}])
    assert refused(*asked, wrong) == 'passage 1: 01-one does not say "Old words"'
    assert gate.step("approve").status == "awaiting_decision"
    assert not Rejection.objects.exists()
    run_command(*asked, json.dumps([{"chapter": "01-one", "quote": "rests by day"}]))
    (passage,) = Rejection.objects.get().passages
    assert NEW[passage["start"] : passage["end"]] == "rests by day"
    assert passage["heading"] == "Camp"


def test_a_review_of_a_pdf_quotes_what_no_chapter_says(at: Any) -> None:
    claimed = at("pdf").claim("pdf-editor")
    said = refusal(lambda: claimed.reject(passages=[{"start": 0, "end": 3}]))
    assert said == (
        "passage 1: start and end count in a chapter's text, and edit_pdf judged none: "
        "name the chapter, or leave them away"
    )
    claimed.reject(passages=[{"heading": "Page 3", "quote": "a smudge"}])
    (passage,) = Rejection.objects.get().passages
    assert passage == {**NULLS, "heading": "Page 3", "quote": "a smudge"}


def test_the_handler_is_shown_the_passages(at: Any) -> None:
    crew = at("edit")
    crew.claim("editor").reject(passages=[{"quote": "by night"}])
    mending = crew.claim("style-editor")
    (feedback,) = mending.brief["feedback"]
    (passage,) = feedback["passages"]
    assert mending.brief["chapter"]["text"][passage["start"] : passage["end"]] == "by night"


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written meanwhile is taken back."""
    before = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(before)


def queries(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured.captured_queries)


def test_many_passages_cost_no_more_queries_than_one(prepared: dict[str, str]) -> None:
    crew = Crew(prepared["edit"])
    one = [{"chapter": "03-three", "quote": "Old"}]
    many = [{"chapter": path[:-3], "heading": path[3:-3].capitalize()} for path in OLD] * 300
    claimed = crew.claim("editor")
    counted = []
    for passages in (one, many):
        with taken_back():
            counted.append(queries(lambda given=passages: claimed.reject(passages=given)))
    assert counted[0] == counted[1]


WORDS = st.sampled_from(["crew", "The", "night", "\n", " ", "walks\nby", "Camp", "Old", "."])
GIVEN = st.fixed_dictionaries(
    {},
    optional={
        "chapter": st.sampled_from(["01-one", "02-two", "03-three", "04-four", None]),
        "heading": st.sampled_from(["One", "# Two", "Camp", "Nowhere", None]),
        "quote": st.one_of(st.none(), st.lists(WORDS, max_size=3).map("".join)),
        "start": st.one_of(st.none(), st.integers(-1, 80)),
        "end": st.one_of(st.none(), st.integers(0, 80)),
    },
)


def test_whatever_is_given_is_refused_without_a_row_or_stands_in_the_text(at: Any) -> None:
    claimed: Claimed = at("edit").claim("editor")
    now = {path[:-3]: text for path, text in OLD.items()}
    now |= {"01-one": NEW, "02-two": now["02-two"] + "\nRevised.\n"}

    @settings(max_examples=300)
    @given(st.lists(GIVEN, min_size=1, max_size=2))
    def holds(passages: list[dict[str, Any]]) -> None:
        events, said = Event.objects.count(), ""
        with taken_back():
            try:
                claimed.reject(passages=passages)
            except InvalidInput as refusal:
                said = str(refusal)
                kept: list[Any] = []
            else:
                kept = Rejection.objects.get().passages
            assert bool(said) == (Event.objects.count() == events)
        assert "\n" not in said
        assert len(kept) == (0 if said else len(passages))
        for one in kept:
            if one["start"] is not None:
                assert now[one["chapter"]][one["start"] : one["end"]] == one["quote"]

    holds()


def test_a_real_chapter_quoted_over_the_ends_of_its_lines(
    razorweave: Path, run_command: Any
) -> None:
    seed()
    run_command("book_register", "--slug", "razorweave", "--title", "Razorweave",
                "--source", razorweave / "1.2.0" / "chapters")  # fmt: skip
    chapters = Book.objects.named("razorweave").versions.get().chapters.with_text()
    longest = max(chapters, key=lambda one: len(one.text))
    run = run_command("workflow_start", "--type=w1", "--book=razorweave",
                      "--param", f"chapters={longest.slug}")["id"]  # fmt: skip
    crew = Crew(WorkflowRun.objects.named(run)).up_to("edit")
    text = longest.text + "\nRevised.\n"
    middle = text.index("\n\n", len(text) // 2)
    start, end = text.rindex(" ", 0, middle - 20) + 1, text.index(" ", middle + 20)
    assert "\n" in text[start:end]
    crew.claim("editor").reject(passages=[{"quote": " ".join(text[start:end].split())}])
    (passage,) = Rejection.objects.get().passages
    assert (passage["start"], passage["end"]) == (start, end)
    assert passage["quote"] == text[start:end]
    assert passage["heading"]
    assert f" {passage['heading']}\n" in text[:start]


def test_a_text_is_read_before_the_run_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    claimed = Crew(started(book_of(1))).up_to("edit").claim("editor")
    locked: list[bool] = []
    read = texts.read

    def noting(digests: Any) -> Any:
        locked.append(lifecycle._open.get() is not None)
        return read(digests)

    monkeypatch.setattr(texts, "read", noting)
    claimed.reject(passages=[{"quote": "Some words"}])
    assert locked == [False]


def test_without_the_lease_the_lease_is_what_is_missed() -> None:
    claimed = Crew(started(book_of(1))).up_to("edit").claim("editor")
    claimed.release()
    with pytest.raises(StaleLease):
        claimed.reject(passages=[{"quote": "not there"}])


def test_a_repeated_rejection_with_its_key_is_the_first() -> None:
    claimed = Crew(started(book_of(1))).up_to("edit").claim("editor")
    first = claimed.reject(passages=[{"quote": "Some words"}], key="k1")
    again = claimed.reject(passages=[{"quote": "Some words"}], key="k1")
    assert again["status"] == first["status"] == "rejected"
    assert Rejection.objects.count() == 1


@pytest.mark.parametrize(
    "passage",
    [
        {"heading": "Camp", "quote": "The crew walks"},
        {"heading": "Camp", "start": 0, "end": 5},
    ],
)
def test_what_stands_under_another_heading_is_refused(passage: dict[str, Any]) -> None:
    version = BookVersionFactory(book=BookFactory(), texts=OLD)
    crew = Crew(started(version.book)).up_to("write")
    crew.claim("writer").complete(NEW)
    judging = crew.claim("editor")
    with pytest.raises(InvalidInput, match='stands under "One", not "Camp"'):
        judging.reject(passages=[passage])
    judging.reject(passages=[{"heading": "One", "quote": "The crew rests"}])
    (kept,) = Rejection.objects.get().passages
    assert (kept["heading"], kept["quote"]) == ("One", "The crew rests")


def test_passages_come_from_a_file_too(tmp_path: Path, run_command: Any) -> None:
    claimed = Crew(started(book_of(1))).up_to("edit").claim("editor")
    file = tmp_path / "passages.json"
    file.write_text(json.dumps([{"quote": "Some words"}]))
    run_command("work_reject", "--step", claimed.id, "--lease", claimed.lease, "--type", "style",
                "--reason", "no", "--passages", f"@{file}", "--actor", claimed.worker)  # fmt: skip
    assert Rejection.objects.get().passages[0]["quote"] == "Some words"
