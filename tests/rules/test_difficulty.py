import time

import pytest

from books.checks import read
from books.errors import Invalid
from tests.checking import findings, found

TARGET = '[dice]\ndifficulty = "TN 14"'
IN_FULL = '[dice]\ndifficulty = "Difficulty 14"'
CLOSED = '[dice]\ndifficulty = "DC14"'


@pytest.mark.parametrize(
    "written",
    [
        *("DC14", "dc 14", "DC: 14", "D.C. 14", "D. C. 14", "DC-14", "DC–14", "Dc 14", "DC  14"),
        *("DC=14", "DC fourteen", "Difficulty Class 14", "difficulty 14"),
    ],
)
def test_a_difficulty_in_another_form_is_found_with_the_right_one(written: str) -> None:
    (finding,) = [one for one in findings(f"Roll a {written} check.") if one.rule == "difficulty"]
    assert (finding.quote, finding.suggestion) == (written, "DC 14")
    assert finding.rejection_type == "mechanics"


@pytest.mark.parametrize("written", ["DC:\n        18", "DC:\n> 18"])
def test_a_line_may_break_after_the_mark_that_does_not_belong(written: str) -> None:
    assert found(f"> Ask for {written} before the scene ends.", "difficulty") == [written]


def test_a_word_within_a_sentence_makes_no_label_of_it() -> None:
    assert found("Keep it in mind. Note DC: 18 before you roll.", "difficulty") == ["DC: 18"]


@pytest.mark.parametrize(
    ("style", "written", "right"),
    [
        (TARGET, "TN14", "TN 14"),
        (TARGET, "T.N. 14", "TN 14"),
        (TARGET, "target number 9", "TN 9"),
        (IN_FULL, "difficulty 14", "Difficulty 14"),
        (IN_FULL, "Difficulty twenty-one", "Difficulty 21"),
        (CLOSED, "DC 14", "DC14"),
    ],
)
def test_difficulties_follow_the_example_of_the_house(style: str, written: str, right: str) -> None:
    (finding,) = [one for one in findings(f"A {written}.", style) if one.rule == "difficulty"]
    assert (finding.quote, finding.suggestion) == (written, right)


@pytest.mark.parametrize(
    "text",
    [
        "DC 12–14, DC 12-14, DC 14+, DC 12/14 and DC\xa014.",
        "Roll against DC\n14, or\n> DC\n> 14.",
        "A DC of 14, where the DC is 14 and DCs 12–14 are common. **DC** 14.",
        "Compare the total to the DC.\n1. Next, the table reads it.",
        "**Final DC: 16** (a tough lock)",
        "Final DC: 16\n\n- Target DC: 14; Final DC: 12\n\n| Lock | Final DC: 14 |",
        "These set the DC:\n1. Light\n\nThese set the DC:\n14. Light",
        "Raise it to DC +2, then DC -2 or DC-2.",
        "A 12 V DC lamp, DC 12 V, a DC 12-volt line, AC/DC 14.",
        "Washington DC 20500, Washington, DC 20.",
        "A DC-10 jet, the Douglas DC-9 and DC Comics.",
        "`DC14` <!-- DC14 --> [see](DC14.md)",
        "A difficulty of fourteen. The difficulty rises.",
        "| DC | 14 |\n|---|---|\n| 12 | 14 |",
    ],
)
def test_right_difficulties_and_other_dcs_are_left_alone(text: str) -> None:
    assert found(text, "difficulty") == []


@pytest.mark.parametrize("example", ["", "DC", "14", "DC  14", "14+", "DC 1400"])
def test_an_example_that_is_no_difficulty_is_refused_with_its_line(example: str) -> None:
    with pytest.raises(Invalid, match=r"line 2: \[dice\] difficulty is no difficulty such as"):
        read(f'[dice]\ndifficulty = "{example}"')


@pytest.mark.parametrize("piece", ["DC", "DC ", "D. ", "DC 1", "DC\n", "difficulty ", "D.C. "])
def test_a_long_text_is_read_in_proportion_to_its_length(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    started_at = time.process_time()
    found(text, "difficulty")
    assert time.process_time() - started_at < 10
