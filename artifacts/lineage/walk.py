"""Which artifacts one was made from, and which were made from it, through any number of runs: each
by one recursive query.

An artifact is made from what its step was given, and from the texts of its version: from its
chapter's where it has an item, else from all. A text comes from the revision that became it
(`Chapter.made_from`), unless the step was given a revision of that chapter. What something was made
from is older than it, so there are no circles.
"""

from collections.abc import Iterable, Sequence

from django.db import connection

NOT_GIVEN = """NOT EXISTS (
    SELECT 1 FROM artifacts_artifactuse given
    JOIN artifacts_artifact revision ON revision.id = given.artifact_id
    WHERE given.step_id = made.step_id
    AND revision.artifact_type = 'chapter' AND revision.item = chapter.slug)"""

# What follows from the artifact `known`, as (the other artifact's id, tables, condition).
USED = (
    "used.artifact_id",
    "artifacts_artifactuse used",
    "used.step_id = known.step_id AND used.artifact_id < known.id",
)
READ = (
    "chapter.made_from_id",
    "artifacts_artifact made"
    " JOIN books_chapter chapter ON chapter.version_id = made.book_version_id",
    "made.id = known.id AND made.item IN ('', chapter.slug) AND chapter.made_from_id < made.id"
    f" AND {NOT_GIVEN}",
)
MADE = (
    "made.id",
    "artifacts_artifactuse used JOIN artifacts_artifact made ON made.step_id = used.step_id",
    "used.artifact_id = known.id AND made.id > known.id",
)
READ_BY = (
    "made.id",
    "books_chapter chapter"
    " JOIN artifacts_artifact made ON made.book_version_id = chapter.version_id",
    "chapter.made_from_id = known.id AND made.item IN ('', chapter.slug) AND made.id > known.id"
    f" AND {NOT_GIVEN}",
)
Arm = tuple[str, str, str]


def sources(ids: Iterable[int]) -> set[int]:
    """These artifacts, and all that they were made from."""
    return _closure(ids, (USED, READ))


def derived(ids: Iterable[int]) -> set[int]:
    """These artifacts, and all that was made from them."""
    return _closure(ids, (MADE, READ_BY))


def _closure(ids: Iterable[int], arms: Sequence[Arm]) -> set[int]:
    start = sorted(set(ids))
    if not start:
        return set()
    places = ", ".join(["%s"] * len(start))
    sql = f"""
        WITH RECURSIVE found(id) AS (
            SELECT id FROM artifacts_artifact WHERE id IN ({places})
            UNION {_further(arms)}
        )
        SELECT id FROM found"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, start)
        return {pk for (pk,) in cursor.fetchall()}


def _further(arms: Sequence[Arm]) -> str:
    """The step of the recursion. PostgreSQL lets `found` stand in it once, so the arms share a
    LATERAL; SQLite has none, and lets it stand in each arm."""
    known = "FROM found JOIN artifacts_artifact known ON known.id = found.id"
    if connection.vendor == "postgresql":
        other = " UNION ALL ".join(
            f"SELECT {other} AS id FROM {tables} WHERE {condition}"  # noqa: S608
            for other, tables, condition in arms
        )
        return f"SELECT other.id {known} CROSS JOIN LATERAL ({other}) other"
    return " UNION ".join(
        f"SELECT {other} {known} CROSS JOIN {tables} WHERE {condition}"
        for other, tables, condition in arms
    )
