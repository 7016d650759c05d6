from typing import Any

from events.management.base import EventsCommand
from events.models import RoutingRule


class Command(EventsCommand):
    help = "List the rules by which rejections are routed."
    example = "route_list"
    columns = (
        "id",
        "workflow_type",
        "step",
        "rejection_type",
        "handler_agent",
        "rework_step",
        "max_retries",
        "escalation_target",
        "enabled",
    )

    def act(self, *_: Any, **__: Any) -> list[dict[str, Any]]:
        return [rule.as_json() for rule in RoutingRule.objects.all()]
