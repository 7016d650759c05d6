"""Who may do what, in two tables, of REST and of the console: route and method to the powers of
which one is needed.

What more it takes, a step of one's own or the role of a gate, is asked where the row is known
(`workflows/callers.py`). What is not in the table is refused to everybody.
"""

from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from workflows.api.authentication import caller_of
from workflows.callers import GIVES, Caller, Power

READ = frozenset({Power.READ})
WORK = frozenset({Power.WORK})
EDIT = frozenset({Power.EDIT})
OPERATE = frozenset({Power.OPERATE})
SEE = READ | WORK
ADD = WORK | EDIT
DECIDE = READ  # and the role of the gate or escalation
DO = SEE  # and the power to work, or the group of the step's agent
ANYBODY = frozenset(Power)

ACCESS: dict[str, dict[str, frozenset[Power]]] = {
    "books": {"GET": SEE, "POST": OPERATE},
    "book": {"GET": SEE, "PATCH": OPERATE},
    "versions": {"GET": SEE, "POST": EDIT},
    "version": {"GET": SEE},
    "version-diff": {"GET": SEE},
    "version-chapter": {"GET": SEE},
    "version-asset": {"GET": SEE},
    "settings": {"GET": SEE, "POST": OPERATE},
    "artifacts": {"GET": SEE, "POST": ADD},
    "artifact": {"GET": SEE},
    "artifact-content": {"GET": SEE},
    "artifact-lineage": {"GET": SEE},
    "agents": {"GET": READ, "POST": OPERATE},
    "feedback": {"GET": READ},
    "runs": {"GET": READ, "POST": EDIT},
    "run": {"GET": READ},
    "run-begin": {"POST": EDIT},
    "run-pause": {"POST": EDIT},
    "run-resume": {"POST": EDIT},
    "run-cancel": {"POST": EDIT},
    "run-rerun": {"POST": EDIT},
    "steps": {"GET": SEE},
    "step": {"GET": SEE},
    "step-draft": {"GET": SEE, "PUT": WORK},
    "step-heartbeat": {"POST": WORK},
    "step-complete": {"POST": WORK},
    "step-reject": {"POST": WORK},
    "step-fail": {"POST": WORK},
    "step-release": {"POST": WORK},
    "step-take-back": {"POST": OPERATE},
    "step-decide": {"POST": DECIDE},
    "work-claim": {"POST": WORK},
    "events": {"GET": READ},
    "events-stream": {"GET": READ},
    "rejections": {"GET": READ},
    "rejections-stats": {"GET": READ},
    "routes": {"GET": READ, "POST": OPERATE},
    "routes-test": {"GET": READ},
    "route": {"GET": READ, "PATCH": OPERATE, "DELETE": OPERATE},
    "escalations": {"GET": READ},
    "escalation": {"GET": READ},
    "escalation-acknowledge": {"POST": DECIDE},
    "escalation-resolve": {"POST": DECIDE},
    "triggers": {"GET": READ, "POST": OPERATE},
    "trigger": {"GET": READ, "PATCH": OPERATE, "DELETE": OPERATE},
    "trigger-fire": {"POST": EDIT},
    "trigger-test": {"POST": READ},
    "firings": {"GET": READ},
    "webhooks": {"GET": OPERATE, "POST": OPERATE},
    "webhook": {"GET": OPERATE, "PATCH": OPERATE, "DELETE": OPERATE},
    "webhook-rotate": {"POST": OPERATE},
    "deliveries": {"GET": READ},
    "delivery-redeliver": {"POST": OPERATE},
    "schema": {"GET": ANYBODY},
    "docs": {"GET": ANYBODY},
}
CONSOLE: dict[str, dict[str, frozenset[Power]]] = {
    "console:inbox": {"GET": ANYBODY},
    "console:gate": {"GET": READ, "POST": DECIDE},
    "console:gate-chapter": {"GET": READ},
    "console:redline": {"GET": READ},
    "console:escalation": {"GET": READ, "POST": DECIDE},
    "console:escalation-round": {"GET": READ},
    "console:preview": {"GET": SEE},
    "console:preview-frame": {"GET": SEE},
    "console:sheet": {"GET": SEE},
    "console:content": {"GET": SEE},
    "console:work": {"GET": SEE},
    "console:work-claim": {"GET": SEE, "POST": DO},
    "console:work-draft": {"GET": SEE, "POST": DO},
    "console:work-check": {"GET": SEE, "POST": SEE},
    "console:work-preview": {"GET": SEE, "POST": SEE},
    "console:work-complete": {"GET": SEE, "POST": DO},
    "console:work-reject": {"GET": SEE, "POST": DO},
    "console:work-release": {"GET": SEE, "POST": DO},
    "console:work-fail": {"GET": SEE, "POST": DO},
    "console:work-download": {"GET": SEE},
    "console:work-judged": {"GET": SEE},
    "console:work-changes": {"GET": SEE},
}


def needed(route: str, method: str) -> frozenset[Power]:
    """The powers of which one is needed; none for what is not in the table."""
    return (ACCESS | CONSOLE).get(route, {}).get("GET" if method == "HEAD" else method, frozenset())


def lacking(caller: Caller, powers: frozenset[Power]) -> str:
    """Why this caller may not, in words; empty where it may."""
    if caller.powers & powers:
        return ""
    who = sorted(group for group, gives in GIVES.items() if gives & powers)
    return f"{caller.name} is in no group that may: {', '.join(who)}"


class ByTable(BasePermission):
    """Raises MethodNotAllowed for what the address does not have, so that 405 comes before 403."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in view.allowed_methods:
            raise MethodNotAllowed(method)
        match = request.resolver_match
        route = match.view_name if match else ""
        self.message = lacking(caller_of(request), needed(route, method))
        return not self.message
