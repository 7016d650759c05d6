"""Text that came too late is kept, and offered to whoever claims the step next."""

from collections.abc import Iterable

from artifacts import store
from artifacts.models import ArtifactType
from artifacts.registry import Handed
from workflows.models import Draft, Step

TEXT = ("text/", "application/json")


def keep_drafts(step: Step, worker: str, handed: Iterable[Handed], reason: str) -> str:
    """Keep the texts and the reason of a refused hand-back; answers what to tell the worker.

    Call it outside the transaction that refused.
    """
    texts = {
        one.path: store.read(one.kept.digest).decode(errors="replace").replace("\0", "\ufffd")
        for one in handed
        if one.artifact_type == ArtifactType.CHAPTER or one.media_type.startswith(TEXT)
    }
    if reason:
        texts[""] = reason
    for path, text in texts.items():
        Draft.objects.update_or_create(step=step, worker=worker, path=path, defaults={"text": text})
    return "what you handed in is kept as a draft" if texts else ""


def forget_drafts(step: Step, worker: str) -> None:
    """Once a worker's text is handed in, its drafts of that step have served."""
    Draft.objects.offered_to(step).filter(worker=worker).delete()
