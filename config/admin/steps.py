"""The page of a step: who holds it, what it was given, what it made."""

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from artifacts.models import Artifact
from config.admin.forms import Because
from config.admin.pages import ObjectPage, instead
from config.admin.run_tables import artifact_row, event_row, rejection_row, step_row
from config.admin.sheets import (
    Cell,
    Fact,
    Sheet,
    Table,
    as_text,
    fact,
    linked,
    soft,
    some,
    tabled,
    tag,
)
from config.admin.verbs import Asked, Button, Done, Verb, to_console
from config.console.working.desk import Desk
from config.login.powers import caller_of
from config.templatetags.spans import span
from workflows import work
from workflows.admin.runs import StepAdmin
from workflows.callers import Caller, Power
from workflows.errors import NotAllowed
from workflows.gates import role_of
from workflows.models import Draft, Step

STEP_HEADS = ("Step", "Chapter", "Attempt", "Status", "Agent", "Worker", "Since")
ARTIFACT_HEADS = ("Artifact", "Type", "Path", "Chapter", "Size", "When")


def not_held(step: Step) -> str:
    if step.status == "running":
        return ""
    return f"step {step.pk} ({step}) is {step.status}: nobody holds it"


def holding(step: Step) -> str:
    """What its worker would be interrupted at."""
    if not_held(step) or not step.lease_expires_at:
        return ""
    about = f"{step.item} of {step.run.book.title}" if step.item else step.run.book.title
    until = f"{step.lease_expires_at:%-d %b, %H:%M} UTC"
    draft = Draft.objects.offered_to(step).left_by(step.worker).listed().first()
    ago = f"{span(timezone.now() - draft.updated_at)} ago" if draft else ""
    saved = f"saved a draft {ago}" if draft else "saved no draft"
    return f"{about}: {step.worker} has it until {until}, and {saved}."


class TakeBack(Because):
    worker = forms.CharField(widget=forms.HiddenInput)

    def suit(self, row: Step) -> None:
        self.initial["worker"] = row.worker


def take_back(asked: Asked) -> Done:
    work.take_back(asked.row, work.TakenBack(**asked.said), actor=asked.actor, key=asked.key)
    return Done(f"The step is taken back from {asked.said['worker']}.")


VERBS = (
    Verb(
        "take-back",
        "Take back",
        Power.OPERATE,
        take_back,
        "The step is ready again for whoever claims it. What its worker hands in late is kept as "
        "a draft. Where a lease has run out, workers and the sweep do this by themselves.",
        form=TakeBack,
        hindered=not_held,
        stands=holding,
    ),
)


@instead(Step)
class StepPage(ObjectPage, StepAdmin):
    verbs = VERBS
    fieldsets: ClassVar = (
        ("All fields", {"classes": ["collapse"], "fields": (
            "kind", "latest", "lease_expires_at", "failures", "leases_lost", "not_before",
            "dispatched_at", "feedback", "created_at", "started_at", "finished_at",
        )}),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related("run__definition", "run__book", "reused_from")

    def sheet(self, row: Step, request: HttpRequest) -> Sheet:
        return Sheet(
            facts=_facts(row),
            links=_links(row, caller_of(request.user)),
            texts=[("Result", as_text(row.result))] if row.result else [],
            tables=_tables(row),
        )


def _links(step: Step, caller: Caller) -> list[Button]:
    if step.status == "awaiting_decision":
        label = "Decide" if _decides(step, caller) else "See what is to be decided"
        return [to_console(label, "gate", step.pk, look="main")]
    desk = Desk(step, caller)
    if desk.may_do and (desk.is_mine or desk.is_free):
        label = "Go on with it" if desk.is_mine else "Do it"
        return [to_console(label, "work", step.pk, look="main")]
    return []


def _decides(step: Step, caller: Caller) -> bool:
    try:
        caller.refuse_decision(role_of(step))
    except NotAllowed:
        return False
    return True


def _facts(step: Step) -> list[Fact]:
    held = step.status == "running"
    return [
        *fact("Status", tag(step.status), soft(step.kind)),
        *fact("Run", linked(step.run)),
        *fact("Chapter", Cell(step.item)),
        *fact("Attempt", Cell(step.attempt)),
        *fact("Agent", Cell(step.agent)),
        *fact("Worker", Cell(step.worker)),
        *fact("Held until", Cell(step.lease_expires_at) if held else None),
        *fact("Due", Cell(step.due_at) if step.status == "awaiting_decision" else None),
        *fact("Tries that failed", Cell(step.failures or "")),
        *fact("Taken over from", linked(step.reused_from, f"step {step.reused_from_id}")),
        *fact("Started", Cell(step.started_at)),
        *fact("Finished", Cell(step.finished_at)),
    ]


def _tables(step: Step) -> list[Table]:
    attempts, _ = some(Step.objects.attempts_of(step))
    rejections, _ = some(step.rejections.order_by("-pk"))
    made, _ = some(step.artifacts.order_by("-pk"))
    given, _ = some(Artifact.objects.given_to([step.pk]))
    events, _ = some(step.events.select_related("step").order_by("-pk"))
    rejected = ("Rejection", "Chapter", "Type", "Reason", "Mended by", "When")
    told = [
        Table("Attempts", STEP_HEADS, tabled(map(step_row, attempts)) if attempts[1:] else []),
        Table("It sent back", rejected, tabled(map(rejection_row, rejections))),
        Table("It made", ARTIFACT_HEADS, tabled(map(artifact_row, made))),
        Table("It was given", ARTIFACT_HEADS, tabled(map(artifact_row, given))),
        Table("Events", ("Event", "What", "Step", "By", "When"), tabled(map(event_row, events))),
    ]
    return [table for table in told if table.rows]
