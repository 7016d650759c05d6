"""Whatever happens to a book, lineage and staleness are what the rows say, read plainly."""

import random
from collections import defaultdict
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from artifacts import staleness
from artifacts.lineage import lineage_of, walk
from artifacts.models import Artifact, ArtifactUse
from artifacts.registry import Handed
from books import registry
from books.errors import BooksError
from books.models import Asset, Book, BookVersion, Chapter
from tests.agents import Claimed, Crew
from tests.contents import content_of
from tests.factories import DefinitionFactory, started, write_folder
from workflows import runs
from workflows.errors import WorkflowsError
from workflows.models import Step
from workflows.rebuilding import rebuild_of

pytestmark = pytest.mark.django_db
SLUGS = ("01", "02", "03")
TEXTS = [f"# Text {n}\n\nWords {n}.\n" for n in range(4)]
LOCALIZATION = (
    {"name": "translate", "agent": "translator", "foreach": "chapter", "consumes": ["chapter?"],
     "produces": ["chapter"]},
    {"name": "proofread", "kind": "review", "agent": "proofreader", "foreach": "chapter",
     "consumes": ["chapter"], "produces": ["review_report?"]},
    {"name": "print", "agent": "printer", "consumes": ["chapter"], "produces": ["pdf_draft"]},
)  # fmt: skip
KINDS = ("w1", "w1", "w2", "w3", "w4", "w5_localization")


class Story:
    """A book to which things happen at random; what is refused does not happen."""

    def __init__(self, book: Book, seed: int) -> None:
        self.book, self.crews = book, list[Crew]()
        self.dice = random.Random(seed)  # noqa: S311
        self.folder = Path(book.source_path)

    def go_on(self) -> None:
        acts = (self.begin, self.work, self.work, self.finish, self.cancel, self.rerun, self.take)
        with suppress(WorkflowsError, BooksError):
            self.dice.choice(acts)()

    def begin(self) -> None:
        chapters = self.dice.sample(SLUGS, self.dice.randint(1, 3))
        known = list(self.book.versions.values_list("number", flat=True))
        number = self.dice.choice([*known, *[""] * 10])
        run = started(
            self.book,
            {"chapters": ",".join(chapters)} if self.dice.random() < 0.7 else {},
            workflow_type=self.dice.choice(KINDS),
            input_version=number,
        )
        self.crews.append(Crew(run))

    def work(self) -> None:
        crew = self._open()
        for _ in range(self.dice.randint(1, 12)):
            self._step(crew)

    def finish(self) -> None:
        crew = self._open()
        for _ in range(60):
            if crew.fresh().status == "running":
                self._step(crew, kind=True)

    def cancel(self) -> None:
        if self.dice.random() < 0.5:
            runs.cancel(self._open().fresh(), actor="ada")

    def rerun(self) -> None:
        ended = [one for one in self.crews if one.fresh().finished_at]
        run = self.dice.choice(ended or self.crews or [Crew(started(self.book))]).fresh()
        names = [spec.name for spec in run.definition.parsed.steps]
        again = runs.rerun(run, actor="ada", from_step=self.dice.choice([*names, ""]))
        self.crews.append(Crew(again))

    def take(self) -> None:
        place = self.folder / self.dice.choice(
            ("01.md", "02.md", "03.md", "04.md", "map.svg", "01", "SUMMARY.md")
        )
        if self.dice.random() < 0.2 and place.exists():
            place.unlink()
        elif self.dice.random() < 0.1 and (self.folder / "02.md").exists():
            (self.folder / "02.md").rename(self.folder / "05.md")
        elif place.name == "SUMMARY.md":
            links = self.dice.sample(SLUGS, 3)
            place.write_text("".join(f"- [x]({one}.md)\n" for one in links))
        else:
            place.write_text(self.dice.choice(TEXTS))
        registry.snapshot(self.book, force=True)

    def _open(self) -> Crew:
        going = [one for one in self.crews if one.fresh().status == "running"]
        return self.dice.choice(going or [Crew(started(self.book))])

    def _step(self, crew: Crew, *, kind: bool = False) -> None:
        if claimed := crew.try_claim():
            strict = claimed.answer["step"]["kind"] == "review" and not kind
            if strict and self.dice.random() < 0.4:
                claimed.reject(items=self._items(claimed))
            elif self.dice.random() < 0.1 and not kind:
                claimed.release()
            else:
                self._complete(claimed)
        elif crew.fresh().status == "running" and crew.open():
            crew.decide()

    def _items(self, claimed: Claimed) -> tuple[str, ...]:
        return () if claimed.item or claimed.name != "validate" else ("all",)

    def _complete(self, claimed: Claimed) -> None:
        text = self.dice.choice([*TEXTS, None]) if claimed.item else None
        reports = "review_report?" in claimed.brief["produces"] and self.dice.random() < 0.5
        report = [Handed.of_bytes("review_report", *content_of("review_report"))]
        claimed.complete(text, handed=report if reports else None)


class Plainly:
    """The same questions answered one row at a time."""

    def __init__(self) -> None:
        self.artifacts = {one.pk: one for one in Artifact.objects.select_related("run")}
        self.given: dict[int | None, list[int]] = defaultdict(list)
        for use in ArtifactUse.objects.order_by("artifact"):
            self.given[use.step_id].append(use.artifact_id)
        self.chapters: dict[int | None, dict[str, Chapter]] = defaultdict(dict)
        for one in Chapter.objects.all():
            self.chapters[one.version_id][one.slug] = one
        self.files: dict[int, dict[str, str]] = defaultdict(dict)
        for file in Asset.objects.all():
            self.files[file.version_id][file.path] = file.digest
        self.versions = {one.pk: one for one in BookVersion.objects.with_run()}
        self.settled = [one.pk for one in self.versions.values() if one.is_settled]
        self.latest = BookVersion.objects.latest_of(Book.objects.get()).pk
        self.known: dict[int, set[tuple[str, str]]] = {}

    def made_from(self, pk: int) -> set[int]:
        made = self.artifacts[pk]
        given = {one for one in self.given[made.step_id] if one < pk}
        told = [self.artifacts[one] for one in self.given[made.step_id]]
        instead = {one.item for one in told if one.artifact_type == "chapter"}
        read = {
            one.made_from_id
            for slug, one in self.chapters[made.book_version_id].items()
            if made.item in ("", slug) and slug not in instead
        }
        return given | {one for one in read if one and one < pk}

    @cached_property
    def sources(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for pk in sorted(self.artifacts):
            found[pk] = {pk}.union(*(found[one] for one in self.made_from(pk)))
        return found

    @cached_property
    def became(self) -> set[tuple[str, str]]:
        return {
            (slug, one.digest) for pk in self.settled for slug, one in self.chapters[pk].items()
        }

    @cached_property
    def own(self) -> dict[int, set[tuple[str, str]]]:
        """By the id of each artifact the texts that a run it belongs to handed in."""
        belongs = defaultdict(set)
        for step, run in Step.objects.exclude(reused_from=None).values_list("reused_from", "run"):
            belongs[step].add(run)
        texts = defaultdict(set)
        for one in self.artifacts.values():
            if one.artifact_type == "chapter" and one.delivered:
                texts[one.run_id].add((one.item, one.digest))
        return {
            pk: set().union(*(texts[run] for run in {one.run_id, *belongs[one.step_id]}))
            for pk, one in self.artifacts.items()
        }

    def changed(self, pk: int) -> set[tuple[str, str]]:
        """What made it stale: `chapter` or `file`, and its name."""
        if pk not in self.known:
            self.known[pk] = set(self._changed(pk))
        return self.known[pk]

    def _changed(self, pk: int) -> Any:
        made = self.artifacts[pk]
        version = self.versions[made.book_version_id or 0]
        if version.made_by_run_id == made.run_id and made.run.status != "completed":
            version = self.versions[version.parent_id or 0]
        sources = [self.artifacts[one] for one in self.given[made.step_id] if one < pk]
        others = [one.pk for one in sources if one.artifact_type != "chapter"]
        changes = {*self._chapters(version.pk, sources), *self._files(version.pk)}
        for kind, name in changes.union(*map(self.changed, others)):
            own = kind == "chapter" and (name, self._now(name)) in self.own[pk]
            if not own and (not made.item or (kind, name) == ("chapter", made.item)):
                yield kind, name

    def _chapters(self, version: int, sources: list[Artifact]) -> Any:
        read = {slug: one.digest for slug, one in self.chapters[version].items()}
        for one in sources:
            ours = (one.item, one.digest) in self.became or one.digest == self._now(one.item)
            if one.artifact_type == "chapter" and ours:
                read[one.item] = one.digest
        names = {*read, *self.chapters[self.latest]}
        return (("chapter", one) for one in names if read.get(one, "") != self._now(one))

    def _files(self, version: int) -> Any:
        then, now = self.files[version], self.files[self.latest]
        return (("file", one) for one in {*then, *now} if then.get(one) != now.get(one))

    def _now(self, slug: str) -> str:
        now = self.chapters[self.latest]
        return now[slug].digest if slug in now else ""


@pytest.mark.parametrize("seed", range(12))
def test_lineage_and_staleness_are_what_the_rows_say(seed: int, tmp_path: Path) -> None:
    book = told(seed, tmp_path / "red")
    plain = Plainly()
    every = list(Artifact.objects.order_by("pk"))
    assert len(every) > 20
    derived = defaultdict(set)
    for pk, sources in plain.sources.items():
        assert walk.sources([pk]) == sources
        for one in sources:
            derived[one].add(pk)
    for pk in plain.artifacts:
        assert walk.derived([pk]) == derived[pk]
    causes = staleness.causes(every)
    assert {pk: sorted(names) for pk, names in causes.items()} == {
        pk: sorted(name for _, name in plain.changed(pk)) for pk in plain.artifacts
    }
    stale = {one["id"] for one in rebuild_of(book)["stale"]}
    assert stale <= {one.public_id for one in every if causes[one.pk]}
    for made in every[seed % 5 :: len(every) // 8]:
        assert drawn(made, "up") == {plain.artifacts[pk].public_id for pk in plain.sources[made.pk]}
        assert drawn(made, "down") == {plain.artifacts[pk].public_id for pk in derived[made.pk]}
        assert staleness.causes([made])[made.pk] == causes[made.pk]


def told(seed: int, folder: Path) -> Book:
    """A book to which forty things happened."""
    DefinitionFactory(type="w5_localization", steps=LOCALIZATION, upstream=["w1_editing"])
    files = {f"{one}.md": f"# {one}\n\nFirst.\n" for one in SLUGS}
    source = write_folder(folder, {**files, "map.svg": "<svg/>"})
    story = Story(registry.register(slug="red", title="Red", source=source), seed)
    for _ in range(40):
        story.go_on()
    return story.book


def drawn(made: Artifact, direction: str) -> set[str]:
    """The artifacts in a lineage whose every edge joins two of its nodes."""
    noun = lineage_of([made], direction)
    names = {node["id"] for node in noun["nodes"]}
    assert all({edge["from"], edge["to"]} <= names for edge in noun["edges"])
    return {node["id"] for node in noun["nodes"] if node["kind"] == "artifact"}
