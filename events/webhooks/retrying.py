"""How long to wait before the next attempt, and when to give up. Pure."""

from datetime import timedelta

DELAYS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
)
"""After the first failure, the second, …; after each further one the last of them."""
LONGEST = timedelta(days=1)
LEAST_ATTEMPTS = 4
JITTER = 0.2


def next_delay(
    attempts: int, pending_for: timedelta, *, chance: float, asked: timedelta | None = None
) -> timedelta | None:
    """How long to wait after so many attempts, all failed; None: give up.

    It is given up after a day, and after four attempts at least: an event that waited all day for
    the one before it has some of its own. `chance`, from 0 to 1, lengthens the delay by up to a
    fifth, so that what failed together is not tried together; `asked` is how long the receiver
    wants to be left alone, at most for the longest delay.
    """
    if pending_for >= LONGEST and attempts >= LEAST_ATTEMPTS:
        return None
    delay = DELAYS[min(attempts, len(DELAYS)) - 1]
    if asked:
        delay = max(delay, min(asked, DELAYS[-1]))
    return delay * (1 + JITTER * chance)
