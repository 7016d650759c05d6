"""What lies in a zip."""

from typing import BinaryIO, NamedTuple, cast

from artifacts import store
from artifacts.contents import archive
from artifacts.contents.errors import Unfit
from artifacts.errors import CannotShow

MOST = 200
LONGEST_NAME = 80


class Entry(NamedTuple):
    name: str
    size_bytes: int


class Entries(NamedTuple):
    """The first of them, and how many more there are."""

    shown: list[Entry]
    more: int


def entries(digest: str) -> Entries:
    """Raises CannotShow for what is no sound zip."""
    try:
        with store.opened(digest) as file, archive.opened(cast(BinaryIO, file)) as opened:
            found = [one for one in opened.infolist() if not one.is_dir()]
    except Unfit as why:
        raise CannotShow(f"it {why}") from why
    shown = [Entry(_short(one.filename), one.file_size) for one in found[:MOST]]
    return Entries(shown, len(found) - len(shown))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
