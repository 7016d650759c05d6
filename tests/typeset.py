"""Small PDFs, set by Typst."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from artifacts.builders.typesetter import typeset

SMALL = "#set page(width: 200pt, height: 200pt, margin: 30pt)\n#set text(size: 11pt)\n"


@cache
def pdf(markup: str, opening: str = SMALL) -> bytes:
    """A document of this Typst markup, on small pages."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "main.typ").write_text(opening + markup)
        return typeset(Path(folder))
