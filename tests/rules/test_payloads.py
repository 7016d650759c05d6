"""A payload is of its event's shape, or is not written."""

from datetime import UTC, datetime
from typing import Any

import pytest

from events.log.payloads import checked
from events.models import RejectionType

PAUSED = {"pause_reason": "operator", "reason": "lunch"}
OPENED = {"name": "approve", "item": None, "attempt": 1, "role": "managing-editor"}


def test_what_fits_is_kept_as_it_is() -> None:
    assert checked("paused", PAUSED, of_step=False) == PAUSED


def test_times_and_words_become_what_json_holds() -> None:
    due_at = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    told = checked("gate_opened", {**OPENED, "due_at": due_at}, of_step=True)
    assert told["due_at"] == "2026-03-01T12:30:00Z"
    by = {"escalation": 1, "item": None, "rejection_type": RejectionType.STYLE, "by": "grace"}
    assert type(checked("acknowledged", by, of_step=True)["rejection_type"]) is str


def test_a_key_that_only_some_have_is_left_away() -> None:
    told = {"name": "approve", "item": None, "attempt": 1, "decision": "reject", "reason": "no"}
    assert checked("rejected", told, of_step=True) == told


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"reason": "lunch"}, "missing required field `pause_reason`"),
        ({**PAUSED, "colour": "red"}, "unknown field `colour`"),
        ({**PAUSED, "reason": 7}, "Expected `str`, got `int`"),
        ({**PAUSED, "reason": None}, "Expected `str`, got `null`"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_name(told: dict[str, Any], says: str) -> None:
    with pytest.raises(TypeError, match=says) as caught:
        checked("paused", told, of_step=False)
    assert str(caught.value).startswith("the payload of paused is not a Paused: ")


def test_an_event_of_a_step_is_another_than_that_of_a_run() -> None:
    with pytest.raises(TypeError):
        checked("started", {"name": "plan"}, of_step=False)
    assert checked("started", {}, of_step=False) == {}
