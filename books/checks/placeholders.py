"""What was left to be written: TODO, TBD, FIXME, lorem ipsum, `[insert …]`, `page XX`, `???`."""

import re
from collections.abc import Iterator

from books.checks.finding import Found
from books.checks.prose import MASK, Prose
from books.checks.reading import Reading

MARK = re.compile(
    r"TODO\b|TBD\b|FIXME\b|TKTK\b|XXXX?\b|[Tt]odo:|[Tt]bd\b|[Ff]ixme\b"
    r"|[Ll](?:orem|OREM)[ \t]+(?i:ipsum\b)"
)
BRACKETED = re.compile(
    r"\[(?i:insert\b[^\[\]\n]{0,200}"
    r"|add\b[^\[\]\n]{0,80}[ \t](?:(?:art|detail|example|image|link|map|table)s?|here|text)"
    r"|(?:[\w-]+[ \t]+){1,3}to (?:be (?:added|decided|done|written)|come|follow)"
    r"|(?:art|artist|author|editor|illustration|image|layout|map|ref|tbd|tk|todo|to do|xref)"
    r"[ \t]?:[^\[\]\n]{0,200}"
    r"|(?:citation|image|map|reference|source|text|to be)[ \t]+(?:added|come|done|here|needed"
    r"|written|goes here)"
    r"|placeholder(?:[ \t][^\[\]\n]{0,200})?|fill (?:this )?in\b[^\[\]\n]{0,200}"
    rf"|citation|ref|tba|tbc|tk|wip|x{{2,4}}|\?{{1,5}}|_{{3,9}})\](?![({MASK}])"
)
TEMPLATE = re.compile(r"\{\{[^{}\n]{0,200}\}\}")
QUESTION = re.compile(r"\?{3,}(?![\w?])")
PAGE = re.compile(
    r"(?<![\w-])(?:[Pp]ages?|PAGES?|[Pp]{1,2}\.|[Pp]gs?\.?)[ \t]{0,3}"
    r"(?P<number>(?:X{2,3}|x{3}|#{1,3}|\?{2,3}|0{1,3}|_{2,9}|N{2,3})(?![\w?#])"
    r"|\[(?:X{1,3}|x{1,3}|#{1,3}|\?{1,3}|_{1,9}|[Nn]{1,2}|page|number)\](?!\())"
)
BEFORE_QUESTION = re.compile(r"[\w?!.…,'\"’”)]\Z")
COUNTED = re.compile(
    r"\b(?:act|appendix|book|canto|chapter|figure|no|page|part|pp?|psalm|scene|section|song|table"
    r"|vol(?:ume)?)\.?[ \t]+\Z",
    re.IGNORECASE,
)


def left_over(reading: Reading) -> Iterator[Found]:
    """Placeholders in the prose. `Chapter XXX` is the number thirty, `page XXX` is not."""
    prose = reading.prose
    for start, end in _without_overlap(sorted(_spans(prose))):
        message = f'"{prose.text[start:end]}" is a placeholder: write what belongs there'
        yield Found(start, end, message)


def _spans(prose: Prose) -> Iterator[tuple[int, int]]:
    for pattern in (BRACKETED, TEMPLATE, PAGE):
        yield from (found.span() for found in pattern.finditer(prose.masked))
    for found in MARK.finditer(prose.masked):
        if not _in_a_word(found) and not _is_a_number(prose, found):
            yield found.span()
    for found in QUESTION.finditer(prose.masked):
        if not BEFORE_QUESTION.search(prose.word_before(found.start())):
            yield found.span()


def _without_overlap(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    reached = 0
    for start, end in spans:
        if start >= reached:
            yield start, end
            reached = end


def _in_a_word(found: re.Match[str]) -> bool:
    before = found.string[found.start() - 1 : found.start()]
    return before.isalnum() or before in ("_", "-", "#", "@")


def _is_a_number(prose: Prose, found: re.Match[str]) -> bool:
    return found[0] == "XXX" and COUNTED.search(prose.word_before(found.start())) is not None
