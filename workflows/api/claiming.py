"""`work/claim/`: work, or an answer that there is none, at once or after a while."""

import asyncio
import random
import time
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from books.api.bodies import Body, Name, Names, Whole
from books.api.endpoint import Endpoint
from books.api.waiting import let_thread_go
from workflows import claims
from workflows.api.authentication import caller_of
from workflows.api.nouns import ClaimedNoun
from workflows.models import WorkflowRun
from workflows.roster import known_agents

MOST_WAIT_SECONDS = 30
LOOK_SECONDS = 0.5
LOOKS_PER_SECOND = 100
"""Of all who wait in this process together: the more wait, the less often each of them looks."""


class Wanted(Body):
    agents = Names(allow_empty=False, help_text="Whose steps; the oldest of all is answered.")
    run = Name(default=None, allow_null=True, help_text="Only steps of this run.")
    lease_seconds = Whole(
        default=None,
        allow_null=True,
        min_value=1,
        max_value=claims.MAX_LEASE_SECONDS,
        help_text="As the step says unless given.",
    )
    wait_seconds = Whole(default=0, min_value=0, max_value=MOST_WAIT_SECONDS)


class NothingYet(Response):
    """What was wanted is not there; for how long it may still be waited for."""

    def __init__(self, wanted: claims.Claim, seconds: int) -> None:
        super().__init__(status=204)
        self.wanted, self.seconds = wanted, seconds


class Claim(Endpoint):
    keyed = True

    @extend_schema(
        request=Wanted,
        responses={200: ClaimedNoun, 204: OpenApiResponse(description="Nothing to do.")},
    )
    def post(self, request: Request) -> Response:
        """Claim the oldest ready step of these agents: its brief, and a lease on it."""
        said, caller = Wanted.of(request), caller_of(request)
        caller.refuse_agents(tuple(said["agents"]))
        wanted = claims.Claim(
            agents=known_agents(said["agents"]),
            worker=caller.name,
            run=WorkflowRun.objects.named(said["run"]) if said["run"] else None,
            lease_seconds=said["lease_seconds"],
        )
        if answer := claims.claim(wanted, actor=caller.name, key=self.key):
            return Response(answer)
        return NothingYet(wanted, said["wait_seconds"])


@csrf_exempt  # as every view of DRF, which asks for it itself where there is a session
async def claim(request: HttpRequest) -> HttpResponse:
    """The view, again and again while it finds nothing and there is time.

    While it waits there is neither a transaction nor a connection nor a thread. It asks whether
    something is ready before it claims, and is allowed anew each time it does.
    """
    view = sync_to_async(Claim.as_view())
    await sync_to_async(read_whole)(request)
    response = await view(request)
    end = time.monotonic() + getattr(response, "seconds", 0)
    _waiting.add(request)
    try:
        while isinstance(response, NothingYet) and (left := end - time.monotonic()) > 0:
            await let_thread_go()
            pause = between_looks(len(_waiting)) * random.uniform(0.8, 1.2)  # noqa: S311
            await asyncio.sleep(min(pause, left))
            if await sync_to_async(claims.something_for)(response.wanted):
                response = await view(request)
    finally:
        _waiting.remove(request)
    return response


_waiting = set[HttpRequest]()


def between_looks(waiting: int) -> float:
    """For how many seconds one of so many sleeps."""
    return max(LOOK_SECONDS, waiting / LOOKS_PER_SECOND)


def read_whole(request: HttpRequest) -> Any:
    """The body, so that it can be read once more."""
    return request.body


claim.cls = Claim  # type: ignore[attr-defined]  # for the schema: as what `as_view` makes
claim.initkwargs = {}  # type: ignore[attr-defined]
