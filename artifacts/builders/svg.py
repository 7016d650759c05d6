"""Whether an SVG picture may be passed on: it must run nothing and fetch nothing when opened."""

import re
from xml.parsers import expat

RUNS = {"script", "handler", "foreignobject", "iframe", "embed", "object"}
ELSEWHERE = re.compile(r"url\(\s*['\"]?\s*(?!#|data:image/)[^)]|@import", re.IGNORECASE)
HERE = ("#", "data:image/")
SPACE = re.compile(r"[\x00-\x20]+")


class Unfit(Exception):
    """Carries why, in words that follow the picture's name."""


def why_unfit(content: bytes) -> str:
    """Empty where it is fit."""
    reader = expat.ParserCreate()
    reader.StartElementHandler = _element
    reader.EntityDeclHandler = lambda *_: _refuse("declares entities")
    reader.ProcessingInstructionHandler = lambda *_: _refuse("holds a processing instruction")
    reader.CharacterDataHandler = _words
    reader.buffer_text = True
    try:
        reader.Parse(content, True)  # noqa: FBT003
    except Unfit as reason:
        return str(reason)
    except (expat.ExpatError, LookupError, ValueError) as error:
        return f"is no SVG: {error}"
    return ""


def _refuse(why: str) -> None:
    raise Unfit(why)


def _element(name: str, attributes: dict[str, str]) -> None:
    tag = _local(name)
    if tag in RUNS:
        _refuse(f"holds a {tag} element")
    for attribute, value in attributes.items():
        local, bare = _local(attribute), SPACE.sub("", value).lower()
        if local.startswith("on") or "javascript:" in bare or bare.startswith("data:text"):
            _refuse("holds a script")
        if local == "attributename" and (bare.startswith("on") or "href" in bare):
            _refuse("animates a link or a script")
        fetched = local == "href" and tag != "a" and not bare.startswith(HERE)
        if fetched or ELSEWHERE.search(value):
            _refuse("shows something from elsewhere")


def _words(text: str) -> None:
    if ELSEWHERE.search(text):
        _refuse("shows something from elsewhere")


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()
