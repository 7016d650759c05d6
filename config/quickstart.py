"""Taking the shipped book through its workflows, with the gates approved."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q

from artifacts import store
from artifacts.models import Artifact, nouns
from books.models import Book
from events.models import Rejection
from workflows.agents import BUILTIN
from workflows.errors import Contradiction
from workflows.executor import doable, perform, worker_name
from workflows.gates import Decision, Judgement, decide
from workflows.models import RunStatus, StepStatus, WorkflowRun
from workflows.status import chain

ACTOR = "demo-editor"
DOCUMENTS = frozenset({"release_notes", "web_html", "print_html", "pdf_draft"})
SOMEBODY_ELSE_SECONDS = 0.2  # a worker beside it holds a step


def take_through(run_id: str) -> Iterator[tuple[int, int]]:
    """Do every step of a run, approving at its gates; yields steps done and steps in all.

    Raises Contradiction when the run stops short of its end.
    """
    while (run := WorkflowRun.objects.named(run_id)).status == RunStatus.RUNNING:
        yield _progress(run)
        if step := next(doable(run), None):
            perform(step, worker=worker_name())
        elif _gate_waits(run):
            decide(run, Judgement(Decision.APPROVE, reason="quickstart"), actor=ACTOR)
        elif run.steps.filter(status=StepStatus.RUNNING).exists():
            time.sleep(SOMEBODY_ELSE_SECONDS)
        else:
            break
    if run.status != RunStatus.COMPLETED:
        raise Contradiction(
            f"run {run} is {run.status} at {run.current_step}: {run.reason or 'nobody does it'}"
        )
    yield _progress(run)


def summary(book: Book, run_id: str) -> dict[str, Any]:
    """What there is to show: the run and those its end has started, each with its trigger, what
    they made, and all runs of the book that are open, also of earlier quickstarts."""
    known = WorkflowRun.objects.with_all().order_by("pk")
    runs = known.filter(Q(public_id=run_id) | Q(parent_run__public_id=run_id))
    rejections = Rejection.objects.for_json().filter(run__in=runs)
    artifacts = Artifact.objects.for_json().filter(run__in=runs)
    return {
        "runs": [{**run.as_json(), "trigger": chain(run)[-1]["trigger"]} for run in runs],
        "open_runs": [run.public_id for run in known.open().filter(book=book)],
        "versions": [version.as_json() for version in book.versions.with_contents()],
        "rejections": [rejection.as_json() for rejection in rejections],
        "artifacts": nouns(artifacts),
        "documents": [str(path) for path in _laid_out(artifacts)],
        "site": None,
    }


def _laid_out(artifacts: Iterable[Artifact]) -> Iterator[Path]:
    """Copies of the documents under `$BINDERY_DATA/documents`, to be opened as they are."""
    for artifact in artifacts:
        if artifact.artifact_type in DOCUMENTS and artifact.book_version:
            version = artifact.book_version
            folder = settings.BINDERY_DATA / "documents" / f"{version.book.slug}-{version.number}"
            file = folder / artifact.path
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as out:
                store.copy(artifact.digest, out)
            yield file


def release_notes(artifacts: list[dict[str, Any]]) -> str:
    """The text of the last release notes among these."""
    notes = [one["id"] for one in artifacts if one["artifact_type"] == "release_notes"]
    return Artifact.objects.named(notes[-1]).content().decode() if notes else ""


def left_open(answer: dict[str, Any]) -> Iterator[str]:
    """What the started runs wait for, a line each; how many are open, where there are more."""
    started = [run for run in answer["runs"] if run["id"] in answer["open_runs"]]
    for run in started:
        agent = run["current_agent"]
        who = "a worker" if agent in BUILTIN else f"an agent of yours (work_claim --agent {agent})"
        yield (
            f"Run {run['id']} ({run['workflow_type']}), started by trigger {run['trigger']}, waits "
            f"at {run['current_step']} for {agent}: {who}."
        )
    if len(answer["open_runs"]) > len(started):
        yield (
            f"{len(answer['open_runs'])} runs of the Core Rulebook are open, with those of earlier "
            "times: workflow_list --book core-rulebook lists them."
        )


def _gate_waits(run: WorkflowRun) -> bool:
    return run.steps.filter(status=StepStatus.AWAITING_DECISION).exists()


def _progress(run: WorkflowRun) -> tuple[int, int]:
    progress = run.progress
    done = sum(row.status == StepStatus.COMPLETED for row in progress.rows)
    return done, sum(len(progress.items(spec)) for spec in progress.definition.steps)
