"""Sentences and paragraphs too long to be taken in at once."""

from collections.abc import Iterator

from books.checks.finding import Found
from books.checks.reading import Reading
from books.checks.sentences import WORD, after_markers

SHORTEST_WORD = 2
"""The characters that a word and the gap after it take at least."""


def long_sentences(reading: Reading) -> Iterator[Found]:
    """Sentences of more words than the house allows; the first line of each is shown."""
    limit = reading.style.limits["sentence_words"]
    for sentence in reading.page.sentences:
        if (words := len(sentence.words)) > limit:
            message = f"a sentence of {words} words; {limit} is the most: make two of it"
            end = _line_end(reading, sentence.start, sentence.end)
            yield Found(sentence.start, end, message)


def long_paragraphs(reading: Reading) -> Iterator[Found]:
    """Paragraphs of more words than the house allows, in lists and quotes too."""
    limit = reading.style.limits["paragraph_words"]
    masked = reading.prose.masked
    for block in reading.page.blocks:
        if block.kind != "paragraph" or block.end - block.start < SHORTEST_WORD * limit:
            continue
        if (words := len(WORD.findall(masked, block.start, block.end))) > limit:
            message = f"a paragraph of {words} words; {limit} is the most: divide it"
            start = after_markers(masked, block.start, block.end)
            yield Found(start, _line_end(reading, start, block.end), message)


def _line_end(reading: Reading, start: int, end: int) -> int:
    """Where a passage's first line ends."""
    found = reading.text.find("\n", start, end)
    return start + len(reading.text[start : found if found >= 0 else end].rstrip())
