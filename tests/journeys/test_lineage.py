"""What artifacts were made from, and what was made from them."""

from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artifacts.lineage import lineage_of
from artifacts.models import Artifact
from books import registry
from books.models import Book
from tests.agents import Crew
from tests.factories import DefinitionFactory, book_of, started, write_folder
from workflows import runs

pytestmark = pytest.mark.django_db


class Lineage:
    """A lineage whose nodes are spoken of by what they are: `w2 finalize: pdf_print`."""

    def __init__(self, *artifacts: Artifact, direction: str = "up") -> None:
        self.noun = lineage_of(artifacts, direction)
        ids = [node["id"] for node in self.noun["nodes"]]
        assert len(ids) == len(set(ids))
        names = {node["id"]: _name(node) for node in self.noun["nodes"]}
        self.nodes = set(names.values())
        self.edges = {(names[one["from"]], names[one["to"]]) for one in self.noun["edges"]}
        assert len(self.noun["edges"]) == len({tuple(one.values()) for one in self.noun["edges"]})

    def before(self, name: str) -> set[str]:
        return {of for of, to in self.edges if to == name}

    def after(self, name: str) -> set[str]:
        return {to for of, to in self.edges if of == name}

    def in_order(self) -> list[str]:
        """Sources first. Raises CycleError where it goes in circles."""
        ids = [node["id"] for node in self.noun["nodes"]]
        before: dict[str, set[str]] = {one: set() for one in ids}
        for edge in self.noun["edges"]:
            before[edge["to"]].add(edge["from"])
        return list(TopologicalSorter(before).static_order())


def _name(node: dict[str, Any]) -> str:
    if node["kind"] != "artifact":
        return str(node["label"])
    item = f"({node['item']})" if node["item"] else ""
    return f"{node['workflow_type'][:2]} {node['step']}{item}: {node['artifact_type']}"


@pytest.fixture
def book() -> Book:
    return book_of(2, slug="red")


def done(book: Book, workflow_type: str = "w1", chapters: str = "") -> Crew:
    crew = Crew(
        started(book, {"chapters": chapters} if chapters else {}, workflow_type=workflow_type)
    )
    crew.finish()
    return crew


def test_a_document_leads_back_through_plans_and_chapters_to_the_first_version(book: Book) -> None:
    done(book, chapters="01-one")
    lineage = Lineage(done(book, "w2").artifact("pdf_print"))
    pdf = "w2 create_pdf: pdf_draft"
    assert lineage.before("w2 finalize: pdf_print") == {pdf, "red 1.1.0"}
    assert lineage.before(pdf) == {
        "w2 layout: layout_plan",
        "w2 design: design_plan",
        "red 1.1.0",
    }
    assert lineage.before("red 1.1.0") == {"Chapter 1 (1.1.0)", "Chapter 2 (1.0.0)"}
    assert lineage.before("Chapter 1 (1.1.0)") == {"w1 write(01-one): chapter"}
    assert lineage.before("w1 write(01-one): chapter") == {
        "w1 plan: improvement_plan",
        "Chapter 1 (1.0.0)",
    }
    assert lineage.before("w1 plan: improvement_plan") == {"red 1.0.0"}
    assert lineage.before("red 1.0.0") == {"Chapter 1 (1.0.0)", "Chapter 2 (1.0.0)"}
    assert lineage.in_order()[-1] == lineage_id(lineage, "w2 finalize: pdf_print")


def lineage_id(lineage: Lineage, name: str) -> str:
    return next(str(node["id"]) for node in lineage.noun["nodes"] if _name(node) == name)


def test_downward_it_leads_to_all_that_was_made_of_a_chapter_and_nothing_else(
    book: Book,
) -> None:
    first = done(book, chapters="01-one")
    done(book, chapters="02-one")
    done(book, "w2")
    lineage = Lineage(first.artifact("chapter", "01-one"), direction="down")
    assert lineage.before("Chapter 1 (1.1.0)") == {"w1 write(01-one): chapter"}
    assert {"red 1.1.0", "red 1.2.0", "w2 finalize: pdf_print"} <= lineage.nodes
    assert "Chapter 2 (1.0.0)" not in lineage.nodes
    planned = "w1 plan: improvement_plan"  # it read the whole of 1.1.0
    assert lineage.before("w1 write(02-one): chapter") == {planned}


def test_both_ways_is_the_one_and_the_other(book: Book) -> None:
    made = done(book, chapters="01-one").artifact("chapter", "01-one")
    done(book, "w2")
    up, down = Lineage(made), Lineage(made, direction="down")
    both = Lineage(made, direction="both")
    assert both.nodes == up.nodes | down.nodes
    assert both.edges >= up.edges | down.edges


def test_no_node_or_edge_stands_twice_through_several_runs(book: Book) -> None:
    for chapters in ("01-one", "02-one", "01-one,02-one"):
        done(book, chapters=chapters)
        last = done(book, "w2")
    lineage = Lineage(last.artifact("pdf_print"))
    assert len(lineage.in_order()) == len(lineage.noun["nodes"])
    versions = [node["label"] for node in lineage.noun["nodes"] if node["kind"] == "version"]
    assert sorted(versions) == ["red 1.0.0", "red 1.1.0", "red 1.2.0", "red 1.3.0"]


def test_a_text_that_a_run_brings_back_goes_in_no_circle(book: Book) -> None:
    before = book.versions.get().chapters.with_text().get(slug="01-one").text
    done(book, chapters="01-one")
    crew = Crew(started(book, {"chapters": "01-one"})).up_to("write")
    crew.claim("writer").complete(before)
    crew.finish()
    lineage = Lineage(crew.artifact("release_notes"))
    assert lineage.in_order()
    assert {"Chapter 1 (1.0.0)", "Chapter 1 (1.1.0)", "Chapter 1 (1.2.0)"} <= lineage.nodes


def test_a_second_round_was_made_from_the_text_of_the_first(book: Book) -> None:
    crew = Crew(started(book, {"chapters": "01-one"})).up_to("edit")
    first = crew.artifact("chapter", "01-one")
    crew.claim("editor").reject()
    crew.claim("style-editor").complete("better")
    second = Artifact.objects.get(supersedes=first)
    edges = {(one["from"], one["to"]) for one in lineage_of([second])["edges"]}
    assert (first.public_id, second.public_id) in edges


def test_a_rerun_reads_what_it_reuses(book: Book) -> None:
    failed = Crew(started(book, {"chapters": "01-one"})).up_to("finalize")
    runs.cancel(failed.fresh(), actor="ada")
    again = Crew(runs.rerun(failed.fresh(), actor="ada"))
    again.finish()
    lineage = Lineage(again.artifact("pdf_draft"))
    assert "w1 write(01-one): chapter" in lineage.before("w1 finalize: pdf_draft")
    assert "w1 plan: improvement_plan" in lineage.nodes


def test_an_artifact_beside_all_steps_was_made_from_its_version(book: Book) -> None:
    crew = done(book)
    made = crew.artifact("pdf_draft")
    Artifact.objects.filter(pk=made.pk).update(step=None)
    made.refresh_from_db()
    assert Lineage(made).before("w1 None: pdf_draft") == {"red 1.1.0"}


def test_it_takes_as_many_queries_for_eight_steps_as_for_one(book: Book) -> None:
    steps = [
        {"name": f"s{n}", "agent": "a", "produces": [kind], "consumes": before}
        for n, (kind, before) in enumerate(
            zip(DEEP, [[], *([kind] for kind in DEEP)], strict=False)
        )
    ]
    DefinitionFactory(type="deep", steps=steps)
    crew = done(book, "deep")
    counts = []
    for kind in (DEEP[0], DEEP[-1]):
        with CaptureQueriesContext(connection) as queries:
            lineage = Lineage(crew.artifact(kind))
        counts.append(len(queries))
    assert len([node for node in lineage.noun["nodes"] if node["kind"] == "artifact"]) == 8
    assert counts[0] == counts[1] == 9


DEEP = (
    "release_notes",
    "layout_plan",
    "design_plan",
    "qa_report",
    "marketing_copy",
    "announcement",
    "review_report",
    "improvement_plan",
)


def test_of_nothing_it_is_empty() -> None:
    assert lineage_of([]) == {"nodes": [], "edges": []}


def test_the_command_answers_the_same(book: Book, run_command: Any) -> None:
    made = done(book).artifact("pdf_draft")
    assert run_command("artifact_lineage", made.public_id) == lineage_of([made])
    svg = run_command("artifact_lineage", made.public_id, "--format", "svg")
    assert svg["graph"].startswith("<svg")
    assert svg["nodes"] == lineage_of([made])["nodes"]
    mermaid = run_command("artifact_lineage", made.public_id, "--format", "mermaid")
    assert mermaid["graph"].startswith("flowchart LR")
    down = run_command("artifact_lineage", made.public_id, "--direction", "down")
    assert down == {"nodes": lineage_of([made], "down")["nodes"], "edges": []}


def test_texts_that_are_alike_each_keep_their_revision_and_one_that_comes_back_has_its_own(
    tmp_path: Path,
) -> None:
    alike = "# Alike\n\nTo come.\n"
    folder = write_folder(tmp_path / "b", {f"0{n}.md": f"# {n}\n\nWords.\n" for n in range(3)})
    book = registry.register(slug="blue", title="Blue", source=folder)
    crew = Crew(started(book, {"chapters": "00,01"}))
    crew.claim().complete()
    for _ in range(2):
        crew.claim("writer").complete(alike)
    crew.finish()
    for text in (alike, "# 1\n\nOther words.\n", alike):
        write_folder(folder, {"00.md": alike, "01.md": text, "02.md": f"# 2\n\n{text}"})
        latest, _ = registry.snapshot(book)
    made = dict(latest.chapters.values_list("slug", "made_from"))
    expected = {item: crew.artifact("chapter", item).pk for item in ("00", "01")}
    assert (latest.number, made) == ("1.4.0", {**expected, "02": None})
