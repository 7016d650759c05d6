"""Passwords cannot be tried at will: a few tries in a quarter of an hour, in all processes.

A try is counted before the password is looked at, by one conditional UPDATE: tries at the same
moment are not more than those in a row, and while somebody is locked out the right password is
refused like any other. It counts for a name at an address, so that nobody locks out others; and
for the address, so that nobody goes from name to name. What is refused is not counted: a quarter
of an hour after the first try all is forgotten, however many came meanwhile.
"""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from config.models import LoginTries

WINDOW = timedelta(minutes=15)
MOST_OF_NAME, MOST_OF_ADDRESS = 5, 50
NETWORK_BYTES = 8  # of an IPv6 address: one customer has as many of the rest as it likes


def take(name: str, address: str) -> int:
    """Count a try; how many seconds to wait before the next, 0 when this one may go on."""
    now = timezone.now()
    LoginTries.objects.filter(began_at__lte=now - WINDOW).delete()
    of_name = _take(_digest(name, address), MOST_OF_NAME, now)
    return of_name or _take(_digest("", address), MOST_OF_ADDRESS, now)


def succeeded(name: str, address: str) -> None:
    """Forget the tries of who knew the password; those of others at the address stay."""
    LoginTries.objects.filter(digest=_digest(name, address)).delete()
    rows = LoginTries.objects.filter(digest=_digest("", address), tries__gt=0)
    rows.update(tries=F("tries") - 1)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; of an IPv6 address the network. Behind a proxy it is what that
    proxy saw, which it wrote at the end of `X-Forwarded-For`."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BINDERY_BEHIND_PROXY and (told := request.headers.get("X-Forwarded-For")):
        address = told.rpartition(",")[2].strip()
    try:
        found = ip_address(address)
    except ValueError:
        return str(address)
    if isinstance(found, IPv6Address) and not found.ipv4_mapped:
        return found.packed[:NETWORK_BYTES].hex()
    return str(getattr(found, "ipv4_mapped", None) or found)


def _take(digest: str, most: int, now: datetime) -> int:
    row = LoginTries(digest=digest, began_at=now)
    LoginTries.objects.bulk_create([row], ignore_conflicts=True)
    rows = LoginTries.objects.filter(digest=digest)
    if rows.filter(tries__lt=most).update(tries=F("tries") + 1):
        return 0
    began_at = rows.values_list("began_at", flat=True).first() or now
    return max(1, round((began_at + WINDOW - now).total_seconds()))


def _digest(name: str, address: str) -> str:
    return salted_hmac("bindery.login", f"{address}\n{name}", algorithm="sha256").hexdigest()
