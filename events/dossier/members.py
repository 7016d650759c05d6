"""Files of a dossier: what each is called, what its bytes must be, and where they come from."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from artifacts import store
from artifacts.errors import ArtifactsError
from events.errors import CannotArchive

ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True)
class Member:
    """One file. `read` gives its bytes in chunks, anew each time."""

    name: str
    digest: str
    size_bytes: int
    read: Callable[[], Iterable[bytes]]

    def chunks(self) -> Iterator[bytes]:
        """Its bytes; raises CannotArchive when they are gone, or are not what they must be."""
        digest, size = hashlib.sha256(), 0
        try:
            for chunk in self.read():
                digest.update(chunk)
                size += len(chunk)
                if size > self.size_bytes:
                    break
                yield chunk
        except ArtifactsError as error:
            raise CannotArchive(f"{self.name} cannot be read: {error}") from error
        if (digest.hexdigest(), size) != (self.digest, self.size_bytes):
            raise CannotArchive(
                f"the bytes of {self.name} are damaged: they are not those of {self.digest}; "
                "bring them back from a backup"
            )


def written(name: str, content: str | bytes, digest: str = "") -> Member:
    """A file of these bytes; with a digest, they must be those of it."""
    held = content.encode() if isinstance(content, str) else content
    return Member(name, digest or hashlib.sha256(held).hexdigest(), len(held), lambda: [held])


def stored(name: str, digest: str, size_bytes: int) -> Member:
    """A file whose bytes lie in the store."""
    return Member(name, digest, size_bytes, lambda: store.chunks(digest))


def as_json(name: str, told: Any) -> Member:
    """A JSON document, the same from whatever database its values come: keys are sorted, and 1.0,
    which one database gives back as 1, is 1."""
    plain = json.dumps(_plain(told), cls=DjangoJSONEncoder, indent=2, sort_keys=True,
                       ensure_ascii=False)  # fmt: skip
    return written(name, plain + "\n")


def sums(name: str, members: Iterable[Member]) -> Member:
    """What `sha256sum -c` reads; like it, with a backslash before a line whose name needs some."""
    lines = []
    for member in members:
        plain = member.name.translate(ESCAPES)
        mark = "\\" if plain != member.name else ""
        lines.append(f"{mark}{member.digest}  {plain}\n")
    return written(name, "".join(lines))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
