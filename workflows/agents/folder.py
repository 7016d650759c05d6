"""A folder of revised chapters: `DIR/<chapter path>`, from the second round `DIR/cycle-n/…`."""

from pathlib import Path

from workflows.models import Step


def draft_of(step: Step, path: str, attempt: int) -> Path | None:
    """The draft of a chapter for that attempt; None where there is none to hand in.

    A file outside the folder (by a link) is none.
    """
    if not (named := step.run.parameters.get("revisions")):
        return None
    folder = Path(named).resolve()
    draft = (folder / f"cycle-{attempt}" / path) if attempt > 1 else folder / path
    return draft if draft.is_file() and draft.resolve().is_relative_to(folder) else None
