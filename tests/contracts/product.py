"""What the product says of itself: its commands and its documents, for tests of contracts."""

import re
import shlex
from functools import cache
from pathlib import Path

from django.apps import apps
from django.core.management import get_commands, load_command_class

from books.management.base import Answering

ROOT = Path(__file__).parents[2]
CONTINUED = re.compile(r"\\\n\s*")
FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`([^`\n]+)`")
SHELL = {"|", ">", "&&", "||", ";", "2>", "<"}


@cache
def commands() -> dict[str, Answering]:
    """Every management command of our own apps, by name."""
    ours = {app.name for app in apps.get_app_configs() if Path(app.path).parent == ROOT}
    return {
        name: load_command_class(app, name)
        for name, app in sorted(get_commands().items())
        if isinstance(app, str) and app in ours
    }


def documents() -> list[Path]:
    """The Markdown files a reader is led through."""
    top = [ROOT / "README.md", ROOT / "CHANGELOG.md"]
    return [*top, *sorted((ROOT / "docs").rglob("*.md"))]


def reference() -> str:
    """All of docs/ but the decisions, as one text."""
    pages = [page for page in documents() if "docs" in page.parts and "decisions" not in page.parts]
    return "\n".join(page.read_text() for page in pages)


def code(text: str) -> str:
    """What stands in fenced blocks and between backticks, one piece a line."""
    blocks = [CONTINUED.sub(" ", block) for block in FENCED.findall(text)]
    return "\n".join([*blocks, *INLINE.findall(FENCED.sub("", text))])


def words(line: str) -> list[str]:
    """The words of a shell line up to the first redirection, pipe or next command."""
    found = []
    for word in shlex.split(line, comments=True):
        if word in SHELL:
            break
        found.append(word.removesuffix(";"))
    return found
