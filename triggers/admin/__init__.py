"""Triggers, to change; what became of them, to look at."""

from triggers.admin import firings, triggers

__all__ = ["firings", "triggers"]
