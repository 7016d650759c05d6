"""The headings of a chapter as a reader sees them: words, number, and the anchor links lead to."""

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from books.checks.blocks import Block

OPENING = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*#{1,6}(?=[ \t]|$)[ \t]*")
CLOSING = re.compile(r"[ \t]+#+$")
ATTRIBUTES = re.compile(r"[ \t]*\{(?P<inside>[^{}\n]*)\}$")
IDENTIFIER = re.compile(r"#(?P<id>[^\s{}#]+)")
MARKED = re.compile(r"[\[<`*_\\&]")
LINK = re.compile(r"!?\[(?P<text>[^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])?")
TAG = re.compile(r"<!--[^<>]*-->|</?[A-Za-z][^<>]*>")
UNDERSCORES = re.compile(
    r"(?<![\w\\])(?P<mark>_{1,3})(?=[^\s_])(?P<inner>.{0,200}?[^\s_\\])(?P=mark)(?!\w)"
)
ESCAPE = re.compile(r"\\([^\w\s])")
STARS = re.compile(r"(?<!\\)[*`]+")

NAMED = re.compile(
    r"""<[A-Za-z][^<>]{0,300}?\b(?:id|name)[ ]?=[ ]?["'](?P<tag>[^"'<>\s]+)["']"""
    r"|\{[^{}\n#]{0,100}#(?P<braces>[^\s{}#]+)[^{}\n]{0,100}\}"
)

COUNTING = frozenset(
    {"act", "chapter", "example", "part", "phase", "round", "scene", "section", "stage", "step"}
)
NUMBER_WORDS = {
    word: value
    for value, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
}
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}
NUMBERED = re.compile(
    r"(?P<number>\d{1,3}(?:\.\d{1,3})*)(?:[.):](?:[ \t]+|$)|[ \t]+[–—|][ \t]+|$)"
    r"|(?P<dotted>\d{1,3}(?:\.\d{1,3})+)[ \t]+"
)
LABELLED = re.compile(
    r"(?P<label>(?:[^\W\d_][\w'’-]*[ \t]+){0,3}?(?P<noun>[A-Za-z]+))[ \t]+"
    rf"(?P<number>\d{{1,3}}(?:\.\d{{1,3}})*|[IVXL]{{1,6}}|(?i:{'|'.join(NUMBER_WORDS)}))\b(?!['’%-])"
    r"(?:[.:)]|[ \t]*[–—|-](?=[ \t]))?[ \t]*"
)


@dataclass(frozen=True)
class Heading:
    """`words` is all it says, marks aside; `title` the part after its number and label.

    `number` is empty where there is none; `label` is what is counted, in small letters, `step` in
    "Step 3". `numbering` is both as written: "Step 3:". `start` and `end` span its words.
    """

    block: Block
    start: int
    end: int
    words: str
    title: str
    label: str
    number: tuple[int, ...]
    numbering: str
    anchor: str

    @property
    def level(self) -> int:
        return self.block.level

    @property
    def counts_chapters(self) -> bool:
        return bool(self.number) and self.label in ("", "chapter")


def outline(text: str, blocks: Iterable[Block]) -> list[Heading]:
    """Every heading; of equal ones the later have `-1`, `-2` … at the end of their anchors."""
    taken: dict[str, int] = {}
    return [_heading(text, block, taken) for block in blocks if block.kind == "heading"]


def anchors(text: str, headings: Iterable[Heading]) -> frozenset[str]:
    """Those of the headings, and those that tags and attributes in braces name."""
    named = {found["tag"] or found["braces"] for found in NAMED.finditer(text)}
    return frozenset({heading.anchor for heading in headings} | named)


def plain(markdown: str) -> str:
    """What a line of Markdown says without its marks."""
    if not MARKED.search(markdown):
        return " ".join(markdown.split())
    bare = TAG.sub("", LINK.sub(lambda link: link["text"], markdown))
    bare = STARS.sub("", UNDERSCORES.sub(lambda found: found["inner"], bare))
    return " ".join(html.unescape(ESCAPE.sub(r"\1", bare)).split())


def anchor(words: str) -> str:
    """As pandoc's gfm_auto_identifiers makes it: Text.Pandoc.Shared, textToIdentifier.

    Letters, digits and marks stay, in lower case; spaces become hyphens; all else goes, dashes
    written `--` and `---` too, since pandoc reads those as one character.
    """
    kept = (_in_anchor(one) for one in re.sub(r"---?", "", words).lower())
    return "".join(kept) or "section"


@cache
def _in_anchor(one: str) -> str:
    if one.isspace():
        return "-"
    category = unicodedata.category(one)
    return one if one in "-_" or category[0] in "LNM" or category == "Pc" else ""


def _heading(text: str, block: Block, taken: dict[str, int]) -> Heading:
    start, end = _span(text, block)
    written = text[start:end]
    attributes = ATTRIBUTES.search(written)
    words = plain(written[: attributes.start()] if attributes else written)
    explicit = IDENTIFIER.search(attributes["inside"]) if attributes else None
    name = explicit["id"] if explicit else _free(anchor(words), taken)
    taken.setdefault(name, 0)
    label, number, length = _numbering(words)
    numbering, title = words[:length].strip(), words[length:].strip()
    return Heading(block, start, end, words, title, label, number, numbering, name)


def _span(text: str, block: Block) -> tuple[int, int]:
    """Where the words of a heading stand, its hashes or its underline aside."""
    written = text[block.start : block.end]
    if not block.markup.startswith("#"):
        written = written.rpartition("\n")[0].rstrip()
        return block.start, block.start + len(written)
    opening = OPENING.match(written)
    start = opening.end() if opening else 0
    closing = CLOSING.search(written)
    end = closing.start() if closing else len(written)
    return block.start + start, block.start + max(start, end)


def _free(name: str, taken: dict[str, int]) -> str:
    """The name, or the first of `name-1`, `name-2` … that is free; `taken` holds the last tried."""
    if name not in taken:
        return name
    number = taken[name] + 1
    while f"{name}-{number}" in taken:
        number += 1
    taken[name] = number
    return f"{name}-{number}"


def _numbering(words: str) -> tuple[str, tuple[int, ...], int]:
    """The label, the number, and how many characters both take; nothing where it has none."""
    if found := NUMBERED.match(words):
        return "", _parts(found["number"] or found["dotted"]), found.end()
    found = LABELLED.match(words)
    if found and found["noun"].lower() in COUNTING:
        return found["label"].lower(), _value(found["number"]), found.end()
    return "", (), 0


def _parts(number: str) -> tuple[int, ...]:
    return tuple(map(int, number.split(".")))


def _value(number: str) -> tuple[int, ...]:
    """What "3", "three" or "III" counts."""
    if number[0].isdigit():
        return _parts(number)
    if word := NUMBER_WORDS.get(number.lower()):
        return (word,)
    digits = [ROMAN[one] for one in number]
    later = [*digits[1:], 0]
    return (sum(-one if one < after else one for one, after in zip(digits, later, strict=True)),)
