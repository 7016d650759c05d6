"""What the parts of the description refer to, and drf-spectacular does not know of."""

from typing import Any

from django.conf import settings
from drf_spectacular.drainage import warn

from config.schema import refusals
from config.schema.parts import TAGS


def add_components(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of drf-spectacular, called with the whole description."""
    components = result["components"]
    components["schemas"] = _sorted({**components["schemas"], **refusals.schemas()})
    components["responses"] = refusals.responses()
    components["securitySchemes"] = _security()
    return {**result, "tags": _tags(result["paths"]), "components": _sorted(components)}


def _tags(paths: dict[str, Any]) -> list[dict[str, str]]:
    used = {tag for item in paths.values() for one in item.values() for tag in one["tags"]}
    if strange := sorted(used - TAGS.keys()):
        warn(f"config/schema/parts.py does not tell what {strange} are about")
    return [{"name": tag, "description": TAGS.get(tag, "")} for tag in sorted(used)]


def _security() -> dict[str, Any]:
    return {
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "A person who is logged in. All but GET needs the header `X-CSRFToken`.",
        },
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that `manage.py token_create` or the admin made.",
        },
    }


def _sorted(named: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(named.items()))
