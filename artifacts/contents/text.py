"""Text: UTF-8 without NUL."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from artifacts.contents.content import CHUNK_BYTES, Content
from artifacts.contents.errors import Unfit


def check(content: Content) -> None:
    for _ in pieces(content.file):
        pass


def pieces(file: BinaryIO) -> Iterator[str]:
    """A file's text, piece by piece. Raises Unfit where it is none."""
    decoder, done = codecs.getincrementaldecoder("utf-8")(), 0
    while True:
        chunk = file.read(CHUNK_BYTES)
        done += len(chunk)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            at = done - len(error.object) + error.start
            raise Unfit(f"is not UTF-8 (byte {at}); save it as UTF-8") from error
        if "\0" in text:
            raise Unfit("holds a NUL character; it should be text")
        if text:
            yield text
        if not chunk:
            return
