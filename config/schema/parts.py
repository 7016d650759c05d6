"""Parameters that stand in many addresses, each told once."""

from typing import Any

ID = {"type": "integer", "format": "int64", "minimum": 1}
WORD = {"type": "string", "minLength": 1}

PARTS: dict[str, dict[str, Any]] = {
    "run": {"description": "The id of a run: `wfrun_…`.", "schema": WORD},
    "step": {"description": "The id of a step.", "schema": ID},
}
"""What stands in the path, by name."""

TAGS = {
    "docs": "This description, to read.",
    "runs": "Workflows at work on a book.",
    "schema": "This description, for programs.",
    "steps": "What a run consists of: claimed, held under a lease, handed back; gates decided.",
    "work": "What there is to do.",
}
"""What the first word of an address is about."""

KEY: dict[str, Any] = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "For 24 hours the same caller with the same key and body gets the first answer "
    "again, and nothing is done twice.",
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]([ -~]*[!-~])?$"},
}
