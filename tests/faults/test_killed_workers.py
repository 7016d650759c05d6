"""Workers killed in the middle: another one finishes, and nothing was done twice."""

import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installation import Installation, installed

KILLS = 30
LEASE_SECONDS = 1
HOLDING = "holding a step, or handing it back"
IDLE = "not at all: it had ended"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("site")) as installation:
        installation.env["BINDERY_WORKER_LEASE_SECONDS"] = str(LEASE_SECONDS)
        yield installation


@pytest.fixture
def drafts(site: Installation, razorweave: Path, recorded_runs: Path) -> Path:
    """The real book is registered; these are the chapters a recorded run revised."""
    source = razorweave / "1.0.0" / "chapters"
    site("book_register", "--slug", "killed", "--title", "Killed", "--source", source)
    return recorded_runs / "wfrun_miby9oo6_a7xlw7" / "chapters"


def test_thirty_kills_leave_every_step_done_once(site: Installation, drafts: Path) -> None:
    hits: Counter[str] = Counter()
    runs = [start(site, drafts)]
    rng = random.Random(20)  # noqa: S311
    while hits.total() - hits[IDLE] < KILLS or hits[HOLDING] < KILLS / 5:
        hit = kill_a_worker(site, rng)
        hits[hit] += 1
        if hit == IDLE:
            runs.append(start(site, drafts))
    print(f"\nkilled: {dict(hits)} in {len(runs)} runs")

    time.sleep(LEASE_SECONDS)
    site("sweep")
    for run in runs:
        site("worker", "--until-idle")
        site("gate_decide", run, "--decision", "approve", "--actor", "grace")
        site("worker", "--until-idle")
        assert_done_once(site, run)


def start(site: Installation, drafts: Path) -> str:
    """A run on the first version, whatever the runs before made of it."""
    started = site("workflow_start", "--type", "w1", "--book", "killed",
                   "--input-version", "1.0.0", "--param", f"revisions={drafts}")  # fmt: skip
    return str(started["id"])


def kill_a_worker(site: Installation, rng: random.Random) -> str:
    """Start a worker and kill it some lines into its log, and some milliseconds on; answers
    what it was doing, by what its lease and its log tell."""
    worker = site.start("worker", "--until-idle")
    assert worker.stderr
    with worker:
        last = ""
        for _ in range(rng.randint(1, 5)):
            last = worker.stderr.readline() or last
        time.sleep(rng.uniform(0, 0.03))
        worker.send_signal(signal.SIGKILL)
        last = "".join([last, worker.communicate()[1]]).strip().rpartition("\n")[2]
    if worker.returncode == 0:
        return IDLE
    if "claimed" not in last:
        return "between two steps, or claiming"
    time.sleep(LEASE_SECONDS)
    return HOLDING


def assert_done_once(site: Installation, run: str) -> None:
    status = site("workflow_status", run)
    assert (status["status"], status["outcome"]) == ("completed", "succeeded")
    events = site("event_list", "--run", run, "--limit", "1000")
    per_step: dict[int, list[str]] = {}
    for event in events:
        per_step.setdefault(event["step"], []).append(event["event_type"])
    run_events = per_step.pop(None)
    assert run_events == ["created", "started", "completed", "trigger_fired"]
    handed_in = Counter(artifact["step"] for artifact in status["artifacts"])
    for step in status["steps"]:
        assert step["status"] == "completed"
        assert_one_effect(per_step[step["id"]], step, handed_in[step["id"]])
    made = Counter((a["step"], a["artifact_type"], a["path"]) for a in status["artifacts"])
    assert set(made.values()) == {1}


def assert_one_effect(events: list[str], step: dict[str, Any], artifacts: int) -> None:
    """Tries that were cut off, each given back, then one that counted."""
    if step["kind"] == "gate":
        assert events == ["gate_opened", "approved"]
        return
    assert events.count("completed") == 1
    assert events[-1] == "completed"
    assert events.count("started") == 1 + events.count("released")
    assert events.count("artifact_registered") == artifacts
