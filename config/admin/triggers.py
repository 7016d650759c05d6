"""The page of a trigger: its dry run, firing it, its switch, and what it did."""

from typing import Any

from django.http import HttpRequest

from books.models import Book
from config.admin import naming
from config.admin.forms import VerbForm, line
from config.admin.pages import instead
from config.admin.run_tables import firing_row
from config.admin.sheets import Sheet, Table, some, tabled
from config.admin.trials import TrialForm, TriedForm, TryingPage
from config.admin.verbs import Asked, Done, Foreseen, Verb, list_of, switches
from triggers import changing, requests
from triggers.admin.triggers import WorkflowTriggerAdmin
from triggers.changing import Change
from triggers.errors import NotNow, TriggerRefused
from triggers.form import TriggerForm
from triggers.models import Result, TriggerFiring, WorkflowTrigger
from workflows.callers import Power
from workflows.models import WorkflowRun

RUN = "The id of a run that has ended; or:"
BOOK = "By its title or slug: its run of the source type that ended last."


class Fire(VerbForm):
    run = line("Run", required=False, help_text=RUN)
    book = naming.book(required=False, help_text=BOOK)


def foresee(asked: Asked) -> Foreseen:
    coming = requests.foreseen(asked.row, requests.asked(**asked.said))
    fires = coming["result"] == Result.FIRED
    return Foreseen("admin/bindery/foreseen.html", coming, worth_doing=fires)


def fire(asked: Asked) -> Done:
    source = requests.asked(**asked.said)
    firing = requests.fire(asked.row, source, actor=asked.actor, key=asked.key)
    if not firing["target_run"]:
        return Done(f"Trigger {asked.row} {firing['result']}: {firing['reason']}.")
    run = WorkflowRun.objects.named(firing["target_run"])
    return Done(f"Trigger {asked.row} fired, and started this run.", at=run)


def turn(asked: Asked, *, enabled: bool) -> Done:
    trigger = changing.alter(asked.row.name, Change(enabled=enabled), actor=asked.actor)
    return Done(f"Trigger {trigger} is {'enabled' if enabled else 'disabled'}.")


VERBS = (
    Verb(
        "fire",
        "Fire",
        Power.EDIT,
        fire,
        "It starts a run of its target now, from a run that has ended. Each request is one of its "
        "own, and is kept as a firing.",
        form=Fire,
        hindered=lambda one: "" if one.enabled else f"trigger {one} is disabled",
        foresee=foresee,
    ),
    *switches(
        turn,
        lambda trigger: f"trigger {trigger}",
        on="It looks at every run of its source type that completes from now on.",
        off="It starts nothing any more. Firings stay as they were written.",
    ),
)


class TriggerTrial(TrialForm):
    run = line("Run", required=False, help_text="Its id, under way or ended; or:")
    book = naming.book(required=False, help_text=BOOK)

    def answer(self, row: WorkflowTrigger) -> dict[str, Any]:
        """Of itself, and on request, which may be refused where the other is not."""
        of = requests.asked(**self.cleaned_data)
        try:
            coming, why = requests.foreseen(row, of), ""
        except (TriggerRefused, NotNow) as refusal:
            if isinstance(of, Book):
                raise
            coming, why, run = {}, str(refusal), of
        else:
            run = WorkflowRun.objects.named(coming["source_run"])
        return {"of_itself": requests.explain(run, row)[0], "on_request": coming, "refused": why}


class TriedTrigger(TriedForm, TriggerForm):
    trial_form = TriggerTrial


@instead(WorkflowTrigger)
class TriggerPage(TryingPage, WorkflowTriggerAdmin):
    form = TriedTrigger
    verbs = VERBS
    trial_form = TriggerTrial
    trying = "admin/bindery/try_trigger.html"
    fields = (
        "name",
        "source_workflow_type",
        "target_workflow_type",
        "trigger_condition",
        "enabled",
        "config",
    )

    def sheet(self, row: WorkflowTrigger, request: HttpRequest) -> Sheet:  # noqa: ARG002
        firings = row.firings.select_related("source_run", "target_run").order_by("-pk")
        shown, more = some(firings)
        table = Table(
            "Firings",
            ("Firing", "Trigger", "Result", "From", "To", "When"),
            tabled(firing_row(one) for one in shown),
            list_of(TriggerFiring, q=row.name) if more else "",
            "It has not been asked to do anything yet.",
        )
        return Sheet(tables=[table])
