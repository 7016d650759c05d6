"""Escalated rejections of earlier versions learn their escalation from the events."""

from typing import Any

from django.db import migrations


def link(apps: Any, _schema_editor: Any) -> None:
    rejections = apps.get_model("events", "Rejection").objects
    events = apps.get_model("events", "Event").objects.filter(event_type="escalated")
    for payload in events.values_list("payload", flat=True).iterator():
        rejections.filter(pk=payload["rejection"]).update(escalation=payload["escalation"])


class Migration(migrations.Migration):
    dependencies = [("events", "0002_escalations_and_reminders")]
    operations = [migrations.RunPython(link, migrations.RunPython.noop)]
