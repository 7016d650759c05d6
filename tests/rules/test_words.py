import time

import pytest

from tests.checking import found


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
        ("It’s it’s own.", "It’s it’s"),
        ("Open **the** the door.", "the** the"),
        ("One of the of the doors.", "of the of the"),
        ("Wait in a in a room.", "in a in a"),
        ("Stand on the\non the deck.", "on the\non the"),
        ("To be to be sure.", "To be to be"),
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
        "It went on and on and on, again and again and again.",
        "Step by step by step. What it is, it is.",
        "In the in-the-round seats.",
        "Take it as is as it comes.",
        "on the\n\non the",
        "see on on-call",
        "~~~\nthe the\n~~~",
        "1. ```\n   the the\n   ```",
        "> ```\n> the the\n> ```",
    ],
)
def test_a_word_that_belongs_twice_is_left_alone(text: str) -> None:
    assert found(text, "doubled-word") == []


@pytest.mark.parametrize("piece", ["the ", "the\\n", "of the ", "a" * 50, "a' ", "*the ", "> "])
def test_a_long_text_is_read_in_proportion_to_its_length(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    started_at = time.process_time()
    found(text, "doubled-word")
    assert time.process_time() - started_at < 10
