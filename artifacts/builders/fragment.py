"""A chapter as a piece of HTML that is safe to show, and what can be read off it."""

import re
from dataclasses import dataclass
from functools import cached_property
from html import unescape

import nh3

from artifacts.builders.book import Chapter

# Beside what nh3 lets through. A manuscript may hold any HTML; what is not named here is dropped,
# and of scripts and style sheets the content too.
TAGS = nh3.ALLOWED_TAGS | {"input", "label", "section"}
ATTRIBUTES = {
    "*": {"class", "dir", "id", "lang", "title"},
    "a": {"href", "name"},
    "img": {"alt", "src"},
    "input": {"checked"},
    "li": {"value"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan", "style"},
    "th": {"colspan", "rowspan", "scope", "style"},
}
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    tag_attribute_values={"input": {"type": {"checkbox"}}},
    set_tag_attribute_values={"input": {"disabled": ""}},
    filter_style_properties={"text-align"},
    url_schemes={"http", "https", "mailto"},
)
HEADING = re.compile(r'<h([1-6])(?: [^>]*?)?\bid="([^"]*)"[^>]*>(.*?)</h\1>', re.DOTALL)
NAME = re.compile(r'<[a-z][^>]*? (?:id|name)="([^"]*)"')
NOTE = re.compile(r'<a\b[^>]*\bclass="footnote-ref".*?</a>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def cleaned(html: str) -> str:
    """The same without anything that runs, loads or leads astray."""
    return CLEANER.clean(html)


@dataclass(frozen=True)
class Heading:
    """`html` is what stands in it, `text` the same without marks and notes."""

    level: int
    anchor: str
    html: str

    @property
    def text(self) -> str:
        return " ".join(unescape(TAG.sub("", NOTE.sub("", self.html))).split())


@dataclass(frozen=True)
class Fragment:
    """`html` is clean."""

    chapter: Chapter
    html: str

    @cached_property
    def headings(self) -> list[Heading]:
        return [
            Heading(int(level), anchor, html) for level, anchor, html in HEADING.findall(self.html)
        ]

    @cached_property
    def anchors(self) -> frozenset[str]:
        return frozenset(NAME.findall(self.html))

    @property
    def sections(self) -> list[Heading]:
        """The headings of the second level, for a table of contents."""
        return [heading for heading in self.headings if heading.level == 2]  # noqa: PLR2004
