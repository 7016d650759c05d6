"""A book as PDF: 6 by 9 inches, set by Typst with the template `templates/artifacts/book.typ`."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from artifacts.builders.book import Book, Built, Chapter, File, Picture, Remark
from artifacts.builders.errors import BuildError
from artifacts.builders.pandoc import Render
from artifacts.builders.pictures import SHOWN, fit_to_show, line_showing, not_shown
from artifacts.builders.typesetter import TypstRefusal, typeset

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "artifacts" / "typst"
COVERS = tuple(
    f"{place}cover.{kind}" for place in ("", "images/") for kind in ("svg", "png", "jpg")
)
PICTURE = re.compile(r'#?picture\("((?:[^"\\]|\\.)*)"')
WORDS = re.compile(r"\w[\w ]+\w")
PLACE = re.compile(r"chapters/(\d+)\.typ:(\d+)")


def draft(book: Book, render: Render) -> Built:
    """`draft.pdf`. Raises BuildError, naming the chapter and the line, for what Typst refuses."""
    markup = render(book.chapters, "typst")
    with TemporaryDirectory(prefix="bindery-pdf-") as made:
        layout = Layout(Path(made), book, markup)
        layout.write()
        content = layout.typeset()
    return Built((File("draft.pdf", "application/pdf", content),), tuple(layout.remarks))


class Layout:
    """All that Typst reads, in one folder: the template, the chapters, the pictures they show."""

    def __init__(self, folder: Path, book: Book, markup: Sequence[str]) -> None:
        self.folder, self.book, self.markup = folder, book, markup
        self.pictures: dict[str, str] = {}
        self.remarks: list[Remark] = []

    def write(self) -> None:
        (self.folder / "main.typ").write_bytes((TEMPLATES / "book.typ").read_bytes())
        (self.folder / "elements.typ").write_bytes((TEMPLATES / "elements.typ").read_bytes())
        (self.folder / "chapters").mkdir()
        for number, chapter in enumerate(self.book.chapters):
            text = self.markup[number]
            opening = '#import "/elements.typ": *\n'
            (self.folder / "chapters" / f"{number}.typ").write_bytes((opening + text).encode())
            self._show(chapter, dict.fromkeys(map(_unquoted, PICTURE.findall(text))))
        cover = next((path for path in COVERS if path in self.book.pictures), "")
        if cover and not fit_to_show(self.book.pictures[cover]):
            self._copy(self.book.pictures[cover])
        (self.folder / "book.json").write_text(json.dumps(self._told(self.pictures.get(cover))))

    def typeset(self) -> bytes:
        try:
            return typeset(self.folder)
        except TypstRefusal as refusal:
            raise BuildError(self._explained(refusal.diagnostic)) from refusal

    def _show(self, chapter: Chapter, paths: Iterable[str]) -> None:
        for path in paths:
            picture = self.book.pictures.get(path)
            why = fit_to_show(picture) if picture else "is not among the book's files"
            if picture and not why:
                self._copy(picture)
            else:
                self.remarks.append(not_shown(chapter, path, why))

    def _copy(self, picture: Picture) -> None:
        name = f"{picture.digest}.{SHOWN[picture.media_type]}"
        if picture.path not in self.pictures:
            (self.folder / name).write_bytes(picture.read())
            self.pictures[picture.path] = "/" + name

    def _told(self, cover: str | None) -> dict[str, object]:
        return {
            "title": self.book.title,
            "line": self.book.line,
            "number": self.book.number,
            "language": self.book.language,
            "cover": cover,
            "pictures": self.pictures,
            "chapters": [
                {"slug": one.slug, "title": one.title, "file": f"/chapters/{number}.typ"}
                for number, one in enumerate(self.book.chapters)
            ],
        }

    def _explained(self, diagnostic: str) -> str:
        """Typst's refusal, with the chapter and the line of the manuscript it is about."""
        reason = diagnostic.strip().splitlines()[0].removeprefix("error: ")
        for path, file in self.pictures.items():
            if file[1:] in diagnostic or ("decode image" in reason and self._spoils(file)):
                return f"{self._shown_in(path)}: the picture {path} cannot be shown: {reason}"
        if place := PLACE.search(diagnostic):
            number, line = int(place[1]), int(place[2]) - 1  # the import is a line of its own
            chapter = self.book.chapters[number]
            near = _line_near(chapter, self.markup[number].splitlines()[line - 1 : line])
            return f"{chapter.path}, line {near}: Typst cannot set it: {reason}"
        return f"Typst cannot set the book: {reason}"

    def _spoils(self, file: str) -> bool:
        """Whether a picture alone is refused too; of a broken one Typst does not say the name."""
        (self.folder / "main.typ").write_text(f'#image("{file}")')
        try:
            typeset(self.folder)
        except TypstRefusal:
            return True
        return False

    def _shown_in(self, path: str) -> str:
        shown = f"picture({json.dumps(path, ensure_ascii=False)}"
        for chapter, markup in zip(self.book.chapters, self.markup, strict=True):
            if shown in markup:
                return f"{chapter.path}, line {line_showing(chapter, path)}"
        return "cover"


def _line_near(chapter: Chapter, markup: Sequence[str]) -> int:
    """The manuscript's line that says the longest words of a line of markup."""
    words = WORDS.findall(" ".join(markup))
    return chapter.line_of(max(words, key=len)) if words else 1


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
