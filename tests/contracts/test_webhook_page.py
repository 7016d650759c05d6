"""What the page on webhooks tells receivers to do, done: it verifies what Bindery signs."""

import os
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from config import settings as configured
from events.webhooks.claiming import MOST_OF_ONE, SPARE
from events.webhooks.delivering import AT_ONCE
from events.webhooks.signing import headers_of, new_secret
from tests.contracts.product import ROOT

PAGE = (ROOT / "docs/webhooks.md").read_text()
BODY = '{"type":"approved","data":{"by":"Zoë"}}'.encode()
NEW, OLD = new_secret(), new_secret()


def block(language: str) -> str:
    [found] = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return str(found)


def headers() -> dict[str, str]:
    return headers_of("wfrun_1f0c_214_3", BODY, at=timezone.now(), secrets=[NEW, OLD])


def test_the_python_on_the_page_takes_what_is_ours_and_nothing_else() -> None:
    page: dict[str, Any] = {}
    exec(block("python"), page)  # noqa: S102
    verified = page["verified"]
    assert verified(headers(), BODY, NEW)
    assert verified(headers(), BODY, OLD)
    assert not verified(headers(), BODY, new_secret())
    assert not verified(headers(), BODY + b" ", NEW)
    assert not verified({**headers(), "webhook-id": "other"}, BODY, NEW)
    old = headers_of("one", BODY, at=timezone.now() - timedelta(minutes=6), secrets=[NEW])
    assert not verified(old, BODY, NEW)


def test_the_lines_for_a_shell_print_the_signature(tmp_path: Path) -> None:
    if not (shell := shutil.which("bash")) or not shutil.which("openssl"):
        pytest.skip("needs bash and openssl")
    (tmp_path / "body").write_bytes(BODY)
    sent = headers()
    told = subprocess.run(
        [shell, "-euo", "pipefail", "-c", block("bash")],
        cwd=tmp_path,
        env={**os.environ, "SECRET": NEW, "ID": sent["webhook-id"],
             "TIMESTAMP": sent["webhook-timestamp"]},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == sent["webhook-signature"].split(" ")[0]


def test_the_numbers_are_those_the_page_states() -> None:
    text = " ".join(PAGE.split())
    assert f"no answer within {configured.WEBHOOK_TIMEOUT_SECONDS} seconds" in text
    assert f"at most {AT_ONCE} attempts under way, at most {MOST_OF_ONE} of them" in text
    assert SPARE.total_seconds() == 60
    assert "counts as lost: a minute after the timeout" in text
