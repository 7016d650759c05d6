"""Server-Sent Events: what goes over the wire, as the HTML standard has it."""

import json
import re
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from workflows.errors import InvalidInput

MEDIA_TYPE = "text/event-stream"
RETRY_MILLISECONDS = 1000
HIGHEST_ID = 2**63 - 1


def opening(position: int) -> bytes:
    """Tells a client how soon to come back, and from where: an id without data is kept by it, so
    that nothing is missed where the connection breaks before the first event."""
    return f"retry: {RETRY_MILLISECONDS}\nid: {position}\n\n".encode()


def heartbeat(position: int) -> bytes:
    """A comment, which clients pass over, and how far they have been told: one whose filter lets
    little through need not come back from far behind."""
    return f": heartbeat\nid: {position}\n\n".encode()


def told(noun: dict[str, Any]) -> bytes:
    """One event. All but ASCII is escaped: some clients also end a line at U+2028 or U+0085."""
    line = json.dumps(noun, cls=DjangoJSONEncoder, separators=(",", ":"))
    return f"id: {noun['id']}\nevent: {noun['event_type']}\ndata: {line}\n\n".encode()


def position(word: str) -> int:
    """The id in `Last-Event-ID` or `after`. Raises InvalidInput where it is none."""
    if not re.fullmatch("[0-9]{1,19}", word) or int(word) > HIGHEST_ID:
        raise InvalidInput(f'"{word[:50]}" is not the id of an event, such as 120')
    return int(word)
