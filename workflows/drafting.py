"""Text kept while it is being worked on, before it is handed in."""

from django.conf import settings

from books.errors import TooLarge
from workflows.errors import UnknownThing
from workflows.lifecycle import moving, retrying
from workflows.models import Draft, Step
from workflows.work import check_lease, held


@retrying
def keep(step: Step, lease: str, worker: str, text: str) -> Draft:
    """A text that its worker has not finished, in place of what was kept before.

    Raises StaleLease, and TooLarge beyond `BINDERY_MAX_CHAPTER_BYTES`.
    """
    size_bytes, most = len(text.encode()), settings.BINDERY_MAX_CHAPTER_BYTES
    if size_bytes > most:
        raise TooLarge(f"a draft of {size_bytes} bytes; {most} are allowed")
    with moving(step.run_id, actor=worker) as run:
        check_lease(held(run, step.pk), lease)
        draft, _ = Draft.objects.update_or_create(
            step=step, worker=worker, path=path_of(step), defaults={"text": text}
        )
    return draft


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
