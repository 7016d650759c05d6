"""JSON on the command line and in forms: as every database and every reader takes it."""

import pytest

from books.plain_json import read_json


def test_what_every_reader_takes_is_read() -> None:
    word = '{"a": [1, 2.5, null, true], "b": {"a": "ä"}}'
    assert read_json(word) == {"a": [1, 2.5, None, True], "b": {"a": "ä"}}


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ('{"books": ["one"], "books": []}', '"books" stands twice in an object'),
        ('[{"a": {"b": 1, "c": 2, "b": 3}}]', '"b" stands twice in an object'),
        ("[NaN]", "NaN is no JSON number"),
        ("[1e999]", "1e999 is too large"),
        ('["\\u0000"]', "holds a NUL character"),
        ("[" * 101 + "]" * 101, "nested too deeply"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_would_be_lost_or_read_otherwise_is_refused(word: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_json(word)
