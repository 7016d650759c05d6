"""What becomes of rejections once rules are deleted. Deletes nothing."""

from collections.abc import Collection
from dataclasses import dataclass

from events.models import RoutingRule
from events.router import DEFAULT_MAX_RETRIES, HUMAN, Case, Rule, most_specific


@dataclass(frozen=True)
class Deletion:
    """A rule that is to go, and the `heir` that then routes where it did; None where no rule is
    left."""

    rule: RoutingRule
    heir: Rule | None

    @property
    def limit(self) -> int:
        """The rejection in a row, from 1, that is escalated then."""
        return self.heir.max_retries if self.heir else DEFAULT_MAX_RETRIES

    @property
    def target(self) -> str:
        return self.heir.escalation_target if self.heir else HUMAN


def deletions(going: Collection[RoutingRule]) -> list[Deletion]:
    """Of those rules together: none of them is the heir of another. One query."""
    left = RoutingRule.objects.enabled().exclude(pk__in=[rule.pk for rule in going])
    rest = list(left)
    return [Deletion(rule, most_specific(_case(rule), rest)) for rule in going]


def _case(rule: RoutingRule) -> Case:
    """A rejection that the rule was for."""
    return Case(rule.workflow_type, rule.step, rule.rejection_type, retry_count=1)
