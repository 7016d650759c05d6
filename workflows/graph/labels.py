"""What the boxes of a lineage say."""

from collections.abc import Sequence

from workflows.graph.bundles import Bundle, Thing

LONGEST = 40
LONGEST_NAME = 24
LONGEST_NOTE = 2000
MOST_NAMES = 8
SHORT_ID = 12
UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"


def clean(text: object, longest: int) -> str:
    """One line that XML can hold, cut with … where it is longer."""
    line = " ".join(str(text).split())
    line = "".join(letter if letter.isprintable() else UNPRINTABLE for letter in line)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def lines_of(bundle: Bundle) -> tuple[str, ...]:
    """The bold line, what it is called and where it comes from, as far as they are known."""
    lines = [_headline(bundle), _names(bundle), *_origin(bundle.first)]
    return tuple(clean(line, LONGEST) for line in lines if line) or ("",)


def note_of(bundle: Bundle) -> str:
    """All of it, uncut but for what nobody would read."""
    first = bundle.first
    made = [first.get("workflow_type"), _round(first), first.get("run")]
    held = f"in {first['version']}" if first.get("version") else ""
    names = ", ".join(map(_full_name, bundle.things))
    stale = "stale" if first.get("stale") else ""
    said = filter(None, [_headline(bundle), names, *made, held, stale])
    return clean(" · ".join(said), LONGEST_NOTE)


def _headline(bundle: Bundle) -> str:
    first, count = bundle.first, len(bundle.things)
    if first["kind"] == "artifact":
        kind = first.get("artifact_type")
        return f"{count} × {kind or 'artifact'}" if count > 1 else kind or first["label"]
    if first["kind"] == "chapter":
        return f"{count} chapters" if count > 1 else first.get("slug") or first["label"]
    return str(first["label"])


def _names(bundle: Bundle) -> str:
    """What it is called, where the bold line does not say so: of several a few, and how many."""
    if len(bundle.things) > 1:
        return _few([clean(_name(thing), LONGEST_NAME) for thing in bundle.things])
    return _name(bundle.first) if bundle.first["kind"] == "artifact" else ""


def _few(names: Sequence[str]) -> str:
    """As many names as there is room for, and how many more there are."""
    if len(whole := ", ".join(names)) <= LONGEST:
        return whole
    for shown in range(min(len(names) - 1, MOST_NAMES), 1, -1):
        text = f"{', '.join(names[:shown])} and {len(names) - shown} more"
        if len(text) <= LONGEST:
            return text
    return f"{names[0]} and {len(names) - 1} more"


def _name(thing: Thing) -> str:
    """What it is called among others of its kind."""
    known = (thing.get(word) for word in ("slug", "item", "path"))
    name = next(filter(None, known), thing["label"])
    return "" if name == thing.get("artifact_type") else str(name)


def _full_name(thing: Thing) -> str:
    name = _name(thing)
    return f"{name} ({thing['id']})" if name != thing["id"] else name


def _origin(thing: Thing) -> list[str]:
    """The step and the run an artifact was made in, or a version that has the text."""
    if thing["kind"] == "artifact":
        step, run = _round(thing), str(thing.get("run") or "")[:SHORT_ID]
        made = [thing.get("workflow_type"), step or run]
        return [" · ".join(filter(None, made)), run if step else ""]
    if thing["kind"] == "chapter":
        return [f"in {thing['version']}" if thing.get("version") else ""]
    return ["version"]


def _round(thing: Thing) -> str:
    """The step, and the how manieth attempt at it where it was not the first."""
    step, attempt = str(thing.get("step") or ""), thing.get("attempt") or 1
    return f"{step}, round {attempt}" if step and attempt > 1 else step
