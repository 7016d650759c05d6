"""What differs between two artifacts, laid out for a terminal: a summary, then each difference."""

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from books.management import tables

Found = dict[str, Any]
Summary = Iterator[tuple[str, str]]
POINTS_PER_INCH = 72


def text(found: Found) -> str:
    told = {
        "against": found["against"],
        "kind": found["kind"],
        "same": "yes, byte for byte" if found["same"] else "no",
        "bytes": f"{found['size_bytes_from']} → {found['size_bytes_to']}",
    }
    if found["same"]:
        return tables.fields(told, {})
    summary, details = LAYOUTS[found["kind"]]
    parts = [tables.fields({**told, **dict(summary(found))}, {}), *details(found)]
    return "\n\n".join(part.rstrip() for part in parts)


def _of_bytes(found: Found) -> Summary:
    yield "digests", f"{found['digest_from']} → {found['digest_to']}"
    yield "why", found["why"]


def _of_words(found: Found) -> Summary:
    yield "words", f"+{found['words_added']} -{found['words_removed']}"


def _of_tree(found: Found) -> Summary:
    kinds = [one["change"] for one in found["changes"]]
    counts = (f"{kinds.count(kind)} {kind}" for kind in ("added", "removed", "changed", "moved"))
    yield "values", ", ".join(counts) if kinds else "the same; only the writing differs"


def _of_members(found: Found) -> Summary:
    yield "members", ", ".join(f"{len(some)} {how}" for how, some in found["members"].items())


def _of_pdf(found: Found) -> Summary:
    outline = found["outline"]
    yield "pages", f"{found['pages_from']} → {found['pages_to']}"
    yield "page size", _arrow(*map(_sizes, found["page_sizes"].values()))
    yield from ((one["key"].lower(), _named(one)) for one in found["info"])
    yield "outline", ", ".join(f"{len(marks)} {how}" for how, marks in outline.items())
    yield from _of_words(found)
    yield "places", str(len(found["text"]))
    looks = ", ".join(_looks(found["looks"]))
    yield "looks", f"different on page {looks}" if looks else "-"


def _named(one: Found) -> str:
    return f"{one['from'] or '-'} → {one['to'] or '-'}"


def _sizes(sizes: list[Found]) -> str:
    return ", ".join(
        f"{_inches(one['width_points'])} × {_inches(one['height_points'])} in"
        + (f" (pages {one['first']}–{one['last']})" if len(sizes) > 1 else "")
        for one in sizes
    )


def _inches(points: float) -> str:
    return f"{points / POINTS_PER_INCH:.4g}"


def _arrow(old: str, new: str) -> str:
    return new if old == new else f"{old} → {new}"


def _looks(looks: list[Found]) -> Iterator[str]:
    """Pages that follow each other in both documents, as one stretch."""
    runs = groupby(enumerate(looks), lambda one: (one[1]["page"] - one[0], _shift(one[1])))
    for (_, shift), run in runs:
        pages = [one["page"] for _, one in run]
        was = f" (was {_stretch(pages[0] - shift, pages[-1] - shift)})" if shift else ""
        yield _stretch(pages[0], pages[-1]) + was


def _shift(one: Found) -> int:
    shift: int = one["page"] - one["page_from"]
    return shift


def _stretch(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}–{last}"


def _diff(found: Found) -> Iterator[str]:
    yield found["diff"]


def _changes(found: Found) -> Iterator[str]:
    if found["changes"]:
        yield "\n".join(map(_change, found["changes"]))


def _change(one: Found) -> str:
    old, new = (tables.short(json.dumps(one[side], ensure_ascii=False)) for side in ("from", "to"))
    path = one["path"] or "the whole"
    told = {"added": f"+ {path}: {new}", "removed": f"- {path}: {old}"}
    told["moved"] = f"> {path}: was {one['from']}"
    return told.get(one["change"], f"~ {path}: {old} → {new}")


def _members(found: Found) -> Iterator[str]:
    members = found["members"]
    marks = {"added": "+", "removed": "-"}
    lines = [f"{mark} {path}" for how, mark in marks.items() for path in members[how]]
    lines += [
        f"~ {one['path']}: {one['size_bytes_from']} → {one['size_bytes_to']} bytes"
        for one in members["changed"]
    ]
    yield "\n".join(lines) or "all members are the same; only the archive around them differs"
    for one in members["changed"]:
        if one["diff"]:
            words = f"+{one['words_added']} -{one['words_removed']} words"
            yield f"@@ {one['path']}: {words} @@\n{one['diff']}"


def _pages(found: Found) -> Iterator[str]:
    outline = found["outline"]
    lines = [f"+ {one['title']}, page {one['page']}" for one in outline["added"]]
    lines += [f"- {one['title']}, was on page {one['page']}" for one in outline["removed"]]
    lines += [
        f"> {one['title']}, page {one['page_to']} (was {one['page_from']}), "
        f"level {_arrow(str(one['level_from']), str(one['level_to']))}"
        for one in outline["moved"]
    ]
    if lines:
        yield "\n".join(["outline", *(f"  {line}" for line in lines)])
    for one in found["text"]:
        pages = _stretch(one["page"], one["last_page"])
        under = f", {one['heading']}" if one["heading"] else ""
        yield f"@@ page {pages} (was {one['page_from']}){under} @@\n{one['diff']}"


def _nothing(_found: Found) -> Iterator[str]:
    yield from ()


LAYOUTS: dict[str, tuple[Callable[[Found], Summary], Callable[[Found], Iterator[str]]]] = {
    "bytes": (_of_bytes, _nothing),
    "text": (_of_words, _diff),
    "json": (_of_tree, _changes),
    "pdf": (_of_pdf, _pages),
    "epub": (_of_members, _members),
    "archive": (_of_members, _members),
}
