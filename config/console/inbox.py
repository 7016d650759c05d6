"""What waits for whoever is there."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from books.models import Book, known_word
from config.console.links import link_of
from config.console.page import Page, is_part
from events.inbox.asking import Asked, Kind, as_word, from_word
from events.inbox.reading import page
from workflows.callers import Caller, Power
from workflows.models import WorkflowDefinition

ALL = "all"
KINDS = {
    "gates": ("Gates", frozenset({Kind.GATE})),
    "escalations": ("Escalations", frozenset({Kind.ESCALATION})),
    "work": ("Work", frozenset({Kind.WORK, Kind.HELD})),
}
MOST_BOOKS = 200


@dataclass(frozen=True)
class Filters:
    """As they stand in the address."""

    show: str = ""
    kind: str = ""
    book: str = ""
    workflow: str = ""
    after: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Filters":
        asked = request.GET
        return cls(*(asked.get(name, "").strip() for name in cls.__annotations__))

    @property
    def narrow(self) -> bool:
        return bool(self.kind or self.book or self.workflow)

    def address(self, **other: str) -> str:
        """This inbox with these words instead; from its start unless `after` is one."""
        words = {**vars(self), "after": "", **other}
        said = {name: word for name, word in words.items() if word}
        return f"?{urlencode(said)}" if said else "?"

    def asked_by(self, caller: Caller) -> Asked:
        """Raises what names a book, workflow, kind or place that there is not."""
        kinds = frozenset(Kind)
        if self.kind:
            kinds = KINDS[known_word("kind", self.kind, KINDS)][1]
        return Asked(
            caller,
            everything=self.show == ALL,
            kinds=kinds,
            book=Book.objects.named(self.book) if self.book else None,
            workflow_type=(
                WorkflowDefinition.objects.named(self.workflow).type if self.workflow else ""
            ),
            after=from_word(self.after) if self.after else {},
        )


class Inbox(Page):
    """The page; to a script that renews it, the list alone."""

    def get(self, request: HttpRequest) -> HttpResponse:
        filters = Filters.of(request)
        found = page(filters.asked_by(self.caller))
        told = {
            "filters": filters,
            "found": found,
            "rows": [(row, link_of(row.kind, row.pk)) for row in found.rows],
            "more": filters.address(after=as_word(found.after)) if found.after else "",
            "start": filters.address(),
            "here": filters.address(after=filters.after),
            "count": f"{found.count}+" if found.is_more else str(found.count),
        }
        if is_part(request):
            return self.page("console/parts/waiting.html", told)
        if not found.rows:
            told |= {"nothing": self._nothing(filters)}
        return self.page("console/inbox.html", told | self._choices(filters))

    def _choices(self, filters: Filters) -> dict[str, Any]:
        """What one may narrow it to."""
        named = {"": "All", **{kind: name for kind, (name, _) in KINDS.items()}}
        books = list(Book.objects.order_by("slug").values_list("slug", "title")[: MOST_BOOKS + 1])
        return {
            "kinds": [
                (name, filters.address(kind=kind), kind == filters.kind)
                for kind, name in named.items()
            ],
            "mine": filters.address(show=""),
            "everything": filters.address(show=ALL),
            "may_see_all": self.caller.may(Power.READ) or self.caller.may(Power.WORK),
            "books": books[:MOST_BOOKS],
            "too_many_books": len(books) > MOST_BOOKS,
            "workflows": [(one.alias, one.parsed.title) for one in _workflows()],
        }

    def _nothing(self, filters: Filters) -> str:
        """Which words help where nothing waits."""
        if filters.after or filters.narrow:
            return "narrowed"
        if not Book.objects.exists():
            return "no-books" if self.caller.may(Power.OPERATE) else "no-books-yet"
        if filters.show == ALL:
            return "nowhere"
        if self.caller.may(Power.EDIT):
            return "edits"
        return "works" if self.caller.may(Power.WORK) else "reads"


def _workflows() -> list[WorkflowDefinition]:
    return list(WorkflowDefinition.objects.newest())
