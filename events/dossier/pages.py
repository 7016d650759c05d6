"""What people read of a dossier, as Markdown."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.template.loader import render_to_string

from events.dossier.members import Member, written

PAGES = ("README.md", "approvals.md", "rejections.md", "checks.md")


def pages(record: dict[str, Any]) -> Iterator[Member]:
    """`record` has what the JSON files hold, by their names."""
    context = {**record, **_sums(record)}
    for name in PAGES:
        text: str = render_to_string(f"events/dossier/{name}", context)
        yield written(name, text.strip() + "\n")


def _sums(record: dict[str, Any]) -> dict[str, Any]:
    """What the pages count."""
    rejections, chapters = record["rejections"]["rejections"], record["version"]["chapters"]
    outputs: dict[str, Counter[str]] = {}
    for one in sorted(record["artifacts"], key=lambda one: one["file"]):
        outputs.setdefault(one["workflow_type"], Counter())[one["artifact_type"]] += 1
    return {
        "approved": [one for one in record["approvals"] if one["decision"] == "approve"],
        "chapters_approved": sum(1 for one in chapters if one["approved"]),
        "endings": Counter(one["ending"] or "open" for one in rejections),
        "outputs": {workflow: sorted(kinds.items()) for workflow, kinds in outputs.items()},
        "replaced": [one for one in record["artifacts"] if one["replaced_by"]],
        "under_way": [
            run for run in record["runs"] if run["status"] in ("pending", "running", "paused")
        ],
    }
