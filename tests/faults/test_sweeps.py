"""Several sweeps at one moment: each reminder is written by one of them, and mailed by one."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from events.models import Reminder
from events.sweeping import sweep
from tests.installation import installed
from tests.requirement import require
from tests.waiting import at_gate, member

GATES, SWEEPS = 6, 4
OVERDUE = """
from django.contrib.auth.models import Group, User
from django.utils import timezone
from workflows.models import Step
grace = User.objects.create(username="grace", email="grace@books.test")
grace.groups.add(Group.objects.get(name="managing-editor"))
Step.objects.filter(kind="gate").update(due_at=timezone.now())
"""


class Watching(EmailBackend):
    """Refuses to send inside a transaction."""

    def send_messages(self, messages: Any) -> int:
        assert not connection.in_atomic_block
        return super().send_messages(messages)


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_one_moment_write_and_mail_each_reminder_once(settings: Any) -> None:
    require("postgres")
    settings.EMAIL_BACKEND = f"{__name__}.Watching"
    member("grace", "owner")
    for _ in range(GATES):
        gate = at_gate().step("approve")
        type(gate).objects.filter(pk=gate.pk).update(due_at=timezone.now())
    assert written_at_once() == GATES
    assert Reminder.objects.count() == GATES
    assert Reminder.objects.filter(sent_at=None).count() == 0
    assert len(mail.outbox) == GATES
    Reminder.objects.update(sent_at=None, tried_at=None)
    assert written_at_once() == 0
    assert len(mail.outbox) == 2 * GATES


def written_at_once() -> int:
    """How many reminders so many sweeps wrote that began together."""
    start = threading.Barrier(SWEEPS)

    def swept(_: int) -> int:
        try:
            connection.ensure_connection()
            start.wait()
            return sweep(actor="sweeper")["reminders"]
        finally:
            connection.close()

    with ThreadPoolExecutor(SWEEPS) as pool:
        return sum(pool.map(swept, range(SWEEPS)))


def test_sweeps_in_processes_of_their_own_send_one_mail(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    with installed(tmp_path / "site") as site:
        site.env["EMAIL_URL"] = f"filemail://{tmp_path}/mail"
        (source := tmp_path / "source").mkdir()
        (source / "01.md").write_text("# One\n\nOld words.\n")
        (drafts := tmp_path / "drafts").mkdir()
        (drafts / "01.md").write_text("# One\n\nNew words.\n")
        site("book_register", "--slug", "swept", "--title", "Swept", "--source", source)
        site("workflow_start", "--type", "w1", "--book", "swept",
             "--param", f"revisions={drafts}")  # fmt: skip
        site("worker", "--until-idle")
        site.plain("shell", "--no-imports", "-c", OVERDUE)
        sweeps = [site.start("sweep", "--json") for _ in range(SWEEPS)]
        ended = [(sweeping.communicate(), sweeping.returncode) for sweeping in sweeps]
        assert [code for _, code in ended] == [0] * SWEEPS, ended
        [waiting] = site("overdue_list", "--group", "managing-editor")
        assert (waiting["book"], waiting["reminders"]) == ("swept", 1)
        assert waiting["reminded_at"] is not None
    [sent] = [file.read_text() for file in (tmp_path / "mail").iterdir()]
    assert sent.count("Subject: Swept: approve waits for a decision") == 1
