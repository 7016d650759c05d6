"""One zip with a version, what was made of it, and who judged it."""

import hashlib
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artifacts import store
from artifacts.models import Artifact
from books.models import Book
from books.registry import register
from events.dossier.making import make
from tests.agents import Crew
from tests.dossiers import FILES, WAIVER, Unpacked, edited, version
from tests.factories import started, write_folder
from workflows import runs

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(tmp_path: Path) -> Crew:
    return edited("saltmarsh", tmp_path / "saltmarsh")


@pytest.fixture
def dossier(crew: Crew, tmp_path: Path) -> Unpacked:
    make(version(), tmp_path / "dossier.zip")
    return Unpacked(tmp_path / "dossier.zip", tmp_path / "unpacked")


def test_a_stranger_verifies_it_with_sha256sum(dossier: Unpacked) -> None:
    told = dossier.verified()
    assert told.returncode == 0, told.stdout + told.stderr
    named = [line.removesuffix(": OK") for line in told.stdout.splitlines()]
    assert named == [name for name in dossier.files() if name != "SHA256SUMS"]


def test_what_a_stranger_changes_is_found(dossier: Unpacked) -> None:
    (dossier.folder / "manuscript/01-welcome.md").write_text("# Welcome\n\nGo away.\n")
    told = dossier.verified()
    assert told.returncode == 1
    assert "manuscript/01-welcome.md: FAILED" in told.stdout


def test_it_holds_the_text_and_what_was_delivered_last(dossier: Unpacked) -> None:
    text = "# Welcome\n\nHello there, patient reader.\n"
    assert dossier.folder.name == "saltmarsh-1.1.0"
    assert dossier.files("manuscript") == [f"manuscript/{path}" for path in sorted(FILES)[:2]] + [
        "manuscript/10-end.md",
        "manuscript/art/map of *all*.svg",
    ]
    assert dossier.text("manuscript/01-welcome.md") == text
    assert dossier.text("manuscript/02-rules.md") == FILES["02-rules.md"] + "\nRevised.\n"
    assert dossier.text("artifacts/w1_editing/chapter/01-welcome/01-welcome.md") == text
    listed = dossier.json("artifacts")
    assert sorted(one["file"] for one in listed) == dossier.files("artifacts")
    kinds = sorted(one["artifact_type"] for one in listed)
    assert kinds == ["chapter", "chapter", "improvement_plan", "pdf_draft", "print_html",
                     "release_notes", "web_html"]  # fmt: skip
    for one in listed:
        assert store.read(one["digest"]) == (dossier.folder / one["file"]).read_bytes()


def test_it_tells_who_decided_when_and_on_which_bytes(dossier: Unpacked) -> None:
    asked, approved = dossier.json("approvals")
    assert (asked["decision"], asked["reason"]) == ("request_changes", "Good is vague.")
    assert (asked["stands"], approved["stands"]) == (False, True)
    assert (approved["gate"], approved["role"]) == ("approve", "managing-editor")
    assert (approved["decided_by"], approved["decision"]) == ("grace", "approve")
    assert approved["reason"] == "Ready for the printer."
    assert approved["decided_at"].endswith("Z")
    lines = sorted(
        f"{one['artifact_type']} {one['item']} {one['path']} {one['digest']}\n"
        for one in approved["decided_on"]
    )
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == approved["digest"]
    for one in approved["decided_on"]:
        content = (dossier.folder / one["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == one["digest"]
    assert {one["file"] for one in asked["decided_on"]} == {
        None, "artifacts/w1_editing/chapter/02-rules/02-rules.md"
    }  # fmt: skip


def test_each_chapter_names_whose_approval_it_has(dossier: Unpacked, crew: Crew) -> None:
    welcome, rules, end = dossier.json("version")["chapters"]
    assert (welcome["approved"]["by"], welcome["approved"]["run"]) == ("grace", str(crew.run))
    assert welcome["text_from"]["version"] == "1.1.0"
    assert rules["approved"]["by"] == "grace"
    assert rules["approved"]["artifact"] == rules["text_from"]["artifact"]
    assert (end["text_from"], end["approved"]) == (None, None)
    page = dossier.text("approvals.md")
    assert "| The End | by hand | nobody |" in page


def test_it_tells_how_each_rejection_was_resolved(dossier: Unpacked) -> None:
    told = dossier.json("rejections")
    short, who, vague = told["rejections"]
    assert (short["rejected_by"], short["ending"]) == ("eve", "passed")
    assert (short["reason"], short["passages"][0]["quote"]) == (
        "Too | short.\nSay more.", "Hello there"
    )  # fmt: skip
    (rework,) = short["reworks"]
    assert rework["handler_agent"] == "style-editor"
    assert [(one["name"], one["attempt"], one["worker"]) for one in rework["attempts"]] == [
        ("write", 2, "stan")
    ]
    assert (short["passed_by"]["name"], short["passed_by"]["attempt"]) == ("edit", 2)
    assert who["ending"] == "overridden"
    assert who["overridden"]["by"] == "zoe"
    assert who["overridden"]["resolution"] == "The table above says who."
    assert (vague["step_name"], vague["ending"], vague["retry_count"]) == ("approve", "passed", 2)
    (escalation,) = told["escalations"]
    assert (escalation["acknowledged_by"], escalation["action"]) == ("zoe", "override")
    page = dossier.text("rejections.md")
    assert "> Too \\| short.\n> Say more.\n" in page
    assert "**Overridden** by zoe" in page


def test_it_tells_what_the_checks_find_and_what_was_waived(tmp_path: Path) -> None:
    text = f"# Rules\n\n{WAIVER}\nRoll 2D6.\n\nRoll the the dice.\n"
    folder = write_folder(tmp_path / "book", {"01-rules.md": text})
    register(slug="saltmarsh", title="Saltmarsh", source=folder)
    make(version("1.0.0"), tmp_path / "out.zip")
    dossier = Unpacked(tmp_path / "out.zip", tmp_path / "unpacked")
    checks = dossier.json("checks")
    (chapter,) = checks["chapters"]
    (waived,) = chapter["waived"]
    assert (waived["rule"], waived["waived_because"]) == (
        "dice-notation", "it quotes an older game"
    )  # fmt: skip
    (found,) = chapter["findings"]
    assert (found["rule"], found["line"], checks["house_style"]) == ("doubled-word", 6, "default")
    page = dossier.text("checks.md")
    assert "Reason: it quotes an older game" in page
    assert "01-rules, line 6, doubled-word" in page


def test_it_tells_runs_steps_and_who_did_them(dossier: Unpacked, crew: Crew) -> None:
    (run,) = dossier.json("runs")
    assert (run["id"], run["part"], run["status"]) == (str(crew.run), "made", "completed")
    assert len(run["steps"]) == crew.steps().count()
    assert {one["worker"] for one in run["steps"]} == {"ada", "eve", "stan", "hugh", "grace"}


def test_it_holds_what_later_workflows_made_of_the_version(crew: Crew, tmp_path: Path) -> None:
    pdf = Crew(started(crew.run.book, workflow_type="w2")).finish(decider="hugh")
    assert pdf.status == "completed"
    twice = Crew(started(crew.run.book, workflow_type="w2")).finish()
    going = Crew(started(crew.run.book, workflow_type="w3")).up_to("approve").run
    assert going.artifacts.filter(delivered=True).exists()
    make(version(), tmp_path / "out.zip")
    dossier = Unpacked(tmp_path / "out.zip", tmp_path / "unpacked")
    assert dossier.verified().returncode == 0
    prints = dossier.files("artifacts/w2_pdf/pdf_print")
    made = Artifact.objects.filter(run__in=[pdf, twice], artifact_type="pdf_print")
    assert prints == sorted(
        f"artifacts/w2_pdf/pdf_print/{one.public_id}/pdf_print.pdf" for one in made
    )
    told = {run["id"]: (run["part"], run["status"]) for run in dossier.json("runs")}
    assert told[str(pdf)] == ("used", "completed")
    assert told[str(going)] == ("used", "running")
    assert dossier.files("artifacts/w3_publication") == []
    readme = dossier.text("README.md")
    assert f"**Not finished:** the run `{going}` (w3_publication) is running" in readme
    assert "w2_pdf, gate `approve`: by **hugh**" in readme


def test_an_approval_that_a_rerun_took_over_is_told(crew: Crew, tmp_path: Path) -> None:
    failing = Crew(started(crew.run.book, {"chapters": "10-end"})).up_to("approve")
    failing.decide(actor="hugh")
    for _ in range(3):
        failing.claim("production-editor").fail()
    assert failing.fresh().status == "failed"
    again = Crew(runs.rerun(failing.fresh(), actor="ada")).finish()
    make(version("1.3.0"), tmp_path / "out.zip")
    dossier = Unpacked(tmp_path / "out.zip", tmp_path / "unpacked")
    assert again.output_version == version("1.3.0")
    told = {run["id"]: run["part"] for run in dossier.json("runs")}
    assert told == {str(failing.run): "reused", str(again): "made"}
    (approval,) = dossier.json("approvals")
    assert (approval["decided_by"], approval["run"]) == ("hugh", str(failing.run))
    assert [one["approved"]["by"] for one in dossier.json("version")["chapters"]] == [
        "grace", "grace", "hugh"
    ]  # fmt: skip
    assert dossier.files("artifacts/w1_editing/chapter") == [
        "artifacts/w1_editing/chapter/10-end/10-end.md"
    ]
    text_from = dossier.json("version")["chapters"][2]["text_from"]
    assert (text_from["run"], text_from["version"]) == (str(failing.run), "1.3.0")


def test_a_version_taken_by_hand_says_that_nobody_approved_it(crew: Crew, tmp_path: Path) -> None:
    make(version("1.0.0"), tmp_path / "out.zip")
    dossier = Unpacked(tmp_path / "out.zip", tmp_path / "unpacked")
    assert dossier.verified().returncode == 0
    assert dossier.json("approvals") == dossier.json("runs") == dossier.json("artifacts") == []
    assert "nobody approved anything of this version" in dossier.text("README.md")
    assert "No gate of any run decided on this version." in dossier.text("approvals.md")
    assert "Nothing was sent back." in dossier.text("rejections.md")


def test_a_house_style_that_cannot_be_read_any_more_is_told(tmp_path: Path, store: Path) -> None:
    folder = write_folder(tmp_path / "book", {**FILES, "house-style.toml": "# ours\n"})
    register(slug="styled", title="Styled", source=folder)
    held = version("1.0.0", "styled").assets.get(path="house-style.toml")
    make(version("1.0.0", "styled"), tmp_path / "out.zip")
    assert Unpacked(tmp_path / "out.zip", tmp_path / "a").json("checks")["house_style"] == "own"
    broken = b"[unknown]\n"
    held.digest, held.size_bytes = store_bytes(broken), len(broken)
    held.save()
    make(version("1.0.0", "styled"), tmp_path / "broken.zip")
    dossier = Unpacked(tmp_path / "broken.zip", tmp_path / "b")
    assert "unknown" in dossier.json("checks")["problem"]
    assert "could not be checked" in dossier.text("README.md")


def store_bytes(content: bytes) -> str:
    return store.keep(content).digest


def test_the_number_of_queries_does_not_grow(tmp_path: Path) -> None:
    def queries(slug: str, count: int) -> int:
        texts: dict[str, str | bytes] = {
            f"{n:02}.md": f"# {slug} {n}\n\nText.\n" for n in range(1, count + 1)
        }
        register(slug=slug, title=slug, source=write_folder(tmp_path / slug, texts))
        crew = Crew(started(Book.objects.get(slug=slug))).up_to("edit")
        for _ in range(count):
            crew.claim("editor").reject()
        crew.finish()
        for _ in range(count):
            Crew(started(crew.run.book, workflow_type="w2")).finish()
        with CaptureQueriesContext(connection) as captured:
            assert make(version(slug=slug), tmp_path / f"{slug}.zip")["rejections"] == count
        return len(captured)

    assert queries("few", 1) == queries("many", 4)
