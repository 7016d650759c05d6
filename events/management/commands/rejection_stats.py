from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser

from books.management import tables
from books.management.base import moment
from events.figures.rejections import figures
from events.figures.selection import selected
from events.management.base import EventsCommand

WAITS = ("acknowledge", "resolve")
COUNTED = {"by_type": "type", "by_step": "step", "by_reviewer": "agent", "by_handler": "agent"}


class Command(EventsCommand):
    help = "Count rejections and escalations; show first-pass yield, rounds and times."
    example = "rejection_stats --book core-rulebook --since 2025-03-01"

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--run", default="")
        parser.add_argument("--book", metavar="SLUG", default="")
        parser.add_argument("--type", default="", help="style, mechanics, clarity or scope")
        parser.add_argument("--step", default="", help="the name of the step that rejected")
        parser.add_argument("--agent", default="", help="the agent that rejected; a gate's role")
        parser.add_argument(
            "--since", type=moment, metavar="TIME", help="a date or time, UTC; it is included"
        )
        parser.add_argument(
            "--until", type=moment, metavar="TIME", help="a date or time, UTC; it is not included"
        )

    def act(self, *_: Any, **options: Any) -> dict[str, Any]:
        chosen = selected(
            run=options["run"],
            book=options["book"],
            rejection_type=options["type"],
            step=options["step"],
            agent=options["agent"],
            since=options["since"],
            until=options["until"],
        )
        return figures(chosen)

    def text(self, answer: dict[str, Any]) -> str:
        """Single figures, then tables: shares in percent, times in hours, minutes, seconds."""
        waits = {f"time_to_{verb}": answer[f"seconds_to_{verb}"] for verb in WAITS}
        shown = {
            "total": answer["total"],
            "escalations": answer["escalations"],
            "escalation_rate": _percent(answer["escalation_rate"]),
            "rounds_to_accept": _rounded(answer["rounds_to_accept"]),
            **_clock(waits),
            **{name: _counts(answer[name], what) for name, what in COUNTED.items()},
            "first_pass_yield": [
                {"step": step, "passed": _percent(share)}
                for step, share in answer["first_pass_yield"].items()
            ],
            "cycle_time": [
                {"step": step, **_clock(times)}
                for step, times in answer["cycle_time_seconds"].items()
            ],
        }
        return tables.fields(shown, {})


def _counts(counts: Mapping[str, int], what: str) -> list[dict[str, Any]]:
    return [{what: word, "rejections": n} for word, n in counts.items()]


def _rounded(number: float | None) -> str | None:
    return None if number is None else f"{number:.2f}"


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share:.0%}"


def _clock(times: Mapping[str, float | None]) -> dict[str, str | None]:
    """Seconds as `1:02:03`, or `2 days, 1:02:03`."""
    return {
        name: None if seconds is None else str(timedelta(seconds=round(seconds)))
        for name, seconds in times.items()
    }
