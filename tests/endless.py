"""An application that ends late or never, served as Bindery is: `python -m tests.endless PORT`.

`/stream` is an event stream, `/poll` answers after five minutes, `/slow` after a second; each says
on stderr that it has begun, and how it ended. `/fault` raises as soon as its client has gone.
The grace is as long as `GRACE_SECONDS` says, and nothing is killed for long after it.
"""

import asyncio
import os
import sys

from config.serving import leaving, running
from config.serving.asgi import Receive, Scope, Send, answer
from config.serving.broken_off import BrokenOff

SECONDS = {"/poll": 300, "/fault": 300, "/slow": 1, "/now": 0}
leaving.GRACE_SECONDS = float(os.environ.get("GRACE_SECONDS", leaving.GRACE_SECONDS))


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    path = scope["path"]
    say(f"{path} begun")
    if path == "/stream":
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b": begun\n\n", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            continue
        say("stream left")
        return
    left = asyncio.create_task(gone(receive))
    await asyncio.wait({left}, timeout=SECONDS[path])
    if left.done() and path == "/fault":
        raise RuntimeError("a fault of its own")
    if left.done():
        say(f"{path} left")
    else:
        left.cancel()
        await answer(send, 200, [], b"done")


async def gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


application = BrokenOff(leaving.Leaving(app))

if __name__ == "__main__":
    running.KILL_SECONDS = int(leaving.GRACE_SECONDS) + 100
    running.run("127.0.0.1", int(sys.argv[1]), 1, "tests.endless:application")
