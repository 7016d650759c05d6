"""What happened, to look at; the routing rules and webhooks, to change."""

from events.admin import events, rejections, rules, webhooks

__all__ = ["events", "rejections", "rules", "webhooks"]
