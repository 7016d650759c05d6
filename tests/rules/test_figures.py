import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.chapter_text import word_count
from books.checks.figures import Figures, figures
from tests.checking import page

NOTHING = Figures(0, 0, 0, 0, 0, 0, 0, None, None, None, None)


def test_a_chapter_is_counted() -> None:
    text = (
        "# Falls\n\n![A cliff](cliff.png) You fall. Damage is dealt.\n\n- Rope, see [gear](gear.md)"
        "\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n[x]`y`\n"
    )
    assert figures(page(text)) == Figures(
        words=word_count(text),
        sentences=4,
        paragraphs=3,
        headings=1,
        tables=1,
        pictures=1,
        links=1,
        words_per_sentence=3.5,
        passive_percent=25.0,
        reading_ease=106.6,
        grade=-0.7,
    )


def test_an_empty_chapter_has_nothing_to_measure() -> None:
    assert figures(page("")) == NOTHING


@pytest.mark.parametrize("text", ["# A heading", "```\nSome code.\n```", "| A. | B. |\n|---|---|"])
def test_without_prose_the_measures_are_none(text: str) -> None:
    found = figures(page(text))
    assert replace(found, words=0, headings=0, tables=0) == NOTHING


@given(st.text())
def test_figures_are_json_and_words_are_those_of_the_registry(text: str) -> None:
    found = figures(page(text)).as_json()
    assert json.loads(json.dumps(found)) == found
    assert found["words"] == word_count(text)
