"""Unsent reminders are found by their own key or by what they remind of: no index is needed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0004_reminders_are_tried_by_one")]
    operations = [migrations.RemoveIndex(model_name="reminder", name="reminder_to_send")]
