"""Abbreviations of a chapter: where each is used first, and where it is spelled out first."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

ABBREVIATION = re.compile(r"[A-Z](?<![\w'’.@#/-].)[A-Z]{1,5}(?=s?(?![\w@#]|['’]\w{3}|[-.]\w))")
OPENINGS = ("(", "=", ":", ",", "–", "—", "-", " or", " short for")
MARKS = ' \t*_“”"'
CAPITALS_BEFORE = re.compile(r"[A-Z]{2,}[ \t]+$")
CAPITALS_AFTER = re.compile(r"s?[ \t]+[A-Z]{2,}\b")
AFTER = re.compile(
    r"s?[ \t*_”\"]*(?:,? or |[(=:|,–—-]|\bstands for\b|\bmeans\b|\bis short for\b)[ \t*_“\"]*"
    r"(?:an? |the )?(?P<words>[^()\n=:|]{3,60})"
)
WORD = re.compile(r"[^\W\d_]+")
COMMON = {
    "AC": "armor class",
    "DC": "difficulty class",
    "DM": "dungeon master",
    "GM": "game master",
    "HP": "hit point",
    "MP": "magic point",
    "NPC": "non player character",
    "PC": "player character",
    "XP": "experience point",
}
NEARBY = 200  # characters around the first use in which its words explain it
REACH = 70  # characters in which the words of an abbreviation stand
MOST_WORDS = 6
SHORTEST_CUT = 3  # letters: two of a word's letters are found in too many words
SMALL = frozenset({"a", "an", "and", "for", "from", "in", "of", "on", "or", "the", "to", "with"})


@dataclass(frozen=True)
class Abbreviations:
    """Offsets by abbreviation: of its first use, and of the first place that spells it out."""

    used: Mapping[str, int]
    spelled_out: Mapping[str, int]


def abbreviations(masked: str) -> Abbreviations:
    """Words in capitals that stand alone among words that are not."""
    used: dict[str, int] = {}
    spelled_out: dict[str, int] = {}
    for found in ABBREVIATION.finditer(masked):
        short = found[0]
        if short in spelled_out:
            continue
        if _is_spelled_out(masked, found):
            spelled_out[short] = found.start()
            used.setdefault(short, found.start())
        elif short not in used and not _is_shouted(masked, found):
            used[short] = found.start()
            if _is_said_nearby(masked, found):
                spelled_out[short] = found.start()
    return Abbreviations(used, spelled_out)


def spells(words: list[str], short: str) -> bool:
    """Whether an abbreviation is made of these words: of the initials, or of one word's letters."""
    letters = short.lower()
    initials = "".join(word[0] for word in words)
    main = "".join(word[0] for word in words if word not in SMALL)
    return letters in (initials, main) or (len(words) == 1 and _is_cut_from(words[0], letters))


def _is_cut_from(word: str, letters: str) -> bool:
    """`MIG` from `might`, `RSN` from `reason`: the first letter, then others in their order."""
    if not SHORTEST_CUT <= len(letters) < len(word) or word[0] != letters[0]:
        return False
    rest = iter(word)
    return all(letter in rest for letter in letters)


def _is_spelled_out(masked: str, found: re.Match[str]) -> bool:
    """Whether the words stand before it, as in `Might (MIG)`, or after it."""
    before = masked[max(0, found.start() - REACH) : found.start()].rstrip(MARKS)
    if before.endswith(OPENINGS):
        words = _last_words(
            before.rpartition("\n\n")[2].removesuffix(" or").removesuffix(" short for")
        )
        if any(spells(one, found[0]) for one in words):
            return True
    after = AFTER.match(masked, found.end(), found.end() + REACH)
    return after is not None and any(
        spells(words, found[0]) for words in _first_words(after["words"])
    )


def _is_said_nearby(masked: str, found: re.Match[str]) -> bool:
    """Whether the same lines have the words of a common one: `hit points … 15 HP`."""
    words = COMMON.get(found[0])
    around = masked[max(0, found.start() - NEARBY) : found.end() + NEARBY]
    return words is not None and words in " ".join(around.lower().replace("-", " ").split())


def _last_words(text: str) -> Iterator[list[str]]:
    words = WORD.findall(text.lower())[-MOST_WORDS:]
    return (words[place:] for place in range(len(words)))


def _first_words(text: str) -> Iterator[list[str]]:
    words = WORD.findall(text.lower())[:MOST_WORDS]
    return (words[: place + 1] for place in range(len(words)))


def _is_shouted(masked: str, found: re.Match[str]) -> bool:
    """Part of a line in capitals."""
    before = masked[max(0, found.start() - 20) : found.start()]
    return bool(CAPITALS_BEFORE.search(before) or CAPITALS_AFTER.match(masked, found.end()))
