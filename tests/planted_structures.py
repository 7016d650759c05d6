"""Faults of headings, lists, tables, and entries of the glossary."""

import re
from itertools import pairwise

from tests.planting import Block, Chapter, Line, Manuscript, Where

ENTRY = re.compile(r"\*\*(?P<term>[^*]+)\*\*\w")
LABEL = re.compile(r"(?P<label>#+ (?:[\w-]+ )*)(?P<number>\d+)(?=:)")


def skipping_level(manuscript: Manuscript) -> Where:
    """A heading two levels below what stands above it."""

    def below_another(block: Block) -> bool:
        return block.lines[0].text.startswith("### ")

    chapter, block = manuscript.blocks(lambda one: one.kind == "heading" and below_another(one))
    block.lines[0].text = f"##{block.lines[0].text}"
    return chapter.slug, block.lines[0]


def new_deep_heading(manuscript: Manuscript) -> Where:
    chapter, section = manuscript.section(
        lambda one: one[0].lines[0].text.startswith("### ") and len(one) > 1
    )
    _, line, _, _ = chapter.put_after(
        section[-1].lines[-1], "", "##### At the Table", "", "Ask the group what they remember."
    )
    return chapter.slug, line


def glued_heading(manuscript: Manuscript) -> Where:
    chapter, block = manuscript.blocks(lambda one: one.lines[0].text.startswith("### "))
    block.lines[0].text = block.lines[0].text.replace(" ", "", 1)
    return chapter.slug, block.lines[0]


def jumping_heading(manuscript: Manuscript) -> Where:
    """The number after `Step 2:` and the like becomes the one after next."""
    return _renumbered(manuscript, 1)


def repeated_heading(manuscript: Manuscript) -> Where:
    return _renumbered(manuscript, -1)


def jumping_chapter(manuscript: Manuscript) -> Where:
    """A chapter's own number with its digits the wrong way round, or one too high."""

    def titles(chapter: Chapter) -> list[Line]:
        line = chapter.lines[0]
        return [line] if re.match(r"## \d\d\. ", line.text) and not line.taken else []

    chapter, line = manuscript.any_of(titles)
    number = line.text[3:5]
    wrong = number[::-1] if number[::-1] != number else str(int(number) + 1)
    line.text, line.taken = line.text.replace(number, wrong, 1), True
    return chapter.slug, line


def _renumbered(manuscript: Manuscript, step: int) -> Where:
    def counted_on(chapter: Chapter) -> list[tuple[Line, int]]:
        numbered = [(found, line) for line in chapter.lines if (found := LABEL.match(line.text))]
        return [
            (line, int(after["number"]))
            for (before, _), (after, line) in pairwise(numbered)
            if before["label"] == after["label"]
            and int(before["number"]) + 1 == int(after["number"])
            and not line.taken
        ]

    chapter, (line, number) = manuscript.any_of(counted_on)
    line.text = LABEL.sub(lambda found: f"{found['label']}{number + step}", line.text)
    line.taken = True
    return chapter.slug, line


def lost_step(manuscript: Manuscript) -> Where:
    """A step cut from a numbered list, the others left as they are."""

    def step(line: Line, number: int) -> bool:
        return bool(re.match(rf"(?:> )?{number}\. \S", line.text))

    def counts(block: Block) -> list[int]:
        spans = range(len(block.lines) - 3)
        return [n for n in spans if all(step(block.lines[n + k], k + 1) for k in range(4))]

    chapter, block = manuscript.blocks(lambda one: bool(counts(one)))
    at = counts(block)[0]
    chapter.lines.remove(block.lines[at + 2])
    return chapter.slug, block.lines[at + 3]


def other_mark(manuscript: Manuscript) -> Where:
    return _inner_item(manuscript, "* ")


def typed_bullet(manuscript: Manuscript) -> Where:
    return _inner_item(manuscript, "• ")


def glued_mark(manuscript: Manuscript) -> Where:
    return _inner_item(manuscript, "-")


def _inner_item(manuscript: Manuscript, mark: str) -> Where:
    """The second item of at least four has another mark."""

    def item(line: Line) -> bool:
        return bool(re.match(r"(?:> )?- [A-Z]", line.text))

    def starts(block: Block) -> list[int]:
        spans = range(len(block.lines) - 3)
        return [n for n in spans if all(item(one) for one in block.lines[n : n + 4])]

    chapter, block = manuscript.blocks(lambda one: bool(starts(one)))
    line = block.lines[manuscript.rng.choice(starts(block)) + 1]
    line.text = line.text.replace("- ", mark, 1)
    return chapter.slug, line


def emptied_cell(manuscript: Manuscript) -> Where:
    chapter, line = _row(manuscript)
    cells = line.text.split("|")
    at = manuscript.rng.randrange(2, len(cells) - 1)
    cells[at] = " " * len(cells[at])
    line.text = "|".join(cells)
    return chapter.slug, line


def lost_cell(manuscript: Manuscript) -> Where:
    chapter, line = _row(manuscript)
    line.text = "|".join([*line.text.split("|")[:-2], ""])
    return chapter.slug, line


def bar_in_cell(manuscript: Manuscript) -> Where:
    chapter, line = _row(manuscript)
    line.text = re.sub(r"(\w) ", r"\1 | ", line.text, count=1)
    return chapter.slug, line


def _row(manuscript: Manuscript) -> tuple[Chapter, Line]:
    """A row below others of a table that has a word in each cell."""

    def full(block: Block) -> bool:
        rows = [line.text.split("|")[1:-1] for line in block.lines]
        even = len({len(row) for row in rows}) == 1 and len(rows) > 4 and len(rows[0]) > 2
        return even and all(cell.strip() for row in rows for cell in row)

    chapter, block = manuscript.blocks(lambda one: one.kind == "table" and full(one))
    return chapter, manuscript.rng.choice(block.lines[3:])


def appended_entry(manuscript: Manuscript) -> Where:
    """A term that other chapters use, put at the end of a section that is in order."""
    chapter, entries = _entries(manuscript)
    used = " ".join(one.text for one in manuscript.prose)
    bold = re.findall(r"\*\*([A-Z][a-z]+ [A-Z][a-z]+)\*\*", used)
    known = {_term(line) for line in entries}
    early = sorted({one for one in bold if one < _term(entries[0])} - known)
    term = manuscript.rng.choice(early)
    _, line, _ = chapter.put_after(
        _last_of(chapter, entries[-1]), "", f"**{term}** What the group agrees on first.", ""
    )
    return chapter.slug, line


def moved_entry(manuscript: Manuscript) -> Where:
    """The first entry of a section, moved below three others."""
    chapter, entries = _entries(manuscript)
    line, end = entries[0], _last_of(chapter, entries[0])
    first, last = chapter.lines.index(line), chapter.lines.index(end)
    moved = chapter.lines[first : last + 2]
    del chapter.lines[first : last + 2]
    at = chapter.lines.index(_last_of(chapter, entries[3])) + 2
    chapter.lines[at:at] = moved
    return chapter.slug, line


def unused_entry(manuscript: Manuscript) -> Where:
    """A new term in its right place that no chapter has."""
    chapter, entries = _entries(manuscript)
    before = manuscript.rng.choice(entries[:-1])
    term = f"{_term(before)}zorn Toll"
    _, line = chapter.put_after(
        _last_of(chapter, before), "", f"**{term}** What the ferry asks of those who cross."
    )
    return chapter.slug, line


def _entries(manuscript: Manuscript) -> tuple[Chapter, list[Line]]:
    """The entries of a section of the glossary that has many, all in order."""
    glossary = manuscript.glossary
    sections = []
    for section in glossary.sections:
        lines = [block.lines[0] for block in section if ENTRY.match(block.lines[0].text)]
        terms = [_term(line).lower() for line in lines]
        if len(lines) > 5 and terms == sorted(terms) and not any(one.taken for one in lines):
            sections.append(lines)
    return glossary, manuscript.rng.choice(sections)


def _term(line: Line) -> str:
    found = ENTRY.match(line.text)
    return found["term"] if found else ""


def _last_of(chapter: Chapter, entry: Line) -> Line:
    """The line that says where the entry is defined, which is the next but one."""
    return chapter.lines[chapter.lines.index(entry) + 2]
