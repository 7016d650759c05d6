"""Processes killed while they complete runs or do a backfill: each trigger still fires once."""

import itertools
import random
import signal
from collections import Counter, deque
from typing import Any

from tests.dying import BACKFILLING, COMPLETING, Mortal
from tests.finishing import (
    BEGIN,
    FINISH,
    LOSE_LEASES,
    assert_targets,
    assert_whole,
    at_once,
    firings,
    results,
    runs_of,
    set_trigger,
)

RUNS, BRAKE, PAST = 200, 50, 20
WITHIN = {"written": 8, "firing": 10, "fired": 6}  # a transaction, after its first row
KILLS = {"handing back": 3, **WITHIN, "after": 3}
DEAD = {"signal": signal.SIGKILL}
REST = 0.2  # seconds, in which a process comes to where another holds it up
Moment = dict[str, Any]


def test_thirty_kills_while_eight_complete_two_hundred_runs(
    desk: Mortal, eight: list[Mortal]
) -> None:
    runs = desk(BEGIN, "killed", "--books", RUNS // 5, "--each", 5)
    set_trigger(desk, "always", "killed")
    set_trigger(desk, "braked", "killed", limit={"count": BRAKE, "seconds": 3600})
    calls = desk.order(FINISH, "killed", "--most", 1, phases=COMPLETING)["calls"]
    to_come = deadly_moments(calls)
    hits = sum(at_once(eight, lambda process: work_and_die(process, to_come)), Counter[str]())
    at_once(eight, lambda process: process(FINISH, "killed"))
    left = [run for run in runs_of(desk, "killed") if run["status"] == "running"]
    print(f"\nkilled: {dict(hits)}; {len(left)} of {len(runs)} runs left")
    assert hits == KILLS
    assert sum(hits[phase] for phase in WITHIN) >= 20
    assert len(left) == hits.total() - hits["after"], "what was not committed was undone"
    assert_targets(desk, "killed", fired(desk))
    assert {firing["source_run"] for firing in fired(desk)}.isdisjoint(run["id"] for run in left)

    assert desk(LOSE_LEASES) == len(left)
    assert desk("sweep")["leases"] == len(left)
    done = at_once(eight, lambda process: process(FINISH, "killed"))
    assert sorted(itertools.chain(*done)) == sorted(run["id"] for run in left)
    assert results(desk, "always") == {"fired": RUNS}
    assert results(desk, "braked") == {"fired": BRAKE, "skipped": RUNS - BRAKE}
    assert_whole(desk, "always", "braked", of=("killed",))


def deadly_moments(calls: dict[str, int]) -> deque[tuple[str, int]]:
    """Each phase as often as it is to be hit, in any order, with how many calls it has."""
    moments = [(phase, calls[phase]) for phase, count in KILLS.items() for _ in range(count)]
    random.Random(30).shuffle(moments)  # noqa: S311
    return deque(moments)


def work_and_die(process: Mortal, to_come: deque[tuple[str, int]]) -> Counter[str]:
    """Be killed in completing a run, complete some, and so on, until no moment is left. A phase
    that ended before its moment is hit another time."""
    hits: Counter[str] = Counter()
    while to_come:
        phase, calls = to_come.popleft()
        moment = at(phase, random.randrange(calls * 9 // 10))  # noqa: S311
        told = process.order(FINISH, "killed", "--most", 1, phases=COMPLETING, moment=moment)
        if told == DEAD:
            hits[phase] += 1
        else:
            assert len(told["answer"]) == 1, told
            to_come.append((phase, calls))
        assert len(process(FINISH, "killed", "--most", 2)) == 2
    return hits


def at(phase: str, calls: int, number: int = signal.SIGKILL) -> Moment:
    return {"phase": phase, "calls": calls, "signal": number}


def fired(desk: Mortal) -> list[dict[str, Any]]:
    told = [*firings(desk, "always"), *firings(desk, "braked")]
    return [firing for firing in told if firing["result"] == "fired"]


def test_a_backfill_done_by_two_at_once_starts_each_run_once(
    desk: Mortal, eight: list[Mortal]
) -> None:
    complete_before_the_trigger(desk, "doubled")
    do = planned(desk, "doubled")
    for process in eight[:2]:  # both have made sure of the plan, and neither has begun
        stop_in_it(process, do, 0)
    for process in eight[:2]:
        process.send(signal=signal.SIGCONT)
    done = [process.result()["answer"] for process in eight[:2]]
    print(f"\nfired: {[len(one['firings']) for one in done]}")
    assert [len(one["firings"]) + one["left"] for one in done] == [PAST, PAST]
    assert sum(len(one["firings"]) for one in done) == PAST
    assert_backfilled(desk, "doubled")


def test_a_backfill_killed_in_the_middle_leaves_the_rest_to_another_that_does_it_too(
    desk: Mortal, eight: list[Mortal]
) -> None:
    complete_before_the_trigger(desk, "halved")
    calls = calls_per_firing(desk, "halved")
    one, other = eight[:2]
    do = planned(desk, "halved")
    stop_in_it(other, do, 0)
    stop_in_it(one, do, calls * 8)
    begun = len(firings(desk, "halved"))
    other.send(signal=signal.SIGCONT)
    waited = other.waits(REST)
    one.send(signal=signal.SIGKILL)
    assert one.result() == DEAD
    more = len(other.result()["answer"]["firings"])
    print(f"\nkilled after {begun}, while the other {'waited' if waited else 'went ahead'}: {more}")
    assert 2 < begun < PAST
    assert begun + more == PAST
    assert_backfilled(desk, "halved")


def test_a_backfill_killed_again_and_again_goes_on_from_a_new_plan(desk: Mortal) -> None:
    complete_before_the_trigger(desk, "resumed")
    calls, rng = calls_per_firing(desk, "resumed"), random.Random(7)  # noqa: S311
    reached = [len(firings(desk, "resumed"))]
    moment = at("backfilling", rng.randrange(calls * 9))
    while desk.order(*planned(desk, "resumed"), phases=BACKFILLING, moment=moment) == DEAD:
        told = firings(desk, "resumed")
        assert_targets(desk, "resumed", told)
        reached.append(len(told))
        moment = at("backfilling", rng.randrange(calls * 9))
    print(f"\nkilled after {reached[1:]}")
    assert len(reached) > 3
    assert reached == sorted(reached)
    assert_backfilled(desk, "resumed")


def complete_before_the_trigger(desk: Mortal, word: str) -> None:
    desk(BEGIN, word, "--books", PAST // 2, "--each", 2)
    desk(FINISH, word)
    set_trigger(desk, word, word)


def planned(desk: Mortal, word: str, limit: int = PAST) -> tuple[object, ...]:
    """The command that does the plan there is now."""
    backfill = ("trigger_backfill", word, "--limit", limit)
    return (*backfill, "--do", desk(*backfill)["digest"])


def calls_per_firing(desk: Mortal, word: str) -> int:
    """Found by doing two of them."""
    told = desk.order(*planned(desk, word, limit=2), phases=BACKFILLING)
    assert len(told["answer"]["firings"]) == 2
    return int(told["calls"]["backfilling"] / 2)


def stop_in_it(process: Mortal, do: tuple[object, ...], calls: int) -> None:
    moment = at("backfilling", calls, signal.SIGSTOP)
    assert "stopped" in process.order(*do, phases=BACKFILLING, moment=moment)


def assert_backfilled(desk: Mortal, word: str) -> None:
    assert results(desk, word) == {"fired": PAST}
    assert desk("trigger_backfill", word)["plan"] == []
    assert_whole(desk, word, of=(word,))
