"""Text that came too late is kept, and offered to whoever claims the step next."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Length

from artifacts import store
from artifacts.models import ArtifactType
from artifacts.registry import Handed
from workflows.models import Draft, Step, StepStatus

TEXT = ("text/", "application/json")
MOST_DRAFTS = 1000  # of one worker at one step; a hand-back has no more


def keep_drafts(step: Step, worker: str, handed: Iterable[Handed], reason: str) -> str:
    """Keep the texts and the reason of a refused hand-back; answers what to tell the worker.

    Of artifacts that are stored already, and are more than a request may hold, not all are kept.
    Call it outside the transaction that refused.
    """
    room, texts = settings.BINDERY_MAX_BODY_BYTES, dict[str, str]()
    for one in handed:
        is_text = one.artifact_type == ArtifactType.CHAPTER or one.media_type.startswith(TEXT)
        if is_text and one.kept.size_bytes <= room:
            room -= one.kept.size_bytes
            read = store.read(one.kept.digest).decode(errors="replace")
            texts[one.path] = read.replace("\0", "\ufffd")
    if reason:
        texts[""] = reason
    newer = texts.keys() & _kept_since(step, worker)
    keep_texts(step, worker, {path: texts[path] for path in texts if path not in newer})
    if newer:
        return "what you kept since you claimed it again stays as it is"
    return "what you handed in is kept as a draft" if texts else ""


def _kept_since(step: Step, worker: str) -> set[str]:
    """The paths of what a worker, who holds the step again, has kept by the newer lease."""
    held = Draft.objects.filter(step__status=StepStatus.RUNNING, step__worker=worker)
    mine = held.filter(step=step, worker=worker, updated_at__gte=F("step__started_at"))
    return set(mine.values_list("path", flat=True))


def keep_texts(step: Step, worker: str, texts: Mapping[str, str]) -> None:
    """Texts by their paths, whoever holds the step now."""
    for path, text in texts.items():
        Draft.objects.update_or_create(step=step, worker=worker, path=path, defaults={"text": text})
    _forget_oldest(step, worker)


def _forget_oldest(step: Step, worker: str) -> None:
    """Every brief of the step carries them all, and a lease that was lost stops nobody from handing
    in again and again: of one worker no more is kept than one request may hold."""
    mine = Draft.objects.offered_to(step).filter(worker=worker)
    sizes = mine.order_by("-updated_at", "-pk").values_list("pk", Length("text"))
    room, beyond = settings.BINDERY_MAX_BODY_BYTES, list[int]()
    for number, (pk, size) in enumerate(sizes):
        room -= size
        if room < 0 or number >= MOST_DRAFTS:
            beyond.append(pk)
    for start in range(0, len(beyond), MOST_DRAFTS):
        Draft.objects.filter(pk__in=beyond[start : start + MOST_DRAFTS]).delete()


def forget_drafts(step: Step, worker: str) -> None:
    """Once a worker's text is handed in, its drafts of that step have served."""
    Draft.objects.offered_to(step).filter(worker=worker).delete()
