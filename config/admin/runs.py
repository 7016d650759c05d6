"""The page of a run: where it stands, what bears on it, and the verbs of its law."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest

from config.admin.asking_runs import RERUN_SAYS, START, Rerun, rerun
from config.admin.forms import Because, Reason, VerbForm
from config.admin.pages import ObjectPage, asked_of_list, instead, may_ask
from config.admin.records import to_escalation
from config.admin.run_tables import tables
from config.admin.sheets import Cell, Fact, Sheet, fact, linked, soft, tag
from config.admin.verbs import Asked, Done, Verb, list_of
from config.admin.ways import to_steps
from config.login.powers import caller_of
from events.models import Escalation
from workflows import runs
from workflows.admin.runs import RunAdmin
from workflows.callers import Power
from workflows.graph import on_page
from workflows.graph.standing import standings
from workflows.models import Step, WorkflowRun
from workflows.status import allowed_actions

NEAREST_IN_CHAIN = 6
READ_ALONG = (
    "definition",
    "book",
    "input_version__book",
    "output_version__book",
    "handed_version__book",
    "parent_run",
)


def hindered(verb: str) -> Callable[[WorkflowRun], str]:
    def why(run: WorkflowRun) -> str:
        paused = run.status == "paused"
        escalated = paused and verb == "resume" and run.escalations.open().exists()
        if verb in allowed_actions(run, escalated=escalated):
            return ""
        open_one = " and an escalation of it is open" if escalated else ""
        return f"run {run} is {run.status}{open_one}: it cannot {verb} now"

    return why


def moved(verb: Callable[..., dict[str, Any]], told: str) -> Callable[[Asked], Done]:
    def act(asked: Asked) -> Done:
        done = verb(asked.row, **asked.said, actor=asked.actor, key=asked.key)
        return Done("The run is completed." if done["status"] == "completed" else told)

    return act


def _verb(name: str, act: Callable[[Asked], Done], says: str, **more: Any) -> Verb:
    label = more.pop("label", name.capitalize())
    return Verb(name, label, Power.EDIT, act, says, hindered=hindered(name), **more)


VERBS = (
    _verb(
        "begin",
        moved(runs.begin, "The run has begun."),
        "Its first steps become ready, and are handed out.",
        form=VerbForm,
        look="main",
    ),
    _verb(
        "resume",
        moved(runs.resume, "The run goes on."),
        "Its work is handed out again. Where the last step was done meanwhile, it completes.",
        form=Reason,
        look="main",
    ),
    _verb(
        "pause",
        moved(runs.pause, "The run is paused."),
        "No more of its work is handed out. Steps already running may still finish.",
        form=Reason,
    ),
    _verb("rerun", rerun, RERUN_SAYS, label="Run again", form=Rerun),
    _verb(
        "cancel",
        moved(runs.cancel, "The run is called off."),
        "The run ends, and with it all its open steps, rejections and escalations. "
        "There is no way back but to run it again.",
        label="Cancel the run",
        form=Because,
        look="danger",
    ),
)


@instead(WorkflowRun)
class RunPage(ObjectPage, RunAdmin):
    verbs = VERBS
    actions_list: ClassVar = ("start",)
    start = asked_of_list(START, "play_arrow")
    has_start_permission = may_ask(START)
    fieldsets: ClassVar = (
        ("All fields", {"classes": ["collapse"], "fields": (
            "public_id", "session_id", "plan_id", "parameters", "input_pinned", "handed_version",
            "chain_depth", "created_at", "updated_at", "started_at", "finished_at",
        )}),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related(*READ_ALONG)

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:  # noqa: ARG002
        """The sheet has them."""
        return []

    def sheet(self, row: WorkflowRun, request: HttpRequest) -> Sheet:
        definition = row.definition.parsed
        standing = standings(definition, row.steps.all().counted())
        waiting = list(row.escalations.open().order_by("pk")[:3])
        return Sheet(
            facts=_facts(row, waiting),
            links=[to_escalation(one, caller_of(request.user)) for one in waiting],
            notes=[row.reason] if row.reason else [],
            drawing=on_page(definition, standing, to_steps(row)),
            drawing_title="Where it stands",
            tables=tables(row),
        )


def _facts(run: WorkflowRun, waiting: list[Escalation]) -> list[Fact]:
    number = run.output_version.number if run.output_version else ""
    return [
        *fact("Status", tag(run.status), *(soft(word) for word in (run.pause_reason, run.outcome))),
        *fact("Workflow", linked(run.definition, run.definition.parsed.title), _version_of(run)),
        *fact("Book", linked(run.book, run.book.title)),
        *fact("Text", linked(run.input_version, run.input_version.number), soft(number and "→"),
              linked(run.output_version, number)),
        *fact("Stands at", _step(run), soft(run.current_agent and f"by {run.current_agent}")),
        *fact("Escalated", *(linked(one, f"{one.rejection_type} to {one.escalated_to}")
                             for one in waiting)),
        *fact("Started", Cell(run.started_at)),
        *fact("Finished", Cell(run.finished_at)),
        *fact("Came of", soft(run.cause), *_chain(run)),
        *fact("Led to", *_children(run)),
    ]  # fmt: skip


def _version_of(run: WorkflowRun) -> Cell:
    return soft(f"version {run.definition.version}")


def _step(run: WorkflowRun) -> Cell | None:
    if not run.current_step:
        return None
    return Cell(run.current_step, href=list_of(Step, run__id__exact=run.pk, name=run.current_step))


def _chain(run: WorkflowRun) -> list[Cell | None]:
    """The runs before it, those farthest off left out."""
    if not run.parent_run_id:
        return []
    links = list(WorkflowRun.objects.chain(run).order_by("-pk")[1 : NEAREST_IN_CHAIN + 2])
    cut = [soft("…")] if len(links) > NEAREST_IN_CHAIN else []
    shown = links[:NEAREST_IN_CHAIN][::-1]
    return _apart("→", [*cut, *(linked(one, f"{one.definition.alias} {one}") for one in shown)])


def _children(run: WorkflowRun) -> list[Cell | None]:
    followed = run.child_runs.select_related("definition").order_by("-pk")
    found = list(followed[: NEAREST_IN_CHAIN + 1])
    more = [soft("and more")] if len(found) > NEAREST_IN_CHAIN else []
    shown = found[:NEAREST_IN_CHAIN]
    led = (linked(one, f"{one.definition.alias} {one} ({one.cause})") for one in shown)
    return _apart("·", [*led, *more])


def _apart(mark: str, cells: list[Cell | None]) -> list[Cell | None]:
    return [one for cell in cells for one in (soft(mark), cell)][1:]
