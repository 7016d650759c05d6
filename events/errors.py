"""What the event log and the router refuse."""

from workflows.errors import InvalidInput


class EventsError(Exception):
    """The events refused."""


class CannotRoute(EventsError, InvalidInput):
    """A rejection that leads nowhere as it was given; nothing was recorded.

    It undoes the verb that rejected, so it is an invalid input to that verb too.
    """
