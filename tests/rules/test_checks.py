import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.checks import RULES, Finding
from books.checks import worsened as worse
from books.checks.prose import prose
from tests.checking import findings as check
from tests.checking import found, report


def worsened(before: str, after: str) -> list[Finding]:
    return worse(report(before), report(after))


def test_text_after_a_fence_is_read_again() -> None:
    assert len(check("```\nthe the\n```\nthe the\n")) == 1
    assert len(check("> ```\n> the the\n\nthe the\n")) == 1


def test_indented_text_inside_a_list_is_prose() -> None:
    assert found("- One.\n\n    Open the the door.\n", "doubled-word") == ["the the"]


def test_indented_lines_of_a_paragraph_are_prose() -> None:
    assert found("Open\n        the the door.\n", "doubled-word") == ["the the"]


def test_a_finding_says_where_it_stands() -> None:
    (finding,) = check("# Falls\n\nTake 2D6 damage.\n")
    assert (finding.line, finding.start, finding.end) == (3, 14, 17)
    assert finding.as_json()["quote"] == "2D6"


def test_what_was_there_before_is_not_held_against_a_change() -> None:
    assert worsened("Take 2D6.", "Take 2D6 damage.") == []
    assert worsened("Take 2D6.", "Take 2d6.") == []


def test_one_more_of_the_same_is_found_in_the_line_that_is_new() -> None:
    before = "Fire: 2D6.\n\nFrost: 2D6."
    after = "Acid: 2D6.\n\nFire: 2D6.\n\nFrost: 2D6."
    assert [finding.line for finding in worsened(before, after)] == [1]


def test_one_more_of_the_same_in_equal_lines_is_the_later_one() -> None:
    assert [one.line for one in worsened("2D6 each", "2D6 each\n2D6 each")] == [2]


def test_a_moved_line_break_is_not_a_new_blemish() -> None:
    assert worsened("Open the the door.", "> Open the\n> the door.") == []


PIECES = (
    "the |the\n|> |2D6| + 3|d |20|`|```\n|<!--|-->|TODO|???|[insert |]|(|)|roll |\r\n|\u2028|İ|ſ "
    "|s |    |- |\t"
)
blemished = st.lists(st.sampled_from(PIECES.split("|")), max_size=40).map("".join)


@given(st.text() | blemished)
def test_every_quote_is_what_stands_at_its_offsets(text: str) -> None:
    for finding in check(text):
        assert text[finding.start : finding.end] == finding.quote
        assert text.count("\n", 0, finding.start) == finding.line - 1
        assert finding.rule in RULES


@given(st.text() | blemished)
def test_masking_keeps_every_line_in_its_place(text: str) -> None:
    masked = prose(text).masked
    assert list(map(len, masked.split("\n"))) == list(map(len, text.split("\n")))


@given(blemished)
def test_a_text_is_never_worse_than_itself_and_wholly_worse_than_nothing(text: str) -> None:
    assert worsened(text, text) == []
    assert worsened("", text) == check(text)


LONG = ["d", "2 d ", "2d6+1", "2D6 ", "XXX ", "the ", "the\n", "a" * 50, "`", "` a", "<!--", "<a"]


@pytest.mark.parametrize("piece", [*LONG, "](", "[insert ", "> ", "?", " "])
def test_a_long_text_is_read_in_proportion_to_its_length(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    started_at = time.process_time()
    worsened("", text)
    assert time.process_time() - started_at < 10
