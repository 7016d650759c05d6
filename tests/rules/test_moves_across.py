"""What moved from one chapter to another: only what certainly did."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.redlines import Kind, Redline, across, redline

TOWER = "The keeper of the tower counts each of the stairs aloud.\n\n"
NOBODY = "Nobody who climbed them ever told how many there are.\n\n"
A, B = "# A\n\nOne thing.\n\n", "# B\n\nAnother thing.\n\n"
END = "The end.\n"

Chapters = Mapping[str, tuple[str, str]]


def moved(chapters: Chapters) -> tuple[list[across.Block], dict[str, Redline]]:
    """What moved from chapter to chapter, and each redline with it."""
    drawn = {name: redline(*both) for name, both in chapters.items()}
    old = {name: was for name, (was, _) in chapters.items()}
    new = {name: now for name, (_, now) in chapters.items()}
    found = across.blocks(across.seeds(old, new).values(), drawn)
    return found, {name: across.told(one, name, found)[0] for name, one in drawn.items()}


def figures(one: Redline) -> tuple[int, int, int]:
    return one.words_added, one.words_removed, one.words_moved


def test_a_paragraph_cut_from_one_and_pasted_into_another_moved() -> None:
    found, told = moved({"a": (A + TOWER + END, A + END), "b": (B + END, B + TOWER + END)})
    [block] = found
    assert (block.source, block.old_line, block.target, block.new_line) == ("a", 5, "b", 5)
    [gone] = [row for row in told["a"].rows if row.kind == Kind.MOVED_AWAY and row.old_text.strip()]
    [come] = [row for row in told["b"].rows if row.kind == Kind.MOVED_HERE and row.new_text.strip()]
    assert (gone.old_text, gone.other_line) == (TOWER[:-1], 5)
    assert (come.new_text, come.other_line) == (TOWER[:-1], 5)
    assert figures(told["a"]) == figures(told["b"]) == (0, 0, 11)


def test_the_texts_are_as_they_were() -> None:
    chapters = {"a": (A + TOWER + NOBODY, A), "b": (B, B + TOWER + "Between.\n\n" + NOBODY)}
    _, told = moved(chapters)
    assert {name: (one.old, one.new) for name, one in told.items()} == chapters


parts = st.lists(st.sampled_from([TOWER, NOBODY, A, END, "\n", TOWER.strip(), "- item\n"]))
texts = parts.map("".join)


@given(texts, texts, texts, texts)
def test_whatever_moved_the_texts_are_given_back(a: str, b: str, c: str, d: str) -> None:
    chapters = {"a": (a, b), "b": (c, d)}
    _, told = moved(chapters)
    assert {name: (one.old, one.new) for name, one in told.items()} == chapters
    for one in told.values():
        assert min(figures(one)) >= 0


def test_neighbours_that_went_along_are_one_block_however_short() -> None:
    both = f"## Stairs\n\n{TOWER}Then she sleeps.\n\n{NOBODY}"
    found, told = moved({"a": (A + both + END, A + END), "b": (B + END, B + both + END)})
    [block] = found
    assert (block.old_lines, block.new_lines, block.words) == (8, 8, 26)
    assert figures(told["a"]) == (0, 0, 26)


def test_lines_that_break_elsewhere_are_the_same_words() -> None:
    found, told = moved({"a": (A + TOWER, A), "b": (B, B + TOWER.replace("tower ", "tower\n"))})
    assert [(one.old_lines, one.new_lines) for one in found] == [(2, 3)]
    assert figures(told["b"]) == (0, 0, 11)


def test_a_move_within_a_chapter_keeps_its_own_number() -> None:
    within = A + NOBODY + END + "Last words.\n\n"
    _, told = moved(
        {
            "a": (within + TOWER, A + END + "Last words.\n\n" + NOBODY),
            "b": (B, B + TOWER),
        }
    )
    numbers = {row.move: row.kind for row in told["a"].rows if row.move}
    assert len(numbers) == 2


@pytest.mark.parametrize(
    "chapters",
    [
        pytest.param({"a": (A + TOWER, A), "b": (B, B + TOWER), "c": (TOWER, "")}, id="from two"),
        pytest.param({"a": (A + TOWER, A), "b": (B, B + TOWER), "c": ("", TOWER)}, id="to two"),
        pytest.param({"a": (A + TOWER, A), "b": (B, B + TOWER + TOWER)}, id="twice in one"),
        pytest.param({"a": (A + TOWER, A + TOWER), "b": (B, B + TOWER)}, id="copied"),
        pytest.param({"a": (A + "She sleeps.\n", A), "b": (B, B + "She sleeps.\n")}, id="short"),
        pytest.param(
            {"a": (A + TOWER, A), "b": (B, B + TOWER.replace("aloud", "alone"))}, id="edited"
        ),
        pytest.param(
            {"a": (A + TOWER, A + TOWER.replace("aloud", "alone")), "b": (B, B + TOWER)},
            id="edited where it was",
        ),
    ],
)
def test_where_it_is_not_certain_nothing_is_said(chapters: Chapters) -> None:
    found, told = moved(chapters)
    assert found == []
    assert told == {name: redline(*both) for name, both in chapters.items()}


def test_what_stands_in_a_text_that_did_not_change_is_known() -> None:
    assert across.standing([A + TOWER.replace(" ", "  ")]) == {TOWER.strip()}
