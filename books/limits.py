"""How far a revision may take a chapter's figures; a book's configuration may say otherwise."""

from collections.abc import Mapping

from books.checks.figures import Figures

# `least_…` and `most_…` are in times of what the chapter had, the others in points. What a
# chapter had fewer than FEW of may come and go.
LIMITS: Mapping[str, float] = {
    "least_words": 0.5,
    "most_words": 4.0,
    "least_headings": 0.5,
    "least_tables": 0.5,
    "least_pictures": 0.5,
    "reading_ease_drop": 15.0,
    "passive_percent_rise": 20.0,
}
FEW = {"words": 1, "headings": 3, "tables": 2, "pictures": 2}
FEWEST_SENTENCES = 20  # for shares and scores to mean anything


def exceeded(before: Figures, after: Figures, limits: Mapping[str, float]) -> list[str]:
    """What a revision took too far, in words that follow the chapter's name; often nothing."""
    if after.words == 0 < before.words:
        return [f"is empty; it had {before.words} words"]
    counted = (_counted(name, before, after, limits) for name in FEW)
    return [wrong for wrong in (*counted, *_measured(before, after, limits)) if wrong]


def _counted(name: str, before: Figures, after: Figures, limits: Mapping[str, float]) -> str:
    had, has = getattr(before, name), getattr(after, name)
    least, most = limits.get(f"least_{name}", 0), limits.get(f"most_{name}", float("inf"))
    if had < FEW[name] or least <= has / had <= most:
        return ""
    allowed = f"at least {least}" if has < had else f"at most {most}"
    return f"went from {had} {name} to {has}; {allowed} times as many are allowed"


def _measured(before: Figures, after: Figures, limits: Mapping[str, float]) -> list[str]:
    if min(before.sentences, after.sentences) < FEWEST_SENTENCES:
        return []
    drop = _change(after.reading_ease, before.reading_ease)
    rise = _change(before.passive_percent, after.passive_percent)
    wrong = []
    if drop > limits["reading_ease_drop"]:
        wrong.append(
            f"reads harder: reading ease {before.reading_ease} became {after.reading_ease}; "
            f"it may drop by {limits['reading_ease_drop']}"
        )
    if rise > limits["passive_percent_rise"]:
        wrong.append(
            f"is more passive: {before.passive_percent} % of the sentences became "
            f"{after.passive_percent} %; it may rise by {limits['passive_percent_rise']}"
        )
    return wrong


def _change(less: float | None, more: float | None) -> float:
    """How much the second is above the first; nothing where there is none to compare."""
    return 0 if less is None or more is None else more - less
