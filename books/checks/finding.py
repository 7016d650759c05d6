"""What a check found: a passage, what is wrong with it, and what would be right."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

RejectionType = Literal["style", "mechanics", "clarity", "scope"]
Severity = Literal["error", "warning"]


class Found(NamedTuple):
    """What a rule answers: offsets in characters, the end not included; what is wrong; what
    would be right, or an empty text where a person must decide."""

    start: int
    end: int
    message: str
    suggestion: str = ""


@dataclass(frozen=True)
class Finding:
    """`line` counts from 1; `start` and `end` are offsets in characters of the chapter's text,
    the end not included; `quote` is exactly what stands there.

    `key` is the same for the same blemish elsewhere and `lines` for the same words in all its
    lines: by those two, old sins are told from new ones.
    """

    rule: str
    rejection_type: RejectionType
    severity: Severity
    chapter: str
    line: int
    start: int
    end: int
    quote: str
    message: str
    suggestion: str
    key: tuple[str, str]
    lines: int

    def as_json(self) -> dict[str, Any]:
        said = asdict(self)
        return {name: said[name] for name in said if name not in ("key", "lines")}


@dataclass(frozen=True)
class Waived:
    """A finding that a waiver in the text allows, and the reason given there."""

    finding: Finding
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {**self.finding.as_json(), "waived_because": self.reason}


@dataclass(frozen=True)
class Report:
    """All that the rules say of one chapter, in the order of the text."""

    findings: list[Finding]
    waived: list[Waived]

    def of(self, types: Iterable[str]) -> "Report":
        """The part of it whose findings are of these rejection types."""
        wanted = set(types)
        return Report(
            [one for one in self.findings if one.rejection_type in wanted],
            [one for one in self.waived if one.finding.rejection_type in wanted],
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "findings": [finding.as_json() for finding in self.findings],
            "waived": [waived.as_json() for waived in self.waived],
        }
