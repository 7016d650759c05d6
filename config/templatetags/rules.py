"""What the pages of routing rules ask."""

from django import template
from django.db.models import QuerySet

from events.models import RoutingRule
from events.rules import deleting

register = template.Library()


@register.filter
def deletions(going: RoutingRule | QuerySet[RoutingRule]) -> list[deleting.Deletion]:
    """Of the rule that is to be deleted, or of all that are."""
    return deleting.deletions([going] if isinstance(going, RoutingRule) else list(going))
