"""Faults of whole sentences, paragraphs and sections, and what may stand above them."""

import re
from itertools import pairwise

from tests.planted_phrases import ENDS
from tests.planting import INDENT, Block, Chapter, Manuscript, Where

PASSIVE = (
    "The dice are rolled by the table. Damage is dealt at once. A map has been drawn by the GM. "
    "Three ticks were taken off. The door will be shut by then. Nothing is said. The fight gets "
    "broken up. Names are written down."
)
HARD = (
    "Organizational considerations necessitate comprehensive documentation of interdependent "
    "characterization methodologies. Participants simultaneously acknowledge institutional "
    "responsibilities regarding collaborative narrative authority. Environmental circumstances "
    "invariably determine the applicability of supplementary procedural alternatives. "
    "Facilitators subsequently evaluate proportionality considerations throughout every "
    "confrontational situation. Antagonistic organizations demonstrate corresponding operational "
    "capabilities across geographical territories. Retrospective deliberation establishes "
    "appropriate expectations concerning developmental opportunities. Quantitative "
    "differentiation facilitates unambiguous interpretation of probabilistic determinations. "
    "Administrative documentation consolidates accumulated informational dependencies between "
    "consecutive sessions. Theoretical incompatibilities occasionally undermine established "
    "collaborative agreements. Individual motivations accordingly influence representational "
    "decisions affecting communal continuity."
)
RUN_ON = (
    "When the door gives way and the guards come through and the lamp goes out and nobody at the "
    "table can say who stood where, the group stops, talks it over, draws a quick map, agrees on "
    "the distances, and then goes on with the round as if nothing had happened."
)
CHATTER = (
    "Take a short look at the table first. Ask each player what they want from this. Let the "
    "quiet ones speak before the loud ones do. Write two or three words down for each. "
)
ITEM_MARK = re.compile(r"\s*\S+ ")


def run_together(manuscript: Manuscript) -> Where:
    """Paragraphs that follow one another become one."""

    def long_pairs(chapter: Chapter) -> list[tuple[Block, Block]]:
        return [
            (one, two)
            for one, two in pairwise(chapter.blocks)
            if {one.kind, two.kind} <= {"paragraph", "indented"}
            and one.is_free
            and two.is_free
            and one.words + two.words > 130
            and max(one.words, two.words) < 115
        ]

    chapter, (one, two) = manuscript.any_of(long_pairs)
    one.take()
    two.take()
    first, last = chapter.lines.index(one.lines[-1]), chapter.lines.index(two.lines[0])
    del chapter.lines[first + 1 : last]
    return chapter.slug, one.lines[0]


def talkative_quote(manuscript: Manuscript) -> Where:
    chapter, block = manuscript.blocks(
        lambda one: one.kind in ("paragraph", "indented") and _is_whole(one)
    )
    _, line = chapter.put_after(block.lines[-1], "", f"> {CHATTER * 4}".rstrip())
    return chapter.slug, line


def passive_section(manuscript: Manuscript) -> Where:
    return _lengthened(manuscript, PASSIVE, 70)


def hard_section(manuscript: Manuscript) -> Where:
    return _lengthened(manuscript, HARD, 60)


def _lengthened(manuscript: Manuscript, text: str, most_words: int) -> Where:
    """The heading of a short section that the text is added to."""

    def short(section: list[Block]) -> bool:
        kinds = {block.kind for block in section[1:]}
        words = sum(block.words for block in section[1:])
        return bool(kinds) and kinds <= {"paragraph", "indented"} and words <= most_words

    chapter, section = manuscript.section(short)
    chapter.put_after(section[-1].lines[-1], "", text)
    return chapter.slug, section[0].lines[0]


def joined_sentences(manuscript: Manuscript) -> Where:
    """Two sentences of a paragraph in one line become one of more than forty words."""
    stop = re.compile(r"(?<=[a-z])\. [A-Z](?=[a-z ])")

    def pairs(text: str) -> list[tuple[int, int, int]]:
        parts = [0, *(found.start() for found in stop.finditer(text)), len(text)]
        spans = zip(parts[:-2], parts[1:-1], parts[2:], strict=True)
        return [span for span in spans if len(text[span[0] : span[2]].split()) > 44]

    chapter, block = manuscript.blocks(
        lambda one: one.kind == "paragraph" and bool(pairs(one.lines[0].text))
    )
    line = block.lines[0]
    start, at, end = manuscript.rng.choice(pairs(line.text))
    if len(re.findall(r"[.!?:;]\W* ", line.text[start + 2 : end])) > 1:  # not two, but more
        return joined_sentences(manuscript)
    rest = line.text[at + len(". ") :]
    line.text = f"{line.text[:at]}, and {rest[0].lower()}{rest[1:]}"
    return chapter.slug, line


def run_on_item(manuscript: Manuscript) -> Where:
    chapter, block = manuscript.blocks(lambda one: one.kind == "list")
    marks = [(found[0], one) for one in block.lines if (found := ITEM_MARK.match(one.text))]
    mark, line = manuscript.rng.choice(marks)
    line.text = mark + RUN_ON
    return chapter.slug, line


def run_on_broken(manuscript: Manuscript) -> Where:
    """The sentence begins at the end of an indented paragraph's last line and goes on below."""
    chapter, block = manuscript.blocks(
        lambda one: one.kind == "indented" and one.words < 60 and _is_whole(one)
    )
    words = RUN_ON.split()
    block.lines[-1].text += " " + " ".join(words[:5])
    chapter.put_after(
        block.lines[-1],
        INDENT + " ".join(words[5:25]),
        INDENT + " ".join(words[25:]),
    )
    return chapter.slug, block.lines[-1]


def lost_mark(manuscript: Manuscript) -> Where:
    """Of a paragraph with several bold words one loses the mark that closes it."""
    bold = re.compile(r"(?<![*\w])\*\*[^*]+\*\*(?![*\w])")

    def fits(block: Block) -> bool:
        return block.kind in ("paragraph", "list") and len(bold.findall(block.lines[0].text)) > 1

    chapter, block = manuscript.blocks(fits)
    line = block.lines[0]
    found = manuscript.rng.choice(list(bold.finditer(line.text)))
    line.text = line.text[: found.end() - 2] + line.text[found.end() :]
    return chapter.slug, line


def misspelt_waiver(manuscript: Manuscript) -> Where:
    return _waiver(manuscript, "sentence-lenght the oath is one breath")


def waiver_without_reason(manuscript: Manuscript) -> Where:
    return _waiver(manuscript, "sentence-length")


def idle_waiver(manuscript: Manuscript) -> Where:
    return _waiver(manuscript, "dice-notation this quotes an older game")


def _waiver(manuscript: Manuscript, said: str) -> Where:
    chapter, block = manuscript.blocks(lambda one: one.kind in ("paragraph", "indented"))
    above = chapter.lines[chapter.lines.index(block.lines[0]) - 1]
    line, _ = chapter.put_after(above, f"<!-- bindery: allow {said} -->", "")
    return chapter.slug, line


def wrong_title(manuscript: Manuscript) -> Where:
    """A chapter is named by the title of another."""
    title = re.compile(r"#+ (?P<number>\d+)\. (?P<words>.+)")
    found = [one for each in manuscript.prose if (one := title.match(each.lines[0].text))]
    number, words = manuscript.rng.sample(found, 2)
    chapter, block = manuscript.blocks(lambda one: one.kind == "paragraph" and _is_whole(one))
    block.lines[0].text += f" See Chapter {number['number']}: {words['words']}."
    return chapter.slug, block.lines[0]


def _is_whole(block: Block) -> bool:
    """Whether it ends with a sentence."""
    return bool(ENDS.search(block.lines[-1].text))
