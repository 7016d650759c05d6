"""Picking up what a process that died has left. Everything here may be repeated."""

import logging
from collections.abc import Callable

from django.utils import timezone

from events.reminders.reminding import remind
from events.webhooks.delivering import deliver
from events.webhooks.notices import tell
from workflows import work
from workflows.errors import LostRace
from workflows.idempotency import KEPT_FOR
from workflows.models import IdempotencyKey, Step

log = logging.getLogger(__name__)


def sweep(*, actor: str, delivering: Callable[[], int] = deliver) -> dict[str, int]:
    """Take back run-out leases, remind of what is overdue, deliver webhooks, forget old idempotency
    keys; answers how many of each kind. It takes as long as `delivering` does."""
    leases = sum(_taken_back(step, actor) for step in Step.objects.run_out())
    IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    reminders, deliveries = remind(), delivering()
    tell()
    return {"leases": leases, "dispatched": 0, "deliveries": deliveries, "reminders": reminders}


def _taken_back(step: Step, actor: str) -> bool:
    try:
        return work.end_lease(step, actor=actor)
    except LostRace as refusal:
        log.warning("%s", refusal)
        return False
