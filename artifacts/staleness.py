"""Which artifacts are stale: made from a text that their book no longer has.

An artifact was made from what its step read, and from all that whatever its step was given was made
from. A step reads the revisions it is given, and of other chapters the text of its version; what is
about one chapter answers for that chapter alone. A text has changed when the latest version has
another or none, the book also when it has one more; for what a run made, the run's own revisions
are no change.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db import connection

if TYPE_CHECKING:
    from artifacts.models import Artifact

MADE_FROM = """
    WITH RECURSIVE made_from(root, id) AS (
        SELECT id, id FROM artifacts_artifact WHERE id IN ({})
        UNION
        SELECT made_from.root, source.id FROM made_from
        JOIN artifacts_artifact made ON made.id = made_from.id
        JOIN artifacts_artifactuse used ON used.step_id = made.step_id
        JOIN artifacts_artifact source ON source.id = used.artifact_id
        WHERE source.artifact_type <> 'chapter' AND source.id < made.id
    )
    SELECT made_from.root, source.step_id, source.book_version_id, source.item
    FROM made_from JOIN artifacts_artifact source ON source.id = made_from.id
"""
"""What each root was made from; not what revisions were made from, which are texts themselves."""


class Source(NamedTuple):
    """One of the artifacts that a root was made from, itself included: what its step read."""

    step: int | None
    version: int | None
    item: str


class Text(NamedTuple):
    """The digest of a chapter or file, and the revision that a chapter's text came from."""

    digest: str
    revision: int | None = None


Content = dict[str, Text]  # chapters by slug and files by path: all that a version holds


def mark(artifacts: Sequence["Artifact"]) -> None:
    """Set `stale` of each; so many queries however many they are."""
    found = causes(artifacts)
    for artifact in artifacts:
        artifact.stale = bool(found[artifact.pk])


def causes(artifacts: Sequence["Artifact"]) -> dict[int, list[str]]:
    """By the id of each artifact the chapters (slugs) and files (paths) that it was made from and
    that have changed since; none where it is not stale."""
    if not artifacts:
        return {}
    sources = _sources([one.pk for one in artifacts])
    latest = _latest({one.book_id for one in artifacts})
    read = {one.version for made_from in sources.values() for one in made_from if one.version}
    given = _given({one.step for made_from in sources.values() for one in made_from if one.step})
    contents = _contents(read | set(latest.values()))
    changes = {
        one.pk: _changes(one, sources[one.pk], given, contents, latest.get(one.book_id, 0))
        for one in artifacts
    }
    own = _own(artifacts, {text.revision for found in changes.values() for text in found.values()})
    return {
        one.pk: [name for name, text in changes[one.pk].items() if not own.made(one, text)]
        for one in artifacts
    }


def _changes(
    one: "Artifact",
    sources: Collection[Source],
    given: Mapping[int | None, Mapping[str, str]],
    contents: Mapping[int, Content],
    latest: int,
) -> Content:
    """What of the latest text is not as it was read; a digest is empty where it is gone."""
    now, found = contents.get(latest, {}), Content()
    for source in sources:
        revised = given.get(source.step, {})
        for name, read in _read(source, revised, contents.get(source.version or 0, {}), now):
            if one.item in ("", name) and now.get(name, Text("")).digest != read:
                found[name] = now.get(name, Text(""))
    return found


def _read(
    source: Source, revised: Mapping[str, str], version: Content, now: Content
) -> Iterator[tuple[str, str]]:
    """Each chapter and file that a step read, with its digest; one that the book gained since
    without."""
    names = [source.item] if source.item else [*version, *(now.keys() - version.keys())]
    for name in names:
        yield name, revised.get(name) or version.get(name, Text("")).digest


def _sources(roots: Sequence[int]) -> dict[int, set[Source]]:
    """By root, what it was made from."""
    found = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(MADE_FROM.format(", ".join(["%s"] * len(roots))), roots)
        for root, *source in cursor.fetchall():
            found[root].add(Source(*source))
    return found


def _given(steps: Collection[int]) -> dict[int | None, dict[str, str]]:
    """By step, the digests of the revisions that it was given, by chapter."""
    uses = _all("artifacts.ArtifactUse").filter(step__in=steps, artifact__artifact_type="chapter")
    found: dict[int | None, dict[str, str]] = defaultdict(dict)
    rows = uses.order_by("artifact").values_list("step", "artifact__item", "artifact__digest")
    for step, item, digest in rows:
        found[step][item] = digest
    return found


def _latest(books: Collection[int]) -> dict[int, int]:
    """The latest version of each book."""
    versions = _all("books.BookVersion").settled().filter(book__in=books)
    return dict(versions.order_by("rank").values_list("book", "pk"))


def _contents(versions: Collection[int]) -> dict[int, Content]:
    found: dict[int, Content] = defaultdict(dict)
    chapters = _all("books.Chapter").filter(version__in=versions).order_by("position")
    for version, slug, *text in chapters.values_list("version", "slug", "source", "made_from"):
        found[version][slug] = Text(*text)
    files = _all("books.Asset").filter(version__in=versions)
    for version, path, digest in files.values_list("version", "path", "digest"):
        found[version][path] = Text(digest)
    return found


@dataclass(frozen=True)
class Own:
    """Which run made a revision, and which steps those runs stand for, reused ones too."""

    runs: Mapping[int, int]
    steps: Collection[tuple[int, int]]

    def made(self, one: "Artifact", text: Text) -> bool:
        """Whether the text is a revision by a run that the artifact belongs to."""
        run = self.runs.get(text.revision or 0)
        return run is not None and (run == one.run_id or (run, one.step_id) in self.steps)


def _own(artifacts: Sequence["Artifact"], revisions: set[int | None]) -> Own:
    made = _all("artifacts.Artifact").filter(pk__in=revisions - {None})
    runs = dict(made.values_list("pk", "run"))
    steps = {one.step_id for one in artifacts if one.step_id}
    rows = _all("workflows.Step").filter(run__in=set(runs.values()), reused_from__in=steps)
    return Own(runs, set(rows.values_list("run", "reused_from")))


def _all(model: str) -> Any:
    """The rows of a model, by name: books and workflows are not to be imported here."""
    return apps.get_model(model).objects.order_by()
