"""A chapter's Markdown as pandoc is to read it."""

import re

FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
DELIMITERS = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t\r]*")
PREFIX = re.compile(r"[ \t>]*")
NEEDS = {
    "deep": re.compile(
        r"^(?:[ \t>]|[-*+:][ \t]|\d{1,9}[.)][ \t]){14}|^>{8}|^[ \t>]*(?::::|<div)", re.MULTILINE
    ),
    "leftwards": re.compile("[\u0590-\u08ff]"),
    "long": re.compile(r"[\w=&+.,:;*#!?|]{31}"),
}


def readable(text: str) -> str:
    """The text without its front matter, and with an empty line above every table: pandoc takes
    a table right below a line of text for more text, where GitHub's Markdown does not."""
    lines = _without_front_matter(_lines(text))
    read: list[str] = []
    fence = ""
    for number, line in enumerate(lines):
        if not fence and _heads_a_table(lines, number) and _says_something(lines[number - 1]):
            found = PREFIX.match(line)
            read.append(found[0].rstrip() if found else "")
        fence = _fence_after(fence, line)
        read.append(line)
    return "\n".join(read)


def busiest_line(text: str) -> int:
    """The line, from 1, with the most marks that open something."""
    marks = [sum(map(line.count, ">[(`*_<")) for line in _lines(text)]
    return marks.index(max(marks)) + 1


def needs(text: str) -> list[str]:
    """Which of the limits in `limits.lua` the text may need: rather one too many."""
    return [name for name, sign in NEEDS.items() if sign.search(text)]


def _lines(text: str) -> list[str]:
    """Its lines, however they end, without a byte-order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _without_front_matter(lines: list[str]) -> list[str]:
    """The lines of the front matter stay, empty."""
    if lines[0].rstrip() != "---":
        return lines
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            return [""] * (number + 1) + lines[number + 1 :]
    return lines


def _heads_a_table(lines: list[str], number: int) -> bool:
    if not 0 < number < len(lines) - 1 or "|" not in lines[number]:
        return False
    below = lines[number + 1]
    return "|" in below and "-" in below and DELIMITERS.fullmatch(below) is not None


def _says_something(line: str) -> bool:
    return bool(line.strip(" \t\r>")) and "|" not in line


def _fence_after(fence: str, line: str) -> str:
    """The mark that closes the code block a line is in or opens; empty outside of one."""
    found = FENCE.match(line)
    if not found:
        return fence
    if not fence:
        return found[1]
    return "" if found[1].startswith(fence) else fence
