"""How much is compared, and what may go wrong when bytes are read for it."""

MOST_TEXT_BYTES = 10_000_000  # on either side: a text rewritten from end to end takes 600 MB


class Unreadable(Exception):
    """It is not what it says it is: `does not open as a PDF`."""


class Incomparable(Exception):
    """It can be compared, but not in this way; the reason is shown."""


def refuse_more(size: int) -> None:
    """Raises Incomparable for a text that is too long."""
    if size > MOST_TEXT_BYTES:
        raise Incomparable(f"more than {MOST_TEXT_BYTES} bytes of text are not compared")
