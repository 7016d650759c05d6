"""Eight processes complete runs at once: what triggers do about each, they do once."""

import itertools
import random
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.dying import COMPLETING, Mortal
from tests.finishing import (
    BEGIN,
    FINISH,
    PROCESSES,
    assert_targets,
    assert_whole,
    at_once,
    firings,
    results,
    set_trigger,
)
from tests.requirement import postgres

RUNS, BRAKE, PAIRS = 200, 50, 21
HOUR = 3600
REST, PATIENCE = 0.2, 120  # seconds; in the first a process comes to where another holds it up
EDITS = (
    ("--source=edited", "--target=after_edited"),
    ('--config={"parameters": {"of": "{source.id}"}}',),
    ("--disable",),
    ('--config={"limit": {"count": 1000, "seconds": 60}}', "--enable"),
    ("--delete",),
)
FINISHING = (FINISH, "edited", "--most")
MEETINGS = ("claimed", "written", "firing")
Finishing = tuple[str, str]  # the agent and the run


def test_of_two_hundred_runs_completed_by_eight_each_fires_once(
    desk: Mortal, eight: list[Mortal]
) -> None:
    runs = desk(BEGIN, "raced", "--books", RUNS // 5, "--each", 5)
    set_trigger(desk, "always", "raced")
    set_trigger(desk, "braked", "raced", limit={"count": BRAKE, "seconds": HOUR})
    set_trigger(desk, "elsewhere", "raced", book_types=["campaign"])
    done = at_once(eight, lambda process: process(FINISH, "raced"))
    print(f"\ncompleted: {[len(some) for some in done]}")
    assert sorted(itertools.chain(*done)) == sorted(runs)
    assert sum(map(bool, done)) == PROCESSES
    assert results(desk, "always") == {"fired": RUNS}
    assert results(desk, "braked") == {"fired": BRAKE, "skipped": RUNS - BRAKE}
    assert results(desk, "elsewhere") == {"skipped": RUNS}
    assert_whole(desk, "always", "braked", "elsewhere", of=("raced",))


def test_sources_that_complete_together_at_one_moment_fire_once_for_their_version(
    desk: Mortal, eight: list[Mortal]
) -> None:
    runs = desk(BEGIN, "left", "right", "--books", PAIRS)
    set_trigger(desk, "joined", "left", **{"with": ["right"]})
    rng = random.Random(20)  # noqa: S311
    met: Counter[str] = Counter()
    for left, right, phase in zip(runs[::2], runs[1::2], itertools.cycle(MEETINGS), strict=False):
        first, second = rng.sample([("left", left), ("right", right)], 2)
        met[meet(eight, first, second, phase)] += 1
    print(f"\nmet: {dict(met)}")
    assert results(desk, "joined") == {"fired": PAIRS, "skipped": PAIRS}
    versions = [firing for firing in firings(desk, "joined") if firing["result"] == "fired"]
    assert len({firing["source_run"] for firing in versions}) == PAIRS
    assert_whole(desk, "joined", of=("left", "right"))


def meet(mortals: list[Mortal], first: Finishing, second: Finishing, phase: str) -> str:
    """Stop one that completes a run in that phase, let another complete the second run, and go on
    when that one has ended or waits; how they met. Where no transaction is open yet both stop, and
    go on together."""
    one, other = mortals[:2]
    moment = {"phase": phase, "calls": 0, "signal": signal.SIGSTOP}
    assert "stopped" in one.order(*finish(first), phases=COMPLETING, moment=moment)
    if phase == "claimed":
        assert "stopped" in other.order(*finish(second), phases=COMPLETING, moment=moment)
        other.send(signal=signal.SIGCONT)
        met = "let go together"
    else:
        other.send(*finish(second))
        must_wait = phase == "firing" or bool(postgres())  # the book, or the database, is locked
        assert other.waits(REST if must_wait else PATIENCE) == must_wait
        met = f"stopped while {phase}, the other {'waited' if must_wait else 'went ahead'}"
    one.send(signal=signal.SIGCONT)
    assert [one.result()["answer"], other.result()["answer"]] == [[first[1]], [second[1]]]
    return met


def finish(one: Finishing) -> tuple[str, ...]:
    word, run = one
    return (FINISH, word, "--run", run)


def test_a_trigger_edited_disabled_and_deleted_meanwhile_hinders_no_completion(
    desk: Mortal, eight: list[Mortal]
) -> None:
    runs = desk(BEGIN, "edited", "--books", RUNS // 5, "--each", 3)
    edits = itertools.cycle(EDITS)
    said = [desk("trigger_set", "moving", *next(edits))]
    done: list[list[str]] = []
    with ThreadPoolExecutor(1) as pool:
        for most in (5, 5, 1000):  # at any pace, every kind of edit comes in between
            ending = pool.submit(at_once, eight, lambda p, most=most: p(*FINISHING, most))
            enough = len(said) + len(EDITS)
            while not ending.done() or len(said) < enough:
                said.append(desk("trigger_set", "moving", *next(edits)))
            done += ending.result()
    assert sorted(itertools.chain(*done)) == sorted(runs)
    fired = firings(desk, "moving")
    print(f"\n{len(said)} edits, {len(fired)} of {len(runs)} runs fired")
    assert len(said) > 10
    assert 0 < len(fired) < len(runs)
    assert len({firing["source_run"] for firing in fired}) == len(fired)
    assert {firing["result"] for firing in fired} == {"fired"}
    allowed = [{word: one[word] for word in fired[0]["terms"]} for one in said if one["enabled"]]
    assert all(firing["terms"] in allowed for firing in fired)
    assert_targets(desk, "edited", fired)
