"""Validates all chapters of a run together, by figures."""

from collections.abc import Mapping

from artifacts.models import ArtifactType
from books.chapter_text import word_count
from workflows.agents.agent import Brief, Done
from workflows.inputs import chapters_of
from workflows.models import Step
from workflows.work import Verdict

# How many words a chapter may have, in words it had; `checks` of the book's configuration wins.
LIMITS = {"least_words": 0.5, "most_words": 2.0}


class Validator:
    """Every chapter in scope is there, none is emptied, each keeps within the limits."""

    def can_do(self, step: Step) -> bool:
        consumed = step.run.definition.parsed.consumed_by(step.name)
        return not step.item and ArtifactType.CHAPTER in consumed

    def perform(self, step: Step, _: Brief) -> Done | Verdict:
        before = dict(step.run.input_version.chapters.values_list("slug", "words"))
        texts = {slug: made.content().decode() for slug, made in chapters_of(step.run).items()}
        after = {slug: word_count(text) for slug, text in texts.items()}
        limits = {**LIMITS, **step.run.overrides.get("checks", {})}
        wrong = {
            slug: reason
            for slug in step.run.progress.chapters
            if (reason := _judge(before[slug], after.get(slug), limits))
        }
        if wrong:
            reason = "; ".join(f"{slug} {why}" for slug, why in wrong.items())
            return Verdict("scope", reason, items=tuple(wrong))
        return Done({"approved": True, "words": {s: [before[s], n] for s, n in after.items()}})


def _judge(before: int, after: int | None, limits: Mapping[str, float]) -> str:
    """What is wrong with a chapter of so many words; empty when nothing is."""
    if after is None:
        return "was not handed in"
    if after == 0 < before:
        return f"is empty; it had {before} words"
    least, most = limits["least_words"], limits["most_words"]
    if before and not least <= after / before <= most:
        return f"went from {before} words to {after}; {least} to {most} times as many are allowed"
    return ""
