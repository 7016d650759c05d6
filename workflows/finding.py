"""Finding artifacts by what somebody asks for in words."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from artifacts.models import Artifact, ArtifactType, Search
from artifacts.models.artifact import ArtifactQuerySet
from books.models import Book, known_word
from workflows.errors import InvalidInput
from workflows.inputs import offered_upstream
from workflows.models import RunStatus, WorkflowDefinition, WorkflowRun


@dataclass(frozen=True)
class Words:
    """What is empty, None or False asks for everything; `after` is included, `before` is not.

    `for_workflow_type` is what a workflow may take from upstream of the book; `older_than` the
    last artifact of the page before.
    """

    run: str = ""
    artifact_type: str = ""
    book: str = ""
    workflow_type: str = ""
    status: str = ""
    path: str = ""
    for_workflow_type: str = ""
    older_than: str = ""
    latest: bool = False
    after: datetime | None = None
    before: datetime | None = None

    def __post_init__(self) -> None:
        if self.for_workflow_type and not self.book:
            raise InvalidInput("what a workflow may take is of one book; name it")
        if self.after and self.before and self.before < self.after:
            raise InvalidInput(
                f"before {self.before.isoformat()} is earlier than after {self.after.isoformat()}"
            )


MEANT: dict[str, Callable[[str], Any]] = {
    "run": WorkflowRun.objects.named,
    "artifact_type": lambda word: known_word("artifact type", word, ArtifactType.values),
    "book": Book.objects.named,
    "workflow_type": WorkflowDefinition.objects.named,
    "status": lambda word: known_word("run status", word, RunStatus.values),
    "for_workflow_type": WorkflowDefinition.objects.named,
    "older_than": Artifact.objects.named,
}
"""What a word stands for; each raises an error with the nearest right word."""


def found(words: Words) -> ArtifactQuerySet:
    """What is asked for, the newest first. Raises Unknown, UnknownArtifact or UnknownThing."""
    given = {name: value for name, value in asdict(words).items() if value}
    meant = {name: MEANT[name](value) if name in MEANT else value for name, value in given.items()}
    consumer, last = meant.pop("for_workflow_type", None), meant.pop("older_than", None)
    among = offered_upstream(meant["book"], consumer.parsed) if consumer else Artifact.objects.all()
    artifacts = among.matching(_search(**meant))
    return artifacts.older_than(last) if last else artifacts


def _search(
    *, status: str = "", workflow_type: WorkflowDefinition | None = None, **same: Any
) -> Search:
    """Where runs are asked for by something of their own, the search is by runs if they are few."""
    if not (status or workflow_type):
        return Search(**same)
    name = workflow_type.type if workflow_type else ""
    runs = WorkflowRun.objects.matching(same.get("book"), workflow_type=name, status=status)
    return Search(runs=runs, workflow_type=name, **same)
