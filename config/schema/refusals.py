"""What an operation may refuse, worked out from the tables of `config/errors.py`."""

from typing import Any

from config.errors import CODES, REFUSALS

WHEN = {
    400: "A body, field, filter or cursor is wrong; the same request never succeeds.",
    401: "No credentials, or none that are valid.",
    403: "Somebody else may.",
    404: "What is named does not exist.",
    405: "The address does not have this method.",
    406: "Not in this media type.",
    409: "The law of the lifecycle, a lease or what is there does not allow it now.",
    413: "Beyond a limit.",
    415: "Bodies of this media type are not read here.",
    416: "The range begins after the last byte.",
    429: "Too many tries.",
    501: "This server does not speak ASGI, so it streams nothing.",
    503: "The database is busy, or all streams are taken; try again in a moment.",
    507: "The disk is full, or may not be written.",
}
BUSY = (503, "busy")
EVERYWHERE = frozenset({400, 401, 403, 406, 503})
WITH_A_BODY = frozenset({404, 413, 415})
HEADERS: dict[int, dict[str, dict[str, Any]]] = {
    401: {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    429: {"Retry-After": {"required": True, "schema": {"type": "string", "pattern": "^[0-9]+$"}}},
    503: {"Retry-After": {"schema": {"type": "string", "pattern": "^[0-9]+$"}}},
}


def name_of(status: int) -> str:
    return f"Refused{status}"


def references(statuses: frozenset[int]) -> dict[str, dict[str, str]]:
    """Responses by their status, each by reference."""
    return {
        str(status): {"$ref": f"#/components/responses/{name_of(status)}"}
        for status in sorted(statuses)
    }


def responses() -> dict[str, Any]:
    return {name_of(status): _response(status) for status in _statuses()}


def schemas() -> dict[str, Any]:
    return {name_of(status): _schema(status) for status in _statuses()}


def _statuses() -> list[int]:
    return sorted({status for status, _ in _codes()})


def _codes() -> set[tuple[int, str]]:
    return {BUSY, *REFUSALS.values(), *CODES.items()}


def _response(status: int) -> dict[str, Any]:
    content = {"schema": {"$ref": f"#/components/schemas/{name_of(status)}"}}
    response = {"description": WHEN[status], "content": {"application/json": content}}
    return {**response, "headers": HEADERS[status]} if status in HEADERS else response


def _schema(status: int) -> dict[str, Any]:
    words = sorted(code for of, code in _codes() if of == status)
    properties: dict[str, Any] = {
        "code": {"type": "string", "enum": words},
        "detail": {"type": "string", "minLength": 1, "description": "What was wrong, in words."},
    }
    if status == 400:  # noqa: PLR2004
        properties["fields"] = {
            "type": "object",
            "description": "What is wrong with single fields of the body or the query.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        }
    return {"type": "object", "properties": properties, "required": ["code", "detail"]}
