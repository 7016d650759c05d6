"""What moved from one text of a book to another, worked out once for all of them together, and
where each end leads."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from artifacts.errors import MissingBytes
from books.redlines import across
from books.redlines.across import Block, Seed
from config.console.redlines.keeping import Texts, between, keep, kept
from config.console.redlines.lines import OtherEnd
from config.console.redlines.shown import OLD

FORMAT = 1
"""Of what is kept; another one where it is found otherwise."""
MOST_BYTES = 2_500_000
"""Of all texts together, before and after. Those beyond are left out, those that changed last."""
MOST_BYTES_OF_ONE = 400_000
MOST_BYTES_COMPARED = 1_000_000
"""Of those that something may have left or come into, whose redlines are drawn for it."""
OF_A_WORD = 7


class Became(NamedTuple):
    """A text by its name, as it was and as it is, by digest; both of about so many bytes."""

    name: str
    old: str
    new: str
    size: int

    @property
    def differs(self) -> bool:
        return self.old != self.new


class Whereabouts(NamedTuple):
    """Where the redline of a text is shown: the address of a page, the slug of the redline there,
    what the text is called, and the element that shows it on the page of all."""

    address: str
    slug: str
    title: str
    section: str = ""


def ends(
    name: str, numbered: Mapping[int, Block], of: Callable[[str], Whereabouts]
) -> dict[int, OtherEnd]:
    """The other ends of these moves, seen from the text of that name."""
    found = {}
    for number, block in numbered.items():
        away = block.source == name
        there = of(block.target if away else block.source)
        line = str(block.new_line) if away else f"{OLD}{block.old_line}"
        joint = "&" if "?" in there.address else "?"
        address = f"{there.address}{joint}at={line}#{there.slug}-{line}"
        found[number] = OtherEnd(address, there.title, there.section)
    return found


def moved(texts: Iterable[Became], known: Texts) -> Sequence[Block]:
    """Blocks that went from one of these to another. None are known where bytes are missing; the
    redline that needs those says so."""
    fitting = list(_fitting(texts, MOST_BYTES))
    if sum(one.differs for one in fitting) < 2:  # noqa: PLR2004
        return ()
    told = "\n".join(f"{one.name}\0{one.old}\0{one.new}" for one in fitting)
    key = f"across-{FORMAT}-{hashlib.sha256(told.encode()).hexdigest()}"
    found = kept(key, list[Block])
    if found is None:
        try:
            found = _moved(fitting, known)
        except MissingBytes:
            return ()
        keep(key, found)
    return found


def _fitting(texts: Iterable[Became], most_bytes: int) -> Iterator[Became]:
    """Those that changed first, as far as they have room."""
    left = most_bytes
    for one in sorted(texts, key=lambda one: not one.differs):
        if one.size <= min(left, MOST_BYTES_OF_ONE):
            left -= one.size
            yield one


def _moved(texts: Sequence[Became], known: Texts) -> list[Block]:
    differing = {one.name: one for one in texts if one.differs}
    found = known.read({digest for one in differing.values() for digest in (one.old, one.new)})
    seeds = across.seeds(
        {name: found[one.old] for name, one in differing.items()},
        {name: found[one.new] for name, one in differing.items()},
    )
    if not seeds:
        return []
    same = known.read({one.new for one in texts if not one.differs})
    elsewhere = across.standing(same.values())
    alone: list[Seed] = [seed for key, seed in seeds.items() if key not in elsewhere]
    named = {place.name for seed in alone for place in seed}
    compared = _fitting((differing[name] for name in sorted(named)), MOST_BYTES_COMPARED)
    redlines = {one.name: between(one.old, one.new, known) for one in compared}
    seen = [seed for seed in alone if {place.name for place in seed} <= redlines.keys()]
    return across.blocks(seen, redlines)
