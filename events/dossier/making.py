"""Makes the dossier of a version: gathers, lists, packs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from artifacts.models import Artifact
from books.models import Asset, BookVersion, Chapter
from events.dossier import manuscript
from events.dossier.approvals import decisions
from events.dossier.checks import checked
from events.dossier.lineage import lineage
from events.dossier.members import Member, as_json, stored, sums, written
from events.dossier.names import names_of
from events.dossier.packing import pack, refuse_taken
from events.dossier.pages import pages
from events.dossier.rejections import rejected
from events.dossier.selection import Selection, select

SUMS = "SHA256SUMS"


def make(version: BookVersion, to: Path) -> dict[str, Any]:
    """Write it into the new file `to`, and tell what is in it.

    Raises Conflict for a version that is not settled and for a file that exists.
    """
    refuse_taken(to)
    selection = select(version)
    chapters, assets = manuscript.chapters_of(version), manuscript.assets_of(version)
    files = {pk: f"artifacts/{name}" for pk, name in names_of(selection.artifacts).items()}
    record = _record(selection, files, manuscript.told(version, chapters, assets))
    members = [
        *(as_json(f"{name}.json", told) for name, told in record.items()),
        *pages(record),
        *_texts(chapters, assets),
        *(stored(files[one.pk], one.digest, one.size_bytes) for one in selection.artifacts),
    ]
    members.sort(key=lambda member: member.name.encode())
    folder = f"{version.book.slug}-{version.number}"
    packed = pack(to, folder, [sums(SUMS, members), *members])
    return {**_answer(record), "file": str(to), **packed._asdict()}


def _record(
    selection: Selection, files: Mapping[int, str], version: dict[str, Any]
) -> dict[str, Any]:
    """All that is told, by the name of its JSON file."""
    replaced = selection.replaced
    return {
        "version": version,
        "runs": _runs(selection),
        "artifacts": [
            {
                **_artifact(one, files[one.pk]),
                "replaced_by": files[other.pk] if (other := replaced.get(one.pk)) else None,
            }
            for one in selection.artifacts
        ],
        "approvals": decisions(selection, files),
        "rejections": rejected(selection),
        "checks": checked(selection.version),
        "lineage": lineage(selection.artifacts),
    }


def _runs(selection: Selection) -> list[dict[str, Any]]:
    steps: dict[int, list[dict[str, Any]]] = {}
    for step in selection.steps:
        steps.setdefault(step.run_id, []).append(_lasting(step.as_json()))
    return [
        {**_lasting(run.as_json()), "part": selection.part_of(run), "steps": steps.get(run.pk, [])}
        for run in selection.runs
    ]


def _lasting(noun: dict[str, Any]) -> dict[str, Any]:
    """Without what is only of use while work goes on."""
    passing = ("current_step", "current_agent", "updated_at", "lease_expires_at", "digest")
    return {key: value for key, value in noun.items() if key not in passing}


def _artifact(artifact: Artifact, file: str) -> dict[str, Any]:
    step = artifact.step
    return {
        **artifact.as_made(),
        "file": file,
        "workflow_type": artifact.workflow_type,
        "step_name": step.name if step else None,
        "agent": step.agent if step else None,
        "worker": step.worker if step else None,
    }


def _texts(chapters: list[Chapter], assets: list[Asset]) -> list[Member]:
    """The manuscript, at the paths it had."""
    return [
        *(written(f"manuscript/{one.path}", one.text, one.digest) for one in chapters),
        *(stored(f"manuscript/{one.path}", one.digest, one.size_bytes) for one in assets),
    ]


def _answer(record: dict[str, Any]) -> dict[str, Any]:
    version, checks = record["version"], record["checks"]
    return {
        "book": version["book"],
        "version": version["number"],
        "chapters": len(version["chapters"]),
        "assets": len(version["assets"]),
        "runs": len(record["runs"]),
        "artifacts": len(record["artifacts"]),
        "approvals": sum(1 for one in record["approvals"] if one["decision"] == "approve"),
        "rejections": len(record["rejections"]["rejections"]),
        "escalations": len(record["rejections"]["escalations"]),
        "findings": checks["errors"] + checks["warnings"],
        "waived": checks["waived"],
    }
