"""Processes that record events: they pause and resume runs through the door, now and then undo
what they did, and take their time to commit.

`python -m tests.recording COUNT RUN…` forks one for each run, and prints how many acts
came to stay.
"""

# ruff: noqa: PLC0415  (imports of the product wait for django.setup)

import random
import subprocess
import sys
import time
from contextlib import suppress
from multiprocessing import get_context

from tests.installation import PROJECT, Installation


class Undo(Exception):
    """What undoes an act after its event was written."""


def recording(site: Installation, count: int, runs: list[str]) -> "subprocess.Popen[str]":
    """Such processes, which go on until each has done that many acts."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.recording", str(count), *runs],
        env=site.env,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )


def stayed(process: "subprocess.Popen[str]") -> int:
    """How many of its acts, when it has ended well."""
    out, _ = process.communicate()
    assert process.returncode == 0
    return int(out)


def act(run: str, rng: random.Random) -> None:
    from workflows.lifecycle import moving
    from workflows.models import RunStatus, WorkflowRun

    with moving(WorkflowRun.objects.get(public_id=run).pk, actor="zoe") as held:
        if held.status == RunStatus.RUNNING:
            held.pause(pause_reason="operator", reason="")
        else:
            held.resume(reason="")
        time.sleep(rng.uniform(0, 0.004))
        if rng.random() < 0.2:
            raise Undo


def record(seed: int, count: int, run: str) -> int:
    """How many acts came to stay, of that many on this run."""
    rng, done = random.Random(seed), 0  # noqa: S311
    for _ in range(count):
        with suppress(Undo):
            act(run, rng)
            done += 1
        time.sleep(rng.uniform(0, 0.03))
    return done


def main(count: str, *runs: str) -> None:
    import os

    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    work = [(seed, int(count), run) for seed, run in enumerate(runs)]
    with get_context("fork").Pool(len(runs)) as pool:
        print(sum(pool.starmap(record, work)))


if __name__ == "__main__":
    main(*sys.argv[1:])
