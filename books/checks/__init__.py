"""Checks of a book's text: chapters in, findings out, nothing remembered.

    page = Page("05-conflict", "05-conflict.md", text)
    report = check(page, Book.of(pages, files), style)

All checks of 90,000 words take about a second.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from books.checks import patterns, waivers
from books.checks import style as styles
from books.checks.book import Book
from books.checks.finding import Finding, Report, Waived
from books.checks.page import Page
from books.checks.reading import Reading
from books.checks.rule import Rule
from books.checks.rules import RULES
from books.checks.style import Style, ours

__all__ = [
    "RULES",
    "Book",
    "Finding",
    "Page",
    "Report",
    "Style",
    "Waived",
    "check",
    "ours",
    "read",
    "worsened",
]


def check(page: Page, book: Book | None = None, style: Style | None = None) -> Report:
    """Everything the rules object to in a chapter, in the order of its text.

    Without a book the chapter stands alone; without a style the product's own holds. Raises
    Invalid where a pattern of the house style takes too long.
    """
    reading = Reading(page, book or Book.of([page]), style or ours())
    report, left = waivers.sort_out(page, sorted(_findings(reading), key=_place))
    all_findings = sorted([*report.findings, *_unused(reading, left)], key=_place)
    return Report(all_findings, report.waived)


def read(text: str, where: str = styles.FILE) -> Style:
    """The house style that a file holds. Raises Invalid, naming `where`, the line and the key."""
    return styles.read(text, where, RULES)


def worsened(before: Report, after: Report) -> list[Finding]:
    """What `after` has more of than `before`: of findings alike, those beyond the old number.

    Of those the ones in lines that are new are taken first, then the later ones.
    """
    extra = Counter(one.key for one in after.findings) - Counter(one.key for one in before.findings)
    old_lines = {one.lines for one in before.findings}
    by_novelty = sorted(after.findings, key=lambda one: (one.lines in old_lines, -one.start))
    taken = set()
    for finding in by_novelty:
        if extra[finding.key] > 0:
            extra[finding.key] -= 1
            taken.add(finding)
    return [finding for finding in after.findings if finding in taken]


def _findings(reading: Reading) -> Iterator[Finding]:
    for rule in _rules(reading.style):
        if severity := reading.style.severity(rule.name, rule.severity):
            yield from rule.findings(reading, severity)


def _unused(reading: Reading, left: list[waivers.Waiver]) -> Iterator[Finding]:
    """What the rule about waivers says once all others have spoken."""
    style = reading.style
    weights = {rule.name: style.severity(rule.name, rule.severity) for rule in _rules(style)}
    rule = replace(RULES["waiver"], find=lambda _: waivers.unused(left, weights))
    if severity := weights[rule.name]:
        yield from rule.findings(reading, severity)


def _rules(style: Style) -> list[Rule]:
    """The product's rules and the house's own."""
    return [*RULES.values(), *map(patterns.rule_of, style.patterns)]


def _place(finding: Finding) -> tuple[int, int, str]:
    return finding.start, finding.end, finding.rule
