"""What the checks say of the text as it is in the version, and what its waivers let pass."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from books import checks, readings
from books.checks import Report
from books.errors import Invalid
from books.models import BookVersion


def checked(version: BookVersion) -> dict[str, Any]:
    """Findings and waivers by chapter, and their sums.

    Held to the house style that the version holds itself, else the product's own: that of its
    setting's folder may be another tomorrow. Where it cannot be read, `problem` says why, and
    nothing is found. Raises Invalid where one of its patterns takes too long.
    """
    try:
        own = readings.own_style(version)
    except Invalid as error:
        return {**_told({}), "house_style": "own", "problem": str(error)}
    book, style = readings.book_of(version), own or checks.ours()
    reports = {slug: checks.check(page, book, style) for slug, page in book.pages.items()}
    return {**_told(reports), "house_style": "own" if own else "default", "problem": None}


def _told(reports: dict[str, Report]) -> dict[str, Any]:
    findings = [one for report in reports.values() for one in report.findings]
    waived = [one.finding for report in reports.values() for one in report.waived]
    severities = Counter(one.severity for one in findings)
    return {
        "errors": severities["error"],
        "warnings": severities["warning"],
        "waived": len(waived),
        "rules": _by_rule(
            [(one.rule, one.severity) for one in findings]
            + [(one.rule, "waived") for one in waived]
        ),
        "chapters": [
            {"chapter": slug, **report.as_json()}
            for slug, report in reports.items()
            if report.findings or report.waived
        ],
    }


def _by_rule(told: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    counted = Counter(told)
    return [
        {"rule": rule, **{word: counted[rule, word] for word in ("error", "warning", "waived")}}
        for rule in sorted({rule for rule, _ in counted})
    ]
