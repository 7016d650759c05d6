"""JSON, as trees: what was added, removed, changed and moved, by JSON Pointer (RFC 6901).

Objects in a list are the same where they have the same `key`, `id`, `slug` or `name`, whatever
their place; other items are matched as the lines of a text are.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from books.matching import changes, kept
from books.plain_json import read_json
from workflows.comparing.reading import Incomparable

IDENTIFYING = ("key", "id", "slug", "name")
Change = dict[str, Any]


def read(content: bytes) -> Any:
    try:
        return read_json(content.decode())
    except ValueError as error:
        raise Incomparable(f"it is not JSON: {error}") from error


def compare(old: Any, new: Any) -> dict[str, Any]:
    """`changes`: `{path, change, from, to}`. `path` is that in the new tree; of what was removed,
    and in `from` of what was moved, that in the old one."""
    try:
        return {"changes": list(_between(old, new, "", ""))}
    except RecursionError:
        raise Incomparable("it is nested too deeply to be compared as a tree") from None


def _between(old: Any, new: Any, was: str, now: str) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _objects(old, new, was, now)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _lists(old, new, was, now)
    elif _written(old) != _written(new):
        yield _change(now, "changed", old, new)


def _objects(old: Change, new: Change, was: str, now: str) -> Iterator[Change]:
    for name, value in new.items():
        if name in old:
            yield from _between(old[name], value, _below(was, name), _below(now, name))
        else:
            yield _change(_below(now, name), "added", None, value)
    for name in (name for name in old if name not in new):
        yield _change(_below(was, name), "removed", old[name], None)


def _lists(old: list[Any], new: list[Any], was: str, now: str) -> Iterator[Change]:
    name = _identifying(old, new)
    before = [_written(item[name] if name else item) for item in old]
    after = [_written(item[name] if name else item) for item in new]
    pairs, moved = _pairs(before, after, by_name=bool(name))
    for j, value in enumerate(new):
        if j not in pairs:
            yield _change(_below(now, j), "added", None, value)
            continue
        if j in moved:
            yield _change(_below(now, j), "moved", _below(was, pairs[j]), _below(now, j))
        yield from _between(old[pairs[j]], value, _below(was, pairs[j]), _below(now, j))
    stayed = set(pairs.values())
    for i in (i for i in range(len(old)) if i not in stayed):
        yield _change(_below(was, i), "removed", old[i], None)


def _pairs(
    before: Sequence[str], after: Sequence[str], *, by_name: bool
) -> tuple[dict[int, int], set[int]]:
    """The place in the old list of each item in the new one, and which left their order.

    Items without a name that stand where others stood are those, changed.
    """
    pairs = {j: i for i, j in kept(before, after)}
    if not by_name:
        for span in changes(before, after):
            old, new = range(span.old_start, span.old_end), range(span.new_start, span.new_end)
            pairs.update(zip(new, old, strict=False))
        return pairs, set()
    places = {name: place for place, name in enumerate(before)}
    moved = {j: places[name] for j, name in enumerate(after) if j not in pairs and name in places}
    return {**pairs, **moved}, set(moved)


def _identifying(old: list[Any], new: list[Any]) -> str | None:
    """What tells the items of both lists apart: all have it, each another."""
    return next((name for name in IDENTIFYING if _tells(name, old) and _tells(name, new)), None)


def _tells(name: str, items: list[Any]) -> bool:
    names = [item[name] for item in items if isinstance(item, dict) and name in item]
    plain = all(type(one) in (str, int) for one in names)
    return plain and len(items) == len(names) == len(set(names))


def _written(value: Any) -> str:
    """A value as it is written, by which 1, 1.0 and true differ and the order of keys does not."""
    return json.dumps(value, sort_keys=True)


def _below(path: str, name: str | int) -> str:
    return f"{path}/{str(name).replace('~', '~0').replace('/', '~1')}"


def _change(path: str, change: str, old: Any, new: Any) -> Change:
    return {"path": path, "change": change, "from": old, "to": new}
