"""How a text is cut into lines and words to be compared. White space is that of ASCII."""

import re
from string import whitespace

LINE = re.compile(r"[^\n]*\n|[^\n]+")
WORD = re.compile(r"\S+\s*", re.ASCII)
INK = re.compile(r"\S+", re.ASCII)


def bare(word: str) -> str:
    return word.rstrip(whitespace)
