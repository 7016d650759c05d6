"""A book's status follows its runs."""

import pytest

from artifacts.registry import Handed
from books.models import Book, BookStatus
from tests.agents import Crew
from tests.factories import DefinitionFactory, book_of, started
from workflows import runs

pytestmark = pytest.mark.django_db

DEPLOYING = [
    {"name": "deploy", "agent": "deployer", "produces": ["deployment?"]},
    {"name": "announce", "agent": "marketing"},
]


def deployment() -> Handed:
    return Handed.of_bytes("deployment", "deployment.json", b"{}")


def status_of(book: Book) -> str:
    return Book.objects.get(pk=book.pk).status


def test_beginning_an_editing_run_makes_a_draft_editing_and_nothing_else() -> None:
    DefinitionFactory(type="other")
    draft, published = book_of(1), book_of(1, status=BookStatus.PUBLISHED)
    started(draft, workflow_type="other")
    assert status_of(draft) == "draft"
    started(draft, workflow_type="w1")
    started(published, workflow_type="w1")
    assert (status_of(draft), status_of(published)) == ("editing", "published")


def test_a_completed_run_with_a_deployment_publishes_the_book() -> None:
    DefinitionFactory(type="deploying", steps=DEPLOYING)
    book = book_of(1)
    crew = Crew(started(book, workflow_type="deploying"))
    crew.claim("deployer").complete(handed=[deployment()])
    assert status_of(book) == "draft"
    crew.claim("marketing").complete()
    assert status_of(book) == "published"


def test_a_deployment_counts_in_a_rerun_that_reuses_it() -> None:
    DefinitionFactory(type="deploying", steps=DEPLOYING)
    book = book_of(1)
    first = Crew(started(book, workflow_type="deploying"))
    first.claim("deployer").complete(handed=[deployment()])
    runs.cancel(first.run, actor="zoe")
    assert status_of(book) == "draft"
    again = runs.rerun(first.fresh(), actor="zoe")
    Crew(again).claim("marketing").complete()
    assert status_of(book) == "published"


def test_a_run_without_a_deployment_publishes_nothing() -> None:
    DefinitionFactory(type="deploying", steps=DEPLOYING)
    book = book_of(1)
    crew = Crew(started(book, workflow_type="deploying"))
    crew.claim("deployer").complete()
    crew.claim("marketing").complete()
    assert status_of(book) == "draft"
