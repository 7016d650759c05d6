"""The options by which a command names a routing rule and what it says."""

from typing import Any

from django.core.management.base import CommandParser

from events.rules.changing import Change


def rule_options(parser: CommandParser) -> None:
    """What a routing rule is known by, and what it says."""
    parser.add_argument("--rejection-type", required=True, help="style, mechanics, clarity, scope")
    parser.add_argument("--workflow-type", default="", help="a workflow type or its alias")
    parser.add_argument("--step", default="", help="the review or gate that rejects")
    parser.add_argument("--handler", metavar="AGENT", help="who mends it")
    parser.add_argument("--rework-step", metavar="STEP", help="where; empty: the nearest")
    parser.add_argument("--max-retries", type=int, metavar="N", help="the N-th goes to a human")
    parser.add_argument("--escalation-target", metavar="GROUP", help="to whom then")


def change_of(options: dict[str, Any]) -> Change:
    """What the options say of a rule; without any, `Change()`."""
    return Change(
        handler_agent=options["handler"],
        rework_step=options["rework_step"],
        max_retries=options["max_retries"],
        escalation_target=options["escalation_target"],
    )
