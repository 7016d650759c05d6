"""What the inbox asks of the database, however much waits."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from events.inbox.groups import BOTH
from events.models import Escalation
from tests.waiting import at_gate, given_up
from workflows.models import Step

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: Step.objects.waiting()[:50], "gate_open"),
        (lambda: Step.objects.waiting().filter(agent="owner")[:50], "gate_of_role"),
        (lambda: Step.objects.held_by("anna")[:50], "step_held_by"),
        (lambda: Escalation.objects.waiting()[:50], "escalation_open"),
        (
            lambda: Escalation.objects.waiting().filter(escalated_to="a")[:50],
            "escalation_of_group",
        ),
    ],
)
def test_an_index_has_each_part_of_the_inbox_in_its_order(
    rows: Callable[[], Any], index: str
) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which else reads a table this small as a whole
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    plan = rows().explain()
    assert index in plan
    assert "TEMP B-TREE" not in plan


def test_the_groups_that_something_waits_for_are_read_off_two_indexes() -> None:
    at_gate()
    given_up()
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"{explain} {BOTH}")
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert "gate_of_role" in plan
    assert "escalation_of_group" in plan
