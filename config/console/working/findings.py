"""What the checks say of a text that is being written."""

from dataclasses import dataclass

from books.checks import Finding, worsened
from workflows.agents.agent import CannotDo
from workflows.agents.house import House
from workflows.errors import Contradiction
from workflows.models import Step

MOST = 200


@dataclass(frozen=True)
class Findings:
    """`new` is what the text has more of than the chapter of the input version; `old` what that
    had too."""

    new: list[Finding]
    old: list[Finding]
    more: int = 0

    @classmethod
    def of(cls, step: Step, text: str) -> "Findings":
        """Raises Contradiction where the house style cannot be read."""
        try:
            was, now = House(step.run).reports(step.item, text)
        except CannotDo as error:
            raise Contradiction(f"the checks cannot be run: {error}") from error
        worse = set(worsened(was, now))
        new = [one for one in now.findings if one in worse]
        old = [one for one in now.findings if one not in worse]
        more = max(0, len(new) - MOST) + max(0, len(old) - MOST)
        return cls(new[:MOST], old[:MOST], more)

    @property
    def errors(self) -> int:
        """For so many a review may send it back."""
        return sum(one.severity == "error" for one in self.new)
