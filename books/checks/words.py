"""Words written twice in a row, in one line or across the break between two, also in pairs."""

import re
from collections.abc import Iterator

from books.checks.finding import Found
from books.checks.prose import Prose
from books.checks.reading import Reading
from books.checks.vocabulary import lower

DOUBLED = re.compile(
    r"(?<![\w'’-])(?P<word>[^\W\d_]++(?:['’][^\W\d_]++)*+)"
    r"(?P<closing>[*_]{0,3}+)(?P<gap>[ \t]++|[ \t]?\r?\n[ \t>]*+)(?P<emphasis>[*_]{0,3})"
    r"(?P<again>(?P=word))(?![\w'’-])",
    re.IGNORECASE,
)
DOUBLED_PAIR = re.compile(
    r"(?P<word>(?:and|are|as|at|be|by|can|for|from|if|in|into|is|may|must|of|on|or|that|to|was|when"
    r"|will|with)[ \t]{1,3}(?:an?|be|ha(?:s|ve)|he|is|its?|not|she|the|their|they|this|we|your?))"
    r"(?P<gap>[ \t]{1,3}|[ \t]?\r?\n[ \t>]*+)(?P=word)(?![\w'’-])"
)  # for small letters, and to begin with letters: both make it twice as fast
HEADING = re.compile(r"[ \t>]*#{1,6}[ \t]")
RIGHT_TWICE = re.compile(
    r"again|ah|aye|boom|bye|drip|far|had?|hear|he[hry]|ho|hush|knock|long|many|much|never|now?"
    r"|oh|please|really|same|so|tap|that|there|thud|tick|very|well|why|yes",
    re.IGNORECASE,
)
SMALL_WORDS = re.compile(
    r"an?|and|are|as|at|be|but|by|for|from|if|in|into|its?|of|on|or|the|their|this|to|was|we|were"
    r"|when|will|with|your?",
    re.IGNORECASE,
)


def doubled(reading: Reading) -> Iterator[Found]:
    """Words that stand twice by mistake. Emphasis may open between the two, and close only after
    a small word: `**Roll** roll the dice` is right."""
    prose = reading.prose
    for found in DOUBLED.finditer(prose.masked):
        if _is_mistake(found) and _in_one_paragraph(prose, found):
            word, closing = found["word"], found["closing"]
            message = f'the word "{word}" stands twice'
            yield Found(*found.span(), message, "" if closing else word)
    for found in DOUBLED_PAIR.finditer(lower(prose.masked)):
        in_a_word = prose.word_before(found.start())[-1:].isalnum()
        if not in_a_word and _in_one_paragraph(prose, found):
            right = prose.text[slice(*found.span("word"))]
            yield Found(*found.span(), f'"{right}" stands twice', right)


def _is_mistake(found: re.Match[str]) -> bool:
    """Not so for `had had`, and for names: `Walla Walla`."""
    word, again = found["word"], found["again"]
    if RIGHT_TWICE.fullmatch(word) or (len(word) == 1 and word not in "aAI"):
        return False
    if found["closing"]:
        return word.islower() and SMALL_WORDS.fullmatch(word) is not None
    if again[0].islower() or (len(again) > 1 and again.isupper()):
        return True
    return SMALL_WORDS.fullmatch(word) is not None


def _in_one_paragraph(prose: Prose, found: re.Match[str]) -> bool:
    """Whether the text runs on over a line break: after a heading, or into a quote, it does not."""
    if "\n" not in found["gap"]:
        return True
    line = prose.line_before(found.start())
    deeper = found["gap"].count(">") > line[: len(line) - len(line.lstrip(" \t>"))].count(">")
    return not deeper and not HEADING.match(line)
