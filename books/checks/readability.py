"""How hard a section is to read, by the formulas of Flesch and of Kincaid.

R. Flesch, "A new readability yardstick", Journal of Applied Psychology 32 (1948), 221-233: the
reading ease, about 0 to 100 and easier the higher; plain English has 60 to 70.
J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom, "Derivation of new readability
formulas", Naval Technical Training, Research Branch Report 8-75 (1975): the grade, in years of
American school.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, Self

from books.checks.finding import Found
from books.checks.reading import Reading
from books.checks.sentences import Sentence

FEWEST_WORDS = 100
"""The formulas were found on samples of a hundred words; of fewer they say little."""
SHORT_SENTENCE = 14
"""Where sentences have fewer words on average, the game's own terms lower the reading ease."""
TERMS_COST = 15
"""So many points more are granted to sections of short sentences."""

LETTERS = re.compile(r"[a-z]+")
VOWELS = re.compile(r"(?:[aeiou]|(?<=[^aeiou])y|y(?![aeiou]))+")
CONTRACTION = re.compile(r"['’](?:s|d|re|ve|ll|m)?\Z")
SILENT = re.compile(
    r"(?<![aeiouy])(?<![^aeiouyl]l)(?<![^aeiouylr]r)e\Z"  # stone, not table, acre
    r"|(?<![cgsxz])(?<![cs]h)(?<![^aeiouyl]l)e(?=s\Z)"  # stones, goes, not houses, tables
    r"|(?<![dt])(?<![^aeiouyl]l)e(?=d\Z)"  # rolled, not started, handled
    r"|(?<=[aeiouy][^aeiouylw])e(?=(?:ful|less|ly|man|men|ment|ness|some|thing|times?|work))"
    r"|(?<=[^r]g)ue(?=s?\Z)|(?<=q)ue(?=s?\Z)"  # rogue, unique
)
APART = re.compile(
    r"(?<![ct])ia(?!ge)|ia(?=t)|(?<![cgstnx])(?<!ll)io(?!ur)|iu|iet|(?<![ct])ien[ct]|ien\Z|\Ascien"
    r"|(?<=\w\w[blnprsv])ier\Z|(?<=\w\w\w)iest\Z"
    r"|(?<!g)(?<!ch)eo(?![pu])|\Ageo|(?<=cr)eat(?!u)|\Areac(?=t)|\Areal(?=i)|theat"
    r"|(?<=[aeiouy][^aeiouy])ea\Z|eum\Z|[aeou]i(?=ng)"
    r"|(?<![gq])(?<!rs)ua(?!r)|(?<![gq])ue(?=l|n[ct])|(?<![bgq])ui(?=n|d|ty)"
    r"|uou|[nt]eou|oe[mt]|ao|ai(?=c\Z|v\Z)|\Acoo[rp]|oolo|(?<=[^aeiou])y[aeiou]"
    r"|[st]h?m\Z|[ds]nt\Z"  # prism, rhythm, didn't
)
COUNTED = {"business": 2, "every": 2, "evening": 2, "eye": 1, "naked": 2, "sacred": 2, "wicked": 2}


class Score(NamedTuple):
    """Of a passage with `words`, `length` of them in a sentence: Flesch's reading ease and
    Kincaid's grade."""

    words: int
    length: float
    ease: float
    grade: float

    @classmethod
    def of(cls, sentences: Iterable[Sentence]) -> Self | None:
        """Items of lists without a full stop are left out. None where no sentence remains."""
        finished = [sentence.words for sentence in sentences if sentence.finished]
        if not finished:
            return None
        words = [word for sentence in finished for word in sentence]
        length = len(words) / len(finished)
        weight = sum(map(syllables, words)) / len(words)
        ease = 206.835 - 1.015 * length - 84.6 * weight
        return cls(len(words), length, ease, 0.39 * length + 11.8 * weight - 15.59)

    def is_hard(self, limit: int) -> bool:
        """Whether there is enough of it to tell, and it is harder to read than the limit."""
        granted = TERMS_COST if self.length < SHORT_SENTENCE else 0
        return self.words >= FEWEST_WORDS and self.ease < limit - granted


def hard(reading: Reading) -> Iterator[Found]:
    """Sections whose reading ease is below what the house asks for."""
    limit = reading.style.limits["reading_ease"]
    for section in reading.page.sections:
        score = Score.of(section.sentences)
        if score and score.is_hard(limit):
            message = (
                f"hard to read: reading ease {score.ease:.1f} with {score.length:.0f} words a "
                f"sentence; shorter sentences and plainer words bring it to {limit}"
            )
            yield Found(section.start, section.end, message)


@lru_cache(maxsize=50_000)
def syllables(word: str) -> int:
    """About how many syllables an English word has, at least one; right for nine words in ten.

    Counted are groups of vowels without those that are silent, and one more for each pair of
    vowels that is spoken apart (`riot`). Numbers count one, `GM` and its like one a letter.
    """
    if word.isupper() and not VOWELS.search(word.lower()):
        return len(word)
    parts = LETTERS.findall(CONTRACTION.sub("", word.lower()).replace("’", "").replace("'", ""))
    return max(1, sum(map(_of_part, parts)))


def _of_part(word: str) -> int:
    if word in COUNTED:
        return COUNTED[word]
    spoken = SILENT.sub("", word)
    return max(1, len(VOWELS.findall(spoken)) + len(APART.findall(spoken)))
