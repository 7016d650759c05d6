"""What the event log, the router, the escalations and the webhooks refuse."""

from workflows.errors import Contradiction, IllegalMove, InvalidInput


class EventsError(Exception):
    """The events refused."""


class CannotRoute(EventsError, InvalidInput):
    """A rejection that leads nowhere as it was given; nothing was recorded.

    It undoes the verb that rejected, so it is an invalid input to that verb too.
    """


class RuleRefused(EventsError, InvalidInput):
    """A routing rule that is not sound; the rules are as they were."""


class RuleExists(EventsError, Contradiction):
    """There is a rule of that rank already."""


class Mismatched(EventsError, InvalidInput):
    """What was asked does not go together; nothing was looked at."""


class TakenByAnother(EventsError, Contradiction):
    """Another human has that escalation already."""


class AlreadyResolved(EventsError, IllegalMove):
    """That escalation is resolved; nothing is left to decide."""


class WebhookRefused(EventsError, InvalidInput):
    """A webhook that is not sound; the webhooks are as they were."""


class CannotRedeliver(EventsError, IllegalMove):
    """That delivery cannot be sent once more as things are."""


class CannotArchive(EventsError):
    """The store has lost or damaged bytes that a dossier must hold; no file was written."""


class CannotStream(EventsError):
    """This server keeps answers back until they are whole, and a stream never is; ask one that
    speaks ASGI, such as `manage.py serve`."""


class TooManyStreams(EventsError):
    """This process has as many streams open as it may (BINDERY_MAX_STREAMS); come again later."""
