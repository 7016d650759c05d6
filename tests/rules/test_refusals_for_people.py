"""What a refusal says on a page: the fact, without what commands would do about it."""

import pytest

from books.errors import Conflict
from config import errors


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "run wfrun_1 is making version 1.1.0; wait until it ends, or use --force",
            "run wfrun_1 is making version 1.1.0; wait until it ends",
        ),
        (
            "the folder lacks what a run changed in 1.1.0: a, b; "
            "write it back with book_export --slug red --to-source, or use --force",
            "the folder lacks what a run changed in 1.1.0: a, b",
        ),
        (
            "edited both by hand and by a run: a.md; merge them by hand "
            "(book_export --to DIR gives the run's text), or overwrite them with --force",
            "edited both by hand and by a run: a.md; merge them by hand",
        ),
        (
            'book "red" exists already; take a version with book_snapshot',
            'book "red" exists already; take a version',
        ),
        ('no escalation "9"; escalation_list lists those there are', 'no escalation "9"'),
        ('no step "9"; workflow_status lists those of a run', 'no step "9"'),
        ('no book "a--b_list"; did you mean "a--b"?', 'no book "a--b_list"; did you mean "a--b"?'),
    ],
)
def test_commands_are_not_named_to_people(said: str, told: str) -> None:
    refusal = errors.for_people(Conflict(said))
    assert refusal is not None
    assert refusal.detail == told
    kept = errors.refusal_of(Conflict(said))
    assert kept is not None
    assert kept.detail == said


def test_a_fault_of_ours_is_no_refusal() -> None:
    assert errors.for_people(ZeroDivisionError()) is None
