"""Reviews a revised chapter by the checks, against the chapter it was made from."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from artifacts.models import ArtifactType
from books.checks import Finding, Page, worsened
from books.checks.figures import figures
from workflows.agents.agent import Brief, Done
from workflows.agents.documents import json_of
from workflows.agents.house import House
from workflows.models import Step
from workflows.passages import LONGEST_QUOTE
from workflows.verdicts import Verdict

MOST_SAID, MOST_PASSAGES = 20, 200


class CheckReviewer:
    """Rejects what the revision made worse, quoting it; reports what was there before.

    `types` are the kinds of findings it answers for.
    """

    def __init__(self, types: Collection[str]) -> None:
        self.types = types

    def can_do(self, step: Step) -> bool:
        return bool(step.item) and ArtifactType.CHAPTER in step.run.definition.parsed.consumed_by(
            step.name
        )

    def perform(self, step: Step, brief: Brief) -> Done | Verdict:
        house = House(step.run)
        text = brief["chapter"]["text"]
        page = replace(house.before.pages[step.item], text=text)
        was, now = house.reports(step.item, text)
        worse = worsened(was.of(self.types), now.of(self.types))
        if objections := [one for one in worse if one.severity in house.rejects]:
            return verdict(page, objections)
        kept = now.of(self.types)
        report = {
            "chapter": step.item,
            **kept.as_json(),
            "new": [finding.as_json() for finding in worse],
            "figures": {
                "before": figures(house.before.pages[step.item]).as_json(),
                "after": figures(page).as_json(),
            },
        }
        handed = json_of(ArtifactType.REVIEW_REPORT, f"{step.name}.json", report)
        counted = {"findings": len(kept.findings), "waived": len(kept.waived), "new": len(worse)}
        return Done({"approved": True, **counted}, [handed])


def verdict(page: Page, findings: list[Finding]) -> Verdict:
    """One rejection of the type most findings have, with all of them as passages."""
    kinds = Counter(finding.rejection_type for finding in findings)
    return Verdict(
        rejection_type=kinds.most_common(1)[0][0],
        reason=reason_of([f"line {one.line}: {one.message}" for one in findings]),
        passages=[passage(page, one) for one in findings[:MOST_PASSAGES]],
    )


def reason_of(said: list[str]) -> str:
    """All of it in one line; of very much, the beginning and how much more there is."""
    more = f"; and {len(said) - MOST_SAID} more" if len(said) > MOST_SAID else ""
    return "; ".join(said[:MOST_SAID]) + more


def passage(page: Page, finding: Finding) -> dict[str, Any]:
    """A finding as the passage of a rejection: of a very long one the beginning."""
    end = min(finding.end, finding.start + LONGEST_QUOTE)
    return {"chapter": page.slug, "start": finding.start, "end": end}
