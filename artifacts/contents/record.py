"""JSON: an object that every reader and database takes, of the shape that its type has."""

import json
import math
import re
from collections import Counter
from typing import Any

import msgspec

from artifacts.contents.content import Content
from artifacts.contents.errors import Unfit
from artifacts.contents.records import SHAPES
from artifacts.contents.text import pieces

MOST_DEPTH = 100
LONGEST_NUMBER = 300
NO_TEXT = re.compile("[\0\ud800-\udfff]")


class Depth(int):
    """What an object is read as: how deep it nests, so that its content need not be held."""


DEPTHS = [Depth(number) for number in range(MOST_DEPTH + 1)]


def check(content: Content) -> None:
    text = "".join(pieces(content.file))
    try:
        depth = json.loads(
            text,
            object_pairs_hook=_depth_of_object,
            parse_constant=_no_number,
            parse_float=_number,
            parse_int=_number,
        )
    except (ValueError, RecursionError) as error:
        raise Unfit(f"is not JSON: {error}") from error
    if not isinstance(depth, Depth):
        raise Unfit("holds no JSON object")
    _check_shape(text, content.artifact_type)


def _check_shape(text: str, artifact_type: str) -> None:
    if shape := SHAPES.get(artifact_type):
        try:
            msgspec.json.decode(text, type=shape)
        except msgspec.DecodeError as error:
            raise Unfit(f"is no {artifact_type}: {error}") from error


def _depth_of_object(pairs: list[tuple[str, Any]]) -> Depth:
    if not pairs:
        return DEPTHS[1]
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = Counter(names).most_common(1)[0][0]
        raise ValueError(f"{json.dumps(twice)} stands twice in an object")
    texts = names.copy()
    depth = 1 + _read(texts, [value for _, value in pairs])
    if NO_TEXT.search(" ".join(texts)):
        raise ValueError("a text holds a NUL character or half a character")
    if depth > MOST_DEPTH:
        raise ValueError(f"it nests deeper than {MOST_DEPTH}")
    return DEPTHS[depth]


def _read(texts: list[str], values: list[Any]) -> int:
    """How deep the values nest; the texts among them are added."""
    depth = 0
    for value in values:
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, list):
            depth = max(depth, 1 + _read(texts, value))
        elif isinstance(value, Depth):
            depth = max(depth, value)
    return depth


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")


def _number(word: str) -> None:
    if len(word) > LONGEST_NUMBER or not math.isfinite(float(word)):
        raise ValueError(f"{word[:20]} is too large a number")
