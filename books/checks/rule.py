"""What a rule is: a name, what kind of rejection it leads to, and a function that looks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from books.checks.finding import Finding, Found, RejectionType, Severity
from books.checks.reading import Reading


@dataclass(frozen=True)
class Rule:
    """`severity` holds unless the house style says otherwise; `off` rules are asked for by name.

    A `measured` rule counts: a revision is worse when it has more such passages than before,
    whichever they are. The others know a blemish again by its words.
    """

    name: str
    rejection_type: RejectionType
    severity: Severity | None
    find: Callable[[Reading], Iterable[Found]]
    about: str
    measured: bool = False

    def findings(self, reading: Reading, severity: Severity) -> Iterable[Finding]:
        for found in self.find(reading):
            quote = reading.text[found.start : found.end]
            yield Finding(
                rule=self.name,
                rejection_type=self.rejection_type,
                severity=severity,
                chapter=reading.page.slug,
                line=reading.prose.line_at(found.start),
                start=found.start,
                end=found.end,
                quote=quote,
                message=found.message,
                suggestion=found.suggestion,
                key=(self.name, "" if self.measured else _known_again(quote)),
                lines=reading.prose.lines_hash(found.start, found.end),
            )


def _known_again(quote: str) -> str:
    """The quote with white space, quote marks and case aside."""
    return " ".join(quote.replace(">", " ").split()).casefold()
