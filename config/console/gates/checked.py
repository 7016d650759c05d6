"""What the checks say of one chapter of a run, before and now; kept by what it was made from."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.cache import caches

from books.checks import Finding, worsened
from books.checks.figures import Figures, figures
from workflows.agents.agent import CannotDo
from workflows.agents.house import House
from workflows.matter import Compared

KEPT, KEPT_SECONDS = "redlines", 3600
FORM = "1"
"""Of what is kept; another number where it changes."""


@dataclass(frozen=True)
class Checked:
    """`new` findings were not there when the run began, `gone` are there no more, `old` still are.

    Where the checks cannot run, `why_not` says so.
    """

    before: Figures | None = None
    after: Figures | None = None
    new: Sequence[Finding] = ()
    gone: Sequence[Finding] = ()
    old: Sequence[Finding] = ()
    why_not: str = ""

    @property
    def notes(self) -> dict[int, list[Finding]]:
        """The new findings by line."""
        found: dict[int, list[Finding]] = {}
        for one in self.new:
            found.setdefault(one.line, []).append(one)
        return found

    @property
    def errors(self) -> bool:
        """Whether there is a new one that is more than a warning."""
        return any(one.severity == "error" for one in self.new)

    @property
    def rows(self) -> list[tuple[str, object, object]]:
        """Name, before and after of each figure that one decides by."""
        if not self.before or not self.after:
            return []
        told = [
            (words, getattr(self.before, name), getattr(self.after, name))
            for name, words in SHOWN.items()
        ]
        counted = [self._counted(severity) for severity in ("error", "warning")]
        return [*told, *counted]

    def _counted(self, severity: str) -> tuple[str, int, int]:
        count = {
            name: Counter(one.severity for one in getattr(self, name))[severity]
            for name in ("new", "gone", "old")
        }
        kept = count["old"]
        return f"{severity}s found", kept + count["gone"], kept + count["new"]


SHOWN = {
    "words": "words",
    "sentences": "sentences",
    "words_per_sentence": "words a sentence",
    "reading_ease": "reading ease",
    "grade": "school grade",
    "passive_percent": "passive, %",
    "tables": "tables",
    "links": "links",
}


def checked(house: House, chapter: Compared, text: str) -> Checked:
    """The checks of a chapter with that text, as its reviews make them."""
    key = _key(house, chapter)
    found = caches[KEPT].get(key)
    if not isinstance(found, Checked):
        found = _checked(house, chapter, text)
        caches[KEPT].set(key, found, KEPT_SECONDS)
    return found


def _checked(house: House, chapter: Compared, text: str) -> Checked:
    try:
        was, now = house.reports(chapter.slug, text)
    except CannotDo as refusal:
        return Checked(why_not=str(refusal))
    page = house.before.pages[chapter.slug]
    new = worsened(was, now)
    return Checked(
        before=figures(page),
        after=figures(replace(page, text=text)),
        new=new,
        gone=worsened(now, was),
        old=[one for one in now.findings if one not in new],
    )


def _key(house: House, chapter: Compared) -> str:
    """The texts, the book around them, and what they are held to."""
    run = house.run
    scope = " ".join(sorted(run.progress.chapters))
    before = run.input_version.digest
    parts = (FORM, before, chapter.slug, chapter.now, held_to(house), scope)
    return f"checked-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"


def held_to(house: House) -> str:
    """What tells one house style from another, as it is now: that of a setting is a file, which may
    change at any time."""
    try:
        style = house.style
    except CannotDo as refusal:
        return str(refusal)
    return json.dumps(vars(style), sort_keys=True, default=str)
