"""The triggers that the law is tried on, and what may be said of them anew."""

from typing import Any

CHAIN_LIMIT = 2
# Every book's configuration disables it, so that no run of it can be started.
CLOSED = "w2_pdf"
CHAPTERS_OF_SOURCE = {"chapters": "{source.parameters.chapters}"}


def says(source: str, target: str, condition: str = "on_complete", **config: Any) -> dict[str, Any]:
    return {
        "source_workflow_type": source,
        "target_workflow_type": target,
        "trigger_condition": condition,
        "enabled": True,
        "config": config,
    }


TRIGGERS: dict[str, dict[str, Any]] = {
    "again": says("note", "note"),
    "sparing": says("note", "memo", limit={"count": 1, "seconds": 600}),
    "unapproved": says("note", "memo", "on_approve"),
    "sealed": says("seal", "note", "on_approve", books=["alpha"]),
    "together": says("seal", "memo", **{"with": ["note"]}),
    "copied": says("note", "memo", parameters=CHAPTERS_OF_SOURCE),
    "scoped": says("paired", "memo", match={"parameters": {"chapters": ["01-one"]}}),
    "barred": says("planned", CLOSED),
    "versioned": says("w1_editing", "memo"),
    "reported": says("w1_editing", "memo", match={"has": ["review_report"]}),
    "dormant": {**says("note", "memo"), "enabled": False},
    "by-hand": says("w3_publication", "memo", "manual", match={"has": ["announcement"]}),
}
# What must come of them in all stories together: which fire, and what keeps others from it.
OUTCOMES = (
    "fired again", "fired copied", "fired sealed", "fired sparing", "fired together",
    "fired versioned", "skipped books", "skipped with", "skipped match.parameters",
    "skipped match.has", "skipped trigger_condition", "skipped once", "skipped chain",
    "skipped limit", "failed target",
)  # fmt: skip
# What somebody may come to say: of which trigger, what, and whether that is sound.
SAYINGS: tuple[tuple[str, dict[str, Any], bool], ...] = (
    *((name, {"enabled": False}, True) for name in ("again", "sparing", "copied", "by-hand")),
    *((name, whole, True) for name, whole in TRIGGERS.items()),
    ("sparing", {"config": {"limit": {"count": 2, "seconds": 9000}}}, True),
    ("dormant", {"enabled": True}, True),
    ("sealed", {"config": {"books": ["beta"]}}, True),
    ("unapproved", {"trigger_condition": "on_complete"}, True),
    ("again", {"trigger_condition": "sometimes"}, False),
    ("sealed", {"config": {"books": ["gamma"]}}, False),
    ("together", {"config": {"with": ["seal"]}}, False),
    ("scoped", {"config": {"limit": {"count": 0, "seconds": 1}}}, False),
    ("barred", {"target_workflow_type": "w9"}, False),
)
