"""Finding thousands of words and phrases in a text without a search for each."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

TOKEN = re.compile(r"[^\W_]+")
GAP = r"(?:[ \t\xa0]+|[ \t]*\r?\n[ \t>]*)"
SIBILANT = ("ss", "x", "z", "ch", "sh")
VOWELS = frozenset("aeiou")


@dataclass(frozen=True)
class Hit:
    """Where a form stands; `plural` where it does in a plural that was not given itself."""

    form: str
    start: int
    end: int
    plural: bool


@dataclass(frozen=True)
class _Entry:
    form: str
    written: str
    plural: bool

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        words = GAP.join(map(re.escape, self.written.lower().split()))
        before = r"(?<![^\W_])" if self.written[0].isalnum() else ""
        after = r"(?![^\W_])" if self.written[-1].isalnum() else ""
        return re.compile(before + words + after)


class Vocabulary:
    """Forms to be found as whole words in any case, in the plural too where that is wanted.

    They lie by their first word: only those are looked for whose first word the text has.
    """

    def __init__(self, forms: Iterable[str], *, plurals: bool = True) -> None:
        self._entries: dict[str, list[_Entry]] = defaultdict(list)
        forms = [form for form in forms if form.strip()]
        given = {form.lower() for form in forms}
        for form in forms:
            self._add(_Entry(form, form, plural=False))
            if plurals and (many := plural_of(form)).lower() not in given:
                self._add(_Entry(form, many, plural=True))

    def _add(self, entry: _Entry) -> None:
        first = TOKEN.search(entry.written.lower())
        self._entries[first[0] if first else entry.written].append(entry)

    def hits(self, text: str) -> list[Hit]:
        """In the order of the text; of those that overlap the first, and there the longest."""
        lowered = lower(text)
        present = self._entries.keys() & words_of(text) | self._symbols
        found = [hit for word in present for hit in self._at(word, lowered)]
        found.sort(key=lambda hit: (hit.start, -hit.end, hit.plural, hit.form))
        apart: list[Hit] = []
        for hit in found:
            if not apart or hit.start >= apart[-1].end:
                apart.append(hit)
        return apart

    @cached_property
    def _symbols(self) -> set[str]:
        """Forms such as `&`, which have no letter."""
        return {word for word in self._entries if not word[0].isalnum()}

    def _at(self, word: str, lowered: str) -> Iterator[Hit]:
        entries = [(entry, entry.written.lower().index(word)) for entry in self._entries[word]]
        start = lowered.find(word)
        while start >= 0:
            for entry, inside in entries:
                if found := entry.pattern.match(lowered, max(0, start - inside)):
                    yield Hit(entry.form, found.start(), found.end(), entry.plural)
            start = lowered.find(word, start + len(word))


@lru_cache(maxsize=2)  # the rules ask for the page at hand
def words_of(text: str) -> frozenset[str]:
    """All its words in small letters."""
    return frozenset(TOKEN.findall(lower(text)))


def lower(text: str) -> str:
    """The text in small letters, of the same length: only the dotted I would grow."""
    return text.replace("\u0130", "I").lower()


def plural_of(form: str) -> str:
    """The regular English plural of its last word; what ends in one s stays as it is."""
    small = form.lower()
    if small.endswith(SIBILANT):
        return form + "es"
    if not form[-1:].isalnum() or small.endswith("s"):
        return form
    if small.endswith("y") and small[-2:-1] not in VOWELS:
        return form[:-1] + "ies"
    return form + "s"
