from typing import Any

from django.core.management import call_command
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from books.models import Book
from config import quickstart
from config.seeding import CORE_RULEBOOK, REVISIONS, seed
from events.management.base import EventsCommand
from workflows import runs

WIDTH = 112


class Command(EventsCommand):
    help = "Set everything up and take the Core Rulebook through its workflows; may be repeated."
    example = "quickstart"

    def act(self, *_: Any, **__: Any) -> dict[str, Any]:
        call_command("migrate", verbosity=0)
        seed()
        new = runs.NewRun("w1", CORE_RULEBOOK, {"revisions": str(REVISIONS)})
        run = runs.start(new, actor=quickstart.ACTOR)["id"]
        with self._bars() as bars:
            task = bars.add_task("W1 editing", total=None)
            for done, total in quickstart.take_through(run):
                bars.update(task, completed=done, total=total)
        return quickstart.summary(Book.objects.named(CORE_RULEBOOK), run)

    def text(self, answer: dict[str, Any]) -> str:
        console = Console(width=WIDTH)
        with console.capture() as shown:
            for title, kind, columns in TABLES:
                console.print(_table(title, answer[kind], columns), "")
            console.print(quickstart.release_notes(answer["artifacts"]), markup=False)
            console.print("Open these:", *answer["documents"], sep="\n  ", soft_wrap=True)
            console.print("", *quickstart.left_open(answer), sep="\n", markup=False, soft_wrap=True)
        return shown.get()

    def _bars(self) -> Progress:
        """On stderr, so that stdout holds the answer alone."""
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )


TABLES = (
    (
        "Runs",
        "runs",
        ("id", "workflow_type", "status", "input_version", "output_version", "cause", "trigger"),
    ),
    ("Versions of the Core Rulebook", "versions", ("number", "parent", "words", "made_by_run")),
    (
        "Rejections, each with who mended it",
        "rejections",
        ("item", "rejection_type", "handler_agent", "resolved", "reason"),
    ),
    ("Artifacts", "artifacts", ("artifact_type", "item", "path", "size_bytes")),
)


def _table(title: str, nouns: list[dict[str, Any]], columns: tuple[str, ...]) -> Table:
    table = Table(*columns, title=title, title_justify="left", expand=True)
    for noun in nouns:
        table.add_row(*("–" if noun[name] is None else str(noun[name]) for name in columns))
    return table
