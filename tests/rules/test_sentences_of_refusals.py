"""What a page says ends as a sentence does, and once."""

import pytest

from config.templatetags.sentences import ended, sentence


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no chapter is ticked", "No chapter is ticked."),
        ("it is done.", "It is done."),
        ('no book "cor"; did you mean "core"?', 'No book "cor"; did you mean "core"?'),
        ('she said "no."', 'She said "no."'),
        ('no decision "maybe"', 'No decision "maybe".'),
        ("stop!", "Stop!"),
        ("it is so (see below)", "It is so (see below)."),
        ("", ""),
    ],
)
def test_a_sentence_has_one_end(said: str, told: str) -> None:
    assert sentence(said) == told
    assert ended(said)[1:] == told[1:]
