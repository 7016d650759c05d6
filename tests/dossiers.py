"""A book with a story to archive, and its dossier as a stranger has it."""

import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

from books.configs import configure
from books.models import Book, BookVersion
from books.registry import register
from events.escalations import escalating
from events.escalations.answers import Answer
from events.models import Escalation
from tests.agents import Crew
from tests.factories import started, write_folder
from tests.requirement import require

WAIVER = "<!-- bindery: allow dice-notation it quotes an older game -->"
FILES = {
    "01-welcome.md": "# Welcome\n\nHello there, reader.\n",
    "02-rules.md": f"# Rules\n\n{WAIVER}\nRoll 2D6 and add your skill.\n",
    "10-end.md": "# The End\n\nGo home.\n",
    "art/map of *all*.svg": "<svg/>",
}


def edited(slug: str, folder: Path) -> Crew:
    """An editing run that made 1.1.0 of two chapters of three: one was sent back and mended, one
    given up and let pass by a human, and the gate once asked for changes."""
    register(slug=slug, title=f"{slug} | a *Book*", source=write_folder(folder, FILES))
    book = Book.objects.get(slug=slug)
    configure(book, "w1_editing", config={"max_retries": {"clarity": 1}})
    crew = Crew(started(book, {"chapters": "01-welcome,02-rules"})).up_to("edit")
    quote = "Hello there"
    editing = crew.claim("editor", worker="eve")
    assert editing.item == "01-welcome"
    editing.reject(reason="Too | short.\nSay more.", passages=[{"quote": quote}])
    crew.claim("editor", worker="eve").reject("clarity", "Who rolls?")
    (asked,) = Escalation.objects.filter(run=crew.run)
    escalating.acknowledge(asked, actor="zoe")
    escalating.resolve(asked, Answer("override", "The table above says who."), actor="zoe")
    crew.claim("style-editor", worker="stan").complete("# Welcome\n\nHello there, good reader.\n")
    crew.up_to("approve")
    crew.request_changes("01-welcome", reason="Good is vague.", actor="hugh")
    crew.claim("style-editor").complete("# Welcome\n\nHello there, patient reader.\n")
    crew.up_to("approve")
    crew.decide(reason="Ready for the printer.")
    crew.finish()
    return crew


def version(number: str = "1.1.0", slug: str = "saltmarsh") -> BookVersion:
    return BookVersion.objects.numbered(Book.objects.named(slug), number)


class Unpacked:
    """A dossier as a stranger has it: unpacked, and nothing else."""

    def __init__(self, file: Path, to: Path) -> None:
        with zipfile.ZipFile(file) as archive:
            assert archive.testzip() is None
            archive.extractall(to)
        (self.folder,) = to.iterdir()

    def json(self, name: str) -> Any:
        return json.loads(self.text(f"{name}.json"))

    def text(self, name: str) -> str:
        return (self.folder / name).read_text()

    def files(self, below: str = "") -> list[str]:
        found = (self.folder / below).rglob("*")
        return sorted(str(one.relative_to(self.folder)) for one in found if one.is_file())

    def verified(self) -> subprocess.CompletedProcess[str]:
        require("sha256sum")
        return subprocess.run(
            ["sha256sum", "-c", "--strict", "SHA256SUMS"],  # noqa: S607
            cwd=self.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
