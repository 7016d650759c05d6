"""Every verb that moves a run, as the doors above call it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from books.errors import BooksError
from events.errors import EventsError
from events.escalations import escalating
from events.escalations.answers import Answer
from events.models import Escalation
from events.sweeping import sweep
from tests.law.picture import Picture, moment
from tests.law.world import World
from triggers import changing, requests
from triggers.models import WorkflowTrigger
from workflows import claims, gates, runs, verdicts, work
from workflows.errors import WorkflowsError
from workflows.models import Step, WorkflowRun

REFUSALS = (WorkflowsError, EventsError, BooksError)


@dataclass(frozen=True)
class Grip:
    """A step as a worker holds it, or held it once."""

    step: int
    lease: str
    worker: str


@dataclass(frozen=True)
class Act:
    """One verb on one thing; `more` are its other arguments."""

    verb: str
    run: int | None = None
    step: int | None = None
    escalation: int | None = None
    lease: str = ""
    actor: str = "ada"
    more: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """What is said of it where it broke the law."""
        about = {"run": self.run, "step": self.step, "escalation": self.escalation, **self.more}
        told = ", ".join(f"{name}={value}" for name, value in about.items() if value)
        return f"{self.actor}: {self.verb}({told})"

    def get(self, name: str, default: Any = "") -> Any:
        return self.more.get(name, default)


@dataclass(frozen=True)
class Done:
    """An act, what it answered or why it was refused, and the rows around it."""

    act: Act
    before: Picture
    after: Picture
    now: datetime
    answer: Any = None
    refusal: Exception | None = None

    @property
    def verb(self) -> str:
        return self.act.verb

    @property
    def run_id(self) -> int | None:
        """The run it was about; None for what goes through several."""
        if self.verb in ("create", "rerun") and not self.refusal:
            return max(self.after.runs)
        return self.act.run


def perform(act: Act, world: World, picture: Picture) -> Any:
    """Do it. Raises what the product raises."""
    return VERBS[act.verb](act, world, picture)


def _run(act: Act) -> WorkflowRun:
    return WorkflowRun.objects.get(pk=act.run)


def _held(act: Act) -> work.Held:
    return work.Held(Step.objects.get(pk=act.step), act.lease, act.actor)


def _create(act: Act, world: World, picture: Picture) -> Any:
    new = runs.NewRun(
        act.get("workflow"),
        act.get("book"),
        {"chapters": list(act.get("chapters"))} if act.get("chapters") else {},
        begin=act.get("begin", True),
    )
    return runs.start(new, actor=act.actor)


def _on_run(act: Act, world: World, picture: Picture) -> Any:
    verb: Callable[..., Any] = getattr(runs, act.verb)
    return verb(_run(act), actor=act.actor)


def _rerun(act: Act, world: World, picture: Picture) -> Any:
    return runs.rerun(_run(act), actor=act.actor, from_step=act.get("from_step"))


def _claim(act: Act, world: World, picture: Picture) -> Any:
    wanted = claims.Claim(
        act.get("agents"),
        act.actor,
        run=_run(act) if act.run else None,
        lease_seconds=act.get("seconds", None),
    )
    return claims.claim(wanted, actor=act.actor)


def _complete(act: Act, world: World, picture: Picture) -> Any:
    step = picture.steps[act.step or 0]
    run = picture.runs[step.run_id]
    spec = picture.standings[run.id].specs[step.name]
    handed = world.handed(spec, world.slugs[run.book_id], step.item)
    return work.complete(_held(act), result=dict(act.get("result", {})), handed=handed)


def _reject(act: Act, world: World, picture: Picture) -> Any:
    verdict = verdicts.Verdict(
        act.get("type"), act.get("reason", "mend this"), items=act.get("items", ())
    )
    return verdicts.reject(_held(act), verdict)


def _fail(act: Act, world: World, picture: Picture) -> Any:
    return work.fail(_held(act), reason="no idea")


def _release(act: Act, world: World, picture: Picture) -> Any:
    return work.release(_held(act), reason="no time")


def _take_back(act: Act, world: World, picture: Picture) -> Any:
    return work.take_back(_held(act).step, work.TakenBack("she is ill"), actor=act.actor)


def _heartbeat(act: Act, world: World, picture: Picture) -> Any:
    return work.heartbeat(_held(act), seconds=act.get("seconds", None))


def _lease_runs_out(act: Act, world: World, picture: Picture) -> Any:
    """Time passes until this step's lease is over; then it is taken back."""
    step = Step.objects.get(pk=act.step)
    if expires := picture.steps[step.pk].lease_expires_at:
        world.clock.move(to=moment(expires))
    return work.end_lease(step, actor=act.actor)


def _sweep(act: Act, world: World, picture: Picture) -> Any:
    world.clock.pass_seconds(act.get("seconds", 0))
    return sweep(actor=act.actor)


def _decide(act: Act, world: World, picture: Picture) -> Any:
    judged = gates.Judgement(
        act.verb if act.verb != "refuse" else "reject",
        rejection_type=act.get("type"),
        reason=act.get("reason", "as decided"),
        to_step=act.get("to_step"),
        items=act.get("items", ()),
    )
    return gates.decide(_run(act), judged, actor=act.actor, gate=act.get("gate"))


def _acknowledge(act: Act, world: World, picture: Picture) -> Any:
    escalation = Escalation.objects.get(pk=act.escalation)
    return escalating.acknowledge(escalation, actor=act.actor)


def _resolve(act: Act, world: World, picture: Picture) -> Any:
    answer = Answer(
        act.verb, act.get("resolution", "as decided"), act.get("to_step"), act.get("agent")
    )
    return escalating.resolve(Escalation.objects.get(pk=act.escalation), answer, actor=act.actor)


def _trigger_fire(act: Act, world: World, picture: Picture) -> Any:
    trigger = WorkflowTrigger.objects.named(act.get("trigger"))
    return requests.fire(trigger, _run(act), actor=act.actor)


def _trigger_set(act: Act, world: World, picture: Picture) -> Any:
    return changing.put(act.get("trigger"), changing.Change(**act.get("says")))


def _trigger_delete(act: Act, world: World, picture: Picture) -> Any:
    return changing.delete(act.get("trigger"))


Door = Callable[[Act, World, Picture], Any]
ON_RUN: dict[str, Door] = {
    "begin": _on_run,
    "pause": _on_run,
    "resume": _on_run,
    "cancel": _on_run,
    "rerun": _rerun,
}
ON_HELD: dict[str, Door] = {
    "complete": _complete,
    "reject": _reject,
    "fail": _fail,
    "release": _release,
    "take_back": _take_back,
    "heartbeat": _heartbeat,
}
ON_GATE: dict[str, Door] = {"approve": _decide, "request_changes": _decide, "refuse": _decide}
ON_ESCALATION: dict[str, Door] = {
    "acknowledge": _acknowledge,
    "retry": _resolve,
    "override": _resolve,
    "abort": _resolve,
}
ON_TRIGGER: dict[str, Door] = {
    "trigger_fire": _trigger_fire,
    "trigger_set": _trigger_set,
    "trigger_delete": _trigger_delete,
}
VERBS: dict[str, Door] = {
    "create": _create,
    "claim": _claim,
    "lease_runs_out": _lease_runs_out,
    "sweep": _sweep,
    **ON_RUN,
    **ON_HELD,
    **ON_GATE,
    **ON_ESCALATION,
    **ON_TRIGGER,
}
