"""Processes killed while they write, register or collect: rows and bytes stay true."""

import hashlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dying import COLLECTING, REGISTERING, Mortal
from tests.installation import PROJECT, Installation
from workflows.claims import MAX_LEASE_SECONDS

KILLS = {"writing": 14, "between": 30, "after": 6}
SIZE = 1_200_000


@pytest.fixture
def mortal(site: Installation) -> Iterator[Mortal]:
    with Mortal(site.env, str(PROJECT)) as process:
        yield process


@pytest.fixture
def other(site: Installation) -> Iterator[Mortal]:
    with Mortal(site.env, str(PROJECT)) as process:
        yield process


@pytest.fixture
def run(mortal: Mortal) -> str:
    return str(mortal("workflow_start", "--type=w1", "--book=core-rulebook")["id"])


def plan(folder: Path, number: object, size: int = SIZE) -> Path:
    """A file as large as it takes to be killed in the middle of it."""
    file = folder / f"plan-{number}.md"
    line = f"Plan {number}: {random.random()}\n"  # noqa: S311
    file.write_text(line * (size // len(line)))
    return file


def store_of(site: Installation) -> Path:
    return site.data / "store"


def lying(site: Installation) -> dict[str, Path]:
    """What lies under a digest, by it. Nothing else is there but what is still being written."""
    files = [path for path in store_of(site).rglob("*") if path.is_file()]
    assert all(len(path.name) == 64 or path.name.startswith(".incoming.") for path in files)
    return {path.name: path for path in files if len(path.name) == 64}


def incoming(site: Installation) -> set[str]:
    return {path.name for path in store_of(site).glob(".incoming.*")}


def named(mortal: Mortal) -> set[str]:
    """The digests that rows name, as the commands tell them."""
    artifacts = mortal("artifact_list", "--limit=1000")
    assets = mortal("book_info", "core-rulebook")["latest"]["assets"]
    return {one["digest"] for one in (*artifacts, *assets)}


def let_time_pass(site: Installation) -> None:
    """Everything in the store is older than any lease."""
    then = time.time() - MAX_LEASE_SECONDS - 60
    for path in store_of(site).rglob("*"):
        os.utime(path, (then, then))


def assert_true(site: Installation, mortal: Mortal) -> set[str]:
    """Every row has its bytes, every digest its own, and the collector finds the rest; which."""
    bytes_, rows = lying(site), named(mortal)
    wrong = {
        digest
        for digest, path in bytes_.items()
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest
    }
    assert wrong == set()
    assert rows <= bytes_.keys()
    assert mortal("artifact_verify") == {"checked": len(rows), "damaged": []}
    let_time_pass(site)
    found = mortal("artifact_gc")
    assert {one["digest"] for one in found["orphans"]} == bytes_.keys() - rows
    assert {one["name"] for one in found["temporary"]} == incoming(site)
    assert (found["spared"], found["foreign"], found["deleted"]) == (0, 0, 0)
    return bytes_.keys() - rows


def moment(phase: str, calls: int, number: int = signal.SIGKILL) -> dict[str, Any]:
    return {"phase": phase, "calls": calls, "signal": number}


def test_fifty_kills_of_a_registering_process(
    site: Installation, mortal: Mortal, run: str, tmp_path: Path
) -> None:
    rng = random.Random(50)  # noqa: S311
    register = ("artifact_register", run, "--type=improvement_plan", "--file")
    for whole in ("first", "second"):
        assert_true(site, mortal)  # loads what all commands need, so that the second does no more
        calls = mortal.order(*register, plan(tmp_path, whole), phases=REGISTERING)["calls"]
    seen: Counter[str] = Counter()
    moments = [phase for phase, count in KILLS.items() for _ in range(count)]
    rng.shuffle(moments)
    for number, phase in enumerate(moments):
        file = plan(tmp_path, number)
        at = moment(phase, rng.randrange(calls[phase] * 9 // 10))
        told = mortal.order(*register, file, phases=REGISTERING, moment=at)
        assert told == {"signal": signal.SIGKILL}, (at, told)
        orphans, half = assert_true(site, mortal), len(incoming(site))
        seen[f"{phase}: {len(orphans)} orphans, {half} half-written"] += 1
        if number % 3 == 0:
            assert mortal("artifact_gc", "--delete")["deleted"] == len(orphans) + half
        made = mortal(*register, file)
        assert made["digest"] == hashlib.sha256(file.read_bytes()).hexdigest()
        file.unlink()
        if number % 3:
            mortal("artifact_gc", "--delete")
    print(f"\nkilled: {dict(seen)}")
    assert_true(site, mortal)


def test_a_worker_killed_while_it_hands_in_several_artifacts(
    site: Installation, mortal: Mortal, run: str, tmp_path: Path
) -> None:
    rng = random.Random(20)  # noqa: S311
    claim = mortal("work_claim", "--agent=project-manager", "--run", run)
    step, lease = claim["step"]["id"], claim["lease"]
    held = ("work_complete", "--step", step, "--lease", lease)
    kept = 0
    for number in range(10):
        files = [plan(tmp_path, f"{number}-{part}", 100_000) for part in range(3)]
        carried = [f"--artifact=improvement_plan={file}" for file in files]
        told = mortal.order(
            *held, *carried, phases=REGISTERING, moment=moment("between", rng.randrange(6000))
        )
        assert told == {"signal": signal.SIGKILL}
        kept = max(kept, len(assert_true(site, mortal)))
    assert kept >= 3
    assert mortal("artifact_list", "--run", run) == []
    mortal("artifact_gc", "--delete")
    assert mortal(*held, *carried)["status"] == "completed"
    assert len(mortal("artifact_list", "--run", run)) == 3
    assert assert_true(site, mortal) == set()


def orphaned(site: Installation, mortal: Mortal, run: str, folder: Path) -> Path:
    """A file whose bytes are in the store, and old, without a row: its process was killed."""
    file = plan(folder, "orphan", 1000)
    register = ("artifact_register", run, "--type=improvement_plan", "--file", file)
    told = mortal.order(*register, phases=REGISTERING, moment=moment("between", 100))
    assert told == {"signal": signal.SIGKILL}
    let_time_pass(site)
    assert len(assert_true(site, mortal)) == 1
    return file


def test_a_collector_killed_in_the_middle_has_done_part_and_no_harm(
    site: Installation, mortal: Mortal, run: str, tmp_path: Path
) -> None:
    for number in range(12):
        told = mortal.order(
            "artifact_register", run, "--type=improvement_plan",
            "--file", plan(tmp_path, number, 1000),
            phases=REGISTERING, moment=moment("between", 50),
        )  # fmt: skip
        assert told == {"signal": signal.SIGKILL}
    left = [len(assert_true(site, mortal))]
    for _ in range(4):
        at = moment("deleting", 300)
        told = mortal.order("artifact_gc", "--delete", phases=COLLECTING, moment=at)
        assert told == {"signal": signal.SIGKILL}
        left.append(len(assert_true(site, mortal)))
    assert left[0] == 12
    assert left == sorted(set(left), reverse=True), "each got some further"
    mortal("artifact_gc", "--delete")
    assert assert_true(site, mortal) == set()


def test_bytes_being_collected_are_written_again_by_who_needs_them(
    site: Installation, mortal: Mortal, other: Mortal, run: str, tmp_path: Path
) -> None:
    """The collector has looked at the time and is about to delete, when another process brings
    the same bytes: that one waits, finds nothing, and writes them."""
    file = orphaned(site, mortal, run, tmp_path)
    at = moment("deleting", 0, signal.SIGSTOP)
    told = mortal.order("artifact_gc", "--delete", phases=COLLECTING, moment=at)
    assert "stopped" in told
    other.send("artifact_register", run, "--type=improvement_plan", "--file", file)
    time.sleep(1)
    assert mortal.go_on()["answer"]["deleted"] == 1
    assert other.result()["answer"]["path"] == file.name
    assert assert_true(site, mortal) == set()


def test_bytes_somebody_relies_on_are_not_collected(
    site: Installation, mortal: Mortal, other: Mortal, run: str, tmp_path: Path
) -> None:
    """A process found the bytes in the store, and has not written its row yet."""
    file = orphaned(site, mortal, run, tmp_path)
    told = mortal.order(
        "artifact_register", run, "--type=improvement_plan", "--file", file,
        phases=REGISTERING, moment=moment("between", 0, signal.SIGSTOP),
    )  # fmt: skip
    assert "stopped" in told
    found = other("artifact_gc", "--delete")
    assert (found["deleted"], found["spared"]) == (0, 2)  # its own half-written copy is the other
    assert mortal.go_on()["answer"]["path"] == file.name
    assert assert_true(site, mortal) == set()
