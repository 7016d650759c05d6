"""Texts that come back from a form get the line ends they had."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.line_ends import like

TEXT = st.text(st.sampled_from("ab\r\n \x0b\u2028"), max_size=40)


def sent(text: str) -> str:
    """As a browser sends what was in a text area."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


@given(TEXT)
def test_what_nobody_changed_is_the_same_again(text: str) -> None:
    assert like(sent(text), text) == text


@given(TEXT, TEXT)
def test_no_line_is_changed(text: str, original: str) -> None:
    assert sent(like(text, original)) == sent(text)


@pytest.mark.parametrize(
    ("text", "original", "stored"),
    [
        ("One.\r\nTwo.\r\n", "One.\n", "One.\nTwo.\n"),
        ("One.\nNew.\nTwo.\n", "One.\r\nTwo.\r\n", "One.\r\nNew.\r\nTwo.\r\n"),
        ("a\nb\nNEW\nc\nd\n", "a\r\nb\nc\rd\n", "a\r\nb\nNEW\nc\rd\n"),
        ("", "One.\r\n", ""),
        ("One.", "", "One."),
    ],
)
def test_new_lines_end_as_most_lines_do(text: str, original: str, stored: str) -> None:
    assert like(text, original) == stored
