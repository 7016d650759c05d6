"""What a human sends from the page of an escalation."""

from dataclasses import dataclass, field, replace
from typing import Self
from uuid import uuid4

from django.http import QueryDict

from books.models import known_word
from events.escalations.answers import Answer
from events.models import EscalationAction
from workflows.errors import InvalidInput

TAKE = "acknowledge"
DOES = (TAKE, EscalationAction.RETRY, EscalationAction.OVERRIDE, EscalationAction.ABORT)
LONGEST_NAME, LONGEST_RESOLUTION = 200, 100_000


def new_key() -> str:
    return f"console-{uuid4()}"


@dataclass(frozen=True)
class Typed:
    """`action` is empty before anything was chosen. `key` makes sending it twice harmless; each
    page has another. `is_sure` was asked once more."""

    action: str = ""
    resolution: str = ""
    to_step: str = ""
    agent: str = ""
    is_sure: bool = False
    key: str = field(default_factory=new_key)

    @classmethod
    def of(cls, form: QueryDict) -> Self:
        """As it came, whether it makes sense or not. A browser ends lines in CRLF."""
        return cls(
            action=form.get("action", ""),
            resolution=form.get("resolution", "").replace("\r\n", "\n"),
            to_step=form.get("to_step", "").strip(),
            agent=form.get("agent", "").strip(),
            is_sure=form.get("sure") == "yes",
            key=form.get("key", ""),
        )

    def again(self) -> Self:
        """The same, to be sent anew."""
        return replace(self, key=new_key(), is_sure=False)

    def check(self) -> None:
        """Raises InvalidInput, or Unknown with the nearest right word."""
        if not self.action:
            raise InvalidInput("choose what is to become of it: once more, let it pass, or end")
        known_word("action", self.action, [str(word) for word in DOES])
        if len(self.resolution) > LONGEST_RESOLUTION:
            raise InvalidInput(f"the words are longer than {LONGEST_RESOLUTION} characters")
        if max(len(self.to_step), len(self.agent)) > LONGEST_NAME:
            raise InvalidInput(f"a step or agent has at most {LONGEST_NAME} characters")

    @property
    def answer(self) -> Answer:
        """Step and agent are a retry's; what was chosen of them before another answer was is left
        out."""
        if self.action != EscalationAction.RETRY:
            return Answer(self.action, self.resolution)
        return Answer(self.action, self.resolution, self.to_step, self.agent)
