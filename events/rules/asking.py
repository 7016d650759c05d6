"""What the rules may be asked, and of what: a workflow, a run, or all the past."""

from dataclasses import dataclass
from typing import Any

from events.errors import Mismatched
from events.rules.changing import Change
from events.rules.explaining import Question, explain, explain_in
from events.rules.hindsight import review
from workflows.models import WorkflowRun


@dataclass(frozen=True)
class Inquiry:
    """A question, asked of a run (about one of its chapters) or of the past (of one book).

    Raises Mismatched for what does not go together.
    """

    question: Question
    run: str = ""
    item: str = ""
    past: bool = False
    book: str = ""

    def __post_init__(self) -> None:
        if self.run and self.past:
            raise Mismatched("run and past are two questions: ask one of them")
        if self.item and not self.run:
            raise Mismatched("item needs run: it is a chapter there")
        if self.book and not self.past:
            raise Mismatched("book needs past")
        if self.past and self.question.retry_count is not None:
            raise Mismatched("retry_count is not for past: each has its own")

    def answer(self) -> dict[str, Any]:
        """Raises as what is asked does; does nothing."""
        if self.past:
            return review(self.question, book=self.book)
        if self.run:
            return explain_in(WorkflowRun.objects.named(self.run), self.question, item=self.item)
        return explain(self.question)


def tried(change: Change) -> Change | None:
    """The rule to be taken for set; None where nothing is said of one."""
    return None if change == Change() else change
