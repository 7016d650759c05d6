"""Runs of one book in the stages that commands meet."""

from tests.agents import Crew
from tests.factories import book_of, started
from workflows.roster import bind


def every_stage() -> dict[str, str]:
    """The runs by stage, all of the book `red`."""
    book = book_of(2, slug="red")
    deciding = Crew(started(book)).up_to("approve")
    editing = Crew(started(book)).up_to("edit")
    editing.claim("editor").reject("clarity")
    escalated = Crew(started(book, workflow_type="w3"))
    escalated.claim().reject()
    failed = Crew(started(book))
    for _ in range(3):
        failed.claim().fail()
    bind("writer", "external")
    crews = {
        "new": Crew(started(book)),
        "pending": Crew(started(book, begin=False)),
        "deciding": deciding,
        "editing": editing,
        "escalated": escalated,
        "failed": failed,
    }
    return {name: crew.run.public_id for name, crew in crews.items()}
