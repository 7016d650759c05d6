"""The groups that something waits for, however much it is: one step down an index for each."""

from django.db import connection

from events.inbox.asking import Kind

EACH = """{name}(who) AS (
    SELECT min({column}) FROM {table} WHERE {waits}
    UNION ALL
    SELECT (SELECT min({column}) FROM {table} WHERE {waits} AND {column} > {name}.who)
    FROM {name} WHERE {name}.who IS NOT NULL)"""
GATES = EACH.format(
    name="gates", column="agent", table="workflows_step", waits="status = 'awaiting_decision'"
)
ESCALATIONS = EACH.format(
    name="escalations",
    column="escalated_to",
    table="events_escalation",
    waits="NOT (status = 'resolved')",
)
BOTH = f"""WITH RECURSIVE {GATES}, {ESCALATIONS}
    SELECT 'gate', who FROM gates WHERE who IS NOT NULL
    UNION ALL SELECT 'escalation', who FROM escalations WHERE who IS NOT NULL"""  # noqa: S608 (all fixed)


def waited_for() -> dict[Kind, frozenset[str]]:
    """Those that gates wait for, and those that escalations wait for. One query."""
    with connection.cursor() as cursor:
        cursor.execute(BOTH)
        rows = cursor.fetchall()
    kinds = (Kind.GATE, Kind.ESCALATION)
    return {kind: frozenset(who for said, who in rows if said == kind) for kind in kinds}
