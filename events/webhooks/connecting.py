"""Connections that go to the very address that was checked, and end at a deadline.

httpcore asks a backend for connections and bytes; this one resolves a name once, and gives every
connect, handshake, read and write what is left of one span of time. A timeout of each operation
would let a receiver that sends a byte now and then hold the sender for ever.
"""

import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from events.webhooks.addresses import Place, places


class Wire(httpcore.NetworkStream):
    """One socket, and the moment by which all is to be over."""

    def __init__(self, connected: socket.socket, end: float) -> None:
        self._socket, self._end = connected, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        self._socket.settimeout(left(self._end))
        return self._socket.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        rest = memoryview(buffer)
        while rest:
            self._socket.settimeout(left(self._end))
            rest = rest[self._socket.send(rest) :]

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        try:
            self._socket.settimeout(left(self._end))
            secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except BaseException:
            self.close()
            raise
        return Wire(secured, self._end)

    def get_extra_info(self, info: str) -> Any:  # noqa: ARG002
        """Nothing: it is asked for HTTP/2 and for connections that are used again."""
        return None


class Backend(httpcore.NetworkBackend):
    """Connections for one exchange, over within so many seconds of its making."""

    def __init__(self, seconds: float, *, allow_private: bool) -> None:
        self._end = time.monotonic() + seconds
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        found = places(host, port, allow_private=self._allow_private)
        for number, place in enumerate(found, start=1):
            try:
                return Wire(self._connected(place, len(found) + 1 - number), self._end)
            except OSError:
                if number == len(found):
                    raise
        raise OSError(f"{host} has no address")

    def _connected(self, place: Place, still: int) -> socket.socket:
        """The socket; so many addresses `still` share what is left of the time."""
        made = socket.socket(place.family, socket.SOCK_STREAM)
        try:
            made.settimeout(left(self._end) / still)
            made.connect(place.address)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            made.close()
            raise
        return made


def left(end: float) -> float:
    """The seconds until then. Raises TimeoutError when there are none."""
    if (seconds := end - time.monotonic()) <= 0:
        raise TimeoutError("timed out")
    return seconds
