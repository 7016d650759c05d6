"""Which files may be shown as pictures."""

import re
from urllib.parse import quote

from artifacts.builders.book import Chapter, Picture, Remark
from artifacts.builders.svg import why_unfit

SVG = "image/svg+xml"
PDF = "application/pdf"
LONGEST_PATH = 100
SHOWN = {
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    SVG: "svg",
}
BEGINS = {
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}


def fit_to_show(picture: Picture) -> str:
    """Why a file cannot be shown, in words that follow its name; empty where it can.

    An SVG file that could run or fetch something when it is opened by itself is never passed on.
    """
    if picture.media_type not in SHOWN:
        return f"is {picture.media_type}, which is no picture that can be shown"
    content = picture.read()
    if not content:
        return "is empty"
    if picture.media_type == SVG:
        return why_unfit(content)
    if not BEGINS[picture.media_type].match(content):
        return f"is no {SHOWN[picture.media_type].upper()} file, whatever its name says"
    return ""


def line_showing(chapter: Chapter, path: str) -> int:
    """The first line of a chapter that names a picture; the first where none does."""
    name = path.rpartition("/")[2]
    return max(chapter.line_of(name), chapter.line_of(quote(name)))


def not_shown(chapter: Chapter, path: str, why: str) -> Remark:
    shown = path if len(path) <= LONGEST_PATH else path[:LONGEST_PATH] + "…"
    return Remark(chapter.slug, line_showing(chapter, path), f"the picture {shown} {why}")
