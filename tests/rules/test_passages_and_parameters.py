"""What a rejection may point at, and what a run may be asked for."""

from pathlib import Path
from typing import Any

import pytest

from books.errors import Unknown
from tests.factories import book_of
from workflows.errors import InvalidInput
from workflows.parameters import checked
from workflows.passages import Judged, Passage, checked_passages

TEXTS = {"01-one": "# One\n\nSee the the sea.\n", "02-two": "# Two\n\nMore\n  words.\n"}
WHOLE = {"chapter": "01-one", "heading": "One", "quote": "the the", "start": 11, "end": 18}


def judged(item: str = "01-one", *, has_text: bool = True) -> Judged:
    """A review of these texts; their slugs stand for their digests."""
    return Judged("edit", item, has_text, {slug: slug for slug in TEXTS}, lambda _: TEXTS)


def checked_one(item: str = "01-one", *, has_text: bool = True, **given: Any) -> Passage:
    (passage,) = checked_passages([given], judged(item, has_text=has_text))
    return passage


def test_a_whole_passage_is_kept_as_it_is() -> None:
    assert checked_passages([WHOLE], judged()) == [WHOLE]


@pytest.mark.parametrize(
    "away", [["chapter"], ["heading"], ["quote"], ["start", "end"], ["chapter", "heading", "quote"]]
)
def test_what_a_passage_leaves_away_is_filled_in_from_the_text(away: list[str]) -> None:
    part = {key: value for key, value in WHOLE.items() if key not in away}
    assert checked_passages([part], judged()) == [WHOLE]


def test_what_the_text_does_not_tell_is_null() -> None:
    none = dict.fromkeys(WHOLE)
    assert checked_one(heading="One") == {**none, "chapter": "01-one", "heading": "One"}
    assert checked_one(quote=None) == {**none, "chapter": "01-one"}
    assert checked_one(item="", quote=None) == none


@pytest.mark.parametrize(
    "wrong",
    [
        "the the",
        None,
        [],
        {},
        {**WHOLE, "colour": "red"},
        {**WHOLE, "chapter": 1},
        {**WHOLE, "start": "11"},
        {**WHOLE, "start": 11.5},
        {**WHOLE, "quote": ["the"]},
    ],
)
def test_a_malformed_passage_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidInput, match=r"^passage 2: "):
        checked_passages([WHOLE, wrong], judged())


@pytest.mark.parametrize("wrong", [{"start": -1}, {"start": 19}, {"start": True}])
def test_offsets_count_from_0_and_the_end_comes_after_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=r"goes from start to end, from 0|its start is not True"):
        checked_passages([{**WHOLE, **wrong}], judged())


@pytest.mark.parametrize("name", ["start", "end"])
def test_start_and_end_come_together(name: str) -> None:
    part = {key: value for key, value in WHOLE.items() if key != name}
    with pytest.raises(InvalidInput, match="start and end come together"):
        checked_passages([part], judged())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"start": 12, "end": 18}, 'from 12 to 18 01-one says "he the", not "the the"'),
        ({"start": 11, "end": 11}, 'from 11 to 11 01-one says "", not "the the"'),
        ({"start": 7, "end": 24}, 'says "See the the sea.", not'),
        ({"start": 7, "end": 25}, "01-one has 24 characters, and none from 7 to 25"),
        ({"quote": "the sae"}, '01-one does not say "the sae"'),
        ({"quote": " \n"}, '01-one does not say ""'),
        ({"quote": "More words."}, '01-one does not say "More words."'),
        ({"heading": "Onee"}, '01-one has no heading "Onee"; did you mean "One"?'),
        ({"heading": "Two"}, '01-one has no heading "Two"; there are One'),
        ({"chapter": "02-tow"}, 'no chapter "02-tow"; did you mean "02-two"?'),
        ({"quote": "a" * 5001}, "its quote has 5001 characters; at most 5000"),
        ({"quote": "the\0the"}, "its quote holds a character that no text has"),
        ({"heading": "\ud800"}, "its heading holds a character that no text has"),
    ],
)
def test_what_is_not_in_the_text_is_refused_in_one_line(
    given: dict[str, Any], message: str
) -> None:
    base = {"quote": "the the"} if "start" in given else {}
    with pytest.raises(InvalidInput) as caught:
        checked_one(**base, **given)
    assert str(caught.value).startswith("passage 1: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_range_points_between_two_characters() -> None:
    assert checked_one(start=24, end=24) == {**WHOLE, "start": 24, "end": 24, "quote": ""}
    assert checked_one(start=0, end=0, quote="")["quote"] == ""


def test_evidence_may_stand_in_another_chapter_and_on_two_lines() -> None:
    assert checked_one(chapter="02-two", quote="More words.", heading="# Two") == {
        "chapter": "02-two", "heading": "Two", "quote": "More\n  words.", "start": 7, "end": 20,
    }  # fmt: skip


@pytest.mark.parametrize("given", [{"quote": "the"}, {"heading": "One"}, {"start": 0, "end": 1}])
def test_a_review_of_all_chapters_names_the_one(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="edit judged all chapters: name the one it is in"):
        checked_one(item="", **given)
    assert checked_one(item="", chapter="01-one", **given)["chapter"] == "01-one"


def test_what_judges_no_text_keeps_words_unchecked_and_takes_no_offsets_without_a_chapter() -> None:
    kept = checked_one(item="", has_text=False, heading="Page 3", quote="a smudge")
    assert kept == {**dict.fromkeys(WHOLE), "heading": "Page 3", "quote": "a smudge"}
    with pytest.raises(InvalidInput, match="edit judged none: name the chapter"):
        checked_one(item="", has_text=False, start=1, end=2)
    with pytest.raises(InvalidInput, match='01-one does not say "a smudge"'):
        checked_one(item="", has_text=False, chapter="01-one", quote="a smudge")


def test_a_thousand_passages_and_no_more() -> None:
    assert checked_passages([WHOLE] * 1000, judged()) == [WHOLE] * 1000
    with pytest.raises(InvalidInput, match="1001 passages; a rejection has at most 1000"):
        checked_passages([WHOLE] * 1001, judged())


def test_no_passages_is_fine() -> None:
    assert checked_passages([], judged()) == []


@pytest.fixture
def version(db: None) -> Any:
    return book_of(3).versions.get()


@pytest.mark.parametrize(
    "given",
    [
        "02-one,01-one",
        " 02-one , 01-one ,",
        ["02-one", "01-one"],
        ["02-one", "01-one", "02-one"],
    ],
)
def test_chapters_are_a_list_of_slugs_once_each(version: Any, given: Any) -> None:
    assert checked({"chapters": given}, version) == {"chapters": ["02-one", "01-one"]}


@pytest.mark.parametrize("wrong", [1, None, True, {"01-one": 1}, [1], ["01-one", None]])
def test_chapters_that_are_no_list_are_refused_and_told_how(version: Any, wrong: Any) -> None:
    with pytest.raises(InvalidInput, match="chapters=a,b"):
        checked({"chapters": wrong}, version)


@pytest.mark.parametrize("none", ["", " , ", [], [""]])
def test_naming_no_chapter_is_refused(version: Any, none: Any) -> None:
    with pytest.raises(InvalidInput, match="names none"):
        checked({"chapters": none}, version)


def test_an_unknown_chapter_gets_the_nearest_right_one(version: Any) -> None:
    with pytest.raises(Unknown, match=r'no chapter of .* "02-oen"; did you mean "02-one"?'):
        checked({"chapters": ["01-one", "02-oen"]}, version)


def test_revisions_are_a_folder_kept_as_an_absolute_path(
    version: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "drafts").mkdir()
    monkeypatch.chdir(tmp_path)
    kept = checked({"revisions": "drafts"}, version)["revisions"]
    assert kept == str((tmp_path / "drafts").resolve())


@pytest.mark.parametrize("wrong", ["nowhere", "", 1, None, ["a"]])
def test_revisions_that_are_no_folder_are_refused(version: Any, wrong: Any) -> None:
    with pytest.raises(InvalidInput, match="no folder"):
        checked({"revisions": wrong}, version)


def test_further_parameters_are_kept_as_they_are(version: Any) -> None:
    further = {"goal": "clearer", "depth": 3, "deep": {"list": [None, True]}}
    assert checked(further, version) == further
