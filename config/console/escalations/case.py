"""An escalation as its page tells it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from artifacts.previews.texts import fitting
from config.console.redlines import Shown, between
from events.durations import duration
from events.escalations.choices import handlers
from events.escalations.packet import packet
from events.models import Escalation, EscalationAction, EscalationStatus
from workflows.callers import Caller
from workflows.errors import NotAllowed

MOST_ROUNDS, MOST_REJECTIONS, MOST_QUOTES = 6, 20, 3
DRAWN_BYTES = 60_000
"""Of HTML: what the newest round changed stands on the page at once, where it is no larger; what
others did is asked for as they come into view."""
REASON_BYTES, QUOTE_BYTES = 900, 300


@dataclass(frozen=True)
class Round:
    """A column: `told` is its part of the packet; `redline` the HTML of what it changed, empty
    where that is to be asked for."""

    told: dict[str, Any]
    verdicts: list[dict[str, Any]]
    address: str
    redline: str = ""

    @property
    def spent(self) -> str:
        return duration(self.told["agent_seconds"])

    @property
    def queued(self) -> str:
        return duration(self.told["queue_seconds"])


class Case:
    """All that `console/escalation.html` shows; so many queries however many rounds there were."""

    def __init__(self, escalation: Escalation, caller: Caller, asked: Mapping[str, str]) -> None:
        self.escalation, self.caller, self._asked = escalation, caller, asked
        self.packet = packet(escalation)
        self.run = escalation.run
        self.now = timezone.now()

    @cached_property
    def why_not(self) -> str:
        """Why this caller may not decide it; empty where it may."""
        try:
            self.caller.refuse_decision(self.escalation.escalated_to)
        except NotAllowed as why:
            return str(why)
        return ""

    @property
    def may(self) -> bool:
        return bool(self.escalation.is_open) and not self.why_not

    @property
    def is_taken(self) -> bool:
        return bool(self.escalation.status == EscalationStatus.ACKNOWLEDGED)

    @property
    def is_mine(self) -> bool:
        return self.is_taken and bool(self.escalation.acknowledged_by == self.caller.name)

    @property
    def is_closed(self) -> bool:
        """By the end of its run, and not by a human."""
        return self.escalation.action == EscalationAction.CLOSED

    @property
    def late(self) -> timedelta | None:
        """By how long it is overdue."""
        overdue: timedelta = self.now - self.escalation.due_at
        return overdue if self.escalation.is_open and overdue >= timedelta(0) else None

    @property
    def due_in(self) -> timedelta:
        left: timedelta = self.escalation.due_at - self.now
        return left

    @property
    def waited(self) -> timedelta:
        """How long it has waited, or did."""
        waited: timedelta = (self.escalation.resolved_at or self.now) - self.escalation.created_at
        return waited

    @property
    def reason(self) -> str:
        """That of the rejection which opened it."""
        return cut(self.escalation.reason, REASON_BYTES)

    @property
    def spent(self) -> dict[str, str]:
        told = self.packet["time_spent"]
        kinds = ("queue", "agent", "human")
        return {kind: duration(told[f"{kind}_seconds"]) for kind in kinds}

    @property
    def number_of_rounds(self) -> int:
        return len(self.packet["rounds"])

    @cached_property
    def last_shown(self) -> int:
        """The newest round on the page: the last, or the one that the query names."""
        last = self.number_of_rounds
        numbers = {str(number): number for number in range(1, last)}
        return numbers.get(self._asked.get("upto", ""), last)

    @property
    def first_shown(self) -> int:
        return max(1, self.last_shown - MOST_ROUNDS + 1)

    @property
    def earlier(self) -> int:
        """The last of the rounds before those shown; 0 where there is none."""
        return self.first_shown - 1

    @property
    def later(self) -> int:
        """The last of the rounds after those shown; 0 where there is none."""
        following = min(self.number_of_rounds, self.last_shown + MOST_ROUNDS)
        return following if self.last_shown < self.number_of_rounds else 0

    @cached_property
    def rounds(self) -> list[Round]:
        """Those shown, oldest first; what the newest changed is drawn at once."""
        told = self.packet["rounds"][self.first_shown - 1 : self.last_shown]
        newest = self.number_of_rounds
        return [
            Round(
                one,
                self._verdicts(one),
                address_of(self.escalation, one["round"]),
                self._drawn(one) if one["round"] == newest and one["changed"] else "",
            )
            for one in told
        ]

    def _drawn(self, told: dict[str, Any]) -> str:
        ends = told["changed"]["from"], told["changed"]["to"]
        shown = shown_of(self.escalation, told["round"], ends, QueryDict())
        html = render_to_string("console/parts/redline.html", {"shown": shown})
        return html if len(html.encode()) <= DRAWN_BYTES else ""

    def _verdicts(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                **one,
                "spent": duration(one["agent_seconds"]),
                "rejection": one["rejection"] and self._short(one["rejection"]),
            }
            for one in told["verdicts"]
        ]

    @cached_property
    def rejections(self) -> list[dict[str, Any]]:
        """The newest, newest first, each with how it ended."""
        newest = self.packet["rejections"][-MOST_REJECTIONS:]
        return [self._short(one) for one in reversed(newest)]

    @property
    def rejections_left_out(self) -> int:
        return max(0, len(self.packet["rejections"]) - MOST_REJECTIONS)

    @property
    def unseen(self) -> list[tuple[str, int]]:
        """What passes with an override: what the reviews that wait here sent back and is open; each
        reason once, with how often it was given."""
        told = [one for made in self.packet["rounds"] for one in made["verdicts"]]
        names = {one["step"]: one["name"] for one in told}
        here = [one for one in self.packet["rejections"] if one["escalation"] == self.escalation.pk]
        waiting = {names.get(one["step"]) for one in here}
        open_here = (
            one["reason"]
            for one in self.rejections
            if one["ending"] is None and names.get(one["step"]) in waiting
        )
        return list(Counter(open_here).items())

    def _short(self, told: dict[str, Any]) -> dict[str, Any]:
        """A rejection of a bounded length."""
        quotes = [one for one in told["passages"] if one["quote"]]
        reason = cut(told["reason"], REASON_BYTES)
        return {
            **told,
            "reason": reason,
            "is_cut": reason != told["reason"],
            "quotes": [
                {"heading": one["heading"], "quote": cut(one["quote"], QUOTE_BYTES)}
                for one in quotes[:MOST_QUOTES]
            ],
            "more_quotes": max(0, len(quotes) - MOST_QUOTES),
        }

    @cached_property
    def choices(self) -> dict[str, dict[str, Any]]:
        """What each answer would do now, by its action."""
        return {one["action"]: one for one in self.packet["choices"]}

    @property
    def steps(self) -> list[str]:
        """What a retry may send it back to."""
        parsed = self.run.definition.parsed
        return [spec.name for spec in parsed.work_upstream_of(self.escalation.step.name)]

    @cached_property
    def agents(self) -> list[str]:
        return handlers(self.run)


def cut(text: str, most_bytes: int) -> str:
    """A text of at most so many bytes of HTML."""
    fits = fitting(text[: most_bytes + 1], most_bytes)
    return text if fits == len(text) else f"{text[:fits]}…"


def address_of(escalation: Escalation, number: int) -> str:
    return reverse("console:escalation-round", args=[escalation.pk, number])


def shown_of(escalation: Escalation, number: int, ends: tuple[str, str], asked: QueryDict) -> Shown:
    """What a round changed. Raises InvalidInput for a query that makes no sense."""
    address = address_of(escalation, number)
    slug, label = f"round-{number}", f"What round {number} changed"
    return Shown.of(between(*ends), asked, address=address, slug=slug, label=label)
