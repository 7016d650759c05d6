"""What a run's book is held to: its text as the checks read it, its house style, its limits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from books import checks, readings
from books.errors import BooksError
from books.limits import LIMITS
from workflows.agents.agent import CannotDo
from workflows.inputs import chapters_of
from workflows.models import WorkflowRun


@dataclass(frozen=True)
class House:
    """The book of a run, as it was and as the run has it so far."""

    run: WorkflowRun

    @cached_property
    def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = self.run.overrides.get("checks", {})
        return said

    @cached_property
    def style(self) -> checks.Style:
        """The house style, weights set by the book's configuration first. Raises CannotDo."""
        try:
            style = readings.style_of(self.run.input_version)
        except BooksError as error:
            raise CannotDo(str(error)) from error
        return replace(style, rules={**style.rules, **self._said.get("rules", {})})

    @property
    def limits(self) -> Mapping[str, float]:
        return {**LIMITS, **{name: self._said[name] for name in LIMITS if name in self._said}}

    @property
    def rejects(self) -> frozenset[str]:
        """The severities for which a revision is sent back."""
        mild = self._said.get("reject") == "warning"
        return frozenset({"error", "warning"} if mild else {"error"})

    @cached_property
    def before(self) -> checks.Book:
        """The input version."""
        return readings.book_of(self.run.input_version)

    @cached_property
    def now(self) -> checks.Book:
        """The input version with what the run has made of its chapters put in."""
        book = self.before
        for slug, made in chapters_of(self.run).items():
            book = book.with_page(replace(book.pages[slug], text=made.content().decode()))
        return book

    def reports(self, slug: str, text: str) -> tuple[checks.Report, checks.Report]:
        """What the checks say of a chapter as it was, and with that text: the other chapters in
        scope are left open, so that the order of their reviews is no matter. Raises CannotDo."""
        others = frozenset(self.run.progress.chapters) - {slug}
        book = replace(self.before, open=others)
        was, page = book.pages[slug], replace(book.pages[slug], text=text)
        return self.report(was, book), self.report(page, book.with_page(page))

    def report(self, page: checks.Page, book: checks.Book) -> checks.Report:
        """What the checks say of a page. Raises CannotDo where the house style is at fault."""
        try:
            return checks.check(page, book, self.style)
        except BooksError as error:
            raise CannotDo(str(error)) from error
