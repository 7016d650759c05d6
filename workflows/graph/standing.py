"""Where a run stands, step by step, to be marked in the drawing of its workflow. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflows.definitions.definition import Definition, StepSpec

SAID = {
    "failed": "failed",
    "awaiting_decision": "waits for a decision",
    "running": "running",
    "ready": "ready",
    "rejected": "sent back",
    "superseded": "to be done again",
    "cancelled": "cancelled",
}
"""What a step is said to be by one status of its rows; that which asks most for attention first."""


@dataclass(frozen=True)
class Standing:
    """How far one step of a run is: the look of its box, and a line of words."""

    look: str
    words: str


def standings(
    definition: Definition, counted: Iterable[tuple[str, str, int]]
) -> dict[str, Standing]:
    """By step, from how many of its latest rows have which status. A step without rows has none.

    Chapters in scope are as many as the step with most rows has: the first that is done chapter
    by chapter has them all at once.
    """
    rows: dict[str, Counter[str]] = {spec.name: Counter() for spec in definition.steps}
    for name, status, number in counted:
        rows[name][status] += number
    scope = max((rows[spec.name].total() for spec in definition.steps if spec.foreach), default=0)
    return {
        spec.name: _standing(spec, rows[spec.name], scope if spec.foreach else 1)
        for spec in definition.steps
        if rows[spec.name]
    }


def _standing(spec: StepSpec, of: Mapping[str, int], scope: int) -> Standing:
    done = of.get("completed", 0)
    found = next((status for status in SAID if of.get(status)), "")
    if not found:
        look = "done" if done >= scope else "begun"
        return Standing(look, _counted(done, scope, "done") if spec.foreach else "done")
    if not spec.foreach:
        return Standing(found, SAID[found])
    count = of[found]
    return Standing(found, f"{_counted(done, scope, 'done')} · {count} {SAID[found]}")


def _counted(number: int, scope: int, word: str) -> str:
    return f"{number} of {scope} {word}"
