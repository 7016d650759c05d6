"""The law of who may open which page of the console, written down once more beside
`config/access.py`, with a request for each row that would be served to the right caller.

Callers are those of `permissions.py`. A cell is `yes`, a page or the way on after a form; `login`,
the way there; or the status of the refusal.
"""

from collections.abc import Callable

from django.urls import reverse

from artifacts.registry import Handed, register
from tests.agents import Claimed, Crew
from tests.contents import pdf
from tests.contracts.permission_world import Ask, World
from tests.contracts.permissions import CALLERS

LAW = """
                              anonymous nobody viewer agent another editor role operator
inbox GET                     login     403    yes    yes   yes     yes    yes  yes
password GET                  login     yes    yes    yes   yes     yes    yes  yes
gate GET                      login     403    yes    403   403     yes    yes  yes
gate POST                     login     403    403    403   403     403    yes  yes
gate POST empty-group         login     403    403    403   403     yes    403  yes
gate-chapter GET              login     403    404    403   403     404    404  404
redline GET                   login     403    yes    403   403     yes    yes  yes
escalation GET                login     403    yes    403   403     yes    yes  yes
escalation POST               login     403    403    403   403     403    yes  yes
escalation POST its-group-is-empty login 403   403    403   403     yes    403  yes
escalation-round GET          login     403    yes    403   403     yes    yes  yes
preview GET                   login     403    yes    yes   403     yes    yes  yes
preview-frame GET             401       403    yes    yes   403     yes    yes  yes
sheet GET                     login     403    yes    yes   403     yes    yes  yes
content GET                   login     403    yes    yes   403     yes    yes  yes
work GET held-by-agent        login     403    yes    yes   403     yes    yes  yes
work GET ready                login     403    yes    yes   yes     yes    yes  yes
work-claim POST               login     403    403    yes   yes     403    403  yes
work-claim GET                login     403    yes    yes   yes     yes    yes  yes
work-draft POST               login     403    403    yes   403     403    403  403
work-draft GET                login     403    yes    yes   yes     yes    yes  yes
work-check POST               login     403    yes    yes   403     yes    yes  yes
work-check GET                login     403    yes    yes   yes     yes    yes  yes
work-preview GET              401       403    yes    yes   403     yes    yes  yes
work-preview POST             401       403    yes    yes   403     yes    yes  yes
work-complete POST            login     403    403    yes   403     403    403  403
work-complete GET             login     403    yes    yes   yes     yes    yes  yes
work-reject POST              login     403    403    yes   403     403    403  403
work-reject GET               login     403    yes    yes   yes     yes    yes  yes
work-release POST             login     403    403    yes   403     403    403  403
work-release GET              login     403    yes    yes   yes     yes    yes  yes
work-fail POST                login     403    403    yes   403     403    403  403
work-fail GET                 login     403    yes    yes   yes     yes    yes  yes
work-download GET             login     403    yes    yes   403     yes    yes  yes
work-judged GET               login     403    yes    yes   403     yes    yes  yes
work-changes GET              login     403    yes    yes   403     yes    yes  yes
"""
"""A row is a route, a method, and where there are several cases the case."""
REQUESTS: dict[str, Callable[[World], Ask]] = {
    "gate GET": lambda world: at("gate", world.gate),
    "gate POST": lambda world: at("gate", world.gate, decision="approve"),
    "gate POST empty-group": lambda world: at("gate", world.open_gate, decision="approve"),
    "gate-chapter GET": lambda world: at("gate-chapter", world.gate, "01-one"),
    "redline GET": lambda world: at("redline", *texts_of(world)),
    "preview GET": lambda world: at("preview", world.made),
    "preview-frame GET": lambda world: at("preview-frame", world.made),
    "sheet GET": lambda world: at("sheet", pdf_of(world), 1),
    "escalation GET": lambda world: at("escalation", world.escalation),
    "escalation POST": lambda world: at("escalation", world.escalation, action="acknowledge"),
    "escalation POST its-group-is-empty": lambda world: at(
        "escalation", world.open_escalation, action="acknowledge"
    ),
    "escalation-round GET": lambda world: at("escalation-round", world.escalation, 1),
    "content GET": lambda world: at("content", world.made),
    "work GET held-by-agent": lambda world: at("work", world.held.id),
    "work GET ready": lambda world: at("work", world.ready),
    "work-claim POST": lambda world: at("work-claim", world.ready),
    "work-draft POST": lambda world: held("draft", world, text="So far.", force="yes"),
    "work-check POST": lambda world: held("check", world, text="# One"),
    "work-preview GET": lambda world: held("preview", world),
    "work-preview POST": lambda world: held("preview", world, text="# One"),
    "work-complete POST": lambda world: held("complete", world, text="# One"),
    "work-reject POST": lambda world: at(
        "work-reject", world.review.id, lease=world.review.lease, **AGAINST
    ),
    "work-release POST": lambda world: held("release", world, reason="No time."),
    "work-fail POST": lambda world: held("fail", world, reason="No idea."),
    "work-download GET": lambda world: held("download", world),
    "work-changes GET": lambda world: at("work-changes", reviewing(world).id, "01-one"),
    "work-judged GET": lambda world: at("work-judged", world.held.id, "02-one"),
}
REQUESTS |= {
    f"work-{verb} GET": lambda world, verb=verb: held(verb, world)
    for verb in ("claim", "draft", "check", "complete", "reject", "release", "fail")
}
"""By row, where it takes more than the address of the route: `"gate GET": lambda world:
at("gate", world.gate)`."""


AGAINST = {"rejection_type": "style", "reason": "Mend it."}


def reviewing(world: World) -> Claimed:
    """A review, in the hands of the agent, of a chapter that was written anew."""
    crew = Crew(world.run())
    crew.claim("writer").complete()
    return crew.claim("editor", worker="agent")


def held(verb: str, world: World, **form: object) -> Ask:
    """Of the step in the hands of the agent."""
    said = {"lease": world.held.lease, **form} if form else {}
    return at(f"work-{verb}", world.held.id, **said)


def pdf_of(world: World) -> str:
    """Made by a step of the agent."""
    handed = Handed.of_bytes("pdf_draft", "draft.pdf", pdf())
    row, _ = register(world.running, world.held.row(), handed, delivered=False)
    return row.public_id


def texts_of(world: World) -> list[str]:
    """Two digests of texts that there are."""
    return list(world.running.input_version.chapters.values_list("source_id", flat=True))


def at(route: str, *place: object, **form: object) -> Ask:
    """A page by its route; a form posts `form`."""
    return Ask(reverse(f"console:{route}", args=place), dict(form))


def request_of(row: str, world: World) -> Ask:
    return REQUESTS[row](world) if row in REQUESTS else at(row.split(maxsplit=1)[0])


def rows() -> dict[str, dict[str, str]]:
    """Each row by its words: caller to cell."""
    _, header, *lines = LAW.splitlines()
    assert tuple(header.split()) == CALLERS
    found: dict[str, dict[str, str]] = {}
    for line in filter(None, lines):
        words = line.split()
        row, cells = " ".join(words[: -len(CALLERS)]), words[-len(CALLERS) :]
        assert row not in found, row
        found[row] = dict(zip(CALLERS, cells, strict=True))
    return found
