"""Does one step by id: claim, perform outside any transaction, commit the outcome."""

import logging
import os
import platform
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from workflows import claims, verdicts, work
from workflows.agents import BUILTIN
from workflows.agents.agent import CannotDo, Done
from workflows.bindings import executor_of
from workflows.errors import LostRace, StaleLease
from workflows.models import AgentBinding, Executor, Step, StepStatus, WorkflowRun

PUT_OFF_FOR = timedelta(minutes=1)
log = logging.getLogger(__name__)


def worker_name() -> str:
    return f"worker@{platform.node()}:{os.getpid()}"


def doable(run: WorkflowRun | None = None) -> Iterator[Step]:
    """Ready steps bound to a class that says it can do them, oldest first; of one run or all."""
    bindings = list(AgentBinding.objects.filter(agent__in=BUILTIN))
    ready = Step.objects.claimable().filter(agent__in=BUILTIN)
    if run:
        ready = ready.filter(run=run)
    for step in ready.select_related("run__definition", "run__input_version"):
        if executor_of(step, bindings) == Executor.BUILTIN and BUILTIN[step.agent].can_do(step):
            yield step


def perform(step: Step, *, worker: str) -> bool:
    """Do this step; False when another was faster, so a duplicate delivery does nothing."""
    wanted = claims.Claim(
        agents=(step.agent,),
        worker=worker,
        lease_seconds=settings.BINDERY_WORKER_LEASE_SECONDS,
        step_id=step.pk,
    )
    try:
        claimed = claims.claim(wanted, actor=worker)
    except Exception:
        log.exception("step %s (%s) of %s cannot be claimed", step.pk, step, step.run)
        put_off(step)
        return False
    if claimed is None:
        return False
    holder = work.Held(Step.objects.numbered(step.pk), claimed["lease"], worker)
    log.info("step %s (%s) of %s: claimed", step.pk, step, step.run)
    try:
        with beating(holder):
            done = _commit(holder, claimed["brief"])
        log.info("step %s (%s) of %s: %s", step.pk, step, step.run, done["status"])
    except (StaleLease, LostRace) as refusal:
        log.warning("%s", refusal)
    return True


def put_off(step: Step) -> None:
    """Leave a step that cannot be claimed alone for a while, so that others get their turn."""
    later = timezone.now() + PUT_OFF_FOR
    Step.objects.filter(pk=step.pk, status=StepStatus.READY).update(not_before=later)


@contextmanager
def beating(holder: work.Held) -> Iterator[None]:
    """Renew the lease from a thread of its own until the work is handed back."""
    seconds = settings.BINDERY_WORKER_LEASE_SECONDS
    done = threading.Event()

    def beat() -> None:
        while not done.wait(seconds / 3):
            try:
                work.heartbeat(holder, seconds=seconds)
            except StaleLease as refusal:
                log.warning("%s", refusal)
                break
            except Exception:
                log.exception("a heartbeat of step %s came to nothing", holder.step.pk)
            finally:
                connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat of step {holder.step.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _commit(holder: work.Held, brief: dict[str, Any]) -> dict[str, Any]:
    try:
        outcome = BUILTIN[holder.step.agent].perform(holder.step, brief)
        if isinstance(outcome, Done):
            return work.complete(holder, result=outcome.result, handed=outcome.handed)
        return verdicts.reject(holder, outcome)
    except (StaleLease, LostRace):
        raise
    except CannotDo as reason:
        return work.fail(holder, reason=str(reason))
    except Exception as error:
        log.exception("step %s failed", holder.step.pk)
        return work.fail(holder, reason=f"{type(error).__name__}: {error}")
