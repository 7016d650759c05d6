"""Reviews a revised chapter by the checks, against the chapter it was made from."""

import json
from collections import Counter
from collections.abc import Collection

from artifacts.models import ArtifactType
from artifacts.registry import Handed
from books.checks import check, worsened
from books.checks.finding import Finding
from workflows.agents.agent import Brief, Done
from workflows.models import Step
from workflows.work import Verdict


class CheckReviewer:
    """Rejects what the revision made worse, quoting it; reports what was there before."""

    def __init__(self, rules: Collection[str]) -> None:
        self.rules = rules

    def can_do(self, step: Step) -> bool:
        return bool(step.item) and ArtifactType.CHAPTER in step.run.definition.parsed.consumed_by(
            step.name
        )

    def perform(self, step: Step, brief: Brief) -> Done | Verdict:
        before = step.run.input_version.chapters.with_text().get(slug=step.item).text
        text = brief["chapter"]["text"]
        worse = [finding for finding in worsened(before, text) if finding.rule in self.rules]
        if worse:
            return _verdict(step.item, text, worse)
        standing = [finding for finding in check(text) if finding.rule in self.rules]
        report = {"chapter": step.item, "findings": [finding.as_json() for finding in standing]}
        content = json.dumps(report, indent=2, ensure_ascii=False).encode()
        handed = Handed.of_bytes(ArtifactType.REVIEW_REPORT, f"{step.name}.json", content)
        return Done({"approved": True, "findings": len(standing)}, [handed])


def _verdict(slug: str, text: str, findings: list[Finding]) -> Verdict:
    """One rejection of the type most findings have, with all of them as passages."""
    kinds = Counter(finding.rejection_type for finding in findings)
    return Verdict(
        rejection_type=kinds.most_common(1)[0][0],
        reason="; ".join(f"line {one.line}: {one.message}" for one in findings),
        passages=[
            {
                "chapter": slug,
                "heading": _heading(text, one.start),
                "quote": one.quote,
                "start": one.start,
                "end": one.end,
            }
            for one in findings
        ],
    )


def _heading(text: str, offset: int) -> str | None:
    """The heading a passage stands under."""
    above = [line for line in text[:offset].splitlines() if line.startswith("#")]
    return above[-1].lstrip("#").strip() if above else None
