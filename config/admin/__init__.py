"""What the admin shows beyond the lists of each app: users and groups; pages of one object with all
that bears on it, whatever app it is from, and the verbs that a person may do with it."""

from config.admin import (
    books,
    outputs,
    people,
    records,
    rules,
    runs,
    steps,
    triggers,
    versions,
    workflows,
)

__all__ = [
    "books",
    "outputs",
    "people",
    "records",
    "rules",
    "runs",
    "steps",
    "triggers",
    "versions",
    "workflows",
]
