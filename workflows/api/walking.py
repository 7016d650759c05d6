"""Pages of artifacts: the newest first, by moment and id."""

from datetime import datetime
from typing import Any, NamedTuple

from rest_framework.pagination import Cursor
from rest_framework.request import Request

from artifacts import staleness
from artifacts.models import Artifact
from artifacts.models.artifact import ArtifactQuerySet
from books.api.pages import Pages

MOST_PASSED_OVER = 5000


class Edge(NamedTuple):
    """The artifact from which a page goes on."""

    created_at: datetime
    pk: int

    @classmethod
    def at(cls, artifact: Artifact) -> "Edge":
        return cls(artifact.created_at, artifact.pk)

    @classmethod
    def told_by(cls, cursor: Cursor) -> "Edge":
        told: Any = cursor.position
        return cls(datetime.fromisoformat(told[0]), told[1])


class ArtifactPages(Pages):
    """Whether those on a page are stale is asked for all at once.

    Where only stale ones are asked for, one request looks at no more than `MOST_PASSED_OVER`: its
    page may hold few or none, and `next` goes on from there. Such a list has no `previous`.
    """

    before: Edge | None = None
    after: Edge | None = None

    def paginate_queryset(
        self,
        queryset: Any,
        request: Request,
        view: Any = None,  # noqa: ARG002
    ) -> list[Any] | None:
        self.sign_for(request)
        self.base_url = request.build_absolute_uri()
        self.page_size = self.get_page_size(request)
        cursor = self.decode_cursor(request)
        self.page = self._page(queryset, cursor, only_stale="stale" in request.query_params)
        return self.page

    def get_next_link(self) -> str | None:
        return self._link(self.after, back=False)

    def get_previous_link(self) -> str | None:
        return self._link(self.before, back=True)

    def _link(self, edge: Edge | None, *, back: bool) -> str | None:
        position: Any = edge and (edge.created_at.isoformat(), edge.pk)
        return self.encode_cursor(Cursor(0, back, position)) if edge else None

    def _page(
        self, rows: ArtifactQuerySet, cursor: Cursor | None, *, only_stale: bool
    ) -> list[Artifact]:
        if cursor and cursor.reverse:
            return self._backwards(rows.newer_than(Edge.told_by(cursor)).reverse())
        rest = rows.older_than(Edge.told_by(cursor)) if cursor else rows
        if only_stale:
            return self._stale(rest)
        found = list(rest[: self.page_size + 1])
        page = found[: self.page_size]
        staleness.mark(page)
        self.after = Edge.at(page[-1]) if len(found) > len(page) else None
        self.before = Edge.at(page[0]) if page and cursor else None
        return page

    def _backwards(self, rows: ArtifactQuerySet) -> list[Artifact]:
        found = list(rows[: self.page_size + 1])
        page = found[: self.page_size][::-1]
        staleness.mark(page)
        self.before = Edge.at(page[0]) if len(found) > len(page) else None
        self.after = Edge.at(page[-1]) if page else None
        return page

    def _stale(self, rows: ArtifactQuerySet) -> list[Artifact]:
        found: list[Artifact] = []
        passed = 0
        for some in rows.marked():
            found += [one for one in some if one.stale]
            passed += len(some)
            if len(found) > self.page_size:
                self.after = Edge.at(found[self.page_size - 1])
                break
            if passed >= MOST_PASSED_OVER:
                self.after = Edge.at(some[-1])
                break
        return found[: self.page_size]
