"""The version a run makes: when, from what, and whose it is."""

from typing import Any

import pytest

from books import registry
from books.models import Book, BookVersion
from tests.agents import Claimed, Crew
from tests.factories import book_of, started, write_folder
from workflows import runs
from workflows.errors import Contradiction

pytestmark = pytest.mark.django_db
ONE = {"chapters": "01-one"}
TWO = {"chapters": "02-one"}


def prepare() -> dict[str, str]:
    """Two runs of one book, one for each chapter, that wait at their gates."""
    book = book_of(2)
    first = Crew(started(book, ONE)).up_to("approve").run
    second = Crew(started(book, TWO)).up_to("approve").run
    return {"first": first.public_id, "second": second.public_id}


@pytest.fixture
def first(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["first"])


@pytest.fixture
def second(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["second"])


def finalising(crew: Crew) -> Claimed:
    """Approved, and its last step claimed."""
    crew.decide()
    return crew.claim("production-editor")


def texts(book: Book, number: str) -> dict[str, str]:
    version = BookVersion.objects.numbered(book, number)
    return {one.slug: one.text for one in version.chapters.with_text()}


def latest(book: Book) -> str:
    return BookVersion.objects.latest_of(book).number


def by_hand(crew: Crew, tmp_path: Any, changes: dict[str, str]) -> BookVersion:
    """A snapshot of the book as it was, with these changes."""
    book = Book.objects.get(pk=crew.run.book_id)
    old = {one.path: one.text for one in crew.run.input_version.chapters.with_text()}
    files = {path: text for path, text in {**old, **changes}.items() if text}
    registry.amend(book, source=write_folder(tmp_path / "manuscript", files))
    return registry.snapshot(book)[0]


def test_the_version_is_handed_out_at_the_claim_and_counts_when_the_run_completes(
    first: Crew,
) -> None:
    book, before = first.run.book, texts(first.run.book, "1.0.0")
    claimed = finalising(first)
    assert claimed.brief["version"] == "1.1.0"
    version = BookVersion.objects.numbered(book, "1.1.0")
    assert (version.made_by_run_id, version.parent.number) == (first.run.pk, "1.0.0")  # type: ignore[union-attr]
    assert latest(book) == "1.0.0"
    assert first.fresh().output_version is None
    claimed.complete()
    assert latest(book) == "1.1.0"
    assert first.fresh().as_json()["output_version"] == "1.1.0"
    assert texts(book, "1.1.0") == {**before, "01-one": before["01-one"] + "\nRevised.\n"}
    assert first.events()[-1].payload["output_version"] == "1.1.0"


def test_a_second_try_gets_the_same_version(first: Crew) -> None:
    for verb in ("fail", "release", "complete"):
        claimed = finalising(first) if verb == "fail" else first.claim("production-editor")
        assert claimed.brief["version"] == "1.1.0"
        getattr(claimed, verb)()
    assert first.run.book.versions.count() == 2


def test_texts_equal_to_the_input_make_no_version() -> None:
    crew = Crew(started(book_of(1))).up_to("write")
    claimed = crew.claim("writer")
    claimed.complete(claimed.brief["chapter"]["text"])
    run = crew.finish()
    assert (run.status, run.as_json()["output_version"]) == ("completed", "1.0.0")
    assert run.book.versions.count() == 1


def test_a_failed_runs_version_is_nobodys_latest(first: Crew, second: Crew) -> None:
    finalising(first)
    runs.cancel(first.run, actor="zoe")
    assert latest(first.run.book) == "1.0.0"
    assert first.fresh().output_version is None
    assert started(first.run.book).input_version.number == "1.0.0"
    claimed = finalising(second)
    assert claimed.brief["version"] == "1.2.0"
    claimed.complete()
    assert latest(first.run.book) == "1.2.0"
    before = texts(first.run.book, "1.0.0")
    assert texts(first.run.book, "1.2.0")["01-one"] == before["01-one"]


def test_only_one_run_of_a_book_holds_a_version_at_a_time(first: Crew, second: Crew) -> None:
    second.decide()
    holding = finalising(first)
    assert second.try_claim("production-editor") is None
    holding.fail()
    assert second.try_claim("production-editor") is None
    first.claim("production-editor").complete()
    claimed = second.claim("production-editor")
    assert claimed.brief["version"] == "1.2.0"
    claimed.complete()
    before = texts(first.run.book, "1.0.0")
    revised = {slug: text + "\nRevised.\n" for slug, text in before.items()}
    assert texts(first.run.book, "1.2.0") == revised


def test_a_run_that_ends_without_its_version_lets_the_next_have_one(
    first: Crew, second: Crew
) -> None:
    second.decide()
    finalising(first)
    runs.cancel(first.run, actor="zoe")
    assert second.claim("production-editor").brief["version"] == "1.2.0"


def test_the_worker_of_one_book_is_not_kept_from_another(first: Crew, second: Crew) -> None:
    other = Crew(started(book_of(1))).up_to("approve")
    finalising(first)
    second.decide()
    assert finalising(other).brief["book"] == other.run.book.slug


def test_a_chapter_that_another_run_changed_is_refused_at_the_gate(first: Crew) -> None:
    other = Crew(started(first.run.book, {"chapters": "01-one"})).up_to("edit")
    other.claim("editor").reject()
    other.claim("style-editor").complete("# Chapter 1\n\nAnother text.\n")
    other.up_to("approve")
    claimed, last = finalising(first), other.last_event()
    with pytest.raises(Contradiction, match=f"01-one.*{first.run.public_id}"):
        other.decide()
    claimed.complete()
    with pytest.raises(Contradiction, match=rf"01-one.*1\.1\.0.*{first.run.public_id}"):
        other.decide()
    assert other.events(last) == []
    assert other.step("approve").status == "awaiting_decision"


def test_an_approved_run_conflicts_before_its_version_is_handed_out(first: Crew) -> None:
    other = Crew(started(first.run.book, ONE)).up_to("write")
    other.claim("writer").complete("# Chapter 1\n\nAnother text.\n")
    other.up_to("approve")
    first.decide()
    with pytest.raises(Contradiction, match=f"01-one.*{first.run.public_id}"):
        other.decide()
    runs.cancel(first.run, actor="zoe")
    assert other.decide()["status"] == "completed"


def test_the_same_text_or_another_chapter_is_no_conflict(first: Crew, second: Crew) -> None:
    same = Crew(started(first.run.book, ONE)).up_to("approve")
    finalising(first).complete()
    assert same.decide()["status"] == "completed"
    assert second.decide()["status"] == "completed"


def test_a_chapter_changed_by_hand_is_refused_at_the_gate(first: Crew, tmp_path: Any) -> None:
    made = by_hand(first, tmp_path, {"01-one.md": "# Chapter 1\n\nBy hand.\n"})
    assert made.number == "1.1.0"
    with pytest.raises(Contradiction, match=r"01-one.*1\.1\.0"):
        first.decide()


def test_a_chapter_dropped_by_hand_is_refused_at_the_gate(first: Crew, tmp_path: Any) -> None:
    assert by_hand(first, tmp_path, {"01-one.md": ""}).number == "1.1.0"
    with pytest.raises(Contradiction, match="01-one"):
        first.decide()


def test_what_was_changed_by_hand_elsewhere_is_in_the_new_version(
    first: Crew, tmp_path: Any
) -> None:
    by_hand(first, tmp_path, {"02-one.md": "# Chapter 2\n\nBy hand.\n", "03.md": "# Three\n"})
    finalising(first).complete()
    after = texts(first.run.book, "1.2.0")
    assert after["02-one"] == "# Chapter 2\n\nBy hand.\n"
    assert after["03"] == "# Three\n"
    assert after["01-one"].endswith("Revised.\n")


def test_a_run_on_an_older_version_builds_on_it_and_is_not_refused(first: Crew) -> None:
    book = first.run.book
    finalising(first).complete()
    crew = Crew(started(book, ONE, input_version="1.0.0")).up_to("write")
    assert crew.claim("writer").complete("# Chapter 1\n\nThe old way.\n")
    crew.up_to("approve").decide()
    claimed = crew.claim("production-editor")
    assert claimed.brief["version"] == "1.2.0"
    claimed.complete()
    assert BookVersion.objects.numbered(book, "1.2.0").parent.number == "1.0.0"  # type: ignore[union-attr]
    assert latest(book) == "1.2.0"


def test_a_run_on_the_latest_version_named_is_as_one_without_a_name(first: Crew) -> None:
    crew = Crew(started(first.run.book, ONE, input_version="1.0.0")).up_to("write")
    crew.claim("writer").complete("# Chapter 1\n\nAnother text.\n")
    crew.up_to("approve")
    finalising(first).complete()
    with pytest.raises(Contradiction, match="01-one"):
        crew.decide()


def test_a_rerun_keeps_the_version_it_was_pinned_to(first: Crew) -> None:
    finalising(first).complete()
    pinned = started(first.run.book, ONE, input_version="1.0.0")
    runs.cancel(pinned, actor="zoe")
    again = Crew(runs.rerun(Crew(pinned).fresh(), actor="zoe"))
    assert again.run.input_version.number == "1.0.0"
    again.up_to("write").claim("writer").complete("# Chapter 1\n\nThe old way.\n")
    assert again.finish().output_version.parent.number == "1.0.0"  # type: ignore[union-attr]


def test_a_completed_run_run_again_from_its_end_makes_the_same_version(first: Crew) -> None:
    finalising(first).complete()
    again = Crew(runs.rerun(first.fresh(), actor="zoe", from_step="finalize"))
    claimed = again.claim("production-editor")
    assert claimed.brief["version"] == "1.1.0"
    claimed.complete()
    assert again.fresh().as_json()["output_version"] == "1.1.0"
    assert first.run.book.versions.count() == 2


def test_the_decision_and_the_lock_hold_for_runs_that_make_no_version() -> None:
    book = book_of(1)
    crew = Crew(started(book, workflow_type="w2"))
    other = Crew(started(book)).up_to("approve")
    finalising(other)
    assert crew.finish().status == "completed"
    assert crew.fresh().output_version is None
