"""Who was reminded of what is overdue."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models.escalation import Escalation
from workflows.models import RunStatus, Step, StepStatus

HELD_FOR = timedelta(minutes=1)


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def to_send(self) -> Self:
        """Those not sent that nobody tried within a minute."""
        free = Q(tried_at=None) | Q(tried_at__lte=timezone.now() - HELD_FOR)
        return self.filter(free, sent_at=None)

    def for_mail(self) -> Self:
        """With all that a mail tells."""
        return self.select_related(
            "gate__run__book", "gate__run__definition",
            "escalation__run__book", "escalation__run__definition", "escalation__step",
        )  # fmt: skip


class Reminder(models.Model):
    """One reminder of a gate or an escalation that is overdue. Written by the sweep; `sent_at` is
    null until the mail is gone, where there is mail to send. Who is about to send it writes
    `tried_at` first, so that no other does."""

    gate = models.ForeignKey(
        Step, on_delete=models.PROTECT, null=True, blank=True, related_name="reminders"
    )
    escalation = models.ForeignKey(
        Escalation, on_delete=models.PROTECT, null=True, blank=True, related_name="reminders"
    )
    number = models.PositiveIntegerField(help_text=_("1 is the first of that gate or escalation"))
    group = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    tried_at = models.DateTimeField(
        null=True, blank=True, help_text=_("somebody began to send it; tried again a minute later")
    )
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["gate", "number"], name="one_reminder_of_a_gate"),
            models.UniqueConstraint(
                fields=["escalation", "number"], name="one_reminder_of_an_escalation"
            ),
            models.CheckConstraint(
                condition=Q(gate=None) ^ Q(escalation=None), name="a_reminder_of_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return f"reminder {self.number} of {self.gate or self.escalation} to {self.group}"

    @property
    def still_waits(self) -> bool:
        """Whether what it reminds of is still to be decided."""
        if self.gate:
            open_run = self.gate.run.status in (RunStatus.RUNNING, RunStatus.PAUSED)
            return open_run and self.gate.status == StepStatus.AWAITING_DECISION
        return self.escalation is not None and self.escalation.is_open
