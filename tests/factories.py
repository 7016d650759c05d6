"""Rows with valid defaults; a test names only what it is about."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import factory
from factory.django import DjangoModelFactory

from artifacts.models import ArtifactType
from books import shelf
from books.chapter_text import ChapterText
from books.manuscript import Manuscript
from books.models import Book, BookVersion, Setting, rank_of
from events.models import RoutingRule
from workflows import runs
from workflows.definitions import definition, sync
from workflows.models import WorkflowDefinition, WorkflowRun

TWO_CHAPTERS = {"01-one.md": "# One\n\nFirst words.\n", "02-two.md": "# Two\n\nMore words.\n"}


def write_folder(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write those files below `folder`, byte for byte; the folder."""
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


class SettingFactory(DjangoModelFactory[Setting]):
    class Meta:
        model = Setting

    slug = factory.Sequence(lambda n: f"setting-{n}")
    name = factory.Sequence(lambda n: f"Setting {n}")
    genre = "fantasy"


class BookFactory(DjangoModelFactory[Book]):
    """A book without versions. With `folder=` its files are written there first."""

    class Meta:
        model = Book

    class Params:
        folder: Path | None = None
        files = TWO_CHAPTERS

    slug = factory.Sequence(lambda n: f"book-{n}")
    title = factory.Sequence(lambda n: f"Book {n}")

    @factory.lazy_attribute
    def source_path(self) -> str:
        return str(write_folder(self.folder, self.files)) if self.folder else "/nowhere"


class BookVersionFactory(DjangoModelFactory[BookVersion]):
    """A version that holds `texts` by path."""

    class Meta:
        model = BookVersion

    book = factory.SubFactory(BookFactory)
    number = "1.0.0"
    texts = TWO_CHAPTERS

    @classmethod
    def _create(cls, model_class: type[BookVersion], *_args: Any, **fields: Any) -> BookVersion:
        texts = fields.pop("texts").items()
        manuscript = Manuscript([ChapterText.from_text(path, text) for path, text in texts], [])
        version = model_class(**fields, rank=rank_of(fields["number"]), digest=manuscript.digest)
        return shelf.put(version, manuscript, like=None)


TINY = (
    {"name": "draft", "agent": "writer", "foreach": "chapter", "produces": ["chapter"]},
    {"name": "check", "kind": "review", "agent": "editor", "foreach": "chapter",
     "consumes": ["chapter"]},
    {"name": "approve", "kind": "gate", "role": "managing-editor"},
)  # fmt: skip
DEFAULT_RULES = {
    "style": ("style-editor", "senior-editor"),
    "mechanics": ("mechanics-reviewer", "lead-designer"),
    "clarity": ("clarity-editor", "technical-writer"),
    "scope": ("scope-reviewer", "human-reviewer"),
}


class DefinitionFactory(DjangoModelFactory[WorkflowDefinition]):
    """A workflow of those `steps`, taken over as `workflow_sync` takes it over."""

    class Meta:
        model = WorkflowDefinition

    type = "tiny"
    steps = TINY
    upstream = ()

    @classmethod
    def _create(cls, model_class: Any, *_args: Any, **fields: Any) -> WorkflowDefinition:  # noqa: ARG003
        spec = {
            "type": fields["type"],
            "alias": fields.get("alias", fields["type"]),
            "title": "A test",
            "upstream": list(fields["upstream"]),
            "steps": [dict(step) for step in fields["steps"]],
        }
        found = definition.parse(spec, source="test.toml", known_artifact_types=ArtifactType.values)
        sync._take(found, found.as_spec())
        return WorkflowDefinition.objects.named(found.type)


class RoutingRuleFactory(DjangoModelFactory[RoutingRule]):
    """The default rule of a rejection type."""

    class Meta:
        model = RoutingRule

    rejection_type = "style"
    handler_agent = factory.LazyAttribute(lambda rule: DEFAULT_RULES[rule.rejection_type][0])
    escalation_target = factory.LazyAttribute(lambda rule: DEFAULT_RULES[rule.rejection_type][1])


def book_of(count: int = 2, **fields: Any) -> Book:
    """A book whose version 1.0.0 holds so many chapters: `01-one`, `02-one`, …"""
    texts = {f"{n:02}-one.md": f"# Chapter {n}\n\nSome words here.\n" for n in range(1, count + 1)}
    version: BookVersion = BookVersionFactory(book=BookFactory(**fields), texts=texts)
    return version.book


def set_up() -> None:
    """The shipped definitions and default rules, as `seed` makes them."""
    if not WorkflowDefinition.objects.filter(type="w1_editing").exists():
        sync.sync()
    if not RoutingRule.objects.exists():
        for rejection_type in DEFAULT_RULES:
            RoutingRuleFactory(rejection_type=rejection_type)


def started(
    book: Book | None = None,
    parameters: dict[str, Any] | None = None,
    *,
    workflow_type: str = "w1",
    actor: str = "ada",
    **more: Any,
) -> WorkflowRun:
    """A run begun through the real verb; `more` are the other fields of a NewRun."""
    set_up()
    slug = (book or book_of()).slug
    new = runs.NewRun(workflow_type, slug, parameters or {}, **more)
    return WorkflowRun.objects.named(runs.start(new, actor=actor)["id"])
