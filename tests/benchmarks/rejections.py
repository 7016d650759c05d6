"""What a rejection costs when a run has had many."""

# ruff: noqa: PLC0415  (imports of the product wait for django.setup)

from collections.abc import Iterator
from statistics import median

from tests.benchmarks.row import Row, timed

ROUNDS, CHAPTERS = 1000, 12
EARLY, LATE = slice(5, 15), slice(ROUNDS - 10, ROUNDS)


def rows() -> list[Row]:
    """The thousandth against the tenth: all about one chapter and open, and over twelve of which
    each passes in between. Needs a migrated database."""
    return [
        _row("1,000th rejection, all open, against 10th", _of_one_chapter()),
        _row("1,000th rejection, most resolved", _of_many()),
    ]


def _row(name: str, times: Iterator[float]) -> Row:
    taken = list(times)
    return Row(name, median(taken[LATE]), median(taken[EARLY]), 1.2)


def _of_one_chapter() -> Iterator[float]:
    from tests.agents import Crew

    crew = Crew(_patient(1)).up_to("edit")
    for _ in range(ROUNDS):
        yield timed(crew.claim("editor").reject)
        crew.claim("style-editor").complete()


def _of_many() -> Iterator[float]:
    from tests.agents import Crew

    crew = Crew(_patient(CHAPTERS)).up_to("edit")
    for _ in range(ROUNDS):
        yield timed(crew.claim("domain-expert", "editor").reject)
        crew.claim("style-editor").complete()
        if "edit" in crew.ready():
            crew.claim("editor").complete()


def _patient(chapters: int) -> str:
    """A run whose book never gives up."""
    from books.configs import configure
    from tests.factories import book_of, started

    book = book_of(chapters)
    configure(book, "w1_editing", config={"max_retries": {"style": 10**6}})
    return started(book).public_id
