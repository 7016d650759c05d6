"""A book as HTML: for the screen, one page a chapter and all on one page; for printing, one page.

No page needs a script or anything from outside; none would be let run or load it.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from html import escape, unescape
from urllib.parse import quote, unquote

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from artifacts.builders.archive import zipped
from artifacts.builders.book import Book, Built, File, Picture, Remark
from artifacts.builders.fragment import Fragment, cleaned
from artifacts.builders.pandoc import Render
from artifacts.builders.pictures import PDF, fit_to_show, not_shown

HTML = "text/html"
CONTENTS = "index.html"
IMAGE = re.compile(r'<img\b([^>]*?) src="([^"]*)"([^>]*)>')
LINK = re.compile(
    r'<a\b(?P<more>[^>]*?) href="(?P<to>[^"]*)"(?P<rest>[^>]*)>(?P<says>.*?)</a>', re.DOTALL
)
INTERNAL = re.compile(r"([^#:]*)\.html(?:#(.*))?\Z")
TAG = re.compile(r"<[a-z][^>]*>")
ANCHOR = re.compile(r' (id|name)="')
ALT = re.compile(r' alt="([^"]*)"')


def for_web(book: Book, render: Render) -> Built:
    """`book.html`, the whole book on one page with its pictures in it; `web.zip`, one page a
    chapter with a page of contents, and the pictures beside them."""
    fragments = _fragments(book, render)
    whole = Whole(book, fragments)
    pages = Pages(book, fragments)
    files = [File("book.html", HTML, whole.page("whole").encode()), pages.archive()]
    return Built(tuple(files), tuple(dict.fromkeys(pages.remarks)))


def for_print(book: Book, render: Render) -> Built:
    """`print.html`: one page, its chapters each on a new sheet of 6 by 9 inches."""
    whole = Whole(book, _fragments(book, render))
    return Built(
        (File("print.html", HTML, whole.page("print").encode()),),
        tuple(dict.fromkeys(whole.remarks)),
    )


def _fragments(book: Book, render: Render) -> list[Fragment]:
    markup = render(book.chapters, "html5")
    return [Fragment(*one) for one in zip(book.chapters, map(cleaned, markup), strict=True)]


@dataclass
class Edition:
    """One way to put the chapters into pages; `remarks` collects what could not be shown."""

    book: Book
    fragments: list[Fragment]
    remarks: list[Remark] = field(default_factory=list)

    @cached_property
    def by_slug(self) -> dict[str, Fragment]:
        return {fragment.chapter.slug: fragment for fragment in self.fragments}

    def body(self, fragment: Fragment) -> str:
        """The chapter's HTML with its links and pictures as this edition has them."""
        html = LINK.sub(lambda found: self._link(fragment, found), fragment.html)
        return IMAGE.sub(lambda found: self._image(fragment, found), html)

    def place_of(self, fragment: Fragment, anchor: str) -> str:
        """The address of a chapter or of an anchor in it."""
        raise NotImplementedError

    def source_of(self, picture: Picture) -> str:
        """The address of a picture."""
        raise NotImplementedError

    def file_of(self, path: str) -> str | None:
        """The address of another file that the text links to; None where it is not at hand."""
        raise NotImplementedError

    def _link(self, here: Fragment, found: re.Match[str]) -> str:
        to, says = unescape(found["to"]), found["says"]
        given = found["more"] + found["rest"]
        if re.match(r"[a-z][a-z0-9+.-]*:", to, re.IGNORECASE):
            return found[0]
        internal = INTERNAL.match(to) if not to.startswith("#") else None
        if to.startswith("#"):
            target, anchor = here, to[1:]
        elif internal and (other := self.by_slug.get(unquote(internal[1]))):
            target, anchor = other, internal[2] or ""
        else:
            address = self.file_of(unquote(to))
            if not address:
                return f"<a{given}>{says}</a>" if ANCHOR.search(given) else says
            return f'<a{given} href="{address}">{says}</a>'
        anchor = unquote(anchor)
        place = self.place_of(target, anchor if anchor in target.anchors else "")
        return f'<a{given} href="{place}">{says}</a>'

    def _image(self, here: Fragment, found: re.Match[str]) -> str:
        path = unquote(unescape(found[2]))
        picture = self.book.pictures.get(path)
        why = fit_to_show(picture) if picture else "is not among the book's files"
        if picture and not why:
            return f'<img{found[1]} src="{self.source_of(picture)}"{found[3]}>'
        self.remarks.append(not_shown(here.chapter, path, why))
        alt = ALT.search(found[1] + found[3])
        shown = unescape(alt[1]) if alt and alt[1] else path
        return f'<span class="missing">Picture missing: {escape(shown)}</span>'


def address(path: str) -> str:
    """A path or anchor as it stands in an attribute, a letter of any script being itself."""
    return re.sub(r"[\x00-\x20\"#%&'<>?\x7f]", lambda mark: quote(mark[0]), path)


class Whole(Edition):
    """All chapters on one page, the pictures in it."""

    def place_of(self, fragment: Fragment, anchor: str) -> str:
        slug = fragment.chapter.slug
        return "#" + address(f"{slug}:{anchor}" if anchor else slug)

    def source_of(self, picture: Picture) -> str:
        return f"data:{picture.media_type};base64,{base64.b64encode(picture.read()).decode()}"

    def file_of(self, path: str) -> None:  # noqa: ARG002  (there is nothing beside the page)
        return None

    def body(self, fragment: Fragment) -> str:
        prefix = escape(fragment.chapter.slug) + ":"
        return TAG.sub(
            lambda tag: ANCHOR.sub(lambda found: found[0] + prefix, tag[0]), super().body(fragment)
        )

    def page(self, medium: str) -> str:
        chapters = [
            {
                "slug": fragment.chapter.slug,
                "html": mark_safe(self.body(fragment)),  # noqa: S308 (cleaned)
                "entry": contents_of(self, fragment),
            }
            for fragment in self.fragments
        ]
        context = {"book": self.book, "chapters": chapters, "medium": medium}
        return render_to_string("artifacts/whole.html", context)


class Pages(Edition):
    """A page a chapter, a page of contents, and the files they show beside them."""

    @cached_property
    def used(self) -> dict[str, Picture]:
        return {}

    @cached_property
    def names(self) -> dict[str, str]:
        """The page of each chapter by its slug."""
        names: dict[str, str] = {}
        taken = {CONTENTS}
        for fragment in self.fragments:
            name = f"{fragment.chapter.slug}.html"
            while name.casefold() in taken:  # of the contents, or another's but for its case
                name = name.removesuffix(".html") + "-chapter.html"
            taken.add(name.casefold())
            names[fragment.chapter.slug] = name
        return names

    def place_of(self, fragment: Fragment, anchor: str) -> str:
        page = address(self.names[fragment.chapter.slug])
        return f"{page}#{address(anchor)}" if anchor else page

    def source_of(self, picture: Picture) -> str:
        self.used[picture.path] = picture
        return address(picture.path)

    def file_of(self, path: str) -> str | None:
        picture = self.book.pictures.get(path)
        if not picture or path in {CONTENTS, *self.names.values()}:
            return None
        fit = picture.media_type == PDF or not fit_to_show(picture)
        return self.source_of(picture) if fit else None

    def archive(self) -> File:
        pages = dict(self._pages())
        pictures = {path: picture.read() for path, picture in self.used.items()}
        return File("web.zip", "application/zip", zipped({**pictures, **pages}))

    def _pages(self) -> Iterable[tuple[str, bytes]]:
        entries = [contents_of(self, fragment) for fragment in self.fragments]
        whole = {"book": self.book, "entries": entries}
        yield CONTENTS, render_to_string("artifacts/contents.html", whole).encode()
        for number, fragment in enumerate(self.fragments):
            context = {
                **whole,
                "current": entries[number],
                "before": entries[number - 1] if number else None,
                "after": entries[number + 1] if number + 1 < len(entries) else None,
                "html": mark_safe(self.body(fragment)),  # noqa: S308 (cleaned)
            }
            page = render_to_string("artifacts/chapter.html", context)
            yield self.names[fragment.chapter.slug], page.encode()


def contents_of(edition: Edition, fragment: Fragment) -> dict[str, object]:
    """A chapter's entry in the table of contents: title, address, and the same of its sections."""
    return {
        "title": fragment.chapter.title,
        "place": edition.place_of(fragment, ""),
        "sections": [
            {"title": heading.text, "place": edition.place_of(fragment, heading.anchor)}
            for heading in fragment.sections
        ],
    }
