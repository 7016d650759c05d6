"""Delays grow for a day; then it is given up. docs/webhooks.md shows the same table."""

import re
from datetime import timedelta

import pytest

from events.webhooks.retrying import DELAYS, LEAST_ATTEMPTS, LONGEST, next_delay
from tests.contracts.product import ROOT

NO_TIME = timedelta()
UNITS = {"s": 1, "min": 60, "h": 3600}


def delay(attempts: int, pending_for: timedelta = NO_TIME, **more: float) -> timedelta | None:
    return next_delay(attempts, pending_for, **{"chance": 0, **more})


def test_delays_grow_and_then_stay() -> None:
    assert [delay(number) for number in range(1, 9)] == list(DELAYS)
    assert list(DELAYS) == sorted(set(DELAYS))
    assert delay(500) == DELAYS[-1]


def test_it_is_tried_for_a_day() -> None:
    waited, attempts = NO_TIME, 1
    while (longer := delay(attempts, waited)) is not None:
        waited, attempts = waited + longer, attempts + 1
    assert LONGEST <= waited < LONGEST + DELAYS[-1]
    assert attempts == 14


def test_what_waited_all_day_for_the_one_before_it_has_four_attempts_of_its_own() -> None:
    days = timedelta(days=3)
    assert [delay(number, days) is None for number in range(1, 6)] == [False] * 3 + [True] * 2
    assert LEAST_ATTEMPTS == 4


@pytest.mark.parametrize("attempts", [1, 4, 30])
def test_chance_lengthens_it_by_a_fifth_at_most(attempts: int) -> None:
    plain, longest = delay(attempts), delay(attempts, chance=1)
    assert plain
    assert longest == plain * 1.2


def test_who_asks_for_more_time_gets_it_within_reason() -> None:
    assert next_delay(1, NO_TIME, chance=0, asked=timedelta(minutes=3)) == timedelta(minutes=3)
    assert next_delay(1, NO_TIME, chance=0, asked=timedelta(seconds=1)) == DELAYS[0]
    assert next_delay(1, NO_TIME, chance=0, asked=timedelta(days=9)) == DELAYS[-1]


def test_the_page_shows_these_delays() -> None:
    page = (ROOT / "docs/webhooks.md").read_text()
    rows = re.findall(r"^\| (\d+) \| (\d+) (s|min|h) \|", page, re.MULTILINE)
    shown = [timedelta(seconds=int(number) * UNITS[unit]) for _, number, unit in rows]
    assert shown == list(DELAYS)
