"""What one goes on with after what was just done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from config.console.links import link_of
from events.inbox.asking import Asked, Kind
from events.inbox.reading import Next, next_of
from events.inbox.rows import Waiting
from workflows.callers import Caller


class NextUp:
    """What waits the longest for this caller besides one thing, for a page to show
    (`console/parts/next_up.html`, as `next_up`); eight queries."""

    def __init__(self, caller: Caller, besides: tuple[Kind, int]) -> None:
        self._found: Next = next_of(Asked(caller, at_once=True), besides)

    @property
    def address(self) -> str:
        """Of the next, else of the inbox."""
        row = self._found.row
        return link_of(row.kind, row.pk) if row else reverse("console:inbox")

    @property
    def row(self) -> Waiting | None:
        return self._found.row

    @property
    def count(self) -> str:
        """How many wait besides."""
        more = self._found.behind + bool(self.row)
        return f"{more}+" if self._found.is_more else str(more)


def on_to_next(
    request: HttpRequest, caller: Caller, besides: tuple[Kind, int], done: str, *, taken: str = ""
) -> HttpResponseRedirect:
    """From a thing that was done, told in a sentence, to the next. What a browser keeps under the
    name `taken` it lets go (`kept.js`)."""
    up = NextUp(caller, besides)
    about = up.row
    following = f"Next: {name_of(about)}." if about else "Nothing else waits for you."
    messages.success(request, f"{done} {following}", extra_tags=taken)
    return redirect(up.address)


def name_of(row: Waiting) -> str:
    """In a sentence; a chapter by its title."""
    item = f" of “{row.title}”" if row.item else ""
    what = {
        Kind.GATE: f"the gate {row.step.name}",
        Kind.ESCALATION: f"the escalation of {row.step.name}{item}",
        Kind.WORK: f"the work {row.step.name}{item}",
        Kind.HELD: f"your work {row.step.name}{item}",
    }
    return f"{what[row.kind]} in {row.run.book.title}"
