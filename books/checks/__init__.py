"""Checks of a chapter's text: text in, findings out, nothing remembered."""

from collections import Counter
from collections.abc import Callable, Iterable

from books.checks import dice, placeholders, words
from books.checks.finding import Finding
from books.checks.prose import Prose, prose

__all__ = ["RULES", "Finding", "check", "worsened"]

RULES: dict[str, Callable[[Prose], Iterable[Finding]]] = {
    "dice-notation": dice.ill_formed,
    "doubled-word": words.doubled,
    "placeholder": placeholders.left_over,
}


def check(text: str) -> list[Finding]:
    """Everything the rules object to, in the order of the text."""
    read = prose(text)
    findings = [finding for rule in RULES.values() for finding in rule(read)]
    return sorted(findings, key=lambda finding: (finding.start, finding.rule))


def worsened(before: str, after: str) -> list[Finding]:
    """What `after` has more of than `before`: of equal findings, those beyond the old number.

    Of those the ones in lines that are new are taken first, then the later ones.
    """
    had = Counter(finding.key for finding in check(before))
    old_lines, lines = set(before.split("\n")), after.split("\n")
    found = check(after)
    extra = Counter(finding.key for finding in found) - had
    by_novelty = sorted(found, key=lambda one: (not _is_new(one, lines, old_lines), -one.start))
    taken = []
    for finding in by_novelty:
        if extra[finding.key] > 0:
            extra[finding.key] -= 1
            taken.append(finding)
    return sorted(taken, key=lambda finding: (finding.start, finding.rule))


def _is_new(finding: Finding, lines: list[str], old_lines: set[str]) -> bool:
    """Whether a line it touches did not stand in the older text."""
    first = finding.line - 1
    return not old_lines.issuperset(lines[first : first + finding.quote.count("\n") + 1])
