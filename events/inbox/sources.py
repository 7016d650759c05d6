"""The rows that may wait, one set for each group and agent: an index has each in its order."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from books.models import Book
from events.inbox.asking import Asked, Kind, Place
from events.inbox.groups import waited_for
from events.models import Escalation
from workflows.bindings import claimable_by
from workflows.callers import Power, manned
from workflows.models import AgentBinding, Executor, RunStatus, Step, WorkflowRun

Rows = QuerySet[Any]
FEW = 20  # open runs of a book: each group of those merged names them all, and SQLite has a limit


class Source(NamedTuple):
    """Rows of a kind in the order of ids; where `groups` are named, those that wait for them by
    `column`."""

    kind: Kind
    rows: Rows
    column: str = ""
    groups: Sequence[str] = ()


class Sources:
    """Three queries, whatever is waiting: who has members, for whom something waits, and whose
    work people do; of a book a fourth, which of its runs are open."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self._runs = _open_runs(asked.book) if asked.book else None
        self._manned = manned()
        self._waited_for = waited_for()
        self._bindings = list(AgentBinding.objects.of_agents_done_by(Executor.HUMAN))

    def sets(self, after: Place | None = None) -> list[Source]:
        """Of the kinds that are asked for, from there on."""
        of = {
            Kind.GATE: self._gates,
            Kind.ESCALATION: self._escalations,
            Kind.WORK: self._work,
            Kind.HELD: self._held,
        }
        kinds = [kind for kind in Kind if kind in self.asked.kinds]
        last = after or {}
        found = (source for kind in kinds for source in of[kind]())
        return [one._replace(rows=self._narrowed(one.rows, last.get(one.kind, 0))) for one in found]

    def is_mine(self, kind: Kind, who: str) -> bool:
        """Whether it waits for the caller, and not only for others."""
        caller = self.asked.caller
        if kind == Kind.WORK:
            return caller.is_for(who, self._manned)
        return kind == Kind.HELD or caller.may_decide(who, self._manned)

    def _narrowed(self, rows: Rows, seen: int) -> Rows:
        asked = self.asked
        if seen:
            rows = rows.filter(pk__gt=seen)
        if self._runs is not None:
            rows = rows.filter(run__in=self._runs or [0])
        narrow: dict[str, Any] = {}
        if asked.book and self._runs is None:
            narrow["book"] = asked.book
        if asked.workflow_type:
            narrow["definition__type"] = asked.workflow_type
        if not narrow:
            return rows
        # Joined, a database may begin with all runs of the workflow.
        run = WorkflowRun.objects.filter(pk=OuterRef("run"), **narrow)
        return rows.filter(Exists(run.order_by()))

    def _gates(self) -> Iterator[Source]:
        gates = Step.objects.waiting()
        if self.asked.at_once:
            gates = gates.filter(run__status=RunStatus.RUNNING)
        return self._split(Kind.GATE, gates, "agent")

    def _escalations(self) -> Iterator[Source]:
        rows = Escalation.objects.waiting()
        if self.asked.at_once:
            rows = rows.filter(acknowledged_by__in=["", self.asked.caller.name])
        return self._split(Kind.ESCALATION, rows, "escalated_to")

    def _split(self, kind: Kind, rows: Rows, column: str) -> Iterator[Source]:
        """Without naming groups where all are seen."""
        groups = self._waited_for[kind]
        seen = self._seen(kind, groups)
        if len(seen) == len(groups):
            yield Source(kind, rows)
        elif seen:
            yield Source(kind, rows, column, seen)

    def _work(self) -> Iterator[Source]:
        for agent in self._seen(Kind.WORK, {one.agent for one in self._bindings}):
            yield Source(Kind.WORK, claimable_by(Executor.HUMAN, agent, self._bindings))

    def _held(self) -> Iterator[Source]:
        yield Source(Kind.HELD, Step.objects.held_by(self.asked.caller.name))

    def _seen(self, kind: Kind, names: Collection[str]) -> list[str]:
        """Those whose rows are shown: who reads all may see what waits for others, and who works
        all the work."""
        may = self.asked.caller.may
        reads = may(Power.READ) or (kind == Kind.WORK and may(Power.WORK))
        everything = self.asked.everything and reads
        return sorted(name for name in names if everything or self.is_mine(kind, name))


def _open_runs(book: Book) -> list[int] | None:
    """What waits of a book waits in one of these. None where they are more than a list is for."""
    runs = list(
        WorkflowRun.objects.open().filter(book=book).values_list("pk", flat=True)[: FEW + 1]
    )
    return runs if len(runs) <= FEW else None
