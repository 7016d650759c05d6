"""How long, in the words of one unit or two."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone

register = template.Library()
MINUTE = timedelta(minutes=1)
HOUR, FEW_DAYS = 3600, 3
UNITS = (("day", 86400), ("hour", 3600), ("minute", 60))


@register.filter
def span(length: timedelta) -> str:
    """`12 days`, `1 day, 23 hours`, `5 hours`, `1 minute`: hours too where there are few days;
    never longer than it is, but a minute at the least."""
    seconds = length.total_seconds()
    name, size = next((unit for unit in UNITS if seconds >= unit[1]), UNITS[-1])
    count = max(int(seconds // size), 1)
    hours = int(seconds % size // HOUR) if name == "day" and count < FEW_DAYS else 0
    return ", ".join(_counted(*one) for one in ((count, name), (hours, "hour")) if one[0])


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


@register.filter
def span_since(moment: datetime) -> str:
    """How long ago that was; empty within the last minute."""
    length = timezone.now() - moment
    return span(length) if length >= MINUTE else ""
