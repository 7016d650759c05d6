"""Requests that wait in the event loop for what is not there yet."""

from asgiref.sync import SyncToAsync, sync_to_async
from django.db import connections


async def let_thread_go() -> None:
    """Under ASGI a request keeps a thread, and what that has open, until it is answered in full.
    What is left to do after a wait, or at the end of a stream, is done in another thread."""
    await sync_to_async(close_connections)()
    context = SyncToAsync.thread_sensitive_context.get(None)
    if context and (thread := SyncToAsync.context_to_thread_executor.pop(context, None)):
        thread.shutdown(wait=False)


def close_connections() -> None:
    """Those of this thread; none within a transaction, which is somebody else's, as in tests."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
