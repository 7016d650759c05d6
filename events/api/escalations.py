"""What waits for a human: `escalations/`, and the verbs on one."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from books.api import bodies
from books.api.bodies import Body, Name, Text
from books.api.endpoint import Endpoint, Listing
from books.api.filters import Filters, Named, Word, YesOrNo
from events.api.nouns import EscalationNoun
from events.api.packets import PacketNoun
from events.escalations import answers, escalating
from events.escalations.packet import packet
from events.models import Escalation, EscalationStatus
from events.reminders.overdue import known_group
from workflows.api.authentication import caller_of
from workflows.api.runs import Nothing
from workflows.models import WorkflowRun


class Overdue(YesOrNo):
    def those(self, rows: QuerySet[Any], *, so: bool) -> QuerySet[Any]:
        overdue = Escalation.objects.overdue()
        return rows.filter(pk__in=overdue) if so else rows.exclude(pk__in=overdue)


class EscalationFilters(Filters):
    run = Named(WorkflowRun.objects.named, "run")
    status = Word(choices=EscalationStatus.choices)
    escalated_to = Named(known_group, "escalated_to")
    overdue = Overdue()


class Escalations(Listing):
    """The newest first."""

    queryset = Escalation.objects.select_related("run")
    filterset_class = EscalationFilters
    serializer_class = EscalationNoun


class OneEscalation(Endpoint):
    @extend_schema(responses=PacketNoun)
    def get(self, request: Request, escalation: str) -> Response:  # noqa: ARG002
        """All that is needed to decide an escalation: texts, verdicts, what each action does."""
        return Response(packet(Escalation.objects.numbered(escalation)))


class Answer(Body):
    action = bodies.Word([str(action) for action in answers.ACTIONS])
    resolution = Text(max_length=100_000, help_text="What was decided, and why.")
    to_step = Name(default="", allow_blank=True, help_text="Of a retry: the step to rework.")
    agent = Name(default="", allow_blank=True, help_text="Of a retry: who is to do it.")


class Acknowledge(Endpoint):
    keyed = True

    @extend_schema(request=Nothing, responses=EscalationNoun)
    def post(self, request: Request, escalation: str) -> Response:
        """Take an escalation, so that the others of its group need not."""
        Nothing.of(request)
        row, actor = decided_by(request, escalation)
        return Response(escalating.acknowledge(row, actor=actor, key=self.key))


class Resolve(Endpoint):
    keyed = True

    @extend_schema(request=Answer, responses=EscalationNoun)
    def post(self, request: Request, escalation: str) -> Response:
        """Decide what becomes of an escalation: one more rework, let it pass, or end the run."""
        answer = answers.Answer(**Answer.of(request))
        row, actor = decided_by(request, escalation)
        return Response(escalating.resolve(row, answer, actor=actor, key=self.key))


def decided_by(request: Request, escalation: str) -> tuple[Escalation, str]:
    """The escalation and who asks. Raises NotAllowed unless that caller may decide it."""
    caller, row = caller_of(request), Escalation.objects.numbered(escalation)
    caller.refuse_decision(row.escalated_to)
    return row, caller.name
