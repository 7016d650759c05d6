"""What a redline shows, and that nothing is lost in it."""

import cProfile
import pstats
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.chapter_text import word_count
from books.manuscript import read
from books.redlines import Kind, PieceKind, Redline, Row, redline

WORDS = ["Roll", "two", "dice.", "**dice**,", "the", "## Head", "- item", "| a |", "\n", " "]
prose = st.lists(st.sampled_from([*WORDS, "  \n", "\r\n", "\t", "é", "\u2028", "a b c d e f g\n"]))
quoted = st.lists(st.sampled_from(["> a b\n", ">   c\n", ">\n", "\n", "a b c\n", "\n\n", "a b "]))
texts = st.one_of(prose.map(" ".join), prose.map("".join), quoted.map("".join), st.text())
MARKS = {
    PieceKind.ADDED: "{+%s+}",
    PieceKind.REMOVED: "[-%s-]",
    PieceKind.SPACE_ADDED: "{%s}",
    PieceKind.SPACE_REMOVED: "[%s]",
}


@given(texts, texts)
def test_a_redline_gives_back_both_texts(old: str, new: str) -> None:
    found = redline(old, new)
    assert (found.old, found.new) == (old, new)


@given(texts, texts)
def test_rows_know_where_they_stand_in_both_texts(old: str, new: str) -> None:
    at, old_line, new_line = 0, 1, 1
    for row in redline(old, new).rows:
        assert (row.new_start, row.new_line) == ((at, new_line) if row.new_text else (None, None))
        assert row.old_line == (old_line if row.old_text else None)
        at, new_line = at + len(row.new_text), new_line + row.new_text.count("\n")
        old_line += row.old_text.count("\n")


@given(texts, texts)
def test_words_added_less_words_removed_is_what_the_text_grew(old: str, new: str) -> None:
    found = redline(old, new)
    assert found.words_added - found.words_removed == word_count(new) - word_count(old)


@given(texts, texts)
def test_both_ends_of_a_move_are_there_and_know_of_each_other(old: str, new: str) -> None:
    moved = [row for row in redline(old, new).rows if row.move]
    away = {row.move: row for row in reversed(moved) if row.kind == Kind.MOVED_AWAY}
    here = {row.move: row for row in reversed(moved) if row.kind == Kind.MOVED_HERE}
    assert away.keys() == here.keys()
    for number, row in away.items():
        assert here[number].other_line == row.old_line
        assert row.other_line == here[number].new_line


@given(texts, texts, st.integers(0, 3))
def test_folds_hide_only_what_reads_as_it_did(old: str, new: str, context: int) -> None:
    found = redline(old, new)
    stretches = found.stretches(context)
    assert [row for one in stretches for row in one.rows] == list(found.rows)
    assert all(row.stays for one in stretches if one.folded for row in one.rows)
    assert all(one.rows == found.rows[one.start : one.end] for one in stretches)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Roll two dice now.", "Roll three dice now.", "Roll [-two-]{+three+} dice now."),
        ("Roll dice now.", "Roll dice now, friend.", "Roll dice now{+, friend+}."),
        ("A **bold** word", "A bold word", "A [-**-]bold[-**-] word"),
        ("the“quote”ends here", 'the "quote" ends here', 'the[-“-]{+ "+}quote[-”-]{+" +}ends here'),
        ("say foo", "say foo bar", "say foo{+ bar+}"),
        ("a b c d e f.", "a b c d e f!", "a b c d e f[-.-]{+!+}"),
    ],
)
def test_words_are_compared_with_their_signs(old: str, new: str, told: str) -> None:
    assert marked(redline(old, new)) == [f"changed {told}"]


def test_a_rewritten_paragraph_is_removed_and_added_whole() -> None:
    old = "The dwarves of the north keep their gold under the mountain.\n"
    new = "Whoever sails the southern sea must first pay a toll in salt.\n"
    assert [row.kind for row in redline(old, new).rows] == [Kind.REMOVED, Kind.ADDED]


def test_a_word_that_stayed_amid_other_words_is_no_confetti() -> None:
    old = "When dice fall, count every pip the lucky players at our table see, then sing aloud."
    new = "When dice fall, add marks of the unlucky ones you meet, then sing aloud."
    assert sum(len(row.pieces) for row in redline(old, new).rows) <= 5


def test_a_paragraph_broken_otherwise_differs_in_white_space_alone() -> None:
    old = "Roll the dice,\n        count them\n        and tell.\n\nThen rest.\n"
    found = redline(old, "Roll the dice, count them and tell.\n\nThen rest.\n")
    broken = "[\n       ]"
    assert marked(found)[0] == f"changed Roll the dice,{broken} count them{broken} and tell.\n"
    assert (found.rows[0].rebroken, found.only_space) == (True, True)
    assert (found.words_added, found.words_removed) == (0, 0)


def test_a_quotation_broken_otherwise_does_too_but_for_its_marks() -> None:
    found = redline("> Roll the dice,\n>   count them.\n", "> Roll the dice, count them.\n")
    assert marked(found) == ["changed > Roll the dice,[\n>  ] count them.\n"]
    assert found.only_space


def test_an_indent_is_white_space_that_is_shown() -> None:
    found = redline("- a\n- b\n", "- a\n  - b\n")
    assert marked(found) == ["same - a\n", "changed {  }- b\n"]
    assert (found.rows[1].only_space, found.rows[1].rebroken) == (True, False)


def test_a_paragraph_cut_in_two_shows_the_cut() -> None:
    one, two = "The dice are rolled by whoever acts.", "All others wait until the sum is told."
    found = redline(f"{one} {two}\n", f"{one}\n\n{two}\n")
    assert marked(found) == [f"changed {one}[- -]{{+\n\n+}}{two}\n"]
    assert (found.words_added, found.words_removed) == (0, 0)


def paragraphs(*numbers: int) -> str:
    return "\n\n".join(
        f"## Rule {n}\n\nThe rule numbered {n} is told at table {n}." for n in numbers
    )


def test_a_block_that_moved_is_neither_added_nor_removed() -> None:
    found = redline(paragraphs(1, 2, 3, 4, 5), paragraphs(1, 5, 2, 3, 4))
    assert (found.words_added, found.words_removed, found.words_moved) == (0, 0, 12)
    here = [row for row in found.rows if row.kind == Kind.MOVED_HERE]
    away = [row for row in found.rows if row.kind == Kind.MOVED_AWAY]
    assert [row.new_text for row in here][::2] == ["## Rule 5\n", here[2].new_text]
    assert (here[0].other_line, away[0].other_line) == (17, 5)


def test_what_was_edited_while_it_moved_shows_where_it_came() -> None:
    moved = "A guard at the gate asks each of the travellers for a name and a coin of silver."
    stays = [f"Nothing of {n} changes in room {n}." for n in range(6)]
    old = "\n\n".join([moved, *stays, ""])
    new = "\n\n".join([*stays, moved.replace("silver", "copper"), ""])
    found = redline(old, new)
    assert [row.kind for row in found.rows if row.move] == [Kind.MOVED_AWAY, Kind.MOVED_HERE]
    assert marked(found)[-2].endswith("a coin of [-silver-]{+copper+}.\n")
    assert (found.words_added, found.words_removed, found.words_moved) == (1, 1, 17)


def test_few_words_in_another_place_did_not_move() -> None:
    found = redline("Roll.\n\nOne two three.\n", "One two three.\n\nRest.\n\nRoll.\n")
    assert not any(row.move for row in found.rows)


def test_headings_and_rows_of_tables_become_nothing_else() -> None:
    found = redline("## Common tags of the game\n", "| Common | tags of the game |\n")
    assert [row.kind for row in found.rows] == [Kind.REMOVED, Kind.ADDED]


def test_unchanged_lines_fold_under_their_heading() -> None:
    lines = [f"line {n}" for n in range(20)]
    old = "\n".join(["# Title", *lines, "end"])
    first, second = redline(old, old.replace("end", "END")).stretches()
    assert (first.folded, first.lines, first.heading) == (True, 19, "Title")
    assert (first.first_line, first.last_line, second.rows[0].new_line) == (1, 19, 20)


def test_lines_with_something_to_say_are_not_folded() -> None:
    text = "".join(f"line {n}\n\n" for n in range(20))
    stretches = redline(text, text).stretches(1, also={21})
    assert [(one.folded, one.lines) for one in stretches] == [(True, 19), (False, 3), (True, 18)]


def test_equal_texts_do_not_differ() -> None:
    found = redline("a\n\nb\n", "a\n\nb\n")
    assert (found.differs, found.only_space) == (False, False)


def marked(found: Redline) -> list[str]:
    return [f"{row.kind} {_told(row)}" for row in found.rows]


def _told(row: Row) -> str:
    return "".join(MARKS.get(one.kind, "%s") % one.text for one in row.pieces)


def many_words(size: int, seed: int = 1) -> list[str]:
    """The same for the same seed."""
    chance = random.Random(seed)  # noqa: S311
    return [f"w{chance.randrange(size)}" for _ in range(size)]


def edited(words: list[str]) -> list[str]:
    return [word if place % 5 else f"{word}x" for place, word in enumerate(words)]


HARD: dict[str, Callable[[int], tuple[str, str]]] = {
    "one line": lambda n: (" ".join(many_words(n)), " ".join(edited(many_words(n)))),
    "one line rewritten": lambda n: (" ".join(many_words(n)), " ".join(many_words(n, 2))),
    "without spaces": lambda n: ("a!" * n, "!a" * n),
    "equal lines": lambda n: ("a\n" * n, "a\n" * (n // 2) + "b\n" + "a\n" * (n // 3)),
    "equal paragraphs": lambda n: ("the same\n\n" * n, "the other\n\n" * n),
    "blank lines": lambda n: ("\n" * n, "\n" * (n - 5) + "x"),
    "random lines": lambda n: ("\n".join(many_words(n)), "\n".join(many_words(n, 2))),
    "items": lambda n: ("- a ".join(many_words(n)), "\n- a ".join(edited(many_words(n)))),
    "two words": lambda n: ("a b " * n, "b b a " * n),
    "quotations": lambda n: ("> \n" * n, ">> \n" * n),
    "shuffled": lambda n: (
        "\n\n".join(f"the {w} and the {w} and {w}" for w in map(str, range(n // 4))),
        "\n\n".join(f"the {w} and the {w} and {w}" for w in map(str, range(n // 4, 0, -1))),
    ),
}


@pytest.mark.parametrize("name", HARD)
def test_the_work_grows_as_the_text(name: str) -> None:
    """Four times the text: calls of functions are counted, so that no other load matters."""
    small, large = (calls(*HARD[name](size)) for size in (2_000, 8_000))
    assert large < 6 * small


def calls(old: str, new: str) -> int:
    profile = cProfile.Profile()
    found = profile.runcall(redline, old, new)
    assert (found.old, found.new) == (old, new)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def test_a_text_of_very_many_lines_is_drawn_some_at_a_time() -> None:
    old, new = "\n" * 110_000, "\n" * 105_000 + "x\n"
    found = redline(old, new)
    assert (found.old, found.new) == (old, new)
    assert len(found.rows) < 100_000


def test_a_real_release_is_given_back(razorweave: Path) -> None:
    was = {one.slug: one.text for one in read(razorweave / "1.2.0").chapters}
    for chapter in read(razorweave / "1.3.0").chapters:
        found = redline(was.get(chapter.slug, ""), chapter.text)
        assert (found.old, found.new) == (was.get(chapter.slug, ""), chapter.text)
