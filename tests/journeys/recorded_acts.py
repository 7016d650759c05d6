"""An editing run written down act by act: done again by the real verbs, and counted by hand.

Each line of `data/rejections.csv` is one act: the minute, the verb, who did it, and the agent,
step, item and attempt it was done at. A claim and a gate's decision say since which minute the
row was there (`ready`); a rejection its type, the chapters it is `about` where it judged all, and
the handler it went to, none where it escalated; a resolution its action.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from events.escalations import escalating
from events.escalations.answers import Answer
from events.models import Escalation
from tests.agents import Claimed, Crew
from tests.clock import at

START = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)
TWO_WEEKS = 14 * 24 * 3600
EVER = 10**9
Act = dict[str, Any]


def read_acts() -> list[Act]:
    path = Path(__file__).with_name("data") / "rejections.csv"
    with path.open(newline="") as lines:
        acts: list[Act] = list(csv.DictReader(lines))
    for act in acts:
        act["minute"] = int(act["minute"])
        act["row"] = act["step"], act["item"], int(act["attempt"])
        act["unit"] = act["step"], act["item"]
    return acts


class Stage:
    """Does the acts on a run, each at its minute."""

    def __init__(self, crew: Crew, clock: pytest.MonkeyPatch) -> None:
        self.crew, self.clock = crew, clock
        self.in_hand: dict[tuple[str, str], Claimed] = {}

    def play(self, acts: Iterable[Act]) -> None:
        for act in acts:
            at(self.clock, START + timedelta(minutes=act["minute"]))
            getattr(self, act["act"])(act)

    def claim(self, act: Act) -> None:
        row = self.crew.step(act["step"], act["item"])
        assert (row.agent, str(row.attempt)) == (act["agent"], act["attempt"])
        wanted = {"worker": act["who"], "step_id": row.pk, "lease_seconds": TWO_WEEKS}
        self.in_hand[act["unit"]] = self.crew.claim(act["agent"], **wanted)

    def complete(self, act: Act) -> None:
        self.in_hand[act["unit"]].complete()

    def fail(self, act: Act) -> None:
        self.in_hand[act["unit"]].fail()

    def release(self, act: Act) -> None:
        self.in_hand[act["unit"]].release()

    def reject(self, act: Act) -> None:
        self.in_hand[act["unit"]].reject(act["type"], items=tuple(act["about"].split()))

    def request_changes(self, act: Act) -> None:
        items = act["about"].split()
        self.crew.request_changes(*items, rejection_type=act["type"], actor=act["who"])

    def approve(self, act: Act) -> None:
        self.crew.decide(actor=act["who"])

    def acknowledge(self, act: Act) -> None:
        escalating.acknowledge(self._escalation(act), actor=act["who"])

    def resolve(self, act: Act) -> None:
        answer = Answer(act["action"], "it was talked over")
        escalating.resolve(self._escalation(act), answer, actor=act["who"])

    def _escalation(self, act: Act) -> Escalation:
        return self.crew.run.escalations.open().get(item=act["item"], rejection_type=act["type"])


SENT_BACK = ("reject", "request_changes")
JUDGED = ("edit", "domain_review", "validate", "approve")


class Count:
    """What the acts alone say: of these types of rejection, from one minute until another."""

    def __init__(self, acts: list[Act], kind: str = "", since: int = 0, until: int = EVER) -> None:
        self.acts, self.kind, self.window = acts, kind, range(since, until)
        self.ends = [a for a in acts if a["act"] in ("complete", "approve", *SENT_BACK)]
        self.sent = [
            act
            for act in self.ends
            if act["act"] in SENT_BACK and self.within(act) and kind in ("", act["type"])
            for _ in act["about"].split() or [act["item"]]
        ]

    def within(self, act: Act) -> bool:
        return act["minute"] in self.window

    def figures(self) -> dict[str, Any]:
        opened = [act for act in self.sent if not act["handler"]]
        return {
            "total": len(self.sent),
            "escalations": len(opened),
            "by_type": Counter(act["type"] for act in self.sent),
            "by_step": Counter(act["step"] for act in self.sent),
            "by_reviewer": Counter(act["agent"] for act in self.sent),
            "by_handler": Counter(act["handler"] for act in self.sent if act["handler"]),
            "first_pass_yield": self.first_pass_yield(),
            "rounds_to_accept": self.rounds_to_accept(),
            "cycle_time_seconds": self.cycle_time_seconds(),
            "escalation_rate": len(opened) / len(self.sent) if self.sent else None,
            "seconds_to_acknowledge": mean_of(self.until("acknowledge", opened)),
            "seconds_to_resolve": mean_of(self.until("resolve", opened)),
        }

    def until(self, verb: str, opened: list[Act]) -> list[int]:
        """Seconds from each of these rejections to the act that answered it."""
        return [
            60 * (act["minute"] - one["minute"])
            for one in opened
            for act in self.acts
            if (act["act"], act["row"], act["type"]) == (verb, one["row"], one["type"])
        ]

    def first_pass_yield(self) -> dict[str, float]:
        passed = defaultdict(list)
        for end in filter(self.within, self.ends):
            if end["step"] in JUDGED and end["attempt"] == "1":
                passed[end["step"]].append(float(end["act"] not in SENT_BACK))
        return {step: mean(each) for step, each in passed.items()}

    def rounds_to_accept(self) -> float | None:
        reviews = [end for end in self.ends if end["step"] in JUDGED[:3]]
        latest = {end["unit"]: end["row"] for end in reviews}
        passes = [a for a in self.acts if a["act"] == "complete" or a["action"] == "override"]
        accepted = [a["unit"] for a in passes if a["row"] in latest.values() and self.within(a)]
        return mean_of([sum(end["unit"] == unit for end in reviews) for unit in accepted])

    def cycle_time_seconds(self) -> dict[str, dict[str, float]]:
        claims = {act["row"]: act for act in self.acts if act["act"] == "claim"}
        spent: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for end in filter(self.within, self.ends):
            claim = claims.get(end["row"], end)
            queue, agent = claim["minute"] - int(claim["ready"]), end["minute"] - claim["minute"]
            if end["step"] == "approve":
                times = {"human": 60 * queue}
            elif end["attempt"] == "1":
                times = {"queue": 60 * queue, "agent": 60 * agent}
            else:
                times = {"rework": 60 * (queue + agent)}
            asked = [end] if end["type"] and not end["handler"] else []
            spent[end["step"]].update(
                Counter(times) + Counter(human=sum(self.until("resolve", asked)))
            )
        units = Counter(step for step, _ in {end["unit"] for end in self.ends if self.within(end)})
        parts = ("queue", "agent", "human", "rework")
        return {
            step: {part: times[part] / units[step] for part in parts}
            for step, times in spent.items()
        }


def mean_of(numbers: list[int]) -> float | None:
    return mean(numbers) if numbers else None
