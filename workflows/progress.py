"""Where a run stands: which rows are due, whether it is done, what is current. Pure."""

from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from workflows.definitions.definition import Definition, StepSpec

if TYPE_CHECKING:
    from workflows.models import Step

OPEN = frozenset({"ready", "running", "awaiting_decision"})
LIVE = OPEN | {"completed"}

Scope = Callable[[Sequence[str] | None], tuple[str, ...]]


def by_id(row: "Step") -> int:
    return int(row.pk)


class Progress:
    """The latest attempt at each step and item of one run.

    `scope` answers the chapter slugs the run works on, given those its plan names.
    """

    def __init__(self, definition: Definition, rows: Sequence["Step"], scope: Scope) -> None:
        self.definition = definition
        self._scope = scope
        self._rows: dict[str, dict[str, Step]] = {spec.name: {} for spec in definition.steps}
        self._chapters: dict[tuple[str, ...] | None, tuple[str, ...]] = {}
        for row in rows:
            self.put(row)

    def put(self, row: "Step") -> None:
        """Take a new attempt into the picture; call it in the order of ids."""
        self._rows[row.name].pop(row.item, None)
        self._rows[row.name][row.item] = row

    @property
    def rows(self) -> list["Step"]:
        return sorted((row for rows in self._rows.values() for row in rows.values()), key=by_id)

    def latest(self, name: str, item: str = "") -> "Step | None":
        return self._rows[name].get(item)

    def of(self, spec: StepSpec) -> list["Step"]:
        """The rows of one step, oldest first."""
        return list(self._rows[spec.name].values())

    @property
    def chapters(self) -> tuple[str, ...]:
        """Slugs in scope: they follow the plan, once it is made."""
        planned = self.planned()
        if planned not in self._chapters:
            self._chapters[planned] = self._scope(planned)
        return self._chapters[planned]

    def planned(self) -> tuple[str, ...] | None:
        """The chapters that a step completed before the first per-chapter step planned."""
        for spec in takewhile(lambda spec: not spec.foreach, self.definition.steps):
            row = self.latest(spec.name)
            if row and row.status == "completed" and "chapters" in row.result:
                return tuple(row.result["chapters"])
        return None

    def items(self, spec: StepSpec) -> tuple[str, ...]:
        return self.chapters if spec.foreach else ("",)

    def due(self) -> Iterator[tuple[StepSpec, str]]:
        """The steps and items whose needs are met and that have no attempt yet, or none since
        they rejected what their needs have now made again."""
        for spec in self.definition.steps:
            if self._begun(spec):
                yield from ((spec, item) for item in self.items(spec) if self._is_due(spec, item))

    def _begun(self, spec: StepSpec) -> bool:
        """Whether something of all it needs is done; its items are asked for only then."""
        return all(
            any(row.status == "completed" for row in self._rows[need].values())
            for need in spec.needs
        )

    def _is_due(self, spec: StepSpec, item: str) -> bool:
        row = self.latest(spec.name, item)
        if row and row.status not in ("superseded", "rejected"):
            return False
        if not self.needs_met(spec, item):
            return False
        return not (row and row.status == "rejected" and self.stands(row))

    def needs_met(self, spec: StepSpec, item: str) -> bool:
        """Whether all that a step needs for this item is done."""
        return all(need and need.status == "completed" for need in self._needs(spec, item))

    def stands(self, row: "Step") -> bool:
        """Whether what a row was made from has not been made again since."""
        needs = self._needs(self.definition.step(row.name), row.item)
        return all(need and need.status == "completed" and need.pk < row.pk for need in needs)

    def _needs(self, spec: StepSpec, item: str) -> list["Step | None"]:
        return [need for name in spec.needs for need in self._needed(name, item, spec)]

    def _needed(self, name: str, item: str, spec: StepSpec) -> list["Step | None"]:
        need = self.definition.step(name)
        if need.foreach and spec.foreach:
            return [self.latest(name, item)]
        return [self.latest(name, each) for each in self.items(need)]

    def is_done(self, spec: StepSpec) -> bool:
        rows = [self.latest(spec.name, item) for item in self.items(spec)]
        return all(row and row.status == "completed" for row in rows)

    @property
    def done(self) -> bool:
        return all(self.is_done(spec) for spec in self.definition.steps)

    def current(self) -> tuple[str, str]:
        """The first step with a row open or still missing, and who is to do it."""
        for spec in self.definition.steps:
            open_rows = [row for row in self.of(spec) if row.status in OPEN]
            if open_rows:
                return spec.name, open_rows[0].agent
            if not self._begun(spec) or not self.is_done(spec):
                return spec.name, spec.agent
        return "", ""
