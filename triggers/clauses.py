"""Whether a trigger fits a run, clause by clause: the first that does not hold decides."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from triggers.filling import short
from triggers.models import Condition
from triggers.source import Source
from triggers.terms import Terms

Clause = Callable[[Terms, Source], str | None]


@dataclass(frozen=True)
class Verdict:
    """Which clause decided, and why."""

    clause: str
    why: str
    fires: bool = False

    def __str__(self) -> str:
        """As every database keeps it: an error may quote what is no text, as a file's name."""
        said = self.why if self.fires else f"{self.clause}: {self.why}"
        return said.encode(errors="replace").decode().replace("\0", "?")


def decide(terms: Terms, source: Source, *, requested: bool = False) -> Verdict:
    """Whether the trigger fits a run that has ended. So many queries whatever the number of
    triggers that look at the same source."""
    for clause, refusal in CLAUSES.items():
        if requested and clause in UNLESS_REQUESTED:
            continue
        if why := refusal(terms, source):
            return Verdict(clause, why)
    return Verdict("trigger_condition", _because(terms, source), fires=True)


def _books(terms: Terms, source: Source) -> str | None:
    return _outside("book", source.book.slug, terms.config.books)


def _book_types(terms: Terms, source: Source) -> str | None:
    return _outside("book type", source.book.book_type, terms.config.book_types)


def _settings(terms: Terms, source: Source) -> str | None:
    if not terms.config.settings:
        return None
    return _outside("setting", source.setting, terms.config.settings)


def _with(terms: Terms, source: Source) -> str | None:
    if not terms.config.with_:
        return None
    missing = [word for word in terms.sources if word not in source.joined]
    return f"no {' and no '.join(missing)} of {source.version} is done yet" if missing else None


def _outcome(terms: Terms, source: Source) -> str | None:
    first = source.of(terms)[0]
    return _outside(f"the outcome of {first}", first.outcome, terms.config.match.outcome)


def _parameters(terms: Terms, source: Source) -> str | None:
    first = source.of(terms)[0]
    for name, wanted in terms.config.match.parameters.items():
        if name not in first.run.parameters:
            return f"{first} was given no parameter {name}"
        given, said = _json(first.run.parameters[name]), _json(wanted)
        if given != said:
            return f"{name} of {first} is {short(given)}, not {short(said)}"
    return None


def _has(terms: Terms, source: Source) -> str | None:
    if not (wanted := terms.config.match.has):
        return None
    first = source.of(terms)[0]
    missing = [word for word in wanted if not first.has(word)]
    return f"{first} made no {' and no '.join(missing)}" if missing else None


def _approved(terms: Terms, source: Source) -> str | None:
    if terms.condition != Condition.ON_APPROVE:
        return None
    unapproved = [one for one in source.of(terms) if one.approved_by is None]
    return f"no gate of {unapproved[0]} was approved" if unapproved else None


def _once(terms: Terms, source: Source) -> str | None:
    """Sources that come together do so once for each version, however often they are run again."""
    if not terms.config.with_:
        return None
    before = source.came_together.get(terms.name)
    return f"it fired for {source.version} already, from run {before}" if before else None


def _chain(_: Terms, source: Source) -> str | None:
    depth, most = source.run.chain_depth, settings.BINDERY_CHAIN_LIMIT
    if depth < most:
        return None
    return f"{source} is at chain_depth {depth}; a chain goes no further than {most}"


def _limit(terms: Terms, source: Source) -> str | None:
    if not (limit := terms.config.limit):
        return None
    if (count := source.lately[terms.name]) < limit.count:
        return None
    return f"fired {count} times within {limit.seconds} seconds; its limit is {limit.count}"


# In this order. `with` comes before what is asked of the first source, which has to be there.
CLAUSES: dict[str, Clause] = {
    "books": _books,
    "book_types": _book_types,
    "settings": _settings,
    "with": _with,
    "match.outcome": _outcome,
    "match.parameters": _parameters,
    "match.has": _has,
    "trigger_condition": _approved,
    "once": _once,
    "chain": _chain,
    "limit": _limit,
}
UNLESS_REQUESTED = frozenset({"once"})


def _json(value: Any) -> str:
    """Without Python's way of taking true for 1."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _outside(noun: str, word: str | None, wanted: list[str]) -> str | None:
    if not wanted or word in wanted:
        return None
    return f"{noun} {word or '(none)'} is not among {', '.join(wanted)}"


def _because(terms: Terms, source: Source) -> str:
    """Why it fires, in words."""
    ended = [f"{one} {one.run.status}" for one in (source, *_others(terms, source))]
    if terms.condition == Condition.ON_APPROVE:
        ended.append(f"approved by {source.approved_by}")
    return ", ".join(ended)


def _others(terms: Terms, source: Source) -> list[Source]:
    return [one for one in source.of(terms) if one is not source]
