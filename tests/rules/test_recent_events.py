"""What is kept in memory: who reads along is told all once, in order, or sent to the database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.live import recent
from events.live.recent import Recent
from events.live.wanted import Told, Wanted

TYPES = ("paused", "resumed", "completed")
WANTED = (
    Wanted(),
    Wanted(run=1),
    Wanted(book=2),
    Wanted(event_types=frozenset(TYPES[:2])),
    Wanted(run=2, event_types=frozenset(["completed"])),
    Wanted(run=3),
)


def told(number: int, run: int = 1, event_type: str = "paused", size: int = 10) -> Told:
    return Told(number, run, run % 3, event_type, b"x" * size)


EVENTS = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 2), st.sampled_from(TYPES)), max_size=40
)


@given(EVENTS, st.lists(st.integers(0, 7), min_size=1), st.sampled_from(WANTED), st.data())
def test_who_reads_along_is_told_what_it_wants_once_and_in_order(
    rows: list[tuple[int, int, str]], sizes: list[int], wanted: Wanted, data: st.DataObject
) -> None:
    events, number = [], 0
    for gap, run, event_type in rows:
        number += gap
        events.append(told(number, run, event_type))
    kept, position, got = Recent(), 0, list[Told]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recent, "BATCH", 3)
        rest = events
        for size in [*sizes, len(events)]:
            came, rest = rest[:size], rest[size:]
            kept.put(came, came[-1].id if came else kept.settled)
            while position < kept.settled and data.draw(st.booleans()):
                more, position = kept.after(position, wanted)
                got += more
        while position < kept.settled:
            more, position = kept.after(position, wanted)
            got += more
    assert got == [event for event in events if wanted.fits(event)]


def test_what_is_too_much_goes_the_oldest_first_and_who_is_behind_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recent, "MOST_EVENTS", 8)
    kept = Recent(100)
    for number in range(101, 120):
        kept.put([told(number)], number)
        assert kept.covers(number)
        assert kept.after(kept.floor, Wanted())[0] == [
            told(one) for one in range(kept.floor + 1, number + 1)
        ]
    assert 119 - 8 <= kept.floor < 119
    assert not kept.covers(kept.floor - 1)


def test_events_that_are_large_leave_room_for_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST_BYTES", 1000)
    kept = Recent()
    kept.put([told(1, size=400), told(2, size=400)], 2)
    assert kept.floor == 0
    kept.put([told(3, size=400)], 3)
    assert kept.floor == 2
    kept.put([told(4, size=5000)], 4)
    assert kept.floor == 4
    assert kept.after(4, Wanted()) == ([], 4)


def test_large_events_are_told_few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "BATCH_BYTES", 500)
    kept = Recent()
    kept.put([told(number, size=400) for number in range(1, 6)], 5)
    assert kept.after(0, Wanted()) == ([told(1, size=400), told(2, size=400)], 2)


def test_nobody_is_sent_back_who_was_told_more_elsewhere() -> None:
    kept = Recent(100)
    assert kept.after(105, Wanted()) == ([], 105)
    kept.put([told(104), told(106)], 106)
    assert kept.after(105, Wanted()) == ([told(106)], 106)


def test_a_position_moves_past_what_is_not_wanted() -> None:
    kept = Recent()
    kept.put([told(1), told(2)], 5)
    assert kept.after(0, Wanted(run=9)) == ([], 5)
