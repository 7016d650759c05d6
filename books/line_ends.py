"""The line ends of a text that came back from where they are not kept, such as a form. Pure."""

import re
from collections import Counter
from itertools import takewhile

LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n)")


def like(text: str, original: str) -> str:
    """The text with the line ends of the original: lines at its beginning and its end that have
    not changed have their own again, the others the most usual."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if "\r" not in original:
        return "\n".join(lines)
    old = [found.groups() for found in LINE.finditer(original)]
    last = original[sum(len(line) + len(end) for line, end in old) :]
    usual = Counter(end for _, end in old).most_common(1)[0][0]
    ends = [usual] * (len(lines) - 1)
    for number in _alike(lines[:-1], [line for line, _ in old]):
        ends[number] = old[number][1]
    if lines[-1] == last:
        for back in _alike(lines[-2::-1], [line for line, _ in reversed(old)]):
            ends[-1 - back] = old[-1 - back][1]
    return "".join(map("".join, zip(lines, [*ends, ""], strict=True)))


def _alike(new: list[str], old: list[str]) -> range:
    """The places, from the first on, at which both say the same."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(new, old, strict=False))
    return range(sum(1 for _ in pairs))
