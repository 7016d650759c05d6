"""How two texts and two lists of chapters differ."""

import re
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from books.chapter_text import ChapterText, word_count
from books.diff import compare, word_diff
from books.manuscript import read
from books.matching import changes

texts = st.text(st.sampled_from("ab \n\r"), max_size=60)


def chapters(**texts: str) -> list[ChapterText]:
    return [ChapterText.from_text(f"{name}.md", text) for name, text in texts.items()]


def test_changed_words_are_marked_in_place() -> None:
    diff = word_diff("Roll two dice now.\n", "Roll three dice now, friend.\n")
    assert diff.text == "@@ line 1 @@\nRoll [-two-]{+three+} dice [-now.-]{+now, friend.+}\n"
    assert (diff.words_added, diff.words_removed) == (3, 2)


def test_unchanged_stretches_fold_to_two_lines() -> None:
    old = "".join(f"line {n}\n" for n in range(1, 21))
    new = old.replace("line 5\n", "line five\n").replace("line 15\n", "")
    assert word_diff(old, new).text == (
        "@@ line 3 @@\nline 3\nline 4\nline [-5-]{+five+}\nline 6\nline 7\n"
        "@@ line 13 @@\nline 13\nline 14\n[-line 15-]\nline 16\nline 17\n"
    )


def test_added_and_removed_paragraphs_are_marked_line_by_line() -> None:
    assert word_diff("A\n", "A\n\nB c\n\nD\n").text == "@@ line 1 @@\nA\n\n{+B c+}\n\n{+D+}\n"
    assert word_diff("A\nB\n", "").text == "@@ line 1 @@\n[-A-]\n[-B-]\n"


def test_only_white_space_is_said_in_words() -> None:
    diff = word_diff("a b\n", "a  b\r\n")
    assert diff == ("@@ only white space differs @@\n", 0, 0)


def test_equal_texts_have_no_difference() -> None:
    assert word_diff("a\n", "a\n") == ("", 0, 0)


@given(texts, texts)
def test_added_less_removed_is_the_difference_in_words(old: str, new: str) -> None:
    diff = word_diff(old, new)
    assert diff.words_added - diff.words_removed == word_count(new) - word_count(old)


@given(st.lists(st.sampled_from("abcdef")), st.lists(st.sampled_from("abcdef")))
def test_between_changes_both_sides_are_equal(old: list[str], new: list[str]) -> None:
    at_old = at_new = 0
    for span in [*changes(old, new)]:
        assert old[at_old : span.old_start] == new[at_new : span.new_start]
        assert old[span.old_start : span.old_end] != new[span.new_start : span.new_end]
        at_old, at_new = span.old_end, span.new_end
    assert old[at_old:] == new[at_new:]


def test_added_removed_renamed_and_changed_chapters_are_told_apart() -> None:
    old = chapters(a="one two", b="stays", c="moves", d="goes")
    new = chapters(a="one three four", b="stays", e="moves", f="comes")
    answer = compare(old, new)
    assert answer == {
        "added": ["f"],
        "removed": ["d"],
        "renamed": [{"from": "c", "to": "e"}],
        "changed": [
            {
                "slug": "a",
                "words_from": 2,
                "words_to": 3,
                "words_added": 2,
                "words_removed": 1,
                "diff": "@@ line 1 @@\none [-two-]{+three four+}\n",
            }
        ],
    }


def test_a_text_found_twice_is_renamed_once() -> None:
    answer = compare(chapters(a="same"), chapters(b="same", c="same"))
    assert (answer["renamed"], answer["added"]) == ([{"from": "a", "to": "b"}], ["c"])


@dataclass(frozen=True)
class Untouched:
    slug: str = "a"
    digest: str = "d"
    words: int = 1

    @property
    def text(self) -> str:
        raise AssertionError("an unchanged chapter's text is not needed")


def test_texts_of_unchanged_chapters_are_not_read() -> None:
    assert compare([Untouched()], [Untouched()])["changed"] == []


def test_a_rewritten_text_takes_no_quadratic_time() -> None:
    old = " ".join(str(n * 7919 % 9973) for n in range(100_000))
    new = " ".join(str(n * 6007 % 9967) for n in range(100_000))
    began = process_time()
    word_diff(old, new)
    word_diff(old.replace(" ", "\n"), new.replace(" ", "\n"))
    word_diff("a b " * 50_000, "b b a " * 40_000)
    assert process_time() - began < 10


def test_a_real_release_is_compared_within_two_seconds(razorweave: Path) -> None:
    old, new = read(razorweave / "1.2.0").chapters, read(razorweave / "1.3.0").chapters
    began = process_time()
    answer = compare(old, new)
    assert process_time() - began < 10
    assert answer["added"] == ["chapters--01.5-quick-start"]
    assert [answer["removed"], answer["renamed"], len(answer["changed"])] == [[], [], 7]
    for change in answer["changed"]:
        grown = change["words_to"] - change["words_from"]
        assert change["words_added"] - change["words_removed"] == grown
        assert re.match(r"@@ line \d+ @@\n", change["diff"])
