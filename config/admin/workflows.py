"""The pages of a workflow's definition, drawn, and of who does an agent's steps."""

from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from config.admin.pages import ObjectPage, instead
from config.admin.run_tables import step_row
from config.admin.sheets import Cell, Sheet, Table, fact, linked, soft, some, tabled
from config.admin.verbs import Button, list_of
from workflows.admin.definitions import AgentBindingAdmin, DefinitionAdmin
from workflows.definitions.definition import StepSpec
from workflows.graph import on_page
from workflows.models import AgentBinding, Step, WorkflowDefinition, WorkflowRun

STEP_HEADS = ("Step", "Kind", "Agent or role", "After", "Takes", "Makes", "Tries", "Lease")


@instead(WorkflowDefinition)
class DefinitionPage(ObjectPage, DefinitionAdmin):
    fieldsets = (("All fields", {"classes": ["collapse"], "fields": ("digest", "spec")}),)

    def sheet(self, row: WorkflowDefinition, request: HttpRequest) -> Sheet:  # noqa: ARG002
        parsed = row.parsed
        others = WorkflowDefinition.objects.filter(type=row.type).order_by("-version")
        versions, _ = some(others)
        return Sheet(
            facts=[
                *fact("Type", Cell(row.type), soft(row.alias)),
                *fact("Version", Cell(row.version)),
                *fact("Takes from", Cell(", ".join(parsed.upstream))),
                *fact("Taken over", Cell(row.created_at)),
                *fact("Versions", *(linked(one, one.version) for one in versions)),
            ],
            links=[Button("Its runs", list_of(WorkflowRun, definition__id__exact=row.pk))],
            drawing=on_page(parsed),
            drawing_title=parsed.title,
            tables=[Table("Steps", STEP_HEADS, [_step(spec) for spec in parsed.steps])],
        )


def lasting(seconds: int) -> str:
    """In the largest unit that tells it whole."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds and seconds % length == 0:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def _step(spec: StepSpec) -> list[Cell]:
    each = " ★" if spec.foreach else ""
    makes = [*map(str, spec.produces), *(["a version"] if spec.makes_version else [])]
    gate = spec.kind == "gate"
    return [
        Cell(f"{spec.name}{each}"),
        Cell(spec.kind),
        Cell(spec.agent),
        soft(", ".join(spec.needs)),
        Cell(", ".join(map(str, spec.consumes))),
        Cell(", ".join(makes)),
        soft("" if gate else spec.max_attempts),
        soft("" if gate else lasting(spec.lease_seconds)),
    ]


class BindingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Workflow types are chosen from those there are, and what the binding has already."""

    class Meta:
        model = AgentBinding
        fields = ("agent", "workflow_type", "book", "executor")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "workflow_type" not in self.fields:
            return
        types = {one.type: one.parsed.title for one in WorkflowDefinition.objects.newest()}
        if has := self.instance.workflow_type:
            types.setdefault(has, has)
        choices = [("", "all"), *types.items()]
        self.fields["workflow_type"] = forms.ChoiceField(
            choices=choices, required=False, widget=UnfoldAdminSelectWidget()
        )


@instead(AgentBinding)
class BindingPage(ObjectPage, AgentBindingAdmin):
    form = BindingForm

    def sheet(self, row: AgentBinding, request: HttpRequest) -> Sheet:  # noqa: ARG002
        waiting, more = some(Step.objects.ready_for(row.agent).select_related("run"))
        rows = [[*step_row(step)[:3], linked(step.run), Cell(step.created_at)] for step in waiting]
        heads = ("Step", "Chapter", "Attempt", "Run", "Since")
        every = list_of(Step, agent=row.agent, status="ready") if more else ""
        empty = "Nothing waits for this agent."
        return Sheet(tables=[Table("Ready for it", heads, tabled(rows), every, empty)])
