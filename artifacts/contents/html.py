"""HTML: text that holds a tag."""

import re

from artifacts.contents.content import Content
from artifacts.contents.errors import Unfit
from artifacts.contents.text import pieces

TAG = re.compile(r"<[a-zA-Z]")


def check(content: Content) -> None:
    found, last = False, ""
    for text in pieces(content.file):
        found = found or bool(TAG.search(last + text))
        last = text[-1:]
    if not found:
        raise Unfit("holds no tag, so it is no HTML")
