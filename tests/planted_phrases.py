"""Faults of a few words, and the places of a chapter that they are planted in.

A `~` is where a line may break; elsewhere it is a space.
"""

import re

from tests.planting import INDENT, ITEM, Block, Line, Manuscript

STYLE = """
[rules]
glossary-undefined = "warning"
[terms]
"armor" = "armour"
"game master" = "GM"
"hit points" = "Resolve"
"lamp oil" = "glim"
[game]
capitals = ["Resolve Clock", "Partial Success", "Lanternwright", "Tide Ledger"]
italics = ["The Long Ebb"]
[[patterns]]
rule = "plain-words"
find = "(?i)\\\\butili[sz](?:e|es|ed|ing)\\\\b"
message = "use says the same"
"""
PLAIN = ("start", "end", "item", "cell", "quote", "broken")
ANYWHERE = (*PLAIN, "heading")
PHRASES = {
    "abbreviation": ("the ZOC", "an SVR check", "the TRK value", "your RPT"),
    "capitals": ("the resolve~clock", "Resolve~clocks", "a partial~success"),
    "cross-reference": (
        "[the rest rules](31-resting.md)",
        "[the ladder](08-actions-checks-outcomes.md#the-dc-laddr)",
        "Chapter~47",
        "Appendix~C",
        "![the map](art/harbour-map.png)",
        "[the summary](#summary-of-everything)",
    ),
    "dice-notation": (
        "2D6 damage",
        "3d6~+ 2 damage",
        "2 d6 damage",
        "1D20",
        "4d6 +~1",
        "2d6 – 1",
        "3D6+2",
    ),
    "difficulty": ("DC14", "a dc~16 check", "DC:~18", "D.C.~15", "DC-14", "Dc 12", "DC = 16"),
    "doubled-word": (
        "the~the door",
        "a~a lamp",
        "one of the~of the doors",
        "what is~is said",
        "the~**the** door",
        "your~your turn",
        "time to~to roll",
    ),
    "emphasis-spacing": (
        "the**Shaken** state",
        "a *Shaken*character",
        "**Cost:**one tick",
        "the *Slick*floor",
    ),
    "glossary-undefined": ("the Lanternwright", "the Tide~Ledger"),
    "italics": ("The Long~Ebb", "**The Long Ebb**", "“The Long~Ebb”"),
    "placeholder": (
        "TODO check the range",
        "TBD",
        "[add an example here]",
        "page XX",
        "FIXME",
        "lorem ipsum~dolor sit amet",
        "[insert name]",
        "???",
        "[Table to come]",
    ),
    "plain-words": ("how they utilize~lamps", "what utilizing lamps brings", "lamps they utilise"),
    "term": (
        "the game~master",
        "hit~points",
        "light armor",
        "Game~Masters",
        "lamp~oil",
        "the game master’s call",
        "HIT POINTS",
    ),
    "unclosed-emphasis": (
        "the **Shaken state",
        "the *Shaken state",
        "a **Shaken* state",
        "the `shaken state",
    ),
}
PLACES = {
    rule: PLAIN if rule in ("cross-reference", "emphasis-spacing") else ANYWHERE for rule in PHRASES
}
ENDS = re.compile(r"[a-z]\.$")
ROOM_WORDS = 70  # of a block that one more sentence does not make too long


def choose(manuscript: Manuscript, rule: str, number: int) -> list[tuple[str, str]]:
    """So many phrases of the rule, each with a place; none of either twice while others are."""
    rng, places = manuscript.rng, list(PLACES[rule])
    phrases = rng.sample(PHRASES[rule], number)
    rng.shuffle(places)
    chosen = []
    for phrase in phrases:
        fitting = [one for one in places if one != "broken" or "~" in phrase]
        places.remove(fitting[0])
        chosen.append((phrase, fitting[0]))
    return chosen


def plant(manuscript: Manuscript, phrase: str, place: str) -> tuple[str, Line]:
    """The chapter and the line that has the phrase from now on, or where the phrase begins."""
    whole = phrase.replace("~", " ")
    if place == "cell":
        return in_cell(manuscript, whole)
    if place == "heading":
        chapter, block = manuscript.blocks(lambda one: one.kind == "heading")
        block.lines[0].text += f" and {whole}"
        return chapter.slug, block.lines[0]
    if place == "broken":
        first, rest = phrase.split("~")
        chapter, block = manuscript.blocks(lambda one: one.kind == "indented" and _has_room(one))
        block.lines[-1].text += f" If in doubt, ask for {first}"
        chapter.put_after(block.lines[-1], f"{INDENT}{rest} before the scene ends.")
        return chapter.slug, block.lines[-1]
    return in_sentence(manuscript, whole, place)


def in_sentence(manuscript: Manuscript, whole: str, place: str) -> tuple[str, Line]:
    if place in ("start", "end"):
        kinds = ("paragraph", "indented")
        chapter, block = manuscript.blocks(lambda one: one.kind in kinds and _has_room(one))
        line = block.lines[0 if place == "start" else -1]
        said = f"{whole[0].upper()}{whole[1:]} may come up at once."
        if place == "start":
            line.text = f"{said} {line.text}"
        else:
            line.text += f" If in doubt, ask for {whole}."
        return chapter.slug, line
    kind = "list" if place == "item" else "quote"
    chapter, block = manuscript.blocks(lambda one: one.kind == kind and bool(_whole_lines(one)))
    line = manuscript.rng.choice(_whole_lines(block))
    line.text += f" Note {whole} before you roll."
    return chapter.slug, line


def in_cell(manuscript: Manuscript, whole: str) -> tuple[str, Line]:
    chapter, block = manuscript.blocks(lambda one: one.kind == "table" and len(one.lines) > 3)
    line = manuscript.rng.choice(block.lines[2:])
    cells = line.text.split("|")
    at = manuscript.rng.choice([n for n, one in enumerate(cells) if re.search(r"\w", one)])
    cells[at] = f" {cells[at].strip()}, {whole} "
    line.text = "|".join(cells)
    return chapter.slug, line


def _has_room(block: Block) -> bool:
    return block.words < ROOM_WORDS and bool(ENDS.search(block.lines[-1].text))


def _whole_lines(block: Block) -> list[Line]:
    """Items, or lines of a quote, that end with a sentence and have room for one more."""
    begins = ITEM if block.kind == "list" else re.compile(r"> \w")
    return [
        line
        for line in block.lines
        if begins.match(line.text)
        and ENDS.search(line.text)
        and len(line.text.split()) < ROOM_WORDS
    ]
