"""Things of a real rulebook that wait for a person, for benchmarks of the pages that show them."""

# ruff: noqa: PLC0415  (imports of the product wait for django.setup)

from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.benchmarks.row import RAZORWEAVE

ESCALATED = "08-actions-checks-outcomes"
HELD = "10-combat-basics"
QUOTE = "dice"


@dataclass(frozen=True)
class Scene:
    """Addresses; `held` is the step that `worker` holds, `text` what was written so far."""

    gate: str
    chapter: str
    escalation: str
    work: str
    redline: str
    preview: str
    run: int
    step: int
    text: str


def made(worker: str) -> Scene:
    """Anew each time, of a book of its own: 1.0.0 revised as 1.1.0 at its gate, a chapter that was
    given up after three rounds, and another that `worker` holds in its second round."""
    from django.urls import reverse

    gate, changed = at_its_gate()
    held, text = in_hand(worker)
    first = next(one for one in changed.chapters if one.before != one.now)
    return Scene(
        gate=reverse("console:gate", args=[gate.pk]),
        chapter=reverse("console:gate-chapter", args=[gate.pk, first.slug]) + "?section=1",
        escalation=reverse("console:escalation", args=[given_up().pk]),
        work=reverse("console:work", args=[held.pk]),
        redline=reverse("console:redline", args=[first.before, first.now]),
        preview=reverse("console:preview", args=[drafted(gate.run).public_id]),
        run=gate.run_id,
        step=gate.pk,
        text=text,
    )


def at_its_gate() -> tuple[Any, Any]:
    """The gate, and what it decides on."""
    from tests.agents import Crew
    from tests.editing import to_the_gate
    from tests.factories import started
    from workflows.matter import Matter

    crew: Crew = to_the_gate(started(registered()), texts("1.1.0"))
    gate = crew.step("approve")
    return gate, Matter.of(gate)


def given_up() -> Any:
    from events.models import Escalation
    from tests.agents import Crew
    from tests.factories import started

    book = registered()
    crew = Crew(started(book, {"chapters": ESCALATED})).up_to("write")
    for number, release in enumerate(("1.1.0", "1.2.0", "1.3.0"), start=1):
        writer = crew.claim("writer" if number == 1 else "style-editor", worker=f"wanda{number}")
        writer.complete(texts(release)[ESCALATED])
        crew.claim("editor", worker="eve").reject(
            reason=f"round {number}", passages=[{"quote": QUOTE}]
        )
    return Escalation.objects.get(run=crew.run)


def in_hand(worker: str) -> tuple[Any, str]:
    """The step, and the text as its worker has it so far."""
    from tests.agents import Crew
    from tests.factories import started

    crew = Crew(started(registered(), {"chapters": HELD})).up_to("write")
    crew.claim("writer").complete(texts("1.2.0")[HELD])
    crew.claim("editor").reject("clarity", "This is told twice.", passages=[{"quote": "combat"}])
    claimed = crew.claim("clarity-editor", worker=worker)
    return claimed.row(), texts("1.3.0")[HELD]


def drafted(run: Any) -> Any:
    from artifacts.registry import Handed, register
    from tests.contents import pdf

    handed = Handed.of_bytes("pdf_draft", "draft.pdf", pdf(60))
    return register(run, None, handed, delivered=False)[0]


def registered() -> Any:
    """1.0.0 once more, as a book with the first name that is free."""
    from books import registry
    from books.models import Book

    taken = set(Book.objects.values_list("slug", flat=True))
    slug = next(name for n in count(1) if (name := f"razorweave-{n}") not in taken)
    source = RAZORWEAVE / "1.0.0" / "chapters"
    return registry.register(slug=slug, title="Razorweave", source=source)


def texts(release: str) -> dict[str, str]:
    files = (RAZORWEAVE / release / "chapters").glob("*.md")
    return {file.stem: file.read_text() for file in files}
