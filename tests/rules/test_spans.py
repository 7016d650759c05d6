"""Spans of time in words."""

from datetime import timedelta

import pytest

from config.templatetags.spans import span


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(hours=47, minutes=53), "1 day, 23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=2, hours=1), "2 days, 1 hour"),
        (timedelta(days=12, hours=5), "12 days"),
        (timedelta(hours=5, minutes=59), "5 hours"),
        (timedelta(seconds=3), "1 minute"),
    ],
)
def test_few_days_are_told_with_their_hours(length: timedelta, told: str) -> None:
    assert span(length) == told
