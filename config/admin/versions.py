"""The page of a version: its chapters, with what became of each since its parent, and its files."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from books.admin.versions import BookVersionAdmin
from books.models import Asset, BookVersion, Chapter
from config.admin.pages import ObjectPage, instead
from config.admin.run_tables import Row
from config.admin.sheets import Cell, Fact, Sheet, Table, fact, linked, soft, some, tabled, tag
from config.admin.verbs import list_of

MOST_LISTED = 100
MOST_GONE = 10


@instead(BookVersion)
class VersionPage(ObjectPage, BookVersionAdmin):
    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("book", "parent__book", "made_by_run")

    def sheet(self, row: BookVersion, request: HttpRequest) -> Sheet:  # noqa: ARG002
        before = row.parent.digests() if row.parent else {}
        here = row.digests() if before else {}
        since = f"Since {row.parent.number}" if row.parent else ""
        return Sheet(
            facts=_gone([slug for slug in before if slug not in here], since),
            tables=[_chapters(row, before, since), _assets(row)],
        )


def _gone(slugs: list[str], since: str) -> list[Fact]:
    more = soft("and more") if len(slugs) > MOST_GONE else None
    return fact(f"Gone {since.lower()}", Cell(", ".join(slugs[:MOST_GONE])), more)


def _chapters(version: BookVersion, before: dict[str, str], since: str) -> Table:
    def told(one: Chapter) -> Row:
        became = [_became(one, before)] if since else []
        return [linked(one), soft(f"{one.words:,}"), *became]

    chapters = version.chapters.order_by("position")
    heads = ("Chapter", "Words", *([since] if since else []))
    return _listed("Chapters", heads, chapters, told)


def _became(one: Chapter, before: dict[str, str]) -> Cell:
    if (old := before.get(one.slug)) is None:
        return tag("new")
    if old == one.digest:
        return soft("the same")
    return Cell("changed", href=reverse("console:redline", args=[old, one.digest]))


def _assets(version: BookVersion) -> Table:
    def told(one: Asset) -> Row:
        return [linked(one), soft(one.media_type), soft(filesizeformat(one.size_bytes))]

    heads = ("File", "Type", "Size")
    return _listed("Files", heads, version.assets.order_by("path"), told)


def _listed(title: str, heads: tuple[str, ...], rows: QuerySet[Any], told: Any) -> Table:
    """Counts only where there are more than are listed."""
    shown, more = some(rows, MOST_LISTED)
    left = rows.count() - len(shown) if more else 0
    every = list_of(rows.model, version__id__exact=shown[0].version_id) if more else ""
    return Table(title, heads, tabled(map(told, shown)), every, "None.", left)
