"""One attempt: a POST or a mail, and what came of it. It knows no row and asks no database."""

import logging
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from http import HTTPStatus

import httpcore
from django.core.mail import EmailMessage

from events.webhooks.connecting import Backend

MOST_READ = 4096
GONE = HTTPStatus.GONE.value
AGENT = "Bindery-Webhooks/1"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """What came of an attempt: delivered where there is no `error`.

    `status` is None where no answer came, as it is of mail. `wait`: how long the receiver asks to
    be left alone.
    """

    error: str = ""
    status: int | None = None
    wait: timedelta | None = None


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, allow_private: bool
) -> Attempt:
    """POST a body; done, one way or the other, after about so many seconds, or when the name has
    been looked up, where that takes longer.

    Whatever is no 2xx is a failure, a redirect too: it is not followed. Nothing is raised.
    """
    backend = Backend(seconds, allow_private=allow_private)
    said = [("content-type", "application/json"), ("user-agent", AGENT), *headers.items()]
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_trusted(), network_backend=backend) as pool,
            pool.stream("POST", url, headers=said, content=body) as response,
        ):
            with suppress(OSError, httpcore.ProtocolError):  # the status is what decides
                _skim(response)
            return _judged(response)
    except TimeoutError:
        return Attempt(f"no answer within {seconds:g} s")
    except (OSError, httpcore.ProtocolError) as error:
        return Attempt(str(error) or type(error).__name__)
    except Exception as error:  # whatever one receiver does, the others go on
        log.exception("an attempt at a webhook ended in an error")
        return Attempt(f"an error of ours: {type(error).__name__}")


def mail(message: EmailMessage) -> Attempt:
    """Hand a mail to the server of EMAIL_URL. Nothing is raised."""
    try:
        message.send()
    except Exception as error:  # whatever one address or one server does, the others go on
        log.warning("no mail to %s: %s", ", ".join(message.to), error)
        return Attempt(f"not mailed: {error}")
    return Attempt()


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities of the system and of certifi; making it takes some hundredths of a second."""
    return httpcore.default_ssl_context()


def _skim(response: httpcore.Response) -> None:
    """Read a short answer to its end, so that the receiver is not cut off; no long one."""
    read = 0
    for piece in response.iter_stream():
        read += len(piece)
        if read >= MOST_READ:
            break


def _judged(response: httpcore.Response) -> Attempt:
    status = response.status
    headers = {name.lower(): value for name, value in response.headers}
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Attempt(status=status)
    error = f"answered {status}"
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        error += "; a redirect is not followed"
    return Attempt(error, status, _wait(headers.get(b"retry-after", b"")))


def _wait(retry_after: bytes) -> timedelta | None:
    """Of a header in seconds; one that names a date is not looked at."""
    word = retry_after.strip()
    return timedelta(seconds=int(word[:9])) if word.isdigit() else None
