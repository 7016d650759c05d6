"""What can be known of every run and step from its events alone."""

from collections import Counter
from collections.abc import Callable, Iterable

from tests.law.picture import News

Key = tuple[int, str, str]  # run, item, rejection type


class Replay:
    """Statuses told by the log. Rows made ready leave no event: unknown ones are ready."""

    def __init__(self) -> None:
        self.runs: dict[int, tuple[str, str, str]] = {}  # status, pause reason, outcome
        self.steps: dict[int, str] = {}
        self.escalations: dict[int, str] = {}
        self.resolved: set[int] = set()  # rejections that ended with their run
        self.counts: Counter[Key] = Counter()
        self.last: dict[int, News] = {}

    def follow(self, events: Iterable[News]) -> "Replay":
        for one in events:
            (ON_STEP if one.step else ON_RUN)[one.type](self, one)
            if one.type != "artifact_registered":
                self.last[one.run] = one
        return self

    def knows(self) -> tuple[object, ...]:
        return self.runs, self.steps, self.escalations, self.resolved, self.counts


def _created(log: Replay, one: News) -> None:
    log.runs[one.run] = ("pending", "", "")
    for copy in one.payload.get("reused", ()):
        log.steps[copy["step"]] = "completed"


def _paused(log: Replay, one: News) -> None:
    log.runs[one.run] = ("paused", one.payload["pause_reason"], "")


def _goes_on(log: Replay, one: News) -> None:
    log.runs[one.run] = ("running", "", "")


def _ended(log: Replay, one: News) -> None:
    outcome = {"completed": "succeeded", "cancelled": "cancelled"}.get(one.type)
    before = log.last.get(one.run)
    if one.type == "failed" and before and before.step and before.type == "failed":
        log.steps[before.step] = "failed"
    status = "completed" if one.type == "completed" else "failed"
    log.runs[one.run] = (status, "", outcome or one.payload["outcome"])
    log.steps |= dict.fromkeys(one.payload.get("closed", ()), "cancelled")
    log.escalations |= dict.fromkeys(one.payload["closed_escalations"], "resolved")
    log.resolved |= set(one.payload["closed_rejections"])


def _step(status: str) -> Callable[[Replay, News], None]:
    def become(log: Replay, one: News) -> None:
        log.steps[one.step or 0] = status

    return become


def _rejected(log: Replay, one: News) -> None:
    log.steps[one.step or 0] = "rejected"
    for item in one.payload.get("items", ()):
        log.counts[one.run, item or "", one.payload["rejection_type"]] += 1


def _routed(log: Replay, one: News) -> None:
    log.steps |= dict.fromkeys(one.payload["superseded"], "superseded")
    log.steps |= {made["step"]: "ready" for made in one.payload["attempts"]}


def _escalated(log: Replay, one: News) -> None:
    log.escalations.setdefault(one.payload["escalation"], "pending")


def _acknowledged(log: Replay, one: News) -> None:
    log.escalations[one.payload["escalation"]] = "acknowledged"


def _resolved(log: Replay, one: News) -> None:
    log.escalations[one.payload["escalation"]] = "resolved"
    if one.payload["action"] == "retry":
        log.counts[one.run, one.payload["item"] or "", one.payload["rejection_type"]] = 0


def _nothing(log: Replay, one: News) -> None:
    """Of no consequence for a status."""


ON_RUN: dict[str, Callable[[Replay, News], None]] = {
    "created": _created,
    "started": _goes_on,
    "paused": _paused,
    "resumed": _goes_on,
    "completed": _ended,
    "failed": _ended,
    "cancelled": _ended,
    "trigger_fired": _nothing,
}
ON_STEP: dict[str, Callable[[Replay, News], None]] = {
    "started": _step("running"),
    "completed": _step("completed"),
    "failed": _step("ready"),  # unless the run's failure follows
    "released": _step("ready"),
    "gate_opened": _step("awaiting_decision"),
    "approved": _step("completed"),
    "rejected": _rejected,
    "routed": _routed,
    "escalated": _escalated,
    "acknowledged": _acknowledged,
    "resolved": _resolved,
    "artifact_registered": _nothing,
}
