"""The order of the inbox, and the places at which its pages begin."""

from datetime import UTC, datetime

import pytest

from events.inbox.asking import Kind, as_word, from_word
from events.inbox.order import Mark, in_order, place_after
from workflows.errors import InvalidInput


def mark(kind: Kind, pk: int, minute: int) -> Mark:
    return Mark(kind, pk, datetime(2026, 1, 1, 12, minute, tzinfo=UTC))


def test_it_is_by_time_whatever_the_kind() -> None:
    late, early = mark(Kind.GATE, 1, 5), mark(Kind.ESCALATION, 9, 2)
    assert in_order([late, early]) == [early, late]


def test_within_a_kind_the_id_counts_even_against_the_clock() -> None:
    found = in_order([mark(Kind.GATE, 2, 1), mark(Kind.WORK, 7, 3), mark(Kind.GATE, 1, 5)])
    assert [(one.kind, one.pk) for one in found] == [
        (Kind.WORK, 7),
        (Kind.GATE, 1),
        (Kind.GATE, 2),
    ]


def test_a_page_begins_after_the_last_of_each_kind_before_it() -> None:
    seen = place_after([mark(Kind.GATE, 4, 1), mark(Kind.WORK, 6, 2)], {Kind.HELD: 3})
    assert as_word(seen) == "4-0-6-3"
    assert from_word("4-0-6-3") == {**seen, Kind.ESCALATION: 0}


@pytest.mark.parametrize(
    "word", ["4", "4-0-6", "4-0-6-x", "-1-0-0-0", "9" * 19 + "-0-0-0", "٣-0-0-0"]
)
def test_other_words_are_refused(word: str) -> None:
    with pytest.raises(InvalidInput):
        from_word(word)
