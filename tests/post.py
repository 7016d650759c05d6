"""A mail server of the tests' own, which can be down."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from tests.served import LONG


class PostOffice:
    """Listens at `port` while it is open; `mails` came in, to addresses that are not `unknown`."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mails: list[Message] = []
        self.recipients: list[list[str]] = []
        self.unknown: set[str] = set()

    @contextmanager
    def open(self) -> Iterator[None]:
        where: dict[str, Any] = {"hostname": "127.0.0.1", "port": self.port}
        controller = Controller(self, **where, ready_timeout=LONG)
        controller.start()
        try:
            yield
        finally:
            controller.stop()

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.unknown:
            return "550 nobody of that name here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"


def use(office: PostOffice, settings: Any) -> None:
    """Send through it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
