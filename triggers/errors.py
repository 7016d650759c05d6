"""What the triggers refuse."""

from workflows.errors import InvalidInput


class TriggersError(Exception):
    """The triggers refused."""


class TriggerRefused(TriggersError, InvalidInput):
    """A trigger that is not sound, or a request that it cannot take; nothing was written."""


class Unfilled(TriggersError, InvalidInput):
    """A parameter asks the source for something that it does not have."""
