"""What was filled into the form of a gate."""

import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from django.http import QueryDict

from config.console.marked import Passage, placed, read_marked
from events.gates.ways import Ways
from workflows.errors import InvalidInput
from workflows.gates import Decision, Judgement
from workflows.matter import Matter

QUOTES = 3
"""So many passages can be typed without a script."""
MOST_READ = 5000


@dataclass(frozen=True)
class Filled:
    """`read` are the ids of the artifacts that were read, `digest` is that of all of them. `key`
    is the form's own: sent twice, it decides once. `dropped` says of how many passages one was told
    that an approval tells nobody of them."""

    decision: str = ""
    rejection_type: str = ""
    reason: str = ""
    to_step: str = ""
    items: Sequence[str] = ()
    marked: Sequence[Passage] = ()
    typed: Sequence[Passage] = ()
    digest: str = ""
    read: Sequence[str] = ()
    sure: bool = False
    garbled: bool = False
    dropped: str = ""
    key: str = field(default_factory=lambda: secrets.token_hex(16))

    @classmethod
    def of(cls, sent: QueryDict) -> Self:
        """It is taken as it is; what no page of ours sends is left away."""
        marked = _marked(sent.get("passages", ""))
        quotes = zip(sent.getlist("quote_chapter"), sent.getlist("quote"), strict=False)
        return cls(
            decision=sent.get("decision", ""),
            rejection_type=sent.get("rejection_type", ""),
            reason=sent.get("reason", "").replace("\r\n", "\n"),
            to_step=sent.get("to_step", ""),
            items=tuple(dict.fromkeys(sent.getlist("item"))),
            marked=marked or (),
            garbled=marked is None,
            typed=tuple(
                {"chapter": chapter, "quote": quote} for chapter, quote in quotes if quote.strip()
            ),
            digest=sent.get("digest", ""),
            read=tuple(dict.fromkeys(sent.get("read", "").split()))[:MOST_READ],
            sure="sure" in sent,
            dropped=sent.get("dropped", ""),
            key=sent.get("key", ""),
        )

    @property
    def marked_json(self) -> str:
        """The marked passages as a page sends them."""
        return json.dumps(list(self.marked)) if self.marked else ""

    @property
    def asked_items(self) -> Collection[str]:
        """The chapters ticked, and those that passages are in."""
        passages = (*self.marked, *self.typed)
        return dict.fromkeys([*self.items, *(one["chapter"] for one in passages)])

    @property
    def untold(self) -> int:
        """How many passages an approval would tell nobody."""
        return len(self.marked) + len(self.typed) if self.decision == Decision.APPROVE else 0

    @property
    def asked_of(self) -> str:
        """So many passages the form, as it comes back, has asked about."""
        return str(self.untold or "")

    @property
    def rows(self) -> list[Passage]:
        """Fields for passages to be typed, the typed ones first."""
        return [*self.typed, *[{"chapter": "", "quote": ""}] * (QUOTES - len(self.typed))]

    def judgement(self, ways: Ways, matter: Matter) -> Judgement:
        """Of what the gate decides on. Raises InvalidInput where it is not complete."""
        if self.garbled:
            raise InvalidInput("the passages could not be read; mark them again")
        if not self.decision:
            raise InvalidInput("choose what you decide: approve, request changes, or reject")
        if self.decision == Decision.REJECT and not self.sure:
            raise InvalidInput("to reject ends the run for good: tick that you are sure of it")
        if self.untold and self.dropped != self.asked_of:
            raise InvalidInput(
                f"{passages_marked(self.untold)} marked, and nobody is told of it when you "
                "approve: approve once more if that is meant, or request changes"
            )
        if self.decision != Decision.REQUEST_CHANGES:
            return Judgement(self.decision, reason=self.reason, digest=self.digest)
        way = ways.of(self.rejection_type, self.to_step)
        if way and way.per_chapter and not self.asked_items:
            raise InvalidInput("tick the chapters to send back, or mark a passage in each")
        return Judgement(
            decision=self.decision,
            rejection_type=self.rejection_type,
            reason=self.reason,
            to_step=self.to_step,
            items=tuple(self.asked_items) if way and way.per_chapter else (),
            passages=[*self._placed(matter), *self.typed],
            digest=self.digest,
        )

    def _placed(self, matter: Matter) -> list[Passage]:
        if not self.marked:
            return []
        return placed(self.marked, {one.slug: one.now for one in matter.chapters})

    def again(self, changed: Collection[str]) -> Self:
        """The same to be sent once more: passages of texts that have changed are looked for by
        their words."""
        marked = [
            {**one, "start": None, "end": None} if one["chapter"] in changed else one
            for one in self.marked
        ]
        return replace(self, marked=marked, key=secrets.token_hex(16), sure=False)


def passages_marked(count: int) -> str:
    return "1 passage is" if count == 1 else f"{count} passages are"


def _marked(sent: str) -> tuple[Passage, ...] | None:
    """None for what cannot be read."""
    try:
        return tuple(read_marked(sent))
    except InvalidInput:
        return None
