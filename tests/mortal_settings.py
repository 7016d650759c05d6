"""The product's settings for a server that dies between a verb's commit and its answer.

Nothing of the product knows of this: `DJANGO_SETTINGS_MODULE` names these settings, and
`DEATHS` a folder. Its file `planned` has a line `ROUTE NUMBER` for each answer that is not to
be sent; `served` gets a line for each POST that was served, `died` for each death.
"""

import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import async_only_middleware

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE

DEATHS = Path(os.environ["DEATHS"])
MIDDLEWARE = ["tests.mortal_settings.mortal", *MIDDLEWARE]


@async_only_middleware
def mortal(
    get_response: Callable[[HttpRequest], Awaitable[HttpResponse]],
) -> Callable[[HttpRequest], Awaitable[HttpResponse]]:
    async def serve(request: HttpRequest) -> HttpResponse:
        response = await get_response(request)
        if request.method == "POST" and response.status_code in (200, 201):
            die_if_planned(str(request.resolver_match and request.resolver_match.url_name))
        return response

    return serve


def die_if_planned(route: str) -> None:
    """The view has answered, and what it did is committed. Kills all processes of the server."""
    served, died = DEATHS / "served", DEATHS / "died"
    with served.open("a") as log:
        log.write(f"{route}\n")
    moment = f"{route} {served.read_text().splitlines().count(route)}"
    if moment in (DEATHS / "planned").read_text().splitlines():
        with died.open("a") as log:
            log.write(f"{moment}\n")
        os.killpg(os.getpgrp(), signal.SIGKILL)
