"""The local worker: sweep, then do what is ready, until told to stop or nothing is left; deliver
webhooks beside it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from django.db import connection

from events.stopping import stopping
from events.sweeping import sweep
from events.webhooks.delivering import Courier, deliver
from workflows.executor import doable, perform, worker_name
from workflows.models import Step

POLL_SECONDS = 1.0
BATCH = 10


def work_off(*, until_idle: bool, concurrency: int = 1) -> dict[str, int]:
    """Do ready built-in steps, `concurrency` at a time; answers how many were done.

    With `until_idle` it returns once nothing is left that it could do, else at SIGTERM or
    SIGINT, in both cases after finishing what it holds. A delivery that failed is left for later.
    """
    with stopping() as stop:
        with Courier(POLL_SECONDS) as courier:
            steps = _do_steps(stop, courier, until_idle=until_idle, concurrency=concurrency)
        if not stop.is_set():
            deliver(stop)
    return {"steps": steps}


def _do_steps(
    stop: threading.Event, courier: Courier, *, until_idle: bool, concurrency: int
) -> int:
    steps = 0
    while not stop.is_set():
        sweep(actor=worker_name(), delivering=courier.wake)
        done = _one_round(concurrency)
        steps += done
        if not done and until_idle:
            break
        if not done:
            stop.wait(POLL_SECONDS)
    return steps


def _one_round(concurrency: int) -> int:
    """The oldest doable steps, so many that a sweep is never far; inline where one thread is
    enough. A step that another holds back does not hold back the rest."""
    if concurrency == 1:
        done = (step for step in doable() if perform(step, worker=worker_name()))
        return sum(1 for _ in islice(done, BATCH))
    batch = list(islice(doable(), BATCH))
    with ThreadPoolExecutor(concurrency, "worker") as pool:
        return sum(pool.map(_perform, batch))


def _perform(step: Step) -> bool:
    try:
        return perform(step, worker=f"{worker_name()}:{threading.get_ident()}")
    finally:
        connection.close()
