"""Static files of the installed apps, as they lie there: nothing has to be collected.

whitenoise finds and answers them; it knows WSGI and Django's middleware, this is the ASGI of it.
It stands before Django: as synchronous middleware it would hold a thread for every long poll.
"""

from typing import Any

from asgiref.sync import sync_to_async
from whitenoise.middleware import WhiteNoiseMiddleware

from config.serving.asgi import Application, Headers, Receive, Scope, Send, answer

Answer = tuple[int, Headers, bytes]


class StaticFiles:
    """Answers GET and HEAD of static files; all else goes on to the application. The files are
    looked for once, when it is made."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self.files: dict[str, Any] = WhiteNoiseMiddleware(None).files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = self.files.get(scope["path"]) if scope["type"] == "http" else None
        if file is None:
            await self.app(scope, receive, send)
            return
        status, headers, body = await sync_to_async(_read, thread_sensitive=False)(file, scope)
        await answer(send, status, headers, body)


def _read(file: Any, scope: Scope) -> Answer:
    asked = {
        "HTTP_" + name.decode("latin-1").upper().replace("-", "_"): value.decode("latin-1")
        for name, value in scope["headers"]
    }
    response = file.get_response(scope["method"], asked)
    headers = [(str(key).lower().encode(), str(value).encode()) for key, value in response.headers]
    body = b""
    if response.file is not None:
        with response.file:
            body = response.file.read()
    return int(response.status), [*headers, (b"x-content-type-options", b"nosniff")], body
