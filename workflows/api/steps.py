"""Steps: `steps/`, what a worker does with one it holds, and deciding a gate."""

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django_filters import CharFilter
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from books.api import bodies
from books.api.bodies import Body, Mapped, Name, Names, Several, Text
from books.api.endpoint import Endpoint, Listing
from books.api.filters import Filters, Named, Word
from workflows import drafting, gates, verdicts, work
from workflows.api.authentication import caller_of
from workflows.api.handing_in import Made, handed
from workflows.api.nouns import DraftNoun, StepNoun
from workflows.callers import Power
from workflows.inputs import digest_of, inputs_of
from workflows.models import Step, StepStatus, WorkflowRun

LEASE = "As the claim answered it."


class StepFilters(Filters):
    run = Named(WorkflowRun.objects.named, "run")
    name = CharFilter(max_length=100)
    agent = CharFilter(max_length=100)
    status = Word(choices=StepStatus.choices)


class Steps(Listing):
    """The newest first. An agent that does not read all sees what it may claim or holds."""

    queryset = Step.objects.for_json()
    filterset_class = StepFilters
    serializer_class = StepNoun

    def get_queryset(self) -> QuerySet[Step]:
        caller, rows = caller_of(self.request), super().get_queryset()
        if caller.may(Power.READ):
            return rows
        mine = rows.filter(Q(worker="") | Q(worker=caller.name))
        return mine.filter(agent__in=caller.agents) if caller.agents else mine


class OneStep(Endpoint):
    @extend_schema(responses=StepNoun)
    def get(self, request: Request, step: str) -> Response:
        """A step; at a gate that waits, with the digest of the text to decide on."""
        row = Step.objects.numbered(step)
        caller_of(request).refuse_unseen(row)
        waits = row.status == StepStatus.AWAITING_DECISION
        return Response(row.as_json(digest_of(inputs_of(row)) if waits else None))


class Lease(Body):
    lease = Name(help_text=LEASE)


class Because(Body):
    reason = Text(max_length=100_000, help_text="Why; it is kept with the event.")


class LeaseAndReason(Lease, Because):
    pass


class Completion(Lease):
    result = Mapped(default=dict)
    artifacts = Several(
        child=Made(),
        default=list,
        help_text="Ids of artifacts of the run, or texts: {artifact_type, path, text}.",
    )


class Rejection(Lease):
    rejection_type = Name(help_text="style, mechanics, clarity or scope.")
    reason = Text(max_length=100_000, help_text="What is to be mended.")
    passages = Several(child=Mapped(), default=list)
    items = Names(default=list, help_text='Chapters, or ["all"]; where it judged them all.')


class HeldVerb(Endpoint):
    """A verb on a step that the caller holds, or held."""

    body: ClassVar[type[Body]] = LeaseAndReason
    keyed = True

    def post(self, request: Request, step: str) -> Response:
        said = self.body.of(request)
        caller = caller_of(request)
        row = Step.objects.numbered(step)
        caller.refuse_strange(row)
        return Response(self.act(work.Held(row, said.pop("lease"), caller.name, self.key), **said))

    def act(self, holder: work.Held, **said: Any) -> dict[str, Any]:
        raise NotImplementedError


@extend_schema(request=Lease, responses=StepNoun)
class Heartbeat(HeldVerb):
    """Extend the lease of a step."""

    body = Lease

    def act(self, holder: work.Held, **_: Any) -> dict[str, Any]:
        return work.heartbeat(holder)


@extend_schema(request=Completion, responses=StepNoun)
class Complete(HeldVerb):
    """Hand back a step as done, with what was made."""

    body = Completion
    also_refuses = frozenset({507})

    def act(self, holder: work.Held, **said: Any) -> dict[str, Any]:
        made = handed(said["artifacts"], holder.step.run)
        return work.complete(holder, result=said["result"], handed=made)


@extend_schema(request=Rejection, responses=StepNoun)
class Reject(HeldVerb):
    """Hand back a review as rejected; the router finds who mends it."""

    body = Rejection

    def act(self, holder: work.Held, **said: Any) -> dict[str, Any]:
        return verdicts.reject(holder, verdicts.Verdict(**said))


@extend_schema(request=LeaseAndReason, responses=StepNoun)
class Fail(HeldVerb):
    """Hand back a step as failed: it is ready again, or the run fails with it."""

    def act(self, holder: work.Held, **said: Any) -> dict[str, Any]:
        return work.fail(holder, **said)


@extend_schema(request=LeaseAndReason, responses=StepNoun)
class Release(HeldVerb):
    """Put a step back untouched, for another to claim."""

    def act(self, holder: work.Held, **said: Any) -> dict[str, Any]:
        return work.release(holder, **said)


class TakingBack(Because):
    worker = Name(default="", help_text="Only where this one still holds it.")


class TakeBack(Endpoint):
    keyed = True

    @extend_schema(request=TakingBack, responses=StepNoun)
    def post(self, request: Request, step: str) -> Response:
        """Take a step back from whoever holds it, for another to claim."""
        how, caller = work.TakenBack(**TakingBack.of(request)), caller_of(request)
        row = Step.objects.numbered(step)
        return Response(work.take_back(row, how, actor=caller.name, key=self.key))


class NewDraft(Lease):
    text = Text(allow_blank=True, help_text="All of it; replaces what was kept before.")


class StepDraft(Endpoint):
    @extend_schema(responses=DraftNoun)
    def get(self, request: Request, step: str) -> Response:
        """The caller's own draft at a step, else the newest that anybody left there."""
        row = Step.objects.numbered(step)
        caller = caller_of(request)
        caller.refuse_unseen(row)
        return Response(drafting.draft_for(row, caller.name).as_json())

    @extend_schema(request=NewDraft, responses=DraftNoun)
    def put(self, request: Request, step: str) -> Response:
        """Keep a text at a step that the caller holds; it outlives the lease."""
        said, caller = NewDraft.of(request), caller_of(request)
        row = Step.objects.numbered(step)
        caller.refuse_strange(row)
        return Response(drafting.keep(row, said["lease"], caller.name, said["text"]).as_json())


class Judgement(Body):
    decision = bodies.Word(gates.Decision.choices)
    rejection_type = Name(default="", allow_blank=True, help_text="With request_changes.")
    reason = Text(default="", allow_blank=True, max_length=100_000)
    to_step = Name(default="", allow_blank=True, help_text="The step to rework, not by the rules.")
    items = Names(default=list, help_text='Chapters, or ["all"].')
    passages = Several(child=Mapped(), default=list)
    digest = Name(default="", allow_blank=True, help_text="Of what was read; stale is refused.")


class Decide(Endpoint):
    keyed = True

    @extend_schema(request=Judgement, responses=StepNoun)
    def post(self, request: Request, step: str) -> Response:
        """Decide a gate: let it pass, send it back, or end the run."""
        said, caller = Judgement.of(request), caller_of(request)
        row = Step.objects.numbered(step)
        caller.refuse_decision(gates.role_of(row))
        judged = gates.Judgement(**said)
        name, gate = caller.name, str(row.pk)
        return Response(gates.decide(row.run, judged, actor=name, gate=gate, key=self.key))
