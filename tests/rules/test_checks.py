import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.checks import RULES, check, worsened
from books.checks.prose import prose

LOREM = "Draw [insert map here] or ???. TODO: lorem ipsum"


def found(text: str, rule: str) -> list[str]:
    return [finding.quote for finding in check(text) if finding.rule == rule]


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("2D6", "2d6"),
        ("1D20 +3", "1d20+3"),
        ("2 d 6", "2d6"),
        ("2 d6", "2d6"),
        ("2d 6", "2d6"),
        ("3 D 8", "3d8"),
        ("2d6 + 3", "2d6+3"),
        ("2d6+ 3", "2d6+3"),
        ("2d6 −1", "2d6−1"),
        ("2d6 -1", "2d6-1"),
        ("4D6+2", "4d6+2"),
    ],
)
def test_ill_formed_dice_are_found_with_the_right_form(written: str, right: str) -> None:
    (finding,) = check(f"A fall deals {written} damage.")
    assert (finding.rule, finding.quote, finding.suggestion) == ("dice-notation", written, right)
    assert finding.rejection_type == "style"


@pytest.mark.parametrize("written", ["d 20", "D20", "D 100", "D12"])
def test_a_single_die_is_judged_where_it_is_rolled(written: str) -> None:
    assert found(f"Then roll {written} once.", "dice-notation") == [written]


@pytest.mark.parametrize(
    "text",
    [
        "Roll 2d6+3, d6, 4d6-1 or d100.",
        "Years of D&D in D minor, on a 3D map of section D 6.",
        "Go to room D6 or hex D12. The D20 system is older.",
        "See table 2 D6.",
        "A 2D 12 minute film and a 3D 6 inch print.",
        "Roll 4d6 + Agility + Climb.",
        "She rolls 4d6 + 2 + Occult.",
        "Roll 2d6 - 3 players watch.",
        "It took 5d 6h.",
        "The code is 2D6F, the colour #2D6.",
        "The part A-2D6 costs 1.5d6.",
        "`2D6` and <!-- 2D6 --> and [a roll](2D6.md) and https://dice.example/2D6",
        "```\n2D6\n```",
        "Text.\n\n    2D6\n",
    ],
)
def test_prose_and_right_dice_are_left_alone(text: str) -> None:
    assert found(text, "dice-notation") == []


def test_a_spaced_minus_before_a_full_stop_is_no_dash() -> None:
    assert found("Roll 2d6 - 3.", "dice-notation") == ["2d6 - 3"]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Open the the door.", "the the"),
        ("The the door.", "The the"),
        ("Open the\nthe door.", "the\nthe"),
        ("Open the\r\nthe door.", "the\r\nthe"),
        ("> Open the\n> the door.", "the\n> the"),
        ("> Open the\nthe door.", "the\nthe"),
        ("- Open the\n  the door.", "the\n  the"),
        ("Open the *the* door.", "the *the"),
        ("It is is so.", "is is"),
        ("You don't don't know.", "don't don't"),
        ("The DC DC is 12.", "DC DC"),
    ],
)
def test_a_word_written_twice_is_found(text: str, quote: str) -> None:
    assert found(text, "doubled-word") == [quote]


@pytest.mark.parametrize(
    "text",
    [
        "He had had enough of that that year. No, no. Ha ha.",
        "Come in. In time. What it was, was lost.",
        "From Walla Walla they came.",
        "### Clocks\nClocks are drawn.",
        "### Clocks\n\nclocks are drawn.",
        "He went on\n\non foot.",
        "He went on\n> on foot",
        "- on\n- on",
        "| on | on |\n|---|---|\n| on | on |",
        "Roll 6 6 times.",
        "Use `on` on\n`on`.",
        "**Roll** roll the dice.",
        "> **Example**\n> **Example – A Chase**",
        "the the-thing, re-read read-only",
        "see on on-call",
        "~~~\nthe the\n~~~",
        "1. ```\n   the the\n   ```",
        "> ```\n> the the\n> ```",
    ],
)
def test_a_word_that_belongs_twice_is_left_alone(text: str) -> None:
    assert found(text, "doubled-word") == []


def test_text_after_a_fence_is_read_again() -> None:
    assert len(check("```\nthe the\n```\nthe the\n")) == 1
    assert len(check("> ```\n> the the\n\nthe the\n")) == 1


def test_indented_text_inside_a_list_is_prose() -> None:
    assert found("- One.\n\n    Open the the door.\n", "doubled-word") == ["the the"]


def test_indented_lines_of_a_paragraph_are_prose() -> None:
    assert found("Open\n        the the door.\n", "doubled-word") == ["the the"]


def test_placeholders_are_found_in_text_order() -> None:
    findings = check(LOREM)
    quotes = ["[insert map here]", "???", "TODO", "lorem ipsum"]
    assert [finding.quote for finding in findings] == quotes
    assert {finding.rejection_type for finding in findings} == {"clarity"}


@pytest.mark.parametrize("text", ["TBD", "FIXME: names", "| Cost | XXX |", "Speed: ???"])
def test_each_placeholder_is_known(text: str) -> None:
    assert len(found(text, "placeholder")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Chapter XXX and the year MCMXXX.",
        "What??? Really?!?? She asked “why???”",
        "`TODO` <!-- TODO -->",
        "The todo list of a todolist.",
        "[Insert a coin](coin.md)",
        "You insert [a coin].",
    ],
)
def test_what_only_looks_like_a_placeholder_is_left_alone(text: str) -> None:
    assert found(text, "placeholder") == []


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
    started_at = time.perf_counter()
    worsened("", text)
    assert time.perf_counter() - started_at < 3
