"""Escalated rejections learn their escalation from the events; those from before a retry no
longer count, as is so again after going back and forth."""

from typing import Any

from django.db import migrations


def link(apps: Any, _schema_editor: Any) -> None:
    rejections = apps.get_model("events", "Rejection").objects
    events = apps.get_model("events", "Event").objects.filter(event_type="escalated")
    for payload in events.values_list("payload", flat=True).iterator():
        rejections.filter(pk=payload["rejection"]).update(escalation=payload["escalation"])
    retried = apps.get_model("events", "Escalation").objects.filter(action="retry")
    for one in retried.values("run", "item", "rejection_type", "resolved_at").iterator():
        until = one.pop("resolved_at")
        rejections.filter(**one, created_at__lte=until).update(counted=False)


class Migration(migrations.Migration):
    dependencies = [("events", "0002_escalations_and_reminders")]
    operations = [migrations.RunPython(link, migrations.RunPython.noop)]
