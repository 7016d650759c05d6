"""The places in a text that a rejection points at, checked against the text that was judged."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from books.errors import nearest
from workflows import texts
from workflows.errors import InvalidInput
from workflows.models import Step
from workflows.quotes import Quotable, shown

SHAPE: dict[str, type] = {"chapter": str, "heading": str, "quote": str, "start": int, "end": int}
MOST_PASSAGES = 1000
LONGEST_QUOTE = 5000  # characters
Passage = dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """What a review judged: `digests` of all chapters by slug, and `read`, texts by digest.

    `item` is the chapter it was about, empty for none; `has_text` is false where it judged no
    chapters but what was made of them.
    """

    step: str
    item: str
    has_text: bool
    digests: Mapping[str, str]
    read: Callable[[Collection[str]], Mapping[str, str]]

    def chapters(self, slugs: Collection[str]) -> dict[str, Quotable]:
        """Their texts, all read at once."""
        told = self.read({self.digests[slug] for slug in slugs})
        return {slug: Quotable(slug, told[self.digests[slug]]) for slug in slugs}


def passages_of(step: Step, given: Sequence[Any]) -> list[Passage]:
    """`checked_passages` of what this step judged; without passages nothing is read."""
    if not given:
        return []
    has_text = texts.judges_texts(step)
    judged = Judged(step.name, step.item, has_text, texts.judged_texts(step), texts.read)
    return checked_passages(given, judged)


def checked_passages(given: Sequence[Any], judged: Judged) -> list[Passage]:
    """Passages with all five keys: what was left away filled in where the text tells it, else
    null. Where offsets are kept, the quote is what stands there. Raises InvalidInput."""
    refuse_many(given)
    shaped = _each(given, _shaped)
    named = _each(shaped, lambda passage: _with_chapter(passage, judged))
    chapters = judged.chapters({one["chapter"] for one in named if one["chapter"]})
    return _each(named, lambda passage: _placed(passage, chapters.get(passage["chapter"])))


def refuse_many(given: Sequence[Any]) -> None:
    """Raises InvalidInput for more than are taken."""
    if len(given) > MOST_PASSAGES:
        raise InvalidInput(f"{len(given)} passages; a rejection has at most {MOST_PASSAGES}")


def _each(passages: Sequence[Any], act: Callable[[Any], Passage]) -> list[Passage]:
    """What `act` makes of each; its refusals say which it was."""
    done = []
    for number, passage in enumerate(passages, start=1):
        try:
            done.append(act(passage))
        except InvalidInput as refusal:
            raise InvalidInput(f"passage {number}: {refusal}") from refusal
    return done


def _shaped(passage: Any) -> Passage:
    """All five keys; empty words count as left away."""
    if not isinstance(passage, dict) or not passage or set(passage) - set(SHAPE):
        raise InvalidInput(f"it holds {', '.join(SHAPE)}; not {shown(repr(passage))}")
    for name, kind in SHAPE.items():
        if passage.get(name) is not None:
            _check_value(name, passage[name], kind)
    shaped = {name: None if passage.get(name) == "" else passage.get(name) for name in SHAPE}
    _check_range(shaped["start"], shaped["end"])
    return shaped


def _check_value(name: str, value: Any, kind: type) -> None:
    if type(value) is not kind:
        raise InvalidInput(f"its {name} is not {shown(repr(value))}")
    if isinstance(value, str):
        if len(value) > LONGEST_QUOTE:
            raise _too_long(name, len(value))
        if any(one == "\0" or "\ud800" <= one <= "\udfff" for one in value):
            raise InvalidInput(f"its {name} holds a character that no text has")


def _check_range(start: int | None, end: int | None) -> None:
    if (start is None) != (end is None):
        raise InvalidInput("start and end come together, or neither")
    if start is not None and end is not None and not 0 <= start <= end:
        raise InvalidInput(f"it goes from start to end, from 0; not from {start} to {end}")


def _with_chapter(passage: Passage, judged: Judged) -> Passage:
    """With the step's own chapter where none is named. Raises InvalidInput where one must be."""
    slug = passage["chapter"] or judged.item or None
    if slug and slug not in judged.digests:
        hint = nearest(shown(slug), judged.digests)
        raise InvalidInput(f'no chapter "{shown(slug)}"{hint}')
    if not slug and not judged.has_text and passage["start"] is not None:
        raise InvalidInput(
            f"start and end count in a chapter's text, and {judged.step} judged none: name the "
            "chapter, or leave them away"
        )
    points = any(passage[name] is not None for name in ("heading", "quote", "start"))
    if not slug and judged.has_text and points:
        raise InvalidInput(f"{judged.step} judged all chapters: name the one it is in")
    return {**passage, "chapter": slug}


def _placed(passage: Passage, chapter: Quotable | None) -> Passage:
    """Checked against the chapter's text, and completed from it."""
    if not chapter:
        return passage
    heading = passage["heading"] and chapter.heading(passage["heading"])
    if passage["start"] is not None:
        span: tuple[int, int] | None = (passage["start"], passage["end"])
        quote = _standing(chapter, passage)
    elif passage["quote"] is None:
        span, quote = None, None
    else:
        first, alone = chapter.place(passage["quote"], heading)
        span, quote = first if alone else None, _between(chapter, *first)
    start, end = span or (None, None)
    if start is not None and heading:
        chapter.check_under(heading, start)
    elif start is not None:
        heading = chapter.heading_at(start)
    return {"chapter": chapter.slug, "heading": heading, "quote": quote, "start": start, "end": end}


def _standing(chapter: Quotable, passage: Passage) -> str:
    """What stands between the offsets. Raises InvalidInput where that is not what it quotes."""
    start, end, quote = passage["start"], passage["end"], passage["quote"]
    if end > len(chapter.text):
        raise InvalidInput(
            f"{chapter.slug} has {len(chapter.text)} characters, and none from {start} to {end}"
        )
    stands = _between(chapter, start, end)
    if quote is not None and quote != stands:
        raise InvalidInput(
            f'from {start} to {end} {chapter.slug} says "{shown(stands)}", not "{shown(quote)}"'
        )
    return stands


def _between(chapter: Quotable, start: int, end: int) -> str:
    if end - start > LONGEST_QUOTE:
        raise _too_long("quote", end - start)
    return chapter.text[start:end]


def _too_long(name: str, length: int) -> InvalidInput:
    return InvalidInput(f"its {name} has {length} characters; at most {LONGEST_QUOTE} are taken")
