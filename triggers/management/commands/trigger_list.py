from typing import Any

from triggers.management.base import TriggerCommand
from triggers.models import WorkflowTrigger


class Command(TriggerCommand):
    help = "List the triggers: which runs start which others."
    example = "trigger_list"
    subject = ""
    columns = (
        "name",
        "source_workflow_type",
        "target_workflow_type",
        "trigger_condition",
        "enabled",
        "changed_at",
        "changed_by",
        "config",
    )

    def act(self, *_: Any, **__: Any) -> list[dict[str, Any]]:
        return [trigger.as_json() for trigger in WorkflowTrigger.objects.all()]
