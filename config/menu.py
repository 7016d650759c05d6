"""The admin's menu: what people do, not which app a table is in."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy

MENU = (
    ("Books", (
        ("menu_book", "Books", "books", "book"),
        ("history", "Versions", "books", "bookversion"),
        ("public", "Settings", "books", "setting"),
        ("tune", "Workflow configs", "books", "bookworkflowconfig"),
    )),
    ("Runs", (
        ("play_circle", "Runs", "workflows", "workflowrun"),
        ("checklist", "Steps", "workflows", "step"),
        ("timeline", "Events", "events", "event"),
        ("edit_note", "Drafts", "workflows", "draft"),
    )),
    ("Decisions", (
        ("undo", "Rejections", "events", "rejection"),
        ("priority_high", "Escalations", "events", "escalation"),
        ("notifications", "Reminders", "events", "reminder"),
        ("alt_route", "Routing rules", "events", "routingrule"),
    )),
    ("Outputs", (
        ("inventory_2", "Artifacts", "artifacts", "artifact"),
        ("forum", "Feedback", "artifacts", "feedbackitem"),
        ("article", "Chapters", "books", "chapter"),
        ("image", "Files", "books", "asset"),
        ("notes", "Texts", "books", "text"),
    )),
    ("Automation", (
        ("bolt", "Triggers", "triggers", "workflowtrigger"),
        ("local_fire_department", "Firings", "triggers", "triggerfiring"),
        ("account_tree", "Workflows", "workflows", "workflowdefinition"),
        ("smart_toy", "Agents", "workflows", "agentbinding"),
        ("webhook", "Webhooks", "events", "webhookendpoint"),
        ("outbox", "Deliveries", "events", "delivery"),
    )),
    ("People", (
        ("person", "Users", "auth", "user"),
        ("group", "Groups", "auth", "group"),
        ("key", "Tokens", "workflows", "apitoken"),
        ("fingerprint", "Repeated requests", "workflows", "idempotencykey"),
        ("potted_plant", "Seeded", "books", "seeded"),
    )),
)  # fmt: skip
"""Group, then icon, title, app and model of each."""


def name_models() -> None:
    """Pages call what is in a table what the menu calls it."""
    for _title, rows in MENU:
        for _icon, named, app, model in rows:
            apps.get_model(app, model)._meta.verbose_name_plural = named.lower()  # noqa: SLF001


def navigation(_request: HttpRequest) -> list[dict[str, Any]]:
    """As unfold takes it. What somebody may not see is not shown."""
    first = [
        _place("inbox", "Console", reverse("console:inbox")),
        _place("home", "Overview", reverse("admin:index")),
    ]
    groups = [{"title": "", "items": first}]
    for title, rows in MENU:
        items = [
            {
                "icon": icon,
                "title": named,
                "link": reverse(f"admin:{app}_{model}_changelist"),
                "permission": _may_see(app, model),
            }
            for icon, named, app, model in rows
        ]
        groups.append({"title": title, "items": items})
    return groups


def account_links(_request: HttpRequest) -> list[dict[str, Any]]:
    return [{"title": "Change password", "link": reverse_lazy("console:password")}]


def _place(icon: str, title: str, link: str) -> dict[str, Any]:
    return {"icon": icon, "title": title, "link": link, "active": _is_at(link)}


def _is_at(link: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.path == link


def _may_see(app: str, model: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(f"{app}.view_{model}")
