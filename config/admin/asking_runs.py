"""Starting a run, from the list of runs or the page of a book; and running one again."""

from typing import Any

from django.core.exceptions import ValidationError

from books.errors import BooksError
from books.models import Book, BookVersion
from config.admin import naming
from config.admin.forms import Parameters, Several, VerbForm, choice, line, offering, switch
from config.admin.verbs import Asked, Done, Verb
from workflows import runs
from workflows.callers import Power
from workflows.models import WorkflowDefinition, WorkflowRun
from workflows.parameters import KNOWN, misspelt

RERUN_SAYS = (
    "A new run begins over the same text, with the same definition. What was done before the step "
    "you name is taken over from this run."
)


class Start(VerbForm):
    """For the book `row`, else for the one that is named."""

    after_refusal = ("as_typed",)
    shows_again = "Show the chapters"

    workflow_type = choice("Workflow")
    book = naming.book()
    input_version = offering("Version", required=False, help_text="The latest unless given.")
    chapters = Several(
        "Chapters", help_text="All unless some are chosen.",
    )  # fmt: skip
    revisions = line(
        "Folder of revisions", required=False,
        help_text="On the server, with drafts for the built-in writer; none unless given.",
    )  # fmt: skip
    parameters = Parameters(
        label="Further parameters",
        help_text='For agents of your own: a JSON object such as {"key": "value"}.',
    )
    as_typed = switch("Give them as they are written", help_text="Agents of your own read them.")
    begin = switch("Begin at once", initial=True)

    def suit(self, row: Book | None) -> None:
        newest = WorkflowDefinition.objects.newest()
        offered = [(one.type, f"{one.parsed.title} ({one.alias})") for one in newest]
        self.fields["workflow_type"].choices = offered  # type: ignore[attr-defined]
        if row:
            del self.fields["book"]
            numbers = row.versions.settled().order_by("-rank").values_list("number", flat=True)
            self.offer("input_version", numbers)
        self._offer_chapters(row)

    def _offer_chapters(self, row: Book | None) -> None:
        """Those of the version that stands in the form. Where it names none there is nothing to
        choose from, and the page says why once it is sent."""
        field = self.fields["chapters"]
        try:
            version = self._version(row)
        except (BooksError, ValidationError):
            field.help_text = f"“{self.shows_again}” lists those of the book; all unless chosen."
            return
        offered = version.chapters.order_by("position").values_list("slug", "title")
        field.widget.choices = [(slug, title or slug) for slug, title in offered]
        field.help_text = f"Of version {version.number}. {field.help_text}"

    def _version(self, row: Book | None) -> BookVersion:
        """Raises ValidationError or BooksError without one."""
        book = row or Book.objects.named(self.fields["book"].clean(self.data.get("book", "")))
        if number := self.data.get("input_version", "").strip():
            return BookVersion.objects.numbered(book, number)
        return BookVersion.objects.latest_of(book)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        further = said.get("parameters", {})
        for name in KNOWN:
            if name in further and said.get(name):
                self.add_error("parameters", f"{name} has a field of its own, and stands in both")
        if (close := misspelt(further)) and not said.get("as_typed"):
            self.asks_again = True
            for name, right in close.items():
                self.add_error("parameters", f'nobody here reads "{name}"; did you mean "{right}"?')
        return said


def start(asked: Asked) -> Done:
    said: dict[str, Any] = {"book": asked.row.slug if asked.row else "", **asked.said}
    del said["as_typed"]
    own = {name: typed for name in KNOWN if (typed := said.pop(name))}
    said["parameters"] = {**said["parameters"], **own}
    made = runs.start(runs.NewRun(**said), actor=asked.actor, key=asked.key)
    run = WorkflowRun.objects.named(made["id"])
    what = f"{run.definition.parsed.title} of {run.book.title}"
    return Done(f"{what} is {made['status']}, as run {run}.", at=run)


START = Verb(
    "start",
    "Start a run",
    Power.EDIT,
    start,
    "A run takes the book through a workflow, step by step.",
    form=Start,
    look="main",
)


class Rerun(VerbForm):
    from_step = choice("From the step", required=False)

    def suit(self, row: WorkflowRun) -> None:
        steps = [(spec.name, spec.name) for spec in row.definition.parsed.steps]
        first = [] if row.status == "completed" else [("", "the first that was not done")]
        self.fields["from_step"].choices = first + steps  # type: ignore[attr-defined]


def rerun(asked: Asked) -> Done:
    made = runs.rerun(asked.row, **asked.said, actor=asked.actor, key=asked.key)
    again = WorkflowRun.objects.named(made["id"])
    return Done(f"Run {again} runs {asked.row} again.", at=again)
