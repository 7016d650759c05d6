"""What docs/api.md says of who may ask what, against the table that decides it."""

import re
from collections.abc import Iterator

from django.urls import resolve

from config import access
from tests.contracts.product import INLINE, ROOT
from tests.rest import API
from workflows.callers import GIVES, ROLE, Power

WORDS = {
    "read": access.READ,
    "work": access.WORK,
    "edit": access.EDIT,
    "operate": access.OPERATE,
    "decide": access.DECIDE,
    "anybody": access.ANYBODY,
}
PAGE = (ROOT / "docs/api.md").read_text()


def test_every_address_tells_who_may_ask_it() -> None:
    told = {(route, method): powers for route, method, powers in told_of()}
    allowed = {
        (route, method): powers
        for route, line in access.ACCESS.items()
        for method, powers in line.items()
    }
    assert told == allowed


def test_every_group_tells_what_it_gives() -> None:
    section = PAGE.split("## Who may do what")[1].split("\n## ")[0]
    cells = [line.split("|")[1:3] for line in section.splitlines() if line.startswith("| ")]
    told = {cell.strip(" `"): set(INLINE.findall(words)) for cell, words in cells[1:]}
    given = {group: {power.name.lower() for power in powers} for group, powers in GIVES.items()}
    assert told == {**given, "any other": {power.name.lower() for power in ROLE} | {"decide"}}
    assert {power.name.lower() for power in Power} <= set(WORDS)


def told_of() -> Iterator[tuple[str, str, frozenset[Power]]]:
    """Route, method and powers of each address. `pause/` after `runs/{id}/begin/` stands for
    `runs/{id}/pause/`."""
    table = PAGE.split("## Addresses")[1].split("\n## ")[0]
    for line in table.splitlines():
        if line.startswith("| `"):
            addresses, methods, who = line.split("|")[1:4]
            before = ""
            for word in INLINE.findall(addresses):
                before = word if is_whole(word) else re.sub(r"[^/]+/$", word, before)
                route = str(resolve(API + re.sub(r"\{\w+\}", "1", before)).url_name)
                for method in methods.split():
                    yield route, method, powers_of(who, method)


def is_whole(word: str) -> bool:
    return "{" in word or f"| `{word}`" in PAGE or not re.fullmatch(r"[a-z]+/", word)


def powers_of(who: str, method: str) -> frozenset[Power]:
    """Of `read`, `work or edit`, or `GET read, POST edit`."""
    by_method = dict(re.findall(r"([A-Z]+) ([a-z ]+)", who))
    words = by_method.get(method, who) if by_method else who
    return frozenset[Power]().union(*(WORDS[word] for word in words.strip().split(" or ")))
