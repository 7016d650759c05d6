"""Which artifacts are stale: made from a text that their book no longer has.

An artifact is stale when its step read such a text or was given what is stale. A step reads the
revisions it is given, and of other chapters the text of its version; what is about one chapter
answers for that chapter alone. A text has changed when the latest version has another or none, the
book also when it has one more; for what a run made, the run's own revisions are no change. While a
revision has become nobody's text, the text counts that it is to replace.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db import connection

if TYPE_CHECKING:
    from artifacts.models import Artifact

GIVEN = """
    WITH RECURSIVE found(id) AS (
        SELECT id FROM artifacts_artifact WHERE id IN ({})
        UNION
        SELECT source.id FROM found
        JOIN artifacts_artifact made ON made.id = found.id
        JOIN artifacts_artifactuse used ON used.step_id = made.step_id
        JOIN artifacts_artifact source ON source.id = used.artifact_id
        WHERE source.artifact_type <> 'chapter' AND source.id < made.id
    )
    SELECT made.id, made.run_id, made.step_id, made.book_id,
        CASE WHEN version.made_by_run_id = made.run_id AND run.status <> 'completed'
            THEN version.parent_id ELSE made.book_version_id END,
        made.item, source.id, source.artifact_type, source.item, source.digest,
        source.artifact_type = 'chapter' AND (
            SELECT became.id FROM books_chapter became
            JOIN books_bookversion edition ON edition.id = became.version_id
            LEFT JOIN workflows_workflowrun maker ON maker.id = edition.made_by_run_id
            WHERE became.digest = source.digest AND became.slug = source.item
            AND edition.book_id = made.book_id
            AND (maker.id IS NULL OR maker.status = 'completed')
            LIMIT 1) IS NOT NULL
    FROM found JOIN artifacts_artifact made ON made.id = found.id
    JOIN workflows_workflowrun run ON run.id = made.run_id
    LEFT JOIN books_bookversion version ON version.id = made.book_version_id
    LEFT JOIN artifacts_artifactuse used
        ON used.step_id = made.step_id AND used.artifact_id < made.id
    LEFT JOIN artifacts_artifact source ON source.id = used.artifact_id
    ORDER BY source.id
"""
"""What artifacts were made from, with what each one's step was given, and whether a revision among
that became the book's text; not what revisions were made from, which are texts themselves. Of a
version that the run itself makes and has not completed yet, the one that it builds on. The LIMIT
keeps PostgreSQL from reading all chapters there are."""


GONE = ""
Content = Mapping[str, str]  # the digest of each chapter by slug and of each file by path
FILE = "/"  # begins the path of a file, so that it is never a slug
Revision = tuple[str, str]  # a chapter's slug, and the digest of its text


class Given(NamedTuple):
    """A revision that a step was given; `became` is false until the book has its text."""

    digest: str
    became: bool


@dataclass
class Made:
    """An artifact, and what its step was given: revisions by chapter, other artifacts by id."""

    run: int
    step: int | None
    book: int
    version: int | None
    item: str
    revisions: dict[str, Given] = field(default_factory=dict)
    sources: set[int] = field(default_factory=set)


def mark(artifacts: Sequence["Artifact"]) -> dict[int, list[str]]:
    """Set `stale` of each, and answer its causes; so many queries however many they are."""
    found = causes(artifacts)
    for artifact in artifacts:
        artifact.stale = bool(found[artifact.pk])
    return found


def causes(artifacts: Sequence["Artifact"]) -> dict[int, list[str]]:
    """By the id of each artifact the chapters (slugs) and files (paths) that it was made from and
    that have changed since; none where it is not stale."""
    if not artifacts:
        return {}
    made = _made([one.pk for one in artifacts])
    read = _changes(made)
    own = _own({text for changed in read.values() for text in changed.items()})
    found: dict[int, dict[str, str]] = {}
    for pk in sorted(made):  # what something was made from is older
        one, changed = made[pk], dict(read[pk])
        for source in one.sources:
            changed |= found[source]
        found[pk] = {
            name: text
            for name, text in changed.items()
            if one.item in ("", name) and not own.made(one, (name, text))
        }
    return {
        artifact.pk: [name.removeprefix(FILE) for name in found[artifact.pk]]
        for artifact in artifacts
    }


def _changes(made: Mapping[int, Made]) -> dict[int, dict[str, str]]:
    """What each one's step read and the latest version has otherwise, as that has it."""
    latest = _latest({one.book for one in made.values()})
    contents = _contents({one.version for one in made.values() if one.version}, latest.values())
    compared = Compared(contents)
    return {pk: compared.since(one, latest.get(one.book, 0)) for pk, one in made.items()}


class Compared:
    """Texts as they were read, compared with those of another version; each two versions once."""

    def __init__(self, contents: Mapping[int, Content]) -> None:
        self.contents = contents
        self._known: dict[tuple[int, int], dict[str, str]] = {}

    def since(self, one: Made, latest: int) -> dict[str, str]:
        now = self.contents[latest]
        changed = dict(self._between(one.version or 0, latest))
        for chapter, given in one.revisions.items():
            text = now.get(chapter, GONE)
            if text == given.digest:
                changed.pop(chapter, None)
            elif given.became:
                changed[chapter] = text
        return changed

    def _between(self, version: int, latest: int) -> dict[str, str]:
        """What is not in both, as the latest has it."""
        if (version, latest) not in self._known:
            old, new = self.contents[version], self.contents[latest]
            names = [*old, *(new.keys() - old.keys())]
            self._known[version, latest] = {
                name: new.get(name, GONE)
                for name in names
                if new.get(name, GONE) != old.get(name, GONE)
            }
        return self._known[version, latest]


@dataclass(frozen=True)
class Own:
    """Which runs handed in a revision, and which steps those runs stand for, reused ones too."""

    runs: Mapping[Revision, Collection[int]]
    steps: Collection[tuple[int, int]]

    def made(self, one: Made, text: Revision) -> bool:
        """Whether a run that the artifact belongs to handed in this text."""
        runs = self.runs.get(text, ())
        return one.run in runs or any((run, one.step) in self.steps for run in runs)


def _made(artifacts: Sequence[int]) -> dict[int, Made]:
    """These artifacts and all that they were made from."""
    found: dict[int, Made] = {}
    with connection.cursor() as cursor:
        cursor.execute(GIVEN.format(", ".join(["%s"] * len(artifacts))), artifacts)
        for pk, *told, source, kind, item, digest, became in cursor.fetchall():
            made = found.setdefault(pk, Made(*told))
            if kind == "chapter":
                made.revisions[item] = Given(digest, bool(became))
            elif source:
                made.sources.add(source)
    return found


def _latest(books: Collection[int]) -> dict[int, int]:
    """The latest version of each book."""
    versions = _all("books.BookVersion").settled().filter(book__in=books)
    return dict(versions.order_by("rank").values_list("book", "pk"))


def _contents(*versions: Iterable[int]) -> dict[int, dict[str, str]]:
    wanted = set().union(*versions)
    found: dict[int, dict[str, str]] = defaultdict(dict)
    chapters = _all("books.Chapter").filter(version__in=wanted).order_by("position")
    for version, slug, digest in chapters.values_list("version", "slug", "source"):
        found[version][slug] = digest
    files = _all("books.Asset").filter(version__in=wanted)
    for version, path, digest in files.values_list("version", "path", "digest"):
        found[version][FILE + path] = digest
    return found


def _own(texts: Collection[Revision]) -> Own:
    made = _all("artifacts.Artifact").filter(
        artifact_type="chapter", delivered=True, digest__in={digest for _, digest in texts}
    )
    runs: dict[Revision, set[int]] = defaultdict(set)
    for run, *text in made.values_list("run", "item", "digest"):
        runs[text[0], text[1]].add(run)
    reused = _all("workflows.Step").filter(run__in=set().union(*runs.values()), reused_from__gt=0)
    return Own(runs, set(reused.values_list("run", "reused_from")))


def _all(model: str) -> Any:
    """The rows of a model, by name: books and workflows are not to be imported here."""
    return apps.get_model(model).objects.order_by()
