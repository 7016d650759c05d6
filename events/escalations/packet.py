"""What a human needs to decide an escalation, in one document. Reads; changes nothing."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from django.utils import timezone

from artifacts import store
from artifacts.models import Artifact, ArtifactType
from books.chapter_text import word_count
from books.diff import word_diff
from books.models import Chapter
from events.escalations.choices import choices
from events.escalations.history import History, history_of, queued_at, seconds
from events.models import Escalation
from workflows.inputs import digest_of
from workflows.models import Step, StepKind, WorkflowRun
from workflows.work import held


def packet(escalation: Escalation) -> dict[str, Any]:
    """The escalation with its run, its text round by round, who judged it, and what each answer
    would do (docs/workflows/lifecycle.md). Each text is read from the store once per digest."""
    run = WorkflowRun.objects.with_all().get(pk=escalation.run_id)
    escalation.run = run
    escalation.step = held(run, escalation.step_id)
    chapters = run.input_version.chapters.with_text()
    chapter = chapters.filter(slug=escalation.item).first() if escalation.item else None
    history = history_of(escalation)
    return {
        "escalation": escalation.as_json(),
        "run": _run(run),
        "chapter": _chapter(chapter),
        "rounds": Rounds(history, chapter, escalation.item).as_json(),
        "rejections": [
            {
                **rejection.as_json(),
                "round": history.round_of(rejection.step_id),
                "ending": history.ending_of(rejection),
            }
            for rejection in history.rejections
        ],
        "time_spent": _time_spent(history, escalation.item),
        "choices": choices(escalation),
    }


def ends_of(escalation: Escalation, number: int) -> tuple[str, str] | None:
    """The digests of the text before that round and after it; None where there is no such round,
    or no one text to follow."""
    run = WorkflowRun.objects.with_all().get(pk=escalation.run_id)
    escalation.run = run
    escalation.step = held(run, escalation.step_id)
    source = run.input_version.digests().get(escalation.item)
    history = history_of(escalation)
    texts = [_text_in(history.artifacts_of(row), escalation.item) for row in history.made[:number]]
    known = [source, *(made.digest if made else None for made in texts)]
    if not 1 <= number <= len(texts) or known[-1] is None:
        return None
    before = next((one for one in reversed(known[:-1]) if one), None)
    return (before, known[-1]) if before else None


def _run(run: WorkflowRun) -> dict[str, Any]:
    keys = ("id", "book", "workflow_type", "status", "pause_reason", "current_step")
    noun = run.as_json()
    return {key: noun[key] for key in keys}


def _chapter(chapter: Chapter | None) -> dict[str, Any] | None:
    return {key: getattr(chapter, key) for key in ("slug", "title", "path")} if chapter else None


class Content(NamedTuple):
    """A text and its digest."""

    digest: str
    text: str


class Rounds:
    """The attempts at one text, each compared with the one before."""

    def __init__(self, history: History, chapter: Chapter | None, item: str) -> None:
        self.history, self.item = history, item
        self._source = Content(chapter.digest, chapter.text) if chapter else None
        self._read = cache(lambda digest: store.read(digest).decode())

    def as_json(self) -> list[dict[str, Any]]:
        verdicts: dict[int | None, list[dict[str, Any]]] = {}
        for row in self.history.judged:
            if said := self._verdict(row):
                verdicts.setdefault(self.history.round_of(row.pk), []).append(said)
        told, before = [], self._source
        for number, row in enumerate(self.history.made, start=1):
            one = self._round(number, row, before)
            told.append({**one, "verdicts": verdicts.get(number, [])})
            before = before if one["text"] is None else Content(one["digest"], one["text"])
        return told

    def _round(self, number: int, row: Step, before: Content | None) -> dict[str, Any]:
        handed = self.history.artifacts_of(row)
        made = _text_in(handed, self.item)
        return {
            "round": number,
            **_attempt(row),
            "queue_seconds": seconds(queued_at(row), row.started_at),
            "agent_seconds": seconds(row.started_at, row.finished_at),
            "feedback": row.feedback,
            **(self._text(made, before) if made else _no_text(handed)),
            "artifacts": [_made(artifact) for artifact in handed],
        }

    def _text(self, made: Artifact, before: Content | None) -> dict[str, Any]:
        now = Content(made.digest, self._read(made.digest))
        return {
            "artifact": made.public_id,
            "digest": now.digest,
            "words": word_count(now.text),
            "text": now.text,
            "changed": _changed(before, now) if before else None,
        }

    def _verdict(self, row: Step) -> dict[str, Any] | None:
        if not (verdict := self.history.verdict_of(row)):
            return None
        rejection = self.history.rejection_by(row)
        return {
            **_attempt(row),
            "kind": row.kind,
            "verdict": verdict,
            "rejection": rejection.as_json() if rejection else None,
            "agent_seconds": seconds(row.started_at, row.finished_at),
        }


def _text_in(handed: Iterable[Artifact], item: str) -> Artifact | None:
    """The chapter itself, of what was handed in; where several chapters were, there is no one."""
    texts = [made for made in handed if made.artifact_type == ArtifactType.CHAPTER]
    mine = [made for made in texts if item and made.item == item]
    if mine:
        return mine[-1]
    return texts[0] if len(texts) == 1 else None


def _no_text(handed: list[Artifact]) -> dict[str, Any]:
    """What stands for the text of a round: the only thing handed in, else all of it by one digest,
    as a gate shows it."""
    only = handed[0] if len(handed) == 1 else None
    return {
        "artifact": only.public_id if only else None,
        "digest": only.digest if only else digest_of(handed),
        "words": None,
        "text": None,
        "changed": None,
    }


def _attempt(row: Step) -> dict[str, Any]:
    return {
        "step": row.pk,
        "name": row.name,
        "agent": row.agent,
        "worker": row.worker or None,
        "attempt": row.attempt,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
    }


def _made(artifact: Artifact) -> dict[str, Any]:
    keys = ("artifact_type", "path", "digest", "size_bytes")
    return {"id": artifact.public_id, **{key: getattr(artifact, key) for key in keys}}


def _changed(before: Content, now: Content) -> dict[str, Any]:
    diff = word_diff(before.text, now.text)
    return {"from": before.digest, "to": now.digest, **diff.as_json()}


def _time_spent(history: History, item: str) -> dict[str, int]:
    """Sums over rounds and verdicts; what ran at once counts twice.

    Humans': how long gates and escalations about it waited, those still open until now.
    """
    now = timezone.now()
    spoke = [row for row in history.judged if history.verdict_of(row)]
    rows = list({row.pk: row for row in [*history.made, *spoke]}.values())
    gates = [row for row in rows if row.kind == StepKind.GATE]
    waits = [(gate.created_at, gate.finished_at or now) for gate in gates]
    about = [one for one in history.escalations if one.item == item]
    waits += [(one.created_at, one.resolved_at or now) for one in about]
    return {
        "queue_seconds": sum(seconds(queued_at(row), row.started_at) or 0 for row in rows),
        "agent_seconds": sum(seconds(row.started_at, row.finished_at) or 0 for row in rows),
        "human_seconds": sum(seconds(since, until) or 0 for since, until in waits),
        "rounds": len(history.made),
    }
