"""Triggers: `triggers/`, and asking one."""

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from books.api import bodies
from books.api.bodies import Body, Mapped, Name, Switch
from books.api.endpoint import Endpoint, Listing
from triggers import changing, requests
from triggers.api.nouns import FiringNoun, ForeseenNoun, TriggerNoun, VerdictNoun
from triggers.changing import LONGEST_NAME, Change
from triggers.models import Condition, WorkflowTrigger
from workflows.api.authentication import caller_of
from workflows.models import WorkflowRun

SOURCE = "Whose end it follows: a full name, or an alias such as w1."
TARGET = "What it starts: a full name, or an alias such as w2."


class TriggerChange(Body):
    source_workflow_type = Name(required=False, help_text=SOURCE)
    target_workflow_type = Name(required=False, help_text=TARGET)
    trigger_condition = bodies.Word(Condition.choices, required=False)
    enabled = Switch(required=False)
    config = Mapped(required=False, help_text="Replaces what there was; {} asks for nothing.")


class NewTrigger(TriggerChange):
    name = Name(max_length=LONGEST_NAME, help_text="A slug.")
    source_workflow_type = Name(help_text=SOURCE)
    target_workflow_type = Name(help_text=TARGET)


class Triggers(Listing):
    """The newest first."""

    queryset = WorkflowTrigger.objects.all()
    serializer_class = TriggerNoun
    keyed = True

    @extend_schema(request=NewTrigger, responses={201: TriggerNoun})
    def post(self, request: Request) -> Response:
        """Make a trigger."""
        said = NewTrigger.of(request)
        name, actor = said.pop("name"), caller_of(request).name
        made = changing.make(name, Change(**said), actor=actor, key=self.key)
        return Response(made, status=201)


class Trigger(Endpoint):
    @extend_schema(responses=TriggerNoun)
    def get(self, request: Request, name: str) -> Response:  # noqa: ARG002
        """A trigger."""
        return Response(WorkflowTrigger.objects.named(name).as_json())

    @extend_schema(request=TriggerChange, responses=TriggerNoun)
    def patch(self, request: Request, name: str) -> Response:
        """Change what a trigger says. What is not given stays as it is."""
        said = Change(**TriggerChange.of(request))
        return Response(changing.alter(name, said, actor=caller_of(request).name).as_json())

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, name: str) -> Response:  # noqa: ARG002
        """Delete a trigger; its firings stay."""
        changing.delete(name)
        return Response(status=204)


class Source(Body):
    run = Name(default="", allow_blank=True, help_text="The source run; or:")
    book = Name(default="", allow_blank=True, help_text="Its run of that type that ended last.")
    dry_run = Switch(default=False, help_text="Only say what would come of it.")


class Fire(Endpoint):
    keyed = True

    @extend_schema(
        request=Source,
        responses=PolymorphicProxySerializer(
            component_name="FiredOrForeseen",
            serializers=[FiringNoun, ForeseenNoun],
            resource_type_field_name=None,
        ),
    )
    def post(self, request: Request, name: str) -> Response:
        """Fire a trigger from a run that has ended, or say what that would do, which is not
        remembered by a key."""
        said, actor = Source.of(request), caller_of(request).name
        trigger = WorkflowTrigger.objects.named(name)
        asked = requests.asked(run=said["run"], book=said["book"])
        if said["dry_run"]:
            return Response(requests.foreseen(trigger, asked))
        return Response(requests.fire(trigger, asked, actor=actor, key=self.key))


class OfRun(Body):
    run = Name(help_text="The run it would follow.")


class Test(Endpoint):
    @extend_schema(request=OfRun, responses=VerdictNoun(many=True))
    def post(self, request: Request, name: str) -> Response:
        """Whether a trigger would fire when a run completes, and what decides it. Does nothing."""
        said = OfRun.of(request)
        trigger = WorkflowTrigger.objects.named(name)
        return Response(requests.explain(WorkflowRun.objects.named(said["run"]), trigger))
