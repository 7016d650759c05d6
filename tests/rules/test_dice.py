import time

import pytest

from books.checks import read
from books.errors import Invalid
from tests.checking import findings, found


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
    (finding,) = findings(f"A fall deals {written} damage.")
    assert (finding.rule, finding.quote, finding.suggestion) == ("dice-notation", written, right)
    assert finding.rejection_type == "mechanics"


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


SPACED = '[dice]\nnotation = "2d6 + 3"'
CAPITAL = '[dice]\nnotation = "2D6+3"'
NO_SIGN = '[dice]\nnotation = "2d6"'


@pytest.mark.parametrize(
    ("style", "written", "right"),
    [
        (SPACED, "2d6+3", "2d6 + 3"),
        (SPACED, "2d6 +3", "2d6 + 3"),
        (SPACED, "2D6-1", "2d6 - 1"),
        (SPACED, "2 d6 + 1", "2d6 + 1"),
        (CAPITAL, "2d6+3", "2D6+3"),
        (CAPITAL, "3d 6", "3D6"),
        (CAPITAL, "2D6 + 3", "2D6+3"),
        (NO_SIGN, "2D6", "2d6"),
    ],
)
def test_rolls_follow_the_example_of_the_house(style: str, written: str, right: str) -> None:
    (finding,) = findings(f"A fall deals {written} damage.", style)
    assert (finding.rule, finding.quote, finding.suggestion) == ("dice-notation", written, right)


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (SPACED, "Roll 2d6 + 3, d6 or 4d6."),
        (SPACED, "Roll 2d6 - 3 players watch."),
        (CAPITAL, "Roll 2D6+3 or D66 and watch a 3d film."),
        (NO_SIGN, "Roll 2d6+3 or 2d6 + 3."),
    ],
)
def test_the_form_of_the_house_is_left_alone(style: str, text: str) -> None:
    assert found(text, "dice-notation", style) == []


@pytest.mark.parametrize("example", ["", "two dice", "2w6", "2d6 +3", "2d6+Might", "d"])
def test_an_example_that_is_no_roll_is_refused_with_its_line(example: str) -> None:
    with pytest.raises(Invalid, match=r"line 2: \[dice\] notation is no roll such as \"2d6\+3\""):
        read(f'[dice]\nnotation = "{example}"')


@pytest.mark.parametrize("piece", ["d", "2 d ", "2d6+1", "2D6 ", "2d6 + "])
def test_a_long_text_is_read_in_proportion_to_its_length(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    started_at = time.process_time()
    found(text, "dice-notation")
    assert time.process_time() - started_at < 10
