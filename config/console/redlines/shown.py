"""A redline on a page: folded, inline or side by side, and in parts of a bounded size."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict

from books.redlines import Kind, Redline, Row, Stretch
from config.console.redlines.lines import Line, Look, OtherEnd, shorter
from workflows.errors import InvalidInput

LABEL = "What changed"
VIEWS = ("inline", "side")
MOST_BYTES = 80_000
"""Bytes of HTML in a part; the page around it has room too."""
OF_A_ROW, OF_A_PIECE, OF_A_NOTE = 240, 30, 300
"""Bytes of HTML around what is shown."""
OF_A_FOLD, OF_A_LINK = 700, 160
ESCAPED = {"&": 4, "<": 3, ">": 3, "'": 5, '"': 5}
"""By how much a character grows in HTML."""
MOST_DIGITS = 9
OLD = "old-"
"""Before the number of a line of the old text, where an address asks for one."""


@dataclass(frozen=True)
class Fold:
    """Lines that read as they did. `here` is the address of the page with them open, `lines` that
    of those lines alone."""

    stretch: Stretch
    ident: str
    here: str
    lines: str

    @property
    def count(self) -> int:
        return self.stretch.lines


@dataclass(frozen=True)
class Shown:
    """A redline on a page. `slug` and `label` tell it from others there; `fold` asks for the lines
    of one fold and `more` for one part alone, without what stands around them. `elsewhere` has the
    other ends of moves that lead to other texts, by the numbers of the moves."""

    redline: Redline
    address: str
    slug: str = "text"
    label: str = LABEL
    view: str = "inline"
    unfold: frozenset[int] = frozenset()
    everything: bool = False
    part: int = 1
    fold: int | None = None
    more: bool = False
    notes: Mapping[int, Sequence[Any]] = field(default_factory=dict)
    elsewhere: Mapping[int, OtherEnd] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        redline: Redline,
        asked: QueryDict,
        *,
        address: str,
        slug: str = "text",
        label: str = LABEL,
        notes: Mapping[int, Sequence[Any]] | None = None,
        elsewhere: Mapping[int, OtherEnd] | None = None,
    ) -> Self:
        """As the query of a request asks for it. `address` is where the page is that shows it,
        perhaps with a query of its own. Raises InvalidInput."""
        view = asked.get("view") or VIEWS[0]
        if view not in VIEWS:
            raise InvalidInput(f'view: no "{view[:40]}"; there are {" and ".join(VIEWS)}')
        unfold = asked.getlist("unfold")
        fold = asked.get("fold")
        shown = cls(
            redline,
            address,
            slug=slug,
            label=label,
            view=view,
            unfold=frozenset(_number("unfold", one) for one in unfold if one != "all"),
            everything="all" in unfold,
            part=_number("part", asked.get("part") or "1"),
            fold=None if fold is None else _number("fold", fold),
            more="more" in asked,
            notes=notes or {},
            elsewhere=elsewhere or {},
        )
        shown._refuse()
        at = asked.get("at")
        return shown if at is None or "part" in asked else replace(shown, part=shown._part_of(at))

    def _refuse(self) -> None:
        """Raises InvalidInput for a fold or part there is not."""
        starts = {stretch.start for stretch in self._stretches if stretch.folded}
        if strange := self.unfold - starts:
            raise InvalidInput(f"unfold: nothing is folded at {min(strange)}")
        if self.fold is not None and not self._folded_at(self.fold):
            raise InvalidInput(f"fold: nothing is folded at {self.fold}")
        if not 1 <= self.part <= self.parts:
            raise InvalidInput(f"part: no {self.part}; there are {self.parts}")

    @property
    def is_side(self) -> bool:
        return self.view == "side"

    @property
    def fragment(self) -> bool:
        """Whether only lines are asked for."""
        return self.fold is not None or self.more

    @cached_property
    def lines(self) -> list[Line | Fold]:
        """Of the part, or of the fold, that is asked for."""
        entries = self._parts[self.part - 1] if self.fold is None else self._opened(self.fold)
        look = Look(self.slug, self.is_side, self._notes, self._link)
        found: list[Line | Fold] = []
        rows: list[Row] = []
        before: Row | None = None
        for entry in [*entries, None]:
            if isinstance(entry, Row):
                rows.append(entry)
                continue
            found += look.lines(rows, before)
            if entry is not None:
                found.append(self._drawn(entry))
                before = entry.rows[-1]
            rows = []
        return found

    @property
    def parts(self) -> int:
        return len(self._parts)

    @property
    def next_part(self) -> int | None:
        return self.part + 1 if self.fold is None and self.part < self.parts else None

    @property
    def earlier_part(self) -> int | None:
        return self.part - 1 if not self.fragment and self.part > 1 else None

    @property
    def next_address(self) -> str:
        return self._at(part=self.part + 1)

    @property
    def next_lines_address(self) -> str:
        return self._at(part=self.part + 1, more=1)

    @property
    def earlier_address(self) -> str:
        return self._at(part=self.part - 1)

    @property
    def inline_address(self) -> str:
        return self._at(view="inline", part=None)

    @property
    def side_address(self) -> str:
        return self._at(view="side", part=None)

    @property
    def all_address(self) -> str:
        return self._at(unfold=["all"], part=None)

    @property
    def folded_address(self) -> str:
        return self._at(unfold=None, part=None)

    @property
    def folds(self) -> bool:
        """Whether any lines are folded, in this part or another."""
        return not self.everything and any(
            stretch.folded and stretch.start not in self.unfold for stretch in self._stretches
        )

    @cached_property
    def _stretches(self) -> tuple[Stretch, ...]:
        return self.redline.stretches(also=self.notes)

    @cached_property
    def _parts(self) -> list[list[Row | Stretch]]:
        parts: list[list[Row | Stretch]] = [[]]
        size = 0
        before: Row | Stretch | None = None
        for entry in self._entries():
            cost = self._size(entry) + self._size_of_link(entry, before)
            before = entry
            if parts[-1] and size + cost > MOST_BYTES:
                parts.append([])
                size = 0
            parts[-1].append(entry)
            size += cost
        return parts

    def _entries(self) -> Iterator[Row | Stretch]:
        for stretch in self._stretches:
            if stretch.folded and not self.everything and stretch.start not in self.unfold:
                yield stretch
            else:
                yield from shorter(stretch.rows)

    def _opened(self, start: int) -> list[Row | Stretch]:
        """The rows of a fold from that one on; what does not fit stays folded."""
        stretch = self._folded_at(start)
        assert stretch is not None  # noqa: S101  (refused before)
        entries: list[Row | Stretch] = []
        size = 0
        for place, row in enumerate(stretch.rows[start - stretch.start :], start=start):
            size += self._size(row)
            if entries and size > MOST_BYTES:
                left = stretch.rows[place - stretch.start :]
                return [*entries, Stretch(left, place, folded=True, heading=stretch.heading)]
            entries += shorter((row,))
        return entries

    def _folded_at(self, place: int) -> Stretch | None:
        """The fold that a row is in, by the row's place."""
        folded = (stretch for stretch in self._stretches if stretch.folded)
        return next((one for one in folded if one.start <= place < one.end), None)

    def _drawn(self, stretch: Stretch | Row) -> Fold:
        assert isinstance(stretch, Stretch)  # noqa: S101
        ident = f"{self.slug}-fold-{stretch.start}"
        opened = self._folded_at(stretch.start)
        start = opened.start if opened else stretch.start
        return Fold(
            stretch,
            ident,
            here=self._at(unfold=sorted({*self.unfold, start}))
            + f"#{self.slug}-{stretch.first_line}",
            lines=self._at(fold=stretch.start, part=None),
        )

    def _notes(self, row: Row) -> Sequence[Any]:
        if not self.notes or row.new_line is None:
            return ()
        until = row.new_line + max(1, row.new_text.count("\n"))
        return [note for n in range(row.new_line, until) for note in self.notes.get(n, ())]

    def _link(self, row: Row) -> OtherEnd:
        """Where the other end of a move stands."""
        if found := self.elsewhere.get(row.move or 0):
            return found
        here = row.kind == Kind.MOVED_HERE
        part = self._ends[row.move or 0, Kind.MOVED_AWAY if here else Kind.MOVED_HERE]
        ident = f"{self.slug}-{'old-' if here else ''}{row.other_line}"
        return OtherEnd(f"#{ident}" if part == self.part else f"{self._at(part=part)}#{ident}")

    @cached_property
    def _ends(self) -> dict[tuple[int, Kind], int]:
        """The parts in which each move begins and ends."""
        ends: dict[tuple[int, Kind], int] = {}
        for number, part in enumerate(self._parts, start=1):
            for entry in part:
                if isinstance(entry, Row) and entry.move:
                    ends.setdefault((entry.move, entry.kind), number)
        return ends

    def _size(self, entry: Row | Stretch) -> int:
        if isinstance(entry, Stretch):
            return OF_A_FOLD
        text = "".join(piece.text for piece in entry.pieces)
        size = len(text.encode()) + sum(text.count(one) * more for one, more in ESCAPED.items())
        around = OF_A_ROW + OF_A_PIECE * len(entry.pieces) + OF_A_NOTE * len(self._notes(entry))
        twice = self.is_side and entry.kind in (Kind.SAME, Kind.CHANGED)
        return (size + around) * (2 if twice else 1)

    def _size_of_link(self, entry: Row | Stretch, before: Row | Stretch | None) -> int:
        """Of the one that leads to another text, at the first row of what moved."""
        move = entry.move if isinstance(entry, Row) else None
        fresh = not isinstance(before, Row) or before.move != move
        found = self.elsewhere.get(move) if move and fresh else None
        return OF_A_LINK + len(found.address) + len(found.title) if found else 0

    def _part_of(self, at: str) -> int:
        """The part with that line; the first where it is in none, since texts change."""
        is_old, line = at.startswith(OLD), _number("at", at.removeprefix(OLD))
        for number, part in enumerate(self._parts, start=1):
            rows = (entry for entry in part if isinstance(entry, Row))
            if any(line == (row.old_line if is_old else row.new_line) for row in rows):
                return number
        return 1

    def _at(self, **asked: Any) -> str:
        """The address with what is asked and, but for what is asked to be None, what there is."""
        now: dict[str, Any] = {
            "view": self.view if self.view != VIEWS[0] else None,
            "unfold": ["all"] if self.everything else sorted(self.unfold),
            "part": self.part if self.part > 1 else None,
        }
        query = urlencode({k: v for k, v in (now | asked).items() if v is not None}, doseq=True)
        joint = "&" if "?" in self.address else "?"
        return f"{self.address}{joint}{query}" if query else self.address


def _number(name: str, value: str) -> int:
    if not value.isascii() or not value.isdecimal() or len(value) > MOST_DIGITS:
        raise InvalidInput(f'{name}: "{value[:40]}" is no number')
    return int(value)
