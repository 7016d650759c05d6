"""What a webhook says, and the signature by which its receiver knows us: Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import json
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from standardwebhooks.webhooks import Webhook

from events.models import Event

SECRET_BYTES = 32


def new_secret() -> str:
    """As receivers' libraries take it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def body_of(event: Event) -> bytes:
    """The same bytes at each attempt."""
    said = {"type": event.event_type, "timestamp": event.created_at, "data": event.as_json()}
    text = json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def headers_of(
    webhook_id: str, body: bytes, *, at: datetime, secrets: Iterable[str]
) -> dict[str, str]:
    """Of an attempt made then, with a signature by each secret."""
    text = body.decode()
    signed = [Webhook(key).sign(msg_id=webhook_id, timestamp=at, data=text) for key in secrets]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signed),
    }
