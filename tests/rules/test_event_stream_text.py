"""What goes over the wire, read back by the rules of the HTML standard."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.live import wire
from tests.listening import Parser
from workflows.errors import InvalidInput

EVENT = {
    "id": 120,
    "run": "wfrun_1f0c",
    "step": None,
    "event_type": "paused",
    "agent": None,
    "actor": "grace",
    "payload": {"reason": "two\nlines", "pause_reason": "operator"},
    "created_at": datetime(2026, 5, 4, 9, 12, 44, tzinfo=UTC),
}


def read(*pieces: bytes) -> Parser:
    parser = Parser()
    for piece in pieces:
        parser.feed(piece)
    return parser


def test_an_event_is_one_block_with_its_id_its_type_and_its_noun_on_one_line() -> None:
    assert wire.told(EVENT).decode().split("\n") == [
        "id: 120",
        "event: paused",
        'data: {"id":120,"run":"wfrun_1f0c","step":null,"event_type":"paused","agent":null,'
        '"actor":"grace","payload":{"reason":"two\\nlines","pause_reason":"operator"},'
        '"created_at":"2026-05-04T09:12:44Z"}',
        "",
        "",
    ]


@given(st.text(st.characters(codec="utf-8")))
def test_whatever_an_event_says_is_read_back_as_it_was(said: str) -> None:
    [(number, event_type, data)] = read(wire.told({**EVENT, "actor": said})).events
    assert (number, event_type, json.loads(data)["actor"]) == (120, "paused", said)


@given(st.text(st.characters(codec="utf-8")))
def test_no_text_ends_a_line_for_clients_that_split_at_every_kind_of_line_end(said: str) -> None:
    assert len(wire.told({**EVENT, "actor": said}).decode().splitlines()) == 4


def test_the_opening_says_when_to_come_again_and_from_where_and_is_no_event() -> None:
    parser = read(wire.opening(120))
    assert (parser.retry, parser.last_id, parser.events) == (1000, 120, [])


def test_a_heartbeat_moves_the_position_and_is_no_event() -> None:
    parser = read(wire.opening(120), wire.heartbeat(130))
    assert (parser.last_id, parser.events) == (130, [])
    assert wire.heartbeat(130).startswith(b":")


@pytest.mark.parametrize(("word", "number"), [("0", 0), ("120", 120), (str(2**63 - 1), 2**63 - 1)])
def test_a_position_is_the_id_of_an_event(word: str, number: int) -> None:
    assert wire.position(word) == number


@pytest.mark.parametrize(
    "word", ["", "-1", "+1", "1.0", "1e3", "abc", " 1", "1\n", "٣", "0x1", str(2**63), "9" * 5000]
)
def test_what_is_no_id_is_refused(word: Any) -> None:
    with pytest.raises(InvalidInput, match="is not the id of an event, such as 120"):
        wire.position(word)
