"""What a check found: a passage, what is wrong with it, and what would be right."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

RejectionType = Literal["style", "mechanics", "clarity", "scope"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """`line` counts from 1; `start` and `end` are offsets in characters, the end not included.

    `quote` is exactly what stands there; an empty `suggestion` means that a person must decide.
    """

    rule: str
    rejection_type: RejectionType
    severity: Severity
    line: int
    start: int
    end: int
    quote: str
    message: str
    suggestion: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The same for the same blemish elsewhere: white space, quote marks and case aside."""
        return self.rule, " ".join(self.quote.replace(">", " ").split()).casefold()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
