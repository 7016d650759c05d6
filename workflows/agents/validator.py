"""Validates all chapters of a run together: by figures, and by what leads from one to another."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from artifacts.models import ArtifactType
from books.checks import RULES, Book, Finding, Report, worsened
from books.checks.figures import figures
from books.checks.reading import Reading
from books.checks.waivers import sort_out
from books.limits import exceeded
from workflows.agents.agent import Brief, Done
from workflows.agents.documents import json_of
from workflows.agents.house import House
from workflows.agents.reviewer import MOST_PASSAGES, passage, reason_of
from workflows.inputs import chapters_of
from workflows.models import Step
from workflows.verdicts import Verdict

REFERENCES = RULES["cross-reference"]


class Broken(NamedTuple):
    """A reference that the run broke, and the chapter in scope that has to mend it."""

    item: str
    finding: Finding


class Validator:
    """Every chapter in scope is there, none loses more than the book's limits allow, and no link
    leads nowhere that led somewhere before."""

    def can_do(self, step: Step) -> bool:
        consumed = step.run.definition.parsed.consumed_by(step.name)
        return not step.item and ArtifactType.CHAPTER in consumed

    def perform(self, step: Step, _: Brief) -> Done | Verdict:
        house = House(step.run)
        made = chapters_of(step.run)
        scope = step.run.progress.chapters
        compared = {slug: _compared(house, slug) for slug in scope if slug in made}
        wrong = {slug: ["was not handed in"] for slug in scope if slug not in made}
        wrong |= {slug: over for slug, (_, over) in compared.items() if over}
        if wrong:
            return Verdict("scope", _reason(wrong), items=tuple(wrong))
        if broken := list(_broken(house, scope)):
            return _verdict(house, broken)
        report = {"chapters": {slug: shown for slug, (shown, _) in compared.items()}}
        words = {
            slug: [shown["before"]["words"], shown["after"]["words"]]
            for slug, shown in report["chapters"].items()
        }
        handed = json_of(ArtifactType.REVIEW_REPORT, f"{step.name}.json", report)
        return Done({"approved": True, "words": words}, [handed])


def _compared(house: House, slug: str) -> tuple[dict[str, Any], list[str]]:
    """A chapter's figures before and after, and what went too far."""
    before, after = figures(house.before.pages[slug]), figures(house.now.pages[slug])
    return (
        {"before": before.as_json(), "after": after.as_json()},
        exceeded(before, after, house.limits),
    )


def _broken(house: House, scope: tuple[str, ...]) -> Iterator[Broken]:
    """Where the link stands in a chapter out of scope, those whose revision broke it mend it."""
    if house.style.severity(REFERENCES.name, REFERENCES.severity) not in house.rejects:
        return
    for slug in house.now.pages:
        was, now = (_references(house, book, slug) for book in (house.before, house.now))
        for finding in worsened(was, now):
            for item in [slug] if slug in scope else _at_fault(house, scope, finding):
                yield Broken(item, finding)


def _references(house: House, book: Book, slug: str) -> Report:
    """The references of a chapter that lead nowhere, those aside that a waiver allows."""
    page = book.pages[slug]
    found = REFERENCES.findings(Reading(page, book, house.style), "error")
    return sort_out(page, list(found))[0]


def _at_fault(house: House, scope: tuple[str, ...], broken: Finding) -> list[str]:
    """The chapters each of whose revisions alone breaks the reference; else all in scope."""
    slug = broken.chapter
    was = _references(house, house.before, slug)
    alone = (
        (item, _references(house, house.before.with_page(house.now.pages[item]), slug))
        for item in scope
    )
    breaking = [
        item for item, now in alone if any(one.key == broken.key for one in worsened(was, now))
    ]
    return breaking or list(scope)


def _verdict(house: House, broken: list[Broken]) -> Verdict:
    findings = dict.fromkeys(finding for _, finding in broken)
    said = [f"{one.chapter}, line {one.line}: {one.message}" for one in findings]
    return Verdict(
        rejection_type=REFERENCES.rejection_type,
        reason=reason_of(said),
        passages=[passage(house.now.pages[one.chapter], one) for one in findings][:MOST_PASSAGES],
        items=tuple(dict.fromkeys(item for item, _ in broken)),
    )


def _reason(wrong: Mapping[str, list[str]]) -> str:
    return "; ".join(f"{slug} {'; '.join(reasons)}" for slug, reasons in wrong.items())
