"""Runs: `runs/` and the verbs on one."""

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from books.api.bodies import Body, Mapped, Name, Switch, Text
from books.api.endpoint import Endpoint, Listing
from books.api.filters import Filters, Named, Word
from books.models import Book
from workflows import runs
from workflows.api.authentication import caller_of
from workflows.api.nouns import RunNoun, RunStatusNoun
from workflows.models import RunStatus, WorkflowDefinition, WorkflowRun
from workflows.status import run_status


class RunFilters(Filters):
    book = Named(Book.objects.named, "book")
    status = Word(choices=RunStatus.choices)
    workflow_type = Named(WorkflowDefinition.objects.versions_of, "definition__in")
    parent_run = Named(WorkflowRun.objects.named, "parent_run")


class NewRun(Body):
    workflow_type = Name(help_text="A full name, or an alias such as w1.")
    book = Name(help_text="A slug.")
    parameters = Mapped(default=dict)
    input_version = Name(default="", allow_blank=True, help_text="The latest unless given.")
    session_id = Name(default="", allow_blank=True, help_text="An id of your own.")
    plan_id = Name(default="", allow_blank=True, help_text="An id of your own.")
    begin = Switch(default=True)


class Reason(Body):
    reason = Text(default="", allow_blank=True, max_length=10_000)


class FromStep(Body):
    from_step = Name(default="", allow_blank=True, help_text="The first not done unless given.")


class Nothing(Body):
    pass


class Runs(Listing):
    """The newest first."""

    queryset = WorkflowRun.objects.for_json()
    filterset_class = RunFilters
    serializer_class = RunNoun
    keyed = True

    @extend_schema(request=NewRun, responses={201: RunNoun})
    def post(self, request: Request) -> Response:
        """Create a run and, unless told otherwise, begin it."""
        new = runs.NewRun(**NewRun.of(request))
        return Response(runs.start(new, actor=caller_of(request).name, key=self.key), status=201)


class Run(Endpoint):
    @extend_schema(responses=RunStatusNoun)
    def get(self, request: Request, run: str) -> Response:  # noqa: ARG002
        """A run with its steps, what is open, what it made, and what may be done."""
        return Response(run_status(WorkflowRun.objects.named(run)))


class RunVerb(Endpoint):
    """A verb on one run; `act` is the one that the command calls, `body` what it reads."""

    act: ClassVar[Callable[..., dict[str, Any]]]
    body: ClassVar[type[Body]] = Reason
    answers: ClassVar[int] = 200
    keyed = True

    def post(self, request: Request, run: str) -> Response:
        said = self.body.of(request)
        row = WorkflowRun.objects.named(run)
        done = type(self).act(row, **said, actor=caller_of(request).name, key=self.key)
        return Response(done, status=self.answers)


@extend_schema(request=Nothing, responses=RunNoun)
class BeginRun(RunVerb):
    """Begin a run that was created and not begun."""

    act, body = runs.begin, Nothing


@extend_schema(request=Reason, responses=RunNoun)
class PauseRun(RunVerb):
    """Stop handing out the work of a run; steps already running may still finish."""

    act = runs.pause


@extend_schema(request=Reason, responses=RunNoun)
class ResumeRun(RunVerb):
    """Hand out the work of a paused run again."""

    act = runs.resume


@extend_schema(request=Reason, responses=RunNoun)
class CancelRun(RunVerb):
    """End a run and all its open steps."""

    act = runs.cancel


@extend_schema(request=FromStep, responses={201: RunNoun})
class RerunRun(RunVerb):
    """Run a completed or failed run again, in a new run that reuses what was done before."""

    act, body, answers = runs.rerun, FromStep, 201
