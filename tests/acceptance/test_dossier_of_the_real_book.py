"""The dossier of a real rulebook's release, by commands alone, each a process of its own."""

import json
from pathlib import Path

from tests.dossiers import Unpacked
from tests.installation import Installation, installed

FIGHT, SKILLS = "10-combat-basics", "14-skills-system-overview"


def test_a_stranger_verifies_it_and_reads_who_approved_what(
    razorweave: Path, tmp_path: Path
) -> None:
    """The folder of the second release has the revisions; a person judges the one chapter, and
    mends it, the built-in agents do the rest."""
    revised = razorweave / "1.1.0" / "chapters"
    with installed(tmp_path) as call:
        call("book_register", "razorweave", "--title", "Razorweave",
             "--source", razorweave / "1.0.0" / "chapters")  # fmt: skip
        run = call("workflow_start", "--type", "w1", "--book", "razorweave",
                   "--param", f"chapters={FIGHT},{SKILLS}")["id"]  # fmt: skip
        call.plain("worker", "--until-idle")
        for _ in (FIGHT, SKILLS):
            hand_in(call, "writer", revised)
        judging = call("work_claim", "--agent", "editor", "--worker", "eve")
        quote = judging["brief"]["chapter"]["text"].splitlines()[0]
        call("work_reject", "--step", judging["step"]["id"], "--lease", judging["lease"],
             "--type", "style", "--reason", "Name it as the others are named.",
             "--passages", json.dumps([{"quote": quote}]))  # fmt: skip
        hand_in(call, "style-editor", revised)
        call.plain("worker", "--until-idle")
        call("gate_decide", run, "--decision", "approve", "--reason", "Ready.", "--actor", "grace")
        call.plain("worker", "--until-idle")
        assert call("workflow_status", run)["output_version"] == "1.1.0"
        asked = ("book_dossier", "razorweave", "--number", "1.1.0", "--to")
        first = call(*asked, tmp_path / "first.zip")
        again = call(*asked, tmp_path / "again.zip")
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "again.zip").read_bytes()
    assert first["digest"] == again["digest"]
    assert (first["approvals"], first["rejections"]) == (1, 1)
    dossier = Unpacked(tmp_path / "first.zip", tmp_path / "unpacked")
    told = dossier.verified()
    assert told.returncode == 0, told.stdout + told.stderr
    approved = {one["slug"]: one["approved"] for one in dossier.json("version")["chapters"]}
    assert {slug for slug, one in approved.items() if one} == {FIGHT, SKILLS}
    assert approved[FIGHT]["by"] == "grace"
    for name in ("pdf_draft/draft.pdf", "web_html/book.html", "release_notes/release-notes.md"):
        assert (dossier.folder / "artifacts/w1_editing" / name).stat().st_size > 0
    (sent_back,) = dossier.json("rejections")["rejections"]
    assert (sent_back["rejected_by"], sent_back["ending"]) == ("eve", "passed")
    assert sent_back["reworks"][0]["attempts"][0]["worker"] == "stan"


def hand_in(call: Installation, agent: str, folder: Path) -> None:
    """The chapter as the folder has it."""
    held = call("work_claim", "--agent", agent, "--worker", "stan")
    file = folder / held["brief"]["chapter"]["path"]
    call("work_complete", "--step", held["step"]["id"], "--lease", held["lease"],
         "--artifact", f"chapter={file}")  # fmt: skip
