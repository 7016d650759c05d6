"""The little language in which a trigger gives parameters to the run it starts.

A text may hold names between braces: `{source.artifacts.release_notes.id}`. A text that is one
name and nothing else becomes the value itself, of whatever type; within a longer text a name
becomes words: a list its members, null nothing, what is no text its JSON. `{{` and `}}` are
braces. A name is looked up, never evaluated, and what it stands for is not read again:

    source.FIELD                    a field of the source run
    source.parameters.NAME          a parameter it was given
    source.artifacts.TYPE.FIELD     a field of the last artifact of that type that it made
    with.WORKFLOW_TYPE.…            the same of a further source
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from string import Formatter
from typing import Any

from books.errors import nearest
from triggers.errors import TriggerRefused

RUN_FIELDS = (
    "id", "workflow_type", "book", "status", "outcome", "reason", "input_version",
    "output_version", "version", "session_id", "plan_id", "cause", "chain_depth",
)  # fmt: skip
ARTIFACT_FIELDS = ("id", "artifact_type", "path", "item", "digest", "size_bytes", "media_type")
GROUPS = {"parameters": "parameters.NAME", "artifacts": "artifacts.TYPE.id"}
MOST_SHOWN = 60  # characters of a text that is not sound
Name = tuple[str, ...]
Lookup = Callable[[Name], Any]


def names_in(value: Any) -> Iterator[Name]:
    """Every name in a value, however deep. Raises TriggerRefused for a text that is not sound."""
    if isinstance(value, str):
        yield from (name for _, name in _pieces(value) if name)
    elif isinstance(value, Mapping | list):
        for within in value.values() if isinstance(value, Mapping) else value:
            yield from names_in(within)


def filled(value: Any, look_up: Lookup) -> Any:
    """The value with each name looked up. Raises what `look_up` raises."""
    if isinstance(value, Mapping):
        return {key: filled(within, look_up) for key, within in value.items()}
    if isinstance(value, list):
        return [filled(within, look_up) for within in value]
    return _filled_text(value, look_up) if isinstance(value, str) else value


def check_name(name: Name, sources: Mapping[str, Collection[str]]) -> None:
    """Raises TriggerRefused for a name that nothing will ever answer to.

    `sources` has the artifact types that each source can make, the one called `source` by that
    name and a further one by `with.` and its workflow type.
    """
    source, rest = whose(name)
    written = "{" + ".".join(name) + "}"
    _check_word(written, "source", source, sources)
    match rest:
        case ("parameters", _, *_):
            return
        case ("artifacts", artifact_type, field):
            _check_word(written, "artifact", artifact_type, sources[source])
            _check_word(written, "field of an artifact", field, ARTIFACT_FIELDS)
        case ("parameters" | "artifacts" as group, *_):
            raise TriggerRefused(
                f"{short(written)} names nothing; write {{{source}.{GROUPS[group]}}}"
            )
        case _:
            _check_word(written, "field of a run", ".".join(rest), (*RUN_FIELDS, *GROUPS))


def whose(name: Name) -> tuple[str, Name]:
    """The source that a name begins with, and the rest of it."""
    size = 2 if name[0] == "with" else 1
    return ".".join(name[:size]), name[size:]


def _check_word(written: str, noun: str, word: str, known: Collection[str]) -> None:
    if word not in known:
        hint = nearest(word, known)
        raise TriggerRefused(f'{short(written)} names nothing: no {noun} "{short(word)}"{hint}')


def short(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def _filled_text(text: str, look_up: Lookup) -> Any:
    pieces = list(_pieces(text))
    match pieces:
        case [("", tuple(alone))]:
            return look_up(alone)
    return "".join(before + (_words(look_up(name)) if name else "") for before, name in pieces)


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_words, value))
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


def _pieces(text: str) -> Iterator[tuple[str, Name | None]]:
    """Plain text and the name after it; the name is None where the text ends."""
    shown = f'"{short(text)}"'
    try:
        parsed = list(Formatter().parse(text))
    except ValueError as error:
        raise TriggerRefused(
            f"{shown}: its braces do not pair; write {{{{ and }}}} for braces"
        ) from error
    for before, name, form, conversion in parsed:
        if form or conversion:
            raise TriggerRefused(f"{shown}: a name stands alone between its braces")
        if name is not None and not all(name.split(".")):
            raise TriggerRefused(f"{shown}: {{{short(name)}}} names nothing")
        yield before, tuple(name.split(".")) if name is not None else None
