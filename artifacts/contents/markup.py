"""XML: well-formed, read piece by piece, with no entity of its own."""

from collections.abc import Callable, Iterable
from typing import Any
from xml.parsers import expat

from artifacts.contents.errors import Unfit

Start = Callable[[str, dict[str, str]], None]


def read(pieces: Iterable[bytes], name: str, start: Start | None = None) -> None:
    """Read to the end; `start` is called for each element, without its namespace.

    Entities cannot be declared: they are how a small file becomes a huge one, or reads another.
    """
    reader = expat.ParserCreate(namespace_separator=" ")
    reader.EntityDeclHandler = lambda *_: _refuse_entities(name)
    if start:
        reader.StartElementHandler = lambda tag, attributes: start(_local(tag), attributes)
    try:
        for piece in pieces:
            reader.Parse(piece)
        reader.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Unfit(f"holds {name}, which is not well-formed XML: {error}") from error


def _refuse_entities(name: str) -> Any:
    raise Unfit(f"holds {name}, which declares entities")


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]
