"""The glossary and the book: what it defines is used, what is used is spelled out."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from books.checks.entries import Entry
from books.checks.finding import Found
from books.checks.page import Page
from books.checks.reading import Reading

TITLE = re.compile(r"\bglossar(?:y|ies)\b", re.IGNORECASE)
INDEX = re.compile(r"\bindex\b", re.IGNORECASE)
ROMAN = re.compile(r"(?:L?X{0,3}|XL)(?:IX|IV|V?I{0,3})|M{1,3}[CDMLXVI]{2,}")
SAME_WORD = re.compile(r"(?:ies|es|s|y|ing|ed)$")
SPACES = r"\s[\s>]*"
SHORTEST_STEM = 4
WELL_KNOWN = re.compile(
    r"AD|AI|AM|ATM|BBC|BC|BCE|CC|CD|CE|CEO|CGI|CIA|CO|CSS|DIY|DNA|DVD|EMP|EPUB|EU|EVA|FAQ"
    r"|FBI|FTL|GMT|GPL|GPS|HTML|HTTP|ID|IOU|IQ|ISBN|IT|JPEG|JSON|KGB|LAN|LED|LGBT|LP|MIT"
    r"|NASA|NATO|NB|NPR|NYC|OGL|OK|PDF|PM|PNG|PR|PS|PVC|RAF|RPG|SF|SMS|SOS|SRD|SVG|TNT"
    r"|TTRPG|TV|UFO|UI|UK|UN|URL|USA|US|USB|UV|VIP|VHS|VR"
)
LEFT_OVER = re.compile(r"FIXME|TBA|TBC|TBD|TKTK|TODO|WIP|XXXX?")  # another rule's matter
AT_ONCE = 200  # characters in which a reader waits for the words


def glossary_of(reading: Reading) -> Page | None:
    """The chapter that the house style names, or the one whose title says glossary."""
    pages, named = reading.book.pages, reading.style.glossary["chapter"]
    if named:
        return pages.get(named)
    titled = (page for page in pages.values() if page.title and TITLE.search(page.title.words))
    return next(titled, None)


def disordered(reading: Reading) -> Iterator[Found]:
    """Entries out of alphabetical order within their section, or twice in the glossary."""
    if reading.page is not glossary_of(reading):
        return
    sections: dict[int, list[Entry]] = {}
    seen: set[str] = set()
    for entry in reading.page.entries:
        if entry.key in seen:
            yield Found(entry.start, entry.end, f'"{entry.term}" is defined twice')
        seen.add(entry.key)
        sections.setdefault(entry.section, []).append(entry)
    for section in sections.values():
        yield from _out_of_order(section)


def undefined(reading: Reading) -> Iterator[Found]:
    """The game's own words that the glossary never names, each where the book has it first."""
    glossary = glossary_of(reading)
    if not glossary or reading.page is glossary:
        return
    for term in reading.style.game["capitals"]:
        named = _stem(term) in glossary.lowered
        if not named and (place := _first_use(reading, term)) is not None:
            message = f'the glossary does not define "{term}"'
            yield Found(*place, message)


def unused(reading: Reading) -> Iterator[Found]:
    """Entries that no other chapter uses, in whatever form of the word; an index is no use."""
    if reading.page is not glossary_of(reading) or reading.book.is_one_page:
        return
    others = [
        page.lowered
        for page in reading.book.pages.values()
        if page is not reading.page and not (page.title and INDEX.search(page.title.words))
    ]
    for entry in reading.page.entries:
        if not any(_stem(form) in text for form in entry.forms for text in others):
            yield Found(entry.start, entry.end, f'no other chapter uses "{entry.term}"')


def unexplained(reading: Reading) -> Iterator[Found]:
    """Abbreviations at their first use in the book, where nothing has yet spelled them out."""
    book, glossary = reading.book, glossary_of(reading)
    explained = _explained(glossary.entries if glossary else [])
    for short, (slug, start) in book.abbreviations_used.items():
        if slug != reading.page.slug or _needs_no_words(short, reading):
            continue
        place = book.abbreviations_spelled_out.get(short)
        if place is None and short in explained:
            continue
        if place is None:
            message = f'"{short}" is never spelled out'
        elif place[0] != slug or place[1] - start > AT_ONCE:
            message = f'"{short}" is used before it is spelled out{_where(place[0], reading)}'
        else:
            continue
        yield Found(start, start + len(short), message)


def _where(slug: str, reading: Reading) -> str:
    return " further down" if slug == reading.page.slug else f" in {reading.book.pages[slug].path}"


def _needs_no_words(short: str, reading: Reading) -> bool:
    """Well-known ones, numbers, and words that are only shouted: the book has them in small too."""
    if WELL_KNOWN.fullmatch(short) or LEFT_OVER.fullmatch(short):
        return True
    if short in reading.style.game["abbreviations"]:
        return True
    return bool(ROMAN.fullmatch(short)) or short.lower() in reading.book.chunks


def _explained(entries: list[Entry]) -> frozenset[str]:
    return frozenset(form for entry in entries for form in entry.forms if form.isupper())


def _out_of_order(entries: list[Entry]) -> Iterator[Found]:
    """The fewest entries that would have to move: those outside the longest run in order."""
    in_order = _longest_run([entry.key for entry in entries])
    ordered = sorted(entries, key=lambda entry: entry.key)
    keys = [entry.key for entry in ordered]
    for place, entry in enumerate(entries):
        if place not in in_order:
            rank = bisect_left(keys, entry.key)
            where = f'after "{ordered[rank - 1].term}"' if rank else "first"
            message = f'"{entry.term}" is out of alphabetical order: it belongs {where}'
            yield Found(entry.start, entry.end, message)


def _longest_run(keys: list[str]) -> set[int]:
    """The places of a longest subsequence that never descends (patience sorting)."""
    tops: list[tuple[str, int]] = []
    before: dict[int, int] = {}
    for place, key in enumerate(keys):
        pile = bisect_left(tops, (key, place))
        before[place] = tops[pile - 1][1] if pile else -1
        tops[pile : pile + 1] = [(key, place)]
    run, place = set(), tops[-1][1] if tops else -1
    while place >= 0:
        run.add(place)
        place = before[place]
    return run


def _first_use(reading: Reading, term: str) -> tuple[int, int] | None:
    """Where this chapter has a term, if no chapter before it has; a line may break in it."""
    first, *others = term.split() or [""]
    rest = "".join(SPACES + re.escape(other) for other in others)
    word = re.compile(rf"{re.escape(first)}(?<!\w{'.' * len(first)}){rest}(?!\w)")
    for slug, page in reading.book.pages.items():
        found = word.search(page.prose.masked)
        if found or slug == reading.page.slug:
            return found.span() if found and slug == reading.page.slug else None
    return None


def _stem(form: str) -> str:
    """A term without the ending that its other forms lack."""
    lowered = form.casefold()
    stem = SAME_WORD.sub("", lowered)
    return stem if len(stem) >= SHORTEST_STEM else lowered
