"""From a real rulebook's print file back to its first version, and what one changed chapter makes
stale: W1 by the built-in agents, W2 by external ones, through the commands alone."""

import json
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypandoc
import pytest

REVISED = ("10-combat-basics", "14-skills-system-overview")
LINE = "\nAsk the whole table before you roll.\n"
PLANS = ("improvement_plan", "layout_plan", "design_plan")


@pytest.fixture
def folder(razorweave: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(razorweave / "1.0.0" / "chapters", tmp_path / "manuscript"))


def edit(run_command: Any, folder: Path) -> dict[str, Any]:
    """W1 on 1.0.0 by the built-in agents, with two chapters revised; where the run stands."""
    run_command("seed")
    run_command("book_register", "--slug", "razorweave", "--title", "Razorweave",
                "--source", folder)  # fmt: skip
    drafts = folder.parent / "drafts"
    drafts.mkdir()
    for name in REVISED:
        (drafts / f"{name}.md").write_text((folder / f"{name}.md").read_text() + LINE)
    run = run_command("workflow_start", "--type", "w1", "--book", "razorweave",
                      "--param", f"revisions={drafts}")["id"]  # fmt: skip
    run_command("worker", "--until-idle")
    run_command("gate_decide", run, "--decision", "approve", "--actor", "grace")
    run_command("worker", "--until-idle")
    return dict(run_command("workflow_status", run))


def typeset(run_command: Any, work: Path) -> str:
    """W2 by an external agent who hands in plans, real PDFs and a real EPUB; the run."""
    work.mkdir()
    run = str(run_command("workflow_start", "--type", "w2", "--book", "razorweave")["id"])
    agents = {"product-manager", "layout-designer", "designer", "pdf-creator", "pdf-editor",
              "production-editor"}  # fmt: skip
    claim = ["work_claim", "--run", run, *(word for one in agents for word in ("--agent", one))]
    for _ in range(9):
        while claimed := run_command(*claim):
            hand_in(run_command, claimed, work)
        status = run_command("workflow_status", run)
        if status["status"] == "completed":
            return run
        run_command("gate_decide", run, "--decision", "approve", "--actor", "grace")
    raise AssertionError(status)


def hand_in(run_command: Any, claimed: dict[str, Any], work: Path) -> None:
    made = []
    for kind in claimed["brief"]["produces"]:
        if not kind.endswith("?"):
            made += ["--artifact", f"{kind}={document(run_command, kind, claimed['brief'], work)}"]
    step, lease = claimed["step"]["id"], claimed["lease"]
    run_command("work_complete", "--step", step, "--lease", lease, *made)


def document(run_command: Any, kind: str, brief: dict[str, Any], work: Path) -> Path:
    """What an external agent makes: notes of its own, and documents from what it was given."""
    if kind in PLANS:
        file = work / f"{kind}.json"
        file.write_text(json.dumps({"goal": f"a {kind} for {brief['version']}"}))
        return file
    if kind == "epub":
        file = work / "razorweave.epub"
        pypandoc.convert_text("# Razorweave\n\nFirst words.\n", "epub", "md", outputfile=str(file))
        return file
    given = [one["id"] for one in brief["inputs"] if one["artifact_type"] == "pdf_draft"]
    listed = run_command("artifact_list", "--book", "razorweave", "--type", "pdf_draft")
    file = work / f"{kind}.pdf"
    if not file.exists():
        run_command("artifact_show", (given or [listed[0]["id"]])[0], "--output", file)
    return file


def test_a_print_file_leads_back_to_the_first_version_and_a_changed_chapter_makes_it_stale(
    db: None, folder: Path, run_command: Any
) -> None:
    edited = edit(run_command, folder)
    assert (edited["status"], edited["output_version"]) == ("completed", "1.1.0")
    typeset(run_command, folder.parent / "work")
    [made] = run_command("artifact_list", "--book", "razorweave", "--type", "pdf_print")
    lineage = run_command("artifact_lineage", made["id"])
    labels = {node["id"]: node["label"] for node in lineage["nodes"]}
    edges = {(labels[one["from"]], labels[one["to"]]) for one in lineage["edges"]}
    way = [
        "razorweave 1.0.0",
        "improvement_plan improvement-plan.json",
        "chapter 10-combat-basics.md",
        "pdf_draft draft.pdf",
        "improvement_plan improvement_plan.json",
        "layout_plan layout_plan.json",
        "design_plan design_plan.json",
        "pdf_draft pdf_draft.pdf",
        "pdf_print pdf_print.pdf",
    ]
    assert set(pairwise(way)) <= edges
    assert ("10. Combat Basics (1.0.0)", "chapter 10-combat-basics.md") in edges
    assert {one["kind"] for one in lineage["nodes"]} == {"artifact", "chapter", "version"}
    assert run_command("artifact_stale", "razorweave")["rebuild"] == []

    run_command("book_export", "razorweave", "--to-source")
    changed = folder / "10-combat-basics.md"
    changed.write_text(changed.read_text() + "\nNobody fights alone.\n")
    assert run_command("book_snapshot", "razorweave")["number"] == "1.2.0"
    listed = run_command("artifact_list", "--book", "razorweave", "--limit", "100")
    fresh = {(one["artifact_type"], one["item"]) for one in listed if not one["stale"]}
    untouched = "14-skills-system-overview"
    assert fresh == {("chapter", untouched), ("review_report", untouched)}
    answer = run_command("artifact_stale", "razorweave")
    assert {one["id"] for one in answer["stale"]} == {one["id"] for one in listed if one["stale"]}
    assert [(one["workflow_type"], one["step"]) for one in answer["rebuild"]] == [
        ("w1_editing", "plan"),
        ("w1_editing", "validate"),
        ("w1_editing", "finalize"),
        ("w2_pdf", "pm_review"),
        ("w2_pdf", "layout"),
        ("w2_pdf", "design"),
        ("w2_pdf", "create_pdf"),
        ("w2_pdf", "derive_digital"),
        ("w2_pdf", "finalize"),
    ]
    assert {tuple(one["because"]) for one in answer["rebuild"]} == {("10-combat-basics",)}
