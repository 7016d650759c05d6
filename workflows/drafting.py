"""Text kept while it is being worked on, before it is handed in."""

from typing import Any

from django.conf import settings

from books.errors import TooLarge
from workflows import drafts
from workflows.errors import DraftChanged, UnknownThing
from workflows.lifecycle import moving, retrying
from workflows.models import Draft, Step
from workflows.work import Held, check_lease, held


@retrying
def keep(step: Step, lease: str, worker: str, text: str) -> Draft:
    """A text that its worker has not finished, in place of what was kept before.

    Raises StaleLease, and TooLarge beyond `BINDERY_MAX_CHAPTER_BYTES`.
    """
    return _keep(Held(step, lease, worker), text, None)


@retrying
def keep_over(holder: Held, text: str, over: str | None) -> Draft:
    """The same, only in place of the draft whose digest is `over`; empty for none, None for
    whichever there is. Raises DraftChanged where there is another, with other words than these."""
    return _keep(holder, text, over)


@retrying
def keep_late(step: Step, worker: str, text: str, over: str | None) -> None:
    """The text of somebody who held the step once, and holds it no longer, or by a newer lease.
    Raises DraftChanged as `keep_over` does."""
    _refuse_large(text)
    path = path_of(step)
    with moving(step.run_id, actor=worker):
        _refuse_other({"step": step, "worker": worker, "path": path}, text, over)
        drafts.keep_texts(step, worker, {path: text})


def _keep(holder: Held, text: str, over: str | None) -> Draft:
    _refuse_large(text)
    step, worker = holder.step, holder.actor
    mine: dict[str, Any] = {"step": step, "worker": worker, "path": path_of(step)}
    with moving(step.run_id, actor=worker) as run:
        check_lease(held(run, step.pk), holder.lease)
        _refuse_other(mine, text, over)
        draft, _ = Draft.objects.update_or_create(**mine, defaults={"text": text})
    return draft


def _refuse_other(mine: dict[str, Any], text: str, over: str | None) -> None:
    kept = None if over is None else Draft.objects.filter(**mine).first()
    if kept and kept.digest != over and kept.text != text:
        raise DraftChanged(f"another draft was kept at {kept.updated_at:%H:%M} UTC")


def _refuse_large(text: str) -> None:
    size_bytes, most = len(text.encode()), settings.BINDERY_MAX_CHAPTER_BYTES
    if size_bytes > most:
        raise TooLarge(f"a draft of {size_bytes} bytes; {most} are allowed")


def draft_for(step: Step, worker: str) -> Draft:
    """The worker's own at this step, else the newest that anybody left at it. Raises
    UnknownThing."""
    offered = Draft.objects.offered_to(step).exclude(path="", step__item__gt="").order_by("-pk")
    if draft := offered.filter(worker=worker).first() or offered.first():
        return draft
    raise UnknownThing(f"no draft is kept at step {step.pk} ({step})")


def path_of(step: Step) -> str:
    """Of the chapter that a step is about; empty where it is about none."""
    chapters = step.run.input_version.chapters
    return chapters.get(slug=step.item).path if step.item else ""
