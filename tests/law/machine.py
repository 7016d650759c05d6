"""Anybody does anything to some runs at once, and after each act the law is held against it."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.law.bench import MOST_OPEN, Bench, chosen, pick
from tests.law.driving import drive
from tests.law.legal import gate_of
from tests.law.picture import ENDED
from tests.law.sayings import SAYINGS
from tests.law.verbs import ON_ESCALATION, ON_GATE, ON_HELD, ON_RUN, Act
from tests.law.world import (
    CHAPTERS,
    DECIDERS,
    DEFINITIONS,
    SMALL,
    TYPES,
    WORKERS,
)

MOST_BEFORE_A_GATE = 12
MOST_BEFORE_A_SMALL_END = 4
books = st.sampled_from(sorted(CHAPTERS))
picks = st.integers(0, 99)
chances = st.integers(0, 9)
workers = st.sampled_from(WORKERS)
deciders = st.sampled_from(DECIDERS)
kinds = st.sampled_from(TYPES)
masks = st.integers(0, 7)
DECISIONS = ["approve", "approve", "request_changes", "request_changes", "refuse"]
LETTING_GO = ["fail", "fail", "release", "take_back", "heartbeat", "lease_runs_out", "sweep"]
ANSWERS = ["retry", "retry", "override", "override", "acknowledge", "abort"]
ANY_VERB = sorted({*ON_RUN, *ON_HELD, *ON_GATE, *ON_ESCALATION} - {"cancel"})
WORDS = ["", " ", "approve", "check", "draft", "plan", "write", "nowhere", "01-one", "all"]


class Law(Bench):
    """Every verb, as often as it is possible and sometimes when it is not."""

    # Runs.

    @initialize(workflow=st.sampled_from(DEFINITIONS), book=books, old=chances)
    def first(self, workflow: str, book: str, old: int) -> None:
        self.act(Act("create", more={"workflow": workflow, "book": book}))
        if old > 7:  # a run that has completed, to be run again
            drive(self)

    @precondition(lambda self: len(self.open_runs()) < MOST_OPEN)
    @rule(
        workflow=st.sampled_from(DEFINITIONS),
        book=books,
        begin=chances,
        scoped=chances,
        mask=masks,
    )
    def create(self, workflow: str, book: str, begin: int, scoped: int, mask: int) -> None:
        more = {"workflow": workflow, "book": book, "begin": begin < 8}
        if scoped == 9:
            more["chapters"] = chosen(self.chapters_of(book), mask)
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

    @precondition(lambda self: self.ready())
    @rule(
        number=picks,
        worker=workers,
        alone=st.booleans(),
        seconds=st.sampled_from([None, 60, 9000]),
    )
    def claim(self, number: int, worker: str, alone: bool, seconds: int | None) -> None:
        self.take(number, worker, alone=alone, seconds=seconds)

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

    @precondition(lambda self: self.escalated())
    @rule(number=picks, verb=st.sampled_from(ANSWERS), named=picks, actor=deciders)
    def answer(self, number: int, verb: str, named: int, actor: str) -> None:
        self.answer_with(verb, pick(self.escalated(), number), named, actor)

    @precondition(lambda self: self.open_runs())
    @rule(number=picks, kind=kinds, verbs=st.lists(st.sampled_from(ANSWERS), max_size=3))
    def clash(self, number: int, kind: str, verbs: list[str]) -> None:
        """Whoever can review a run does so at once, and all reject, for different reasons."""
        run = pick(self.open_runs(), number).id
        self.reach_review(run, number, joined=False)
        for row in [row for row in self.ready() if row.run_id == run and row.kind == "review"]:
            self.take_row(row, "ada")
        for n, grip in enumerate(self.reviews(run)):
            self.send_back(grip, pick(TYPES, TYPES.index(kind) + n * number), number, 0)
        for verb in verbs:
            if waiting := self.now.open_escalations.get(run):
                self.answer_with(verb, pick(waiting, number), number, "grace")

    # Triggers.

    @precondition(lambda self: len(self.open_runs()) < MOST_OPEN)
    @rule(workflow=st.sampled_from(SMALL), book=books, mask=masks)
    def chain(self, workflow: str, book: str, mask: int) -> None:
        """A small run that soon ends, for what that starts."""
        more: dict[str, Any] = {"workflow": workflow, "book": book}
        if mask % 2:
            more["chapters"] = chosen(self.chapters_of(book), mask)
        run = self.act(Act("create", more=more)).run_id or 0
        for _ in range(MOST_BEFORE_A_SMALL_END):
            if not self.help(run):
                break

    @precondition(lambda self: self.runs(*ENDED) and len(self.open_runs()) < MOST_OPEN)
    @rule(number=picks, chance=chances)
    def trigger(self, number: int, chance: int) -> None:
        """Ask a trigger, mostly from a run that it could fire from; else say something else of
        one, or do away with it, mostly of one that has fired."""
        fired = {one.trigger_id for one in self.now.firings.values()}
        sayings = [one for one in SAYINGS if one[0] in fired]
        name, says, sound = pick(sayings or SAYINGS, number)
        if chance > 4:
            more = {"trigger": name, "says": says, "sound": sound}
            self.act(Act("trigger_delete" if chance == 9 else "trigger_set", more=more))
            return
        any_run = pick([*self.now.runs], number)
        name, run = self.occasion(number) if chance < 4 else (name, any_run)
        self.act(Act("trigger_fire", run=run, more={"trigger": name}))

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
