"""Runs, steps and what they made, to look at: they move through the lifecycle alone."""

from workflows.admin import artifacts, definitions, runs, tokens, work

__all__ = ["artifacts", "definitions", "runs", "tokens", "work"]
