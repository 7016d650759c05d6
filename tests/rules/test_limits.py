import pytest

from books.checks import Page
from books.checks.figures import Figures, figures
from books.limits import LIMITS, exceeded

PLAIN = "The dog ran to the gate. " * 30
HARD = "Notwithstanding considerable institutional reluctance, organisations characteristically "
HARD = (HARD + "overestimate bureaucratic inevitability. ") * 30
TABLE = "\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"


def of(text: str) -> Figures:
    return figures(Page("x", "x.md", text))


def over(before: str, after: str, **limits: float) -> list[str]:
    return exceeded(of(before), of(after), {**LIMITS, **limits})


def test_a_chapter_within_all_limits_passes() -> None:
    assert over(PLAIN, PLAIN + "One more. ") == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("One two three.", "", "is empty; it had 3 words"),
        (PLAIN, PLAIN[:200], "at least 0.5 times as many"),
        (PLAIN, PLAIN * 5, "at most 4.0 times as many"),
        (PLAIN + TABLE * 4, PLAIN + TABLE, "went from 4 tables to 1"),
        ("# A\n\n## B\n\n## C\n\nText.", "# A\n\nText here too.", "went from 3 headings to 1"),
        (PLAIN + "![a](a.png)\n" * 4, PLAIN + "\n\n![a](a.png)", "went from 4 pictures to 1"),
        (PLAIN, HARD, "reads harder: reading ease"),
        (PLAIN, "The gate was opened by a dog. " * 30, "is more passive"),
    ],
    ids=lambda value: value[:20],
)
def test_what_a_revision_takes_too_far_is_said(before: str, after: str, said: str) -> None:
    assert any(said in reason for reason in over(before, after))


def test_a_book_may_allow_more() -> None:
    assert over(PLAIN, PLAIN * 5, most_words=6) == []
    assert over(PLAIN + TABLE * 4, PLAIN + TABLE, least_tables=0) == []
    assert over(PLAIN, "The gate was opened by a dog. " * 30, passive_percent_rise=100) == []


@pytest.mark.parametrize("after", ["", "Short."])
def test_what_was_hardly_there_may_go(after: str) -> None:
    assert over(TABLE, TABLE + after, most_words=100) == []


def test_an_empty_chapter_may_stay_empty_and_may_be_filled() -> None:
    assert over("", "") == []
    assert over("", PLAIN) == []
