"""What a rejection may point at, and what a run may be asked for."""

from pathlib import Path
from typing import Any

import pytest

from books.errors import Unknown
from tests.factories import book_of
from workflows.errors import InvalidInput
from workflows.parameters import checked
from workflows.passages import checked_passages

WHOLE = {"chapter": "01-one", "heading": "One", "quote": "the the", "start": 4, "end": 11}


def test_a_whole_passage_is_kept_as_it_is() -> None:
    assert checked_passages([WHOLE]) == [WHOLE]


@pytest.mark.parametrize("name", list(WHOLE))
def test_what_a_passage_leaves_away_is_null(name: str) -> None:
    part = {key: value for key, value in WHOLE.items() if key != name}
    assert checked_passages([part]) == [{**WHOLE, name: None}]


@pytest.mark.parametrize(
    "wrong",
    [
        "the the",
        None,
        [],
        {},
        {**WHOLE, "colour": "red"},
        {**WHOLE, "chapter": 1},
        {**WHOLE, "start": "4"},
        {**WHOLE, "start": 4.5},
        {**WHOLE, "quote": ["the"]},
    ],
)
def test_a_malformed_passage_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidInput):
        checked_passages([WHOLE, wrong])


@pytest.mark.parametrize("wrong", [{"start": -1}, {"start": 12}, {"start": True}])
def test_offsets_count_from_0_and_the_end_comes_after_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        checked_passages([{**WHOLE, **wrong}])


def test_no_passages_is_fine() -> None:
    assert checked_passages([]) == []


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
