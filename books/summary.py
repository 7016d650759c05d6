"""The order of chapters: that of the links in SUMMARY.md, else natural by path."""

import posixpath
import re
from collections.abc import Collection
from typing import Any
from urllib.parse import unquote

from natsort import natsort_keygen, ns

from books.errors import Invalid

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(\s*(?:<([^>\n]*)>|((?:[^()\s]|\([^()\s]*\))*))")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
naturally = natsort_keygen(alg=ns.INT)


def in_natural_order(chapters: Collection[str]) -> list[str]:
    """By folder, then by name: 01, 01.5, 02, 10, whatever follows the number.

    As natsort's own `ns.PATH` does, which takes four times as long.
    """
    return sorted(sorted(chapters), key=_place)


def _place(path: str) -> list[Any]:
    names = path.removesuffix(".md").replace("_", "-").split("/")
    return [naturally(name) for name in names]


def in_order_of_links(
    summary: str, chapters: Collection[str], others: Collection[str]
) -> list[str]:
    """`chapters` as `summary` links them, then the unlinked in natural order.

    Links to `others`, to folders and to other sites say nothing about the order. Raises
    Invalid for a link to what is missing or outside.
    """
    folders = {posixpath.dirname(path) for path in (*chapters, *others)}
    wanted = dict.fromkeys(_linked(summary))
    for path in wanted:
        if path not in chapters and path not in others and path not in folders:
            raise Invalid(f"SUMMARY.md links to {path}, which is missing")
    linked = [path for path in wanted if path in chapters]
    return linked + in_natural_order(set(chapters) - set(linked))


def _linked(summary: str) -> list[str]:
    paths = []
    for angled, plain in LINK.findall(COMMENT.sub("", summary)):
        target = angled or plain
        if not ELSEWHERE.match(target) and (path := unquote(re.split("[#?]", target)[0])):
            paths.append(_inside(path))
    return paths


def _inside(path: str) -> str:
    place = posixpath.normpath(path)
    if place.startswith("/") or place.split("/")[0] == "..":
        raise Invalid(f"SUMMARY.md links to {path}, which is outside the folder")
    return place
