"""A signature is what the Standard Webhooks specification says, word by word."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from events.webhooks.signing import headers_of, new_secret

BODY = '{"type":"completed","data":{"by":"Zoë"}}'.encode()
NEW, OLD = new_secret(), new_secret()


def test_it_is_the_hmac_of_id_time_and_body() -> None:
    key = b"\x01" * 32
    secret = "whsec_" + base64.b64encode(key).decode()
    at = datetime(2026, 5, 4, 9, 12, 44, 900_000, tzinfo=UTC)
    headers = headers_of("wfrun_1f0c_214_3", BODY, at=at, secrets=[secret])
    seconds = int(at.timestamp())
    digest = hmac.digest(key, b"wfrun_1f0c_214_3.%d." % seconds + BODY, hashlib.sha256)
    assert headers == {
        "webhook-id": "wfrun_1f0c_214_3",
        "webhook-timestamp": str(seconds),
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


def test_while_secrets_overlap_either_verifies_and_no_other() -> None:
    headers = headers_of("one", BODY, at=timezone.now(), secrets=[NEW, OLD])
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (NEW, OLD):
        Webhook(secret).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)


@pytest.mark.parametrize(
    "changed", [{"webhook-id": "two"}, {"webhook-timestamp": "1"}, {"webhook-signature": "v1,AAAA"}]
)
def test_nothing_of_it_can_be_changed(changed: dict[str, str]) -> None:
    headers = headers_of("one", BODY, at=timezone.now(), secrets=[NEW])
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(BODY, {**headers, **changed})
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(BODY + b" ", headers)


def test_secrets_are_of_256_bits_and_never_the_same() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(base64.b64decode(one.removeprefix("whsec_"))) for one in made} == {32}
