"""An editing run at its gate: whoever wrote, and whoever reviewed, are others than who decides."""

from collections.abc import Mapping
from pathlib import Path

from books import registry
from tests.agents import Crew
from tests.factories import book_of, started
from workflows.models import Step, WorkflowRun

COMBAT, CHARACTERS = "10-combat-basics", "06-character-creation"


def write(crew: Crew, texts: Mapping[str, str], *agents: str, worker: str = "wanda") -> None:
    """Whoever writes hands in these texts of chapters, of others the one there was."""
    while claimed := crew.try_claim(*agents or ("writer",), worker=worker):
        chapter = claimed.brief["chapter"]
        claimed.complete(texts.get(claimed.item, chapter["text"]))


def to_the_gate(run: WorkflowRun, texts: Mapping[str, str]) -> Crew:
    """Planned by paula, written by wanda, reviewed by erin; then the gate waits."""
    crew = Crew(run, "erin")
    crew.claim("project-manager", worker="paula").complete()
    write(crew, texts)
    return crew.up_to("approve")


def waiting(count: int = 3, texts: Mapping[str, str] | None = None, **more: str) -> Crew:
    """A small book, of which the first chapter was revised."""
    revised = "# Chapter 1\n\nSome other words here.\n\nAnd a line more.\n"
    return to_the_gate(started(book_of(count), **more), texts or {"01-one": revised})


def razorweave_waiting(releases: Path) -> Crew:
    """Two chapters of the real rulebook, revised as its later release has them."""
    source = releases / "1.0.0" / "chapters"
    book = registry.register(slug="razorweave", title="Razorweave", source=source)
    later = {slug: (releases / "1.2.0" / "chapters" / f"{slug}.md").read_text()
             for slug in (COMBAT, CHARACTERS)}  # fmt: skip
    run = started(book, {"chapters": f"{CHARACTERS},{COMBAT}"})
    return to_the_gate(run, later)


def gate_of(crew: Crew) -> Step:
    """The attempt at its gate that is the newest."""
    return crew.step("approve")
