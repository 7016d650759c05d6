"""Which artifacts are stale: made from a text that their book no longer has."""

from pathlib import Path
from typing import Any

import pytest

from artifacts import staleness
from artifacts.models import Artifact, artifact, nouns
from artifacts.registry import Handed
from books import registry
from books.models import Book
from books.write_back import write_back
from tests.agents import Crew
from tests.contents import content_of
from tests.factories import DefinitionFactory, started, write_folder
from workflows import runs
from workflows.rebuilding import rebuild_of

pytestmark = pytest.mark.django_db
FILES = {
    "01-one.md": "# One\n\nFirst words.\n",
    "02-two.md": "# Two\n\nMore words.\n",
    "map.svg": "<svg/>",
}
OTHER: dict[str, str | None] = {"01-one.md": "# One\n\nOther words.\n"}

REPORT = content_of("review_report")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "book", FILES)


@pytest.fixture
def book(folder: Path) -> Book:
    return registry.register(slug="red", title="Red", source=folder)


def done(book: Book, workflow_type: str = "w1", **more: Any) -> Crew:
    crew = Crew(started(book, workflow_type=workflow_type, **more))
    crew.finish()
    return crew


def snapshot(book: Book, files: dict[str, str | None]) -> None:
    """Take a version that differs from the latest in these files; without those that are None."""
    write_back(book)
    for path, text in files.items():
        place = Path(book.source_path) / path
        place.unlink() if text is None else place.write_text(text)
    _, created = registry.snapshot(book)
    assert created


def stale(*crews: Crew) -> dict[str, list[str]]:
    """What is stale of all that these runs made, with what changed."""
    made = [one for crew in crews for one in Artifact.objects.filter(run=crew.run).order_by("pk")]
    causes = staleness.causes(made)
    return {
        f"{one.workflow_type[:2]} {one.step} {one.artifact_type}": causes[one.pk]
        for one in made
        if causes[one.pk]
    }


def test_what_runs_have_just_made_is_fresh(book: Book) -> None:
    assert stale(done(book), done(book, "w2")) == {}


def test_a_chapter_that_changes_makes_stale_what_was_made_from_it_and_nothing_else(
    book: Book,
) -> None:
    edited, typeset = done(book), done(book, "w2")
    snapshot(book, OTHER)
    assert stale(edited, typeset) == {
        "w1 plan improvement_plan": ["01-one"],
        "w1 write(01-one) chapter": ["01-one"],
        "w1 finalize release_notes": ["01-one"],
        "w1 finalize print_html": ["01-one"],
        "w1 finalize web_html": ["01-one"],
        "w1 finalize pdf_draft": ["01-one"],
        **{
            f"w2 {made}": ["01-one"]
            for made in (
                "pm_review improvement_plan",
                "layout layout_plan",
                "design design_plan",
                "create_pdf pdf_draft",
                "derive_digital pdf_digital",
                "derive_digital epub",
                "finalize pdf_print",
            )
        },
    }


def test_a_text_that_comes_back_makes_fresh_again(book: Book) -> None:
    typeset = done(book, "w2")
    snapshot(book, OTHER)
    assert stale(typeset)
    snapshot(book, {"01-one.md": FILES["01-one.md"]})
    assert stale(typeset) == {}


@pytest.mark.parametrize(
    ("files", "because"),
    [
        ({"01-one.md": None}, ["01-one"]),
        ({"03-three.md": "# Three\n"}, ["03-three"]),
    ],
)
def test_a_chapter_gone_or_gained_makes_stale_what_was_made_from_the_whole_book(
    book: Book, files: dict[str, Any], because: list[str]
) -> None:
    edited = done(book, parameters={"chapters": "02-two"})
    snapshot(book, files)
    found = stale(edited)
    assert found["w1 finalize pdf_draft"] == because
    assert "w1 write(02-two) chapter" not in found


def test_a_changed_map_makes_stale_what_shows_it_and_no_chapter(book: Book) -> None:
    edited, typeset = done(book), done(book, "w2")
    snapshot(book, {"map.svg": "<svg><g/></svg>"})
    found = stale(edited, typeset)
    assert found["w2 finalize pdf_print"] == ["map.svg"]
    assert not any(name.endswith(" chapter") for name in found)


def test_what_another_run_changed_makes_stale_and_ones_own_does_not(book: Book) -> None:
    first = done(book, parameters={"chapters": "01-one"})
    second = done(book, parameters={"chapters": "02-two"})
    assert stale(second) == {}
    found = stale(first)
    assert found["w1 finalize pdf_draft"] == ["02-two"]
    assert "w1 write(01-one) chapter" not in found


def test_what_was_made_from_something_stale_is_stale_whatever_its_own_version(book: Book) -> None:
    typeset = done(book, "w2")
    snapshot(book, {"02-two.md": "# Two\n\nQuite other words.\n"})
    published = done(book, "w3")
    assert stale(published)["w3 deploy deployment"] == ["02-two"]
    done(book, "w2")
    assert stale(done(book, "w3")) == {}
    assert stale(typeset)


def test_a_rerun_does_not_make_stale_what_it_reuses(book: Book) -> None:
    failed = Crew(started(book)).up_to("finalize")
    runs.cancel(failed.fresh(), actor="ada")
    again = Crew(runs.rerun(failed.fresh(), actor="ada"))
    again.finish()
    assert stale(failed, again) == {}


def test_a_list_asks_as_often_for_many_as_for_one(
    book: Book, django_assert_num_queries: Any
) -> None:
    done(book), done(book, "w2")
    snapshot(book, OTHER)
    with django_assert_num_queries(7):
        assert len(nouns(Artifact.objects.for_json()[:1])) == 1
    with django_assert_num_queries(7):
        rows = nouns(Artifact.objects.for_json())
    assert {row["stale"] for row in rows} == {True, False}


def test_the_rebuild_names_each_step_once_and_what_others_need_first(book: Book) -> None:
    done(book), done(book, "w2")
    newest = done(book, "w2")
    snapshot(book, OTHER)
    found = rebuild_of(book)
    assert found["version"] == "1.2.0"
    w2 = [one for one in found["rebuild"] if one["workflow_type"] == "w2_pdf"]
    names = ["pm_review", "layout", "design", "create_pdf", "derive_digital", "finalize"]
    assert [one["step"] for one in w2] == names
    assert {one["run"] for one in w2} == {newest.run.public_id}
    assert [len(one["artifacts"]) for one in w2] == [1, 1, 1, 1, 2, 1]
    assert all(one["because"] == ["01-one"] for one in found["rebuild"])


def test_the_rebuild_begins_upstream_though_that_was_done_again_since(book: Book) -> None:
    done(book), done(book, "w2"), done(book, "w3"), done(book, "w4")
    again = Crew(runs.rerun(done(book).fresh(), actor="ada", from_step="finalize"))
    again.finish()
    snapshot(book, OTHER)
    told = [one["workflow_type"] for one in rebuild_of(book)["rebuild"]]
    assert list(dict.fromkeys(told)) == ["w1_editing", "w2_pdf", "w3_publication"]
    assert told == sorted(told)


def test_what_a_playtest_showed_is_stale_and_not_made_again(book: Book) -> None:
    played = done(book, "w4")
    snapshot(book, OTHER)
    assert [one["artifact_type"] for one in rebuild_of(book)["stale"]] == [
        "playtest_session", "playtest_analysis", "playtest_feedback"
    ]  # fmt: skip
    assert rebuild_of(book)["rebuild"] == []
    assert stale(played)


def test_a_revision_is_not_made_again_and_a_translation_is(book: Book) -> None:
    translate = {"name": "translate", "agent": "translator", "foreach": "chapter",
                 "produces": ["chapter"]}  # fmt: skip
    DefinitionFactory(type="w5_localization", steps=[translate])
    done(book), done(book, "w5_localization")
    snapshot(book, OTHER)
    steps = {
        (one["workflow_type"], one["step"], one["item"]) for one in rebuild_of(book)["rebuild"]
    }
    assert steps == {
        ("w1_editing", "plan", None),
        ("w1_editing", "finalize", None),
        ("w5_localization", "translate", "01-one"),
    }


def test_when_all_is_done_again_nothing_is_left_to_rebuild(book: Book) -> None:
    done(book), done(book, "w2")
    snapshot(book, OTHER)
    assert {one["workflow_type"] for one in rebuild_of(book)["rebuild"]} == {
        "w1_editing",
        "w2_pdf",
    }
    done(book), done(book, "w2")
    assert rebuild_of(book)["rebuild"] == []


def test_the_command_lists_the_rebuild(book: Book, run_command: Any) -> None:
    done(book, "w2")
    assert run_command("artifact_stale", "red") == {
        "book": "red",
        "version": "1.0.0",
        "stale": [],
        "rebuild": [],
    }
    snapshot(book, OTHER)
    answer = run_command("artifact_stale", "red")
    assert [one["because"] for one in answer["stale"]] == [["01-one"]] * 7
    assert answer["rebuild"][-1]["artifacts"] == [answer["stale"][-1]["id"]]


def test_the_list_can_be_of_what_is_stale_alone(book: Book, run_command: Any) -> None:
    done(book), done(book, "w2")
    snapshot(book, OTHER)
    listed = run_command("artifact_list", "--book", "red")
    stale_ids = [one["id"] for one in listed if one["stale"]]
    assert 0 < len(stale_ids) < len(listed)
    only = run_command("artifact_list", "--book", "red", "--stale")
    assert [one["id"] for one in only] == stale_ids
    first = run_command("artifact_list", "--stale", "--limit", 2)
    assert [one["id"] for one in first] == stale_ids[:2]
    narrower = run_command("artifact_list", "--stale", "--type", "epub", "--latest")
    assert [one["artifact_type"] for one in narrower] == ["epub"]


def test_what_is_stale_is_found_behind_many_that_are_fresh(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(book, "w2")
    snapshot(book, OTHER)
    done(book, "w2")
    monkeypatch.setattr(artifact, "PASSED_OVER_AT_ONCE", 2)
    newest = Artifact.objects.order_by("-created_at", "-pk")
    expected = [one.pk for one in newest if one.stale]
    assert len(expected) == 7
    assert [one.pk for one in newest.stale(50)] == expected


def test_a_run_that_is_under_way_does_not_make_stale_what_it_makes(book: Book) -> None:
    crew = Crew(started(book))
    crew.up_to("edit").claim("editor").reject()
    crew.claim("style-editor").complete()
    assert [one["stale"] for one in crew.claim("editor", "writer").brief["inputs"]] == [False]
    crew = Crew(started(book)).up_to("validate")
    crew.claim("validator").complete(handed=[Handed.of_bytes("review_report", *REPORT)])
    assert stale(crew) == {}


def test_a_version_under_way_is_measured_by_the_one_it_builds_on(book: Book) -> None:
    crew = Crew(started(book)).up_to("approve")
    crew.decide()
    last = crew.claim("production-editor")
    runs.pause(crew.fresh(), actor="ada")
    last.complete()
    assert crew.fresh().status == "paused"
    assert stale(crew) == {}
    (Path(book.source_path) / "map.svg").write_text("<svg><g/></svg>")
    registry.snapshot(book, force=True)
    assert stale(crew)["w1 finalize pdf_draft"] == ["map.svg"]


def test_a_run_that_comes_to_the_same_texts_again_is_fresh(book: Book) -> None:
    first = done(book)
    again = Crew(runs.rerun(first.fresh(), actor="ada", from_step="plan"))
    assert again.finish().output_version == first.fresh().output_version
    assert stale(first, again) == {}


def test_a_revision_that_comes_back_makes_fresh_what_its_run_made(book: Book) -> None:
    edited = done(book)
    revised = book.versions.get(number="1.1.0").chapters.get(slug="01-one").text
    snapshot(book, OTHER)
    assert stale(edited)["w1 plan improvement_plan"] == ["01-one"]
    snapshot(book, {"01-one.md": revised})
    assert stale(edited) == {}


def test_what_judges_a_translation_is_as_fresh_as_its_original(book: Book) -> None:
    translate = {"name": "translate", "agent": "translator", "foreach": "chapter",
                 "produces": ["chapter"]}  # fmt: skip
    proofread = {"name": "proofread", "kind": "review", "agent": "proofreader",
                 "foreach": "chapter", "consumes": ["chapter"],
                 "produces": ["review_report"]}  # fmt: skip
    DefinitionFactory(type="w5_localization", steps=[translate, proofread])
    translated = done(book, "w5_localization")
    assert stale(translated) == {}
    snapshot(book, OTHER)
    assert stale(translated) == {
        "w5 translate(01-one) chapter": ["01-one"],
        "w5 proofread(01-one) review_report": ["01-one"],
    }


def test_a_file_of_a_chapters_name_does_not_hide_the_chapter(book: Book, folder: Path) -> None:
    write_folder(folder, {"01-one": "notes"})
    registry.snapshot(book)
    typeset, edited = done(book, "w2"), done(book, parameters={"chapters": "01-one"})
    snapshot(book, {"01-one": "other notes"})
    assert stale(edited)["w1 finalize pdf_draft"] == ["01-one"]
    assert "w1 write(01-one) chapter" not in stale(edited)
    assert stale(typeset)["w2 finalize pdf_print"] == ["01-one", "01-one"]
