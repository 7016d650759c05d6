"""Which network addresses a webhook may lead to: those of the public internet, and no others.

The networks stand here by the registries of special-purpose addresses (IANA, RFC 6890), so that
they do not change with the version of Python. Of IPv6 the public part is named, and of that what
is set apart: what carries an IPv4 address within is refused whatever that address is.
"""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address
from typing import NamedTuple

IPV4_SPECIAL = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by the customers of a provider (CGNAT)
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and the clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
IPV6_PUBLIC = IPv6Network("2000::/3")  # without IPv4-mapped ::ffff:0:0/96 and NAT64 64:ff9b::/96
IPV6_SPECIAL = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)


class Place(NamedTuple):
    """Where to connect to: a family of sockets, and what `connect` takes."""

    family: int
    address: tuple[str, int] | tuple[str, int, int, int]


class PrivateAddress(OSError):
    """A name or number leads to where webhooks may not go."""


def is_public(address: str) -> bool:
    """Whether this IP address lies on the public internet."""
    number = ip_address(address)
    if isinstance(number, IPv4Address):
        return not any(number in network for network in IPV4_SPECIAL)
    return number in IPV6_PUBLIC and not any(number in network for network in IPV6_SPECIAL)


def places(host: str, port: int, *, allow_private: bool) -> list[Place]:
    """Where that name leads, asked once: connect to these and ask no more, since a name may lead
    elsewhere a moment later.

    Raises PrivateAddress when any of its addresses is not public, OSError when it has none.
    """
    found = _resolved(host, port)
    if not allow_private:
        for place in found:
            if not is_public(number := place.address[0]):
                said = number if number == host else f"{host} is {number}, which"
                raise PrivateAddress(f"{said} is no public address")
    return found


def is_private_number(host: str) -> bool:
    """Whether it is an IP address, in any way of writing that a connection takes, and not public.
    False for names, which are looked up when something is sent."""
    try:
        number = socket.getaddrinfo(host, 443, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return False
    return not all(is_public(str(entry[4][0])) for entry in number)


def _resolved(host: str, port: int) -> list[Place]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label longer than a name may have
        raise OSError(f"{host} is no name of a host") from error
    return [Place(family, address) for family, _, _, _, address in found]  # type: ignore[arg-type]
