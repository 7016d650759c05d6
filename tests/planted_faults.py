"""Sixty faults for a real rulebook, as a hurried writer or an agent makes them.

Where each stands is known from planting it. The checks are neither asked nor looked at.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from books.checks import check, read
from tests import planted_phrases as phrases
from tests import planted_prose as prose
from tests import planted_structures as structures
from tests.planting import Line, Manuscript, Where, opened

SEED = 20_240_613
OF_PHRASES = {
    "abbreviation": 2,
    "capitals": 2,
    "cross-reference": 3,
    "dice-notation": 4,
    "difficulty": 3,
    "doubled-word": 4,
    "emphasis-spacing": 3,
    "glossary-undefined": 2,
    "italics": 2,
    "placeholder": 3,
    "plain-words": 2,
    "term": 3,
    "unclosed-emphasis": 1,
}
Plant = Callable[[Manuscript], Where]
PLANTS: dict[str, tuple[Plant, ...]] = {
    "cross-reference": (prose.wrong_title,),
    "glossary-order": (structures.appended_entry, structures.moved_entry),
    "glossary-unused": (structures.unused_entry,),
    "heading-level": (
        structures.skipping_level,
        structures.new_deep_heading,
        structures.glued_heading,
    ),
    "heading-number": (
        structures.jumping_heading,
        structures.repeated_heading,
        structures.jumping_chapter,
    ),
    "list-form": (
        structures.lost_step,
        structures.other_mark,
        structures.typed_bullet,
        structures.glued_mark,
    ),
    "paragraph-length": (prose.run_together, prose.talkative_quote),
    "passive-voice": (prose.passive_section, prose.passive_section),
    "readability": (prose.hard_section, prose.hard_section),
    "sentence-length": (prose.joined_sentences, prose.run_on_item, prose.run_on_broken),
    "table-cells": (structures.emptied_cell, structures.emptied_cell),
    "table-columns": (structures.lost_cell, structures.bar_in_cell),
    "unclosed-emphasis": (prose.lost_mark,),
    "waiver": (prose.misspelt_waiver, prose.waiver_without_reason, prose.idle_waiver),
}


@dataclass(frozen=True)
class Planted:
    rule: str
    chapter: str
    line: int


@dataclass(frozen=True)
class Outcome:
    """`collateral` are findings that the book did not have before and that nobody planted."""

    planted: list[Planted]
    found: list[Planted]
    collateral: list[Planted]


def plant_all(folder: Path, seed: int = SEED) -> tuple[Manuscript, list[Planted]]:
    """The book with the faults in it, and the faults."""
    manuscript = opened(folder, random.Random(seed))  # noqa: S311
    marked = list(_marked(manuscript))
    chapters = {chapter.slug: chapter for chapter in manuscript.chapters}
    return manuscript, [
        Planted(rule, slug, chapters[slug].lines.index(line) + 1) for rule, slug, line in marked
    ]


def outcome(folder: Path, seed: int = SEED) -> Outcome:
    """What the checks find of it: the rule and the line are those of the fault.

    For readability and passive-voice the line is that of the section's heading.
    """
    manuscript, planted = plant_all(folder, seed)
    new = _findings(manuscript) - _findings_before(manuscript, folder)
    left = Counter(planted)
    collateral = [one for one in new.elements() if not _taken(left, one)]
    return Outcome(planted, list((Counter(planted) - left).elements()), collateral)


def _marked(manuscript: Manuscript) -> Iterator[tuple[str, str, Line]]:
    plants = list(_of_blocks(manuscript.rng))
    for rule, number in OF_PHRASES.items():
        for phrase, place in phrases.choose(manuscript, rule, number):
            plants.append((rule, partial(phrases.plant, phrase=phrase, place=place)))
    for rule, plant in plants:
        yield rule, *plant(manuscript)


def _of_blocks(rng: random.Random) -> Iterator[tuple[str, Plant]]:
    """Two faults of each rule, drawn where there are more ways; one where phrases have others."""
    for rule, plants in PLANTS.items():
        for plant in rng.sample(plants, min(2, len(plants))):
            yield rule, plant
    yield "glossary-unused", structures.unused_entry


def _taken(left: Counter[Planted], one: Planted) -> bool:
    if left[one]:
        left[one] -= 1
        return True
    return False


def _findings(manuscript: Manuscript) -> Counter[Planted]:
    book, style = manuscript.book, read(phrases.STYLE)
    return Counter(
        Planted(one.rule, slug, one.line)
        for slug in book.pages
        for one in check(book.pages[slug], book, style).findings
    )


def _findings_before(manuscript: Manuscript, folder: Path) -> Counter[Planted]:
    """The findings of the untouched book, with the numbers that their lines have now."""
    now = {
        (chapter.slug, line.was): number
        for chapter in manuscript.chapters
        for number, line in enumerate(chapter.lines, start=1)
    }
    before = _findings(opened(folder, manuscript.rng))
    moved: Counter[Planted] = Counter()
    for one, times in before.items():
        moved[Planted(one.rule, one.chapter, now.get((one.chapter, one.line), 0))] += times
    return moved
