from typing import Any

from workflows.management.base import WorkflowCommand
from workflows.models import AgentBinding
from workflows.roster import roster


class Command(WorkflowCommand):
    help = "List who does which agent's steps, and what waits for nobody."
    example = "agent_list"
    columns = ("agent", "workflow_type", "book", "executor", "waiting", "last_claim_at")

    def act(self, *_: Any, **__: Any) -> list[dict[str, Any]]:
        return roster(AgentBinding.objects.for_json())
