"""Cross-references: links lead to what is there, and chapters are named as they are called."""

import posixpath
import re
from collections.abc import Iterator
from difflib import get_close_matches
from urllib.parse import unquote

from books.checks import links
from books.checks.book import Book
from books.checks.finding import Found
from books.checks.links import Link
from books.checks.outline import plain
from books.checks.page import Page
from books.checks.reading import Reading

ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/|[{<$]")
CHAPTERS = re.compile(
    r"[Cc](?<!\w.)(?:hapters?|HAPTERS?|hs?\.?)[ \t\n]{1,20}"
    r"(?P<numbers>\d{1,3}(?:\.\d)?(?:(?:,[ ]|,?[ ](?:and|or|to|through|[–—-])[ ]|[–—-])\d{1,3}"
    r"(?:\.\d)?){0,9})(?![\w%]|\.\d|-[a-z])"
)
NUMBER = re.compile(r"\d{1,3}(?:\.\d)?")
OTHER_BOOK = re.compile(
    r"[ \t]{1,3}(?:of|in|from)[ \t]+(?:[*_“\"]|an?\b|another\b|his\b|her\b|the\b)"
)
CALLED = re.compile(
    r":[ \t]+(?P<line>[^\n.;|\ufffc]{3,80}?)(?=[ \t]*(?:[.;|\n]|\Z))"
    r"|,?[ \t\n]{1,12}[“\"](?P<quoted>[^“”\"\n]{3,80}?),?[”\"]"
    r"|,?[ \t]\(?\*(?P<starred>[^*\n]{3,80})\*"
    r"|[ \t]\((?P<bracketed>[^()\n]{3,80})\)"
)
APPENDIX = re.compile(r"Appendix(?<!\w.{8})[ \t](?P<letter>[A-Z]|\d{1,2}|[IVX]{1,4})\b(?!['’.]\w)")
NO_PAGE = re.compile(
    r"[Pp](?<!\w.)(?:ages?|p?\.)[ \t]{0,2}(?P<number>XX+|xx+|00+|0|##+|__+|NN+|\[\W*\])(?!\w)"
)
SMALL = frozenset(
    {
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "vs",
        "with",
        "without",
        "your",
    }
)
WORD = re.compile(r"[^\W_]+")
CLOSE_ENOUGH = 0.7


def dangling(reading: Reading) -> Iterator[Found]:
    """Links that lead nowhere; chapters, appendices and pages that there are not."""
    yield from _links(reading)
    yield from _labels(reading)
    yield from _pages(reading)
    if not reading.book.is_one_page:
        yield from _chapters(reading)
        yield from _appendices(reading) if not reading.book.open else ()


def _links(reading: Reading) -> Iterator[Found]:
    for link in links.inline(reading.prose):
        if not ELSEWHERE.match(link.target):
            path, _, anchor = link.target.partition("#")
            yield from _link(reading, link, unquote(path.partition("?")[0]), unquote(anchor))


def _link(reading: Reading, link: Link, path: str, anchor: str) -> Iterator[Found]:
    page, book = reading.page, reading.book
    if not link.target:
        yield Found(link.start - 1, link.end + 1, "this link leads nowhere: its target is missing")
    elif not path:
        if anchor and anchor not in page.anchors:
            yield _no_heading(link, page, anchor, book)
    elif not book.is_one_page or book.files:
        whole = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path))
        target = book.by_path.get(whole)
        if target is None and whole not in book.files and not _holds(book, whole):
            yield _no_file(link, page, whole, book)
        elif target and anchor and target.slug not in book.open and anchor not in target.anchors:
            yield _no_heading(link, target, anchor, book)


def _holds(book: Book, folder: str) -> bool:
    return any(path.startswith(f"{folder}/") for path in book.files)


def _no_file(link: Link, page: Page, path: str, book: Book) -> Found:
    known = {posixpath.basename(one): one for one in [*book.files, *book.by_path]}
    nearest = get_close_matches(posixpath.basename(path), list(known), 1, CLOSE_ENOUGH)
    right = _from(page, known[nearest[0]]) if nearest else ""
    what = "chapter" if path.endswith((".md", ".markdown")) else "file"
    return Found(link.start, link.end, f'there is no {what} "{path}" in this book', right)


def _from(page: Page, path: str) -> str:
    return posixpath.relpath(path, posixpath.dirname(page.path) or ".")


def _no_heading(link: Link, page: Page, anchor: str, book: Book) -> Found:
    path = link.target.partition("#")[0]
    nearest = get_close_matches(anchor.lower(), sorted(page.anchors), 1, CLOSE_ENOUGH)
    right = f"{path}#{nearest[0]}" if nearest else ""
    elsewhere = [one for one in book.pages.values() if anchor in one.anchors]
    if not path and len(elsewhere) == 1:
        right = f"{_from(page, elsewhere[0].path)}#{anchor}"
    where = f'"{path}" has' if path else "this chapter has"
    return Found(link.start, link.end, f'{where} no heading for "#{anchor}"', right)


def _labels(reading: Reading) -> Iterator[Found]:
    """`[words][label]`; pandoc takes a heading's words for a label too."""
    known = links.defined(reading.prose)
    headings: set[str] = set()
    for one in links.labels(reading.prose):
        headings = headings or {links.normal(each.words) for each in reading.page.outline} | {""}
        if one.label not in known and one.label not in headings:
            message = f'nothing says where "[{one.label}]" leads'
            yield Found(one.start, one.end, message)


def _chapters(reading: Reading) -> Iterator[Found]:
    prose, book = reading.prose, reading.book
    heading_lines = {one.line for one in reading.page.headings}
    for found in CHAPTERS.finditer(prose.masked):
        if OTHER_BOOK.match(prose.masked, found.end()) or not book.by_number:
            continue
        if prose.line_at(found.start()) in heading_lines:
            continue
        numbers = list(NUMBER.finditer(found["numbers"]))
        missing = [one for one in numbers if _parts(one[0]) not in book.by_number]
        for one in missing:
            start = found.start("numbers") + one.start()
            yield Found(start, start + len(one[0]), f"there is no chapter {one[0]} in this book")
        if len(numbers) == 1 and not missing:
            yield from _called(reading, found, book.by_number[_parts(numbers[0][0])])


def _parts(number: str) -> tuple[int, ...]:
    return tuple(map(int, number.split(".")))


def _called(reading: Reading, reference: re.Match[str], page: Page) -> Iterator[Found]:
    """`Chapter 9: Title`, where that chapter has neither this title nor such a heading."""
    found = CALLED.match(reading.prose.masked, reference.end())
    if not found or page.slug in reading.book.open or not found.lastgroup:
        return
    title = plain(found[found.lastgroup]).strip()
    known = {_bare(one.title or one.words): one.title or one.words for one in page.outline}
    if not _is_title(title) or _is_called(_bare(title), known):
        return
    nearest = get_close_matches(_bare(title), list(known), 1, CLOSE_ENOUGH)
    number = reference["numbers"]
    message = f'chapter {number} has no heading "{title}"'
    start, end = found.span(found.lastgroup)
    yield Found(start, end, message, known[nearest[0]] if nearest else "")


def _is_called(title: str, known: dict[str, str]) -> bool:
    """A heading may be cut short: to the title before its colon, or to the last of its words."""
    return any(f" {title} " in f" {one} " for one in known)


def _is_title(words: str) -> bool:
    """Whether every word but the small ones has a capital."""
    said = WORD.findall(words)
    large = [word for word in said if word not in SMALL and not word.isdecimal()]
    return len(large) > 0 and all(word[0].isupper() for word in large)


def _bare(title: str) -> str:
    """Titles are the same whatever their case and punctuation, `&` or `and`."""
    return " ".join(WORD.findall(title.replace("&", " and ").casefold()))


def _appendices(reading: Reading) -> Iterator[Found]:
    prose = reading.prose
    for found in APPENDIX.finditer(prose.masked):
        if found["letter"] not in reading.book.appendices and not OTHER_BOOK.match(
            prose.masked, found.end()
        ):
            message = f"there is no appendix {found['letter']} in this book"
            yield Found(*found.span(), message)


def _pages(reading: Reading) -> Iterator[Found]:
    for found in NO_PAGE.finditer(reading.prose.masked):
        yield Found(*found.span(), "the number of the page is yet to be filled in")
