import pytest

from tests.checking import found, report

FIVE = "[limits]\nsentence_words = 5\n"
TEN = "[limits]\nparagraph_words = 10\n"


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("One two three four five six.", "One two three four five six."),
        ("A b. One two three four five six.", "One two three four five six."),
        ("One two three\nfour five six.", "One two three"),
        ("One two three  \r\n", None),
        ("> One two three\n> four five six.", "One two three"),
        ("- One two three four five six", "One two three four five six"),
        ("**Lead:** One two three four five six.", "One two three four five six."),
        ("One two vs. three four five.", "One two vs. three four five."),
        ("One two three four five.", None),
        ("**Lead in:** One two three four five.", None),
        ("One two three. Four five six.", None),
        ("One two three:\n\n- Four five six.", None),
        ("# One two three four five six", None),
        ("| One two three four five six |\n|---|", None),
        ("```\nOne two three four five six\n```", None),
        ("One two [three](four five six).", None),
    ],
)
def test_a_sentence_of_too_many_words_is_found_by_its_first_line(text: str, quote: str) -> None:
    assert found(text, "sentence-length", FIVE) == ([quote] if quote else [])


def test_the_message_gives_the_number_and_the_limit() -> None:
    (finding,) = report("One two three four five six.", FIVE).findings
    assert finding.message == "a sentence of 6 words; 5 is the most: make two of it"
    assert (finding.severity, finding.rejection_type, finding.suggestion) == (
        "warning",
        "clarity",
        "",
    )


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("A b c d e.\nF g h i j k.", "A b c d e."),
        ("> A b c d e.\r\n> F g h i j k.", "A b c d e."),
        ("- A b c d e.\n  F g h i j k.", "A b c d e."),
        ("A b c d e. F g h i j.", None),
        ("A b c d e f.\n\nG h i j k.", None),
        ("- A b c d e f.\n- G h i j k.", None),
    ],
)
def test_a_paragraph_of_too_many_words_is_found_by_its_first_line(text: str, quote: str) -> None:
    assert found(text, "paragraph-length", TEN) == ([quote] if quote else [])


def test_the_products_own_limits_hold_where_the_house_says_nothing() -> None:
    assert found("word " * 35, "sentence-length") == []
    assert len(found("word " * 36, "sentence-length")) == 1
    assert found("Two words. " * 60, "paragraph-length") == []
    assert len(found("Two words. " * 61, "paragraph-length")) == 1
