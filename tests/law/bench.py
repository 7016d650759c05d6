"""The bench on which the law is tried: runs, what is held of them, and one act at a time."""

from collections import Counter
from typing import Any, ClassVar

from django.db import transaction
from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine

from tests.law import checks
from tests.law.driving import drive
from tests.law.picture import ENDED, Picture
from tests.law.replay import Replay
from tests.law.verbs import REFUSALS, Act, Done, Grip, perform
from tests.law.world import World


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
