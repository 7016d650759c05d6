"""The page of a book: its versions and runs, a new version or run; and registering a book."""

from pathlib import Path
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from books import registry, write_back
from books.admin.books import BookAdmin
from books.api.books import LONGEST_SLUG
from books.models import Book, BookType, BookVersion
from config import errors
from config.admin import naming
from config.admin.asking_runs import START
from config.admin.forms import VerbForm, choice, line, switch
from config.admin.pages import ObjectPage, asked_of_list, instead, may_ask
from config.admin.sheets import Cell, Sheet, Table, linked, soft, some, tabled, tag
from config.admin.verbs import Asked, Done, Verb, list_of
from workflows.callers import Power
from workflows.models import WorkflowRun


class Snapshot(VerbForm):
    after_refusal = ("force",)

    number = line("Number", required=False, help_text="The next minor one unless given.")
    force = switch(
        "Take it nevertheless",
        help_text="What a run changed may be lost by it. “Write back” puts it there first.",
    )


def snapshot(asked: Asked) -> Done:
    said = asked.said
    version, made = registry.snapshot(asked.row, number=said["number"] or None, force=said["force"])
    if made:
        return Done(f"Version {version.number} is taken.", at=version)
    return Done(f"The folder holds nothing new: it equals version {version.number}.")


class WriteBack(VerbForm):
    after_refusal = ("force",)

    force = switch("Overwrite them", help_text="What was edited by hand in the folder is lost.")


def written_back(asked: Asked) -> Done:
    done = write_back.write_back(asked.row, force=asked.said["force"])
    left = f"; left alone, as edited by hand: {', '.join(done.edited)}" if done.edited else ""
    return Done(f"{len(done.files)} files of version {done.version.number} are written{left}.")


class Register(VerbForm):
    slug = line("Slug", help_text="By which others know it; it never changes.")
    title = line("Title")
    source_path = line("Folder", help_text="Of Markdown files on the server, from its root.")
    book_type = choice("Type", choices=BookType.choices)
    setting = naming.setting(required=False)
    number = line("Number of its first version", initial="1.0.0")

    def suit(self, row: None) -> None:  # noqa: ARG002
        self.fields["slug"].max_length = LONGEST_SLUG  # type: ignore[attr-defined]

    def clean_source_path(self) -> str:
        typed: str = self.cleaned_data["source_path"]
        if not Path(typed).is_absolute():
            raise ValidationError(f'the folder "{typed}" is no whole path, such as /srv/books/core')
        return typed

    def clean(self) -> dict[str, Any]:
        """Each fault at its field. One alone that is refused by what is there stays the verb's."""
        said = super().clean() or {}
        if not {"slug", "number", "source_path"} <= said.keys():
            return said
        source = Path(said["source_path"])
        found = registry.faults(slug=said["slug"], source=source, number=said["number"])
        if len(found) + len(self.errors) > 1:
            for name, error in found.items():
                if told := errors.for_people(error):
                    self.add_error("source_path" if name == "source" else name, told.detail)
        return said


def register(asked: Asked) -> Done:
    said = dict(asked.said)
    source = Path(said.pop("source_path"))
    said["setting"] = said["setting"] or None
    book = registry.register(source=source, **said)
    return Done(f"{book.title} is registered, with version {asked.said['number']}.", at=book)


REGISTER = Verb(
    "register",
    "Register a book",
    Power.OPERATE,
    register,
    "Its first version is read from a folder on the server.",
    form=Register,
    look="main",
)
VERBS = (
    START,
    Verb(
        "snapshot",
        "Take a version",
        Power.EDIT,
        snapshot,
        "All that its folder holds now becomes a version, where it differs from the latest.",
        form=Snapshot,
    ),
    Verb(
        "write-back",
        "Write back",
        Power.OPERATE,
        written_back,
        "Each file in which the folder differs from the latest version is written there. Nothing "
        "is deleted; what a person edited since is left alone.",
        form=WriteBack,
    ),
)


@instead(Book)
class BookPage(ObjectPage, BookAdmin):
    verbs = VERBS
    actions_list: ClassVar = ("register",)
    register = asked_of_list(REGISTER, "library_add")
    has_register_permission = may_ask(REGISTER)

    def sheet(self, row: Book, request: HttpRequest) -> Sheet:  # noqa: ARG002
        versions, more_versions = some(row.versions.with_run().order_by("-rank"))
        runs, more_runs = some(row.runs.select_related("definition").order_by("-pk"))
        of_book: dict[str, Any] = {"book__id__exact": row.pk}
        return Sheet(
            tables=[
                Table(
                    "Versions",
                    ("Version", "Made by", "When"),
                    tabled(_version(one) for one in versions),
                    list_of(BookVersion, **of_book) if more_versions else "",
                    "None yet.",
                ),
                Table(
                    "Runs",
                    ("Run", "Workflow", "Status", "Stands at", "When"),
                    tabled(_run(one) for one in runs),
                    list_of(WorkflowRun, **of_book) if more_runs else "",
                    "None yet.",
                ),
            ]
        )


def _version(one: BookVersion) -> list[Cell | None]:
    made = linked(one.made_by_run) or soft("hand")
    return [linked(one, one.number), made, Cell(one.created_at)]


def _run(one: WorkflowRun) -> list[Cell | None]:
    return [
        linked(one), Cell(one.workflow_type), tag(one.status), soft(one.current_step),
        Cell(one.created_at),
    ]  # fmt: skip
