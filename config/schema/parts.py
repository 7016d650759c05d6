"""Parameters that stand in many addresses, each told once."""

from typing import Any

ID = {"type": "integer", "format": "int64", "minimum": 1}
WORD = {"type": "string", "minLength": 1}

PARTS: dict[str, dict[str, Any]] = {
    "artifact": {"description": "The id of an artifact: `art_…`.", "schema": WORD},
    "book": {"description": "The slug of a book.", "schema": WORD},
    "chapter": {"description": "The slug of a chapter.", "schema": WORD},
    "delivery": {"description": "The id of a delivery.", "schema": ID},
    "escalation": {"description": "The id of an escalation.", "schema": ID},
    "name": {"description": "The name of a trigger.", "schema": WORD},
    "number": {"description": "The number of a version, such as `1.3.0`.", "schema": WORD},
    "path": {"description": "Where a file lies in its version.", "schema": WORD},
    "route": {"description": "The id of a routing rule.", "schema": ID},
    "run": {"description": "The id of a run: `wfrun_…`.", "schema": WORD},
    "step": {"description": "The id of a step.", "schema": ID},
    "webhook": {"description": "The id of a webhook.", "schema": ID},
}
"""What stands in the path, by name."""

TAGS = {
    "agents": "Who does the steps of which agent.",
    "artifacts": "What runs made: files by their digest, and what they were made from.",
    "books": "What is published: books, their versions, chapters and files.",
    "deliveries": "What became of each event for each webhook.",
    "docs": "This description, to read.",
    "escalations": "What waits for a human, because mending did not help.",
    "events": "What happened, in order.",
    "feedback": "What playtests ask of books.",
    "firings": "What became of triggers.",
    "rejections": "What was sent back, and how often.",
    "routes": "Rules by which rejections go to who can mend them.",
    "runs": "Workflows at work on a book.",
    "schema": "This description, for programs.",
    "settings": "Worlds that books share.",
    "steps": "What a run consists of: claimed, held under a lease, handed back; gates decided.",
    "triggers": "What starts when a run ends.",
    "webhooks": "Who is told of events, by HTTP or mail.",
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
