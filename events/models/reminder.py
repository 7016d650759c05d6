"""Who was reminded of what is overdue."""

from typing import Any

from django.db import models
from django.db.models import Q

from events.models.escalation import Escalation
from workflows.models import Step


class Reminder(models.Model):
    """One reminder of a gate or an escalation that is overdue. Written by the sweep; `sent_at` is
    null until the mail is gone, where there is mail to send."""

    gate = models.ForeignKey(
        Step, on_delete=models.PROTECT, null=True, blank=True, related_name="reminders"
    )
    escalation = models.ForeignKey(
        Escalation, on_delete=models.PROTECT, null=True, blank=True, related_name="reminders"
    )
    number = models.PositiveIntegerField(help_text="1 is the first of that gate or escalation")
    group = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

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
        indexes = [
            models.Index(fields=["id"], condition=Q(sent_at=None), name="reminder_to_send"),
        ]

    def __str__(self) -> str:
        return f"reminder {self.number} of {self.gate or self.escalation} to {self.group}"

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.pk,
            "gate": self.gate_id,
            "escalation": self.escalation_id,
            "number": self.number,
            "group": self.group,
            "created_at": self.created_at,
            "sent_at": self.sent_at,
        }
