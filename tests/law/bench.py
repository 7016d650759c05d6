"""The bench on which the law is tried: runs, what is held of them, and one act at a time."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from django.db import transaction
from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine

from tests.law import checks
from tests.law.driving import drive, help_along
from tests.law.firings import fresh
from tests.law.legal import MAX_LEASES_LOST
from tests.law.occasions import may_be_asked
from tests.law.picture import ENDED, Picture
from tests.law.replay import Replay
from tests.law.verbs import ON_ESCALATION, ON_HELD, REFUSALS, Act, Done, Grip, perform
from tests.law.world import World, rework_step
from workflows.models import Step

T = TypeVar("T")
MOST_OPEN = 3  # runs at once
MOST_BEFORE_A_REVIEW = 8
MOST_BEFORE_A_JOIN = 16


def pick(found: Sequence[T], number: int) -> T:
    return found[number % len(found)]


def chosen(items: Sequence[str], mask: int) -> tuple[str, ...]:
    """The items whose bit is set; of none the first."""
    return tuple(one for n, one in enumerate(items) if mask >> n & 1) or tuple(items[:1])


class Bench(RuleBasedStateMachine):
    """`world` is set before it is run; `tally` counts what was reached in all examples."""

    world: ClassVar[World]
    tally: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.broken = False
        self.held: list[Grip] = []
        self.lost: list[Grip] = []
        self.log = Replay()
        self.began = transaction.atomic()
        self.began.__enter__()
        self.world.clock.at = self.world.began_at
        self.now = Picture(self.world)

    def teardown(self) -> None:
        try:
            if not self.broken:
                self.broken = True
                drive(self)
                last = Picture(self.world)
                assert Replay().follow(last.events).knows() == self.log.knows()
                self.tally["examples"] += 1
        finally:
            transaction.set_rollback(True)
            self.began.__exit__(None, None, None)

    # What a rule does.

    def act(self, act: Act) -> Done:
        """Do it, look, and hold the law against it."""
        sound, self.broken = not self.broken, True
        note(f"    {act}")
        before, answer, refusal = self.now, None, None
        try:
            answer = perform(act, self.world, before)
        except REFUSALS as error:
            refusal = error
        self.now = Picture(self.world, before.last_event)
        self.log.follow(self.now.events)
        done = Done(act, before, self.now, self.world.clock.at, answer, refusal)
        checks.check(done, self.log)
        self._remember(done)
        self.broken = not sound
        return done

    def _remember(self, done: Done) -> None:
        self.tally["verbs"] += 1
        self.tally[f"{done.verb} {'refused' if done.refusal else 'done'}"] += 1
        for one in done.after.events:
            self.tally[f"event {one.token}"] += 1
        for one in fresh(done):
            clause = one.reason.partition(":")[0] if one.result != "fired" else one.trigger_id
            self.tally[f"{one.result} {clause}"] += 1
        if done.verb == "claim" and done.answer:
            self.held.append(Grip(done.answer["step"]["id"], done.answer["lease"], done.act.actor))
        if done.after.events:
            mine = [one for one in self.held if self._holds(one)]
            self.lost += [one for one in self.held if not self._holds(one)]
            self.held = mine

    def _holds(self, grip: Grip) -> bool:
        return self.now.steps[grip.step].lease == grip.lease

    # What there is to do.

    def runs(self, *statuses: str) -> list[Any]:
        return [run for run in self.now.runs.values() if run.status in statuses]

    def open_runs(self) -> list[Any]:
        return [run for run in self.now.runs.values() if run.status not in ENDED]

    def chapters_of(self, book: str) -> tuple[str, ...]:
        return self.world.chapters[self.world.books[book].pk]

    def ready(self) -> list[Any]:
        return [
            row
            for row in self.now.steps.values()
            if row.status == "ready" and self.now.runs[row.run_id].status == "running"
        ]

    def gates(self) -> list[Any]:
        """Those of a paused run too, which cannot be decided."""
        return [row for row in self.now.steps.values() if row.status == "awaiting_decision"]

    def escalated(self) -> list[Any]:
        return [one for found in self.now.open_escalations.values() for one in found]

    def occasion(self, number: int) -> tuple[str, int]:
        """A trigger and a run that it may be asked to fire from; any two where none may."""
        triggers, runs = self.now.triggers.values(), self.now.runs.values()
        pairs = [(trigger, run) for trigger in triggers for run in runs]
        fit = [pair for pair in pairs if may_be_asked(pair[0], self.now, pair[1])]
        trigger, run = pick(fit or pairs, number)
        return trigger.name, run.id

    def reviews(self, run: int, *, joined: bool = False) -> list[Grip]:
        """Those held in this run; only those over all chapters where they are `joined`."""
        rows = {
            row.id
            for row in self.now.standings[run].rows
            if row.kind == "review" and not (joined and row.item)
        }
        return [one for one in self.held if one.step in rows]

    # What somebody does about it.

    def held_act(self, verb: str, grip: Grip, **more: Any) -> Done:
        run = self.now.steps[grip.step].run_id
        return self.act(
            Act(verb, run=run, step=grip.step, lease=grip.lease, actor=grip.worker, more=more)
        )

    def hand_in(self, grip: Grip, mask: int) -> Done:
        step = self.now.steps[grip.step]
        more: dict[str, Any] = {}
        if step.name == "plan" and mask:
            more["result"] = {"chapters": list(chosen(self._chapters(step), mask))}
        return self.held_act("complete", grip, **more)

    def _chapters(self, step: Any) -> tuple[str, ...]:
        return self.now.standings[step.run_id].chapters

    def take(self, number: int, worker: str, *, alone: bool, seconds: int | None) -> Done:
        row = pick(self.ready(), number)
        agents = (row.agent,) if alone else tuple(sorted({one.agent for one in self.ready()}))
        run = None if number % 3 == 0 else row.run_id
        return self.act(
            Act("claim", run=run, actor=worker, more={"agents": agents, "seconds": seconds})
        )

    def take_row(self, row: Any, worker: str) -> bool:
        """Claim as the agent of this row, in its run."""
        more = {"agents": (row.agent,), "seconds": None}
        return bool(self.act(Act("claim", run=row.run_id, actor=worker, more=more)).answer)

    def help(self, run: int) -> bool:
        """One verb that helps this run; False when it has ended or waits for another."""
        row = self.now.runs[run]
        return row.status not in ENDED and help_along(self, row)

    def reach_review(self, run: int, number: int, *, joined: bool) -> Grip | None:
        """A review held in this run, with as much help as it takes; None where it is far."""
        for _ in range(MOST_BEFORE_A_JOIN if joined else MOST_BEFORE_A_REVIEW):
            ready = [
                row
                for row in self.ready()
                if row.run_id == run and row.kind == "review" and not (joined and row.item)
            ]
            if not self.reviews(run, joined=joined) and ready:
                self.take_row(pick(ready, number), "bob")
            if mine := self.reviews(run, joined=joined):
                return mine[0]
            if not self.help(run):
                break
        return None

    def send_back(self, grip: Grip, kind: str, mask: int, every: int) -> None:
        step = self.now.steps[grip.step]
        stand = self.now.standings[step.run_id]
        to_step = rework_step(stand.workflow, step.name, kind)
        items = () if step.item else self.items(stand, to_step, mask, every)
        self.held_act("reject", grip, type=kind, items=items)

    def items(self, stand: Any, to_step: str, mask: int, every: int) -> tuple[str, ...]:
        """Chapters to name where they are wanted."""
        if not to_step or not stand.specs[to_step].foreach:
            return ()
        return ("all",) if every > 6 else chosen(stand.scope, mask)

    def changes(self, row: Any, *, kind: str, mask: int, every: int, named: int) -> dict[str, Any]:
        stand = self.now.standings[row.run_id]
        to_step = self.somewhere(stand, row.name, named)
        target = to_step or rework_step(stand.workflow, row.name, kind)
        items = self.items(stand, target, mask, every)
        return {"type": kind, "items": items, "to_step": to_step}

    def somewhere(self, stand: Any, name: str, named: int) -> str:
        """Nowhere in particular, or a work step upstream."""
        before = stand.upstream(name)
        works = [one for one in stand.specs if one in before and stand.specs[one].kind == "work"]
        return pick(works, named) if works and named % 10 > 6 else ""

    def answer_with(self, verb: str, one: Any, named: int, actor: str) -> None:
        more: dict[str, Any] = {}
        if verb == "retry":
            stand, name = self.now.standings[one.run_id], self.now.steps[one.step_id].name
            more = {"to_step": self.somewhere(stand, name, named)}
            more["agent"] = "style-editor" if named % 7 == 6 else ""
        self.act(Act(verb, run=one.run_id, escalation=one.id, actor=actor, more=more))

    def wear_out(self, grip: Grip) -> None:
        """As if the lease of this step had run out so often that the next time is the last."""
        Step.objects.filter(pk=grip.step).update(leases_lost=MAX_LEASES_LOST - 1)
        self.now = Picture(self.world, self.now.last_event)

    def anything(self, verb: str, number: int) -> Act | None:
        if verb in ON_HELD:
            return self.any_step(verb, number)
        if verb in ON_ESCALATION:
            every = [*self.now.escalations.values()]
            one = pick(every, number) if every else None
            return Act(verb, one.run_id, escalation=one.id) if one else None
        run = pick([*self.now.runs.values()], number)
        full = verb == "rerun" and len(self.open_runs()) >= MOST_OPEN
        return None if full else Act(verb, run.id)

    def any_step(self, verb: str, number: int) -> Act | None:
        rows = [row for row in self.now.steps.values() if row.kind != "gate"]
        if not rows:
            return None
        row = pick(rows, number)
        leases = [one.lease for one in [*self.held, *self.lost] if one.step == row.id]
        lease = leases[-1] if leases else "of-another"
        return Act(verb, row.run_id, row.id, lease=lease)
