"""Which part of the work is meant: of a list of rejections, of figures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from books.models import Book, known_word
from events.models import Escalation, Rejection, RejectionType, RoutingRule
from events.models.escalation import EscalationQuerySet
from events.models.rejection import RejectionQuerySet
from workflows.definitions.definition import StepSpec
from workflows.errors import InvalidInput
from workflows.models import WorkflowDefinition, WorkflowRun
from workflows.roster import known_agents


@dataclass(frozen=True)
class Selection:
    """What is empty or None selects everything; `since` belongs to it, `until` no longer.

    Raises InvalidInput where `until` is before `since`.
    """

    run: WorkflowRun | None = None
    book: Book | None = None
    rejection_type: str = ""
    step: str = ""
    agent: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise InvalidInput(
                f"until {self.until.isoformat()} is before since {self.since.isoformat()}"
            )

    @property
    def rejections(self) -> RejectionQuerySet:
        """Selected by when they were made."""
        return Rejection.objects.filter(
            self.among(
                step="step__name",
                agent="rejecting_agent",
                time="created_at",
                rejection_type="rejection_type",
            )
        )

    @property
    def escalations(self) -> EscalationQuerySet:
        """Selected by when they were opened."""
        return Escalation.objects.filter(
            self.among(
                step="step__name",
                agent="step__agent",
                time="created_at",
                rejection_type="rejection_type",
            )
        )

    def among(self, *, step: str, agent: str, time: str, rejection_type: str = "") -> Q:
        """The rows selected of a model that has a run, by the paths of its other fields; without
        the path of a rejection type those of every type."""
        wanted: dict[str, Any] = {
            "run": self.run,
            "run__book": self.book,
            step: self.step,
            agent: self.agent,
            f"{time}__gte": self.since,
            f"{time}__lt": self.until,
            rejection_type: self.rejection_type,
        }
        return Q(**{path: value for path, value in wanted.items() if path and value})


def selected(
    *,
    run: str = "",
    book: str = "",
    rejection_type: str = "",
    step: str = "",
    agent: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Selection:
    """A selection by names. Raises Unknown or UnknownThing with the nearest right one."""
    if rejection_type:
        known_word("rejection type", rejection_type, RejectionType.values)
    if step:
        known_word("step", step, {spec.name for spec in _specs()})
    if agent:
        known_agents([agent], besides=_agents_besides())
    return Selection(
        run=WorkflowRun.objects.named(run) if run else None,
        book=Book.objects.named(book) if book else None,
        rejection_type=rejection_type,
        step=step,
        agent=agent,
        since=since,
        until=until,
    )


def _agents_besides() -> set[str]:
    """Roles of gates, handlers, and whoever has rejected, also where nothing is bound to them."""
    handlers = RoutingRule.objects.values_list("handler_agent", flat=True)
    rejecting = Rejection.objects.order_by().values_list("rejecting_agent", flat=True).distinct()
    return {*handlers, *rejecting, *(spec.agent for spec in _specs())}


def _specs() -> list[StepSpec]:
    """The steps of every definition that a run may have used."""
    return WorkflowDefinition.objects.all().every_step()
