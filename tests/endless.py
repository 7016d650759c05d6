"""An application that ends late or never, served as Bindery is: `python -m tests.endless PORT`.

`/stream` is an event stream, `/poll` answers after a minute, `/slow` after a second; each says on
stderr how it ended.
"""

import asyncio
import sys

from config.serving.asgi import Receive, Scope, Send, answer
from config.serving.leaving import Leaving
from config.serving.running import run

SECONDS = {"/poll": 60, "/slow": 1, "/now": 0}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    path = scope["path"]
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


application = Leaving(app)

if __name__ == "__main__":
    run("127.0.0.1", int(sys.argv[1]), 1, "tests.endless:application")
