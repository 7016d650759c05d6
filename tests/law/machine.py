"""Anybody does anything to some runs at once, and after each act the law is held against it."""

from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.law.bench import Bench
from tests.law.driving import drive, help_along
from tests.law.legal import MAX_LEASES_LOST, gate_of
from tests.law.picture import ENDED, Picture
from tests.law.verbs import ON_ESCALATION, ON_GATE, ON_HELD, ON_RUN, Act, Done, Grip
from tests.law.world import (
    CHAPTERS,
    DECIDERS,
    DEFINITIONS,
    TYPES,
    WORKERS,
    rework_step,
)
from workflows.models import Step

T = TypeVar("T")
MOST_OPEN = 3  # runs at once
MOST_BEFORE_A_REVIEW = 8
MOST_BEFORE_A_JOIN = 16
MOST_BEFORE_A_GATE = 12
picks = st.integers(0, 99)
chances = st.integers(0, 9)
workers = st.sampled_from(WORKERS)
deciders = st.sampled_from(DECIDERS)
kinds = st.sampled_from(TYPES)
masks = st.integers(0, 7)
DECISIONS = ["approve", "approve", "request_changes", "request_changes", "refuse"]
LETTING_GO = ["fail", "fail", "release", "heartbeat", "lease_runs_out", "sweep"]
ANSWERS = ["retry", "retry", "override", "override", "acknowledge", "abort"]
ANY_VERB = sorted({*ON_RUN, *ON_HELD, *ON_GATE, *ON_ESCALATION} - {"cancel"})
WORDS = ["", " ", "approve", "check", "draft", "plan", "write", "nowhere", "01-one", "all"]


def pick(found: Sequence[T], number: int) -> T:
    return found[number % len(found)]


def chosen(items: Sequence[str], mask: int) -> tuple[str, ...]:
    """The items whose bit is set; of none the first."""
    return tuple(one for n, one in enumerate(items) if mask >> n & 1) or tuple(items[:1])


class Law(Bench):
    """Every verb, as often as it is possible and sometimes when it is not."""

    # Runs.

    @initialize(
        workflow=st.sampled_from(DEFINITIONS), book=st.sampled_from(sorted(CHAPTERS)), old=chances
    )
    def first(self, workflow: str, book: str, old: int) -> None:
        self.act(Act("create", more={"workflow": workflow, "book": book}))
        if old > 7:  # a run that has completed, to be run again
            drive(self)

    @precondition(lambda self: len(self.open_runs()) < MOST_OPEN)
    @rule(
        workflow=st.sampled_from(DEFINITIONS),
        book=st.sampled_from(sorted(CHAPTERS)),
        begin=chances,
        scoped=chances,
        mask=masks,
    )
    def create(self, workflow: str, book: str, begin: int, scoped: int, mask: int) -> None:
        every = self.world.chapters[self.world.books[book].pk]
        more = {"workflow": workflow, "book": book, "begin": begin < 8}
        if scoped == 9:
            more["chapters"] = chosen(every, mask)
        self.act(Act("create", more=more))

    @precondition(lambda self: self.runs("running"))
    @rule(number=picks, chance=chances, mask=masks)
    def pause(self, number: int, chance: int, mask: int) -> None:
        """Pause a run while work on it goes on; now and then call it off."""
        run = pick(self.runs("running"), number)
        self.act(Act("pause" if chance < 8 else "cancel", run=run.id))
        mine = [one for one in self.held if self.now.steps[one.step].run_id == run.id]
        if mine and mask:
            self.hand_in(pick(mine, mask), mask)

    @precondition(lambda self: self.runs("pending", "paused"))
    @rule(number=picks)
    def go_on(self, number: int) -> None:
        """Begin or resume, perhaps one that waits for a human."""
        run = pick(self.runs("pending", "paused"), number)
        self.act(Act("begin" if run.status == "pending" else "resume", run=run.id))

    @precondition(lambda self: self.runs(*ENDED) and len(self.open_runs()) < MOST_OPEN)
    @rule(number=picks, named=picks, chance=chances)
    def rerun(self, number: int, named: int, chance: int) -> None:
        run = pick(self.runs(*ENDED), number)
        stand = self.now.standings[run.id]
        by_name = chance > 4 or stand.done
        name = pick([*stand.specs], named) if by_name else ""
        self.act(Act("rerun", run=run.id, more={"from_step": name}))

    # Work.

    def take(self, number: int, worker: str, *, alone: bool, seconds: int | None) -> Done:
        row = pick(self.ready(), number)
        agents = (row.agent,) if alone else tuple(sorted({one.agent for one in self.ready()}))
        run = None if number % 3 == 0 else row.run_id
        return self.act(
            Act("claim", run=run, actor=worker, more={"agents": agents, "seconds": seconds})
        )

    @precondition(lambda self: self.ready())
    @rule(
        number=picks,
        worker=workers,
        alone=st.booleans(),
        seconds=st.sampled_from([None, 60, 9000]),
    )
    def claim(self, number: int, worker: str, alone: bool, seconds: int | None) -> None:
        self.take(number, worker, alone=alone, seconds=seconds)

    def hand_in(self, grip: Grip, mask: int) -> Done:
        step = self.now.steps[grip.step]
        more: dict[str, Any] = {}
        if step.name == "plan" and mask:
            more["result"] = {"chapters": list(chosen(self._chapters(step), mask))}
        return self.held_act("complete", grip, **more)

    def _chapters(self, step: Any) -> tuple[str, ...]:
        return self.now.standings[step.run_id].chapters

    def held_act(self, verb: str, grip: Grip, **more: Any) -> Done:
        run = self.now.steps[grip.step].run_id
        return self.act(
            Act(verb, run=run, step=grip.step, lease=grip.lease, actor=grip.worker, more=more)
        )

    @precondition(lambda self: self.held)
    @rule(number=picks, mask=masks)
    def complete(self, number: int, mask: int) -> None:
        self.hand_in(pick(self.held, number), mask)

    @precondition(lambda self: self.open_runs())
    @rule(number=picks, times=st.integers(1, 4))
    def pass_on(self, number: int, times: int) -> None:
        """Help one run on, so that it comes far."""
        run = pick(self.open_runs(), number).id
        for _ in range(times):
            if not self.help(run):
                break

    def help(self, run: int) -> bool:
        """One verb that helps this run; False when it has ended or waits for another."""
        row = self.now.runs[run]
        return row.status not in ENDED and help_along(self, row)

    @precondition(lambda self: self.open_runs())
    @rule(number=picks, kind=kinds, mask=masks, every=chances, joined=st.booleans())
    def judge(self, number: int, kind: str, mask: int, every: int, joined: bool) -> None:
        """Help one run on up to a review, or one over all chapters, and reject there."""
        run = pick(self.open_runs(), number).id
        if review := self.reach_review(run, number, joined=joined):
            self.send_back(review, kind, mask, every)

    @precondition(lambda self: self.open_runs())
    @rule(
        number=picks,
        kind=kinds,
        times=st.integers(2, 4),
        joined=st.booleans(),
        verb=st.sampled_from(ANSWERS),
    )
    def quarrel(self, number: int, kind: str, times: int, joined: bool, verb: str) -> None:
        """One run whose reviews reject, whatever is mended, until a human answers."""
        run = pick(self.open_runs(), number).id
        for _ in range(times):
            if review := self.reach_review(run, number, joined=joined):
                self.send_back(review, kind, 7, 0)
        if waiting := self.now.open_escalations.get(run):
            self.answer_with(verb, pick(waiting, number), number, "heidi")

    def reach_review(self, run: int, number: int, *, joined: bool) -> Grip | None:
        """A review held in this run, with as much help as it takes; None where it is far."""
        for _ in range(MOST_BEFORE_A_JOIN if joined else MOST_BEFORE_A_REVIEW):
            here = [
                row
                for row in self.now.standings[run].latest.values()
                if row.kind == "review" and not (joined and row.item)
            ]
            mine = [one for one in self.held if one.step in {row.id for row in here}]
            ready = [row for row in self.ready() if row in here]
            if mine or (ready and self.take_row(pick(ready, number), "bob")):
                return mine[0] if mine else self.held[-1]
            if not self.help(run):
                break
        return None

    def take_row(self, row: Any, worker: str) -> bool:
        """Claim as the agent of this row, in its run."""
        more = {"agents": (row.agent,), "seconds": None}
        return bool(self.act(Act("claim", run=row.run_id, actor=worker, more=more)).answer)

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

    @precondition(lambda self: self.held or self.ready())
    @rule(number=picks, verb=st.sampled_from(LETTING_GO), worn=chances)
    def let_go(self, number: int, verb: str, worn: int) -> None:
        """Give up a step that is held, or one claimed just for that."""
        if not self.held:
            self.take(number, "bob", alone=True, seconds=None)
        if not self.held:
            return
        grip = pick(self.held, number)
        if worn > 7:
            self.wear_out(grip)
        if verb == "sweep":
            self.act(Act("sweep", more={"seconds": 3600}))
        else:
            self.held_act(verb, grip)

    def wear_out(self, grip: Grip) -> None:
        """As if the lease of this step had run out so often that the next time is the last."""
        Step.objects.filter(pk=grip.step).update(leases_lost=MAX_LEASES_LOST - 1)
        self.now = Picture(self.world, self.now.last_event)

    @precondition(lambda self: self.lost)
    @rule(number=picks, verb=st.sampled_from(sorted(ON_HELD)), kind=kinds)
    def come_late(self, number: int, verb: str, kind: str) -> None:
        """Hand back what was taken away."""
        self.held_act(verb, pick(self.lost, number), type=kind)

    # Gates and escalations.

    @precondition(lambda self: self.open_runs())
    @rule(
        number=picks, actor=deciders, verb=st.sampled_from(DECISIONS), kind=kinds, mask=masks,
        every=chances, named=picks,
    )  # fmt: skip
    def decide(self, number: int, actor: str, verb: str, **told: Any) -> None:
        """Decide a gate that waits, be its run paused or not; else help a run up to one."""
        run = pick(self.open_runs(), number).id
        for _ in range(MOST_BEFORE_A_GATE):
            if self.gates() or not self.help(run):
                break
        if not self.gates():
            return
        row = pick(self.gates(), number)
        more = {"gate": str(row.id)}
        if verb == "request_changes":
            more = {"gate": row.name, **self.changes(row, **told)}
        self.act(Act(verb, run=row.run_id, step=row.id, actor=actor, more=more))

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

    @precondition(lambda self: self.escalated())
    @rule(number=picks, verb=st.sampled_from(ANSWERS), named=picks, actor=deciders)
    def answer(self, number: int, verb: str, named: int, actor: str) -> None:
        self.answer_with(verb, pick(self.escalated(), number), named, actor)

    def answer_with(self, verb: str, one: Any, named: int, actor: str) -> None:
        more: dict[str, Any] = {}
        if verb == "retry":
            stand, name = self.now.standings[one.run_id], self.now.steps[one.step_id].name
            more = {"to_step": self.somewhere(stand, name, named)}
            more["agent"] = "style-editor" if named % 7 == 6 else ""
        self.act(Act(verb, run=one.run_id, escalation=one.id, actor=actor, more=more))

    # Whatever comes to mind.

    @rule(
        verb=st.sampled_from(ANY_VERB),
        number=picks,
        kind=st.sampled_from([*TYPES, "taste"]),
        actor=st.sampled_from([*WORKERS, *DECIDERS]),
        word=st.sampled_from(WORDS),
    )
    def whatever(self, verb: str, number: int, kind: str, actor: str, word: str) -> None:
        """Any verb on anything, legal or not."""
        if (act := self.anything(verb, number)) is None:
            return
        more = act.more | {"type": kind, "items": (word,) if word.strip() else ()}
        more |= {"from_step": word, "to_step": word if verb in ("retry", "abort") else ""}
        more |= {"gate": word} if number % 2 else {}
        more |= {"reason": word or "so"} if verb == "reject" else {}
        done = Act(verb, act.run, act.step, act.escalation, act.lease, actor, more)
        if verb in ON_GATE:
            gate = gate_of(done, self.now)
            done = Act(verb, act.run, gate.id if gate else None, actor=actor, more=more)
        self.act(done)

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
