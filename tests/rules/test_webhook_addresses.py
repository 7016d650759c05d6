"""Webhooks go to the public internet, whatever way an address is written or wrapped."""

import socket
from typing import Any

import pytest

from events.webhooks.addresses import PrivateAddress, is_private_number, is_public, places

PUBLIC = (
    "8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1",
    "192.0.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450::1",
    "2001:4860:4860::8888",
)  # fmt: skip
NOT_PUBLIC = {
    "this network": ("0.0.0.0", "0.1.2.3"),  # noqa: S104
    "private": ("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12::1"),
    "provider": ("100.64.0.1", "100.127.255.255"),
    "loopback": ("127.0.0.1", "127.255.0.1", "::1"),
    "link-local": ("169.254.169.254", "fe80::1", "fe80::1%eth0"),
    "assignments": ("192.0.0.1", "192.0.0.170", "2001::1", "2001:10::1", "2001:20::1"),
    "documentation": ("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"),
    "benchmarks": ("198.18.0.1", "198.19.255.255", "2001:2::1"),
    "multicast": ("224.0.0.1", "239.1.2.3", "ff02::1"),
    "reserved": ("240.0.0.1", "255.255.255.255", "4000::1", "::"),
    "mapped": ("::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:127.0.0.1"),
    "compatible": ("::127.0.0.1",),
    "nat64": ("64:ff9b::10.0.0.1", "64:ff9b::8.8.8.8", "64:ff9b:1::1"),
    "6to4": ("2002:7f00:1::", "2002:808:808::1", "192.88.99.1"),
    "teredo": ("2001:0:4136:e378:8000:63bf:3fff:fdd2",),
    "site-local": ("fec0::1",),
}
EVERY = [(kind, address) for kind, listed in NOT_PUBLIC.items() for address in listed]


@pytest.mark.parametrize("address", PUBLIC)
def test_these_are_public(address: str) -> None:
    assert is_public(address)
    assert not is_private_number(address)


@pytest.mark.parametrize(("kind", "address"), EVERY)
def test_these_are_not(kind: str, address: str) -> None:
    assert not is_public(address)
    if "%" not in address:  # an interface that this machine may lack
        assert is_private_number(address)


@pytest.mark.parametrize("written", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0"])
def test_numbers_are_known_in_every_way_of_writing_them(written: str) -> None:
    assert is_private_number(written)
    with pytest.raises(PrivateAddress):
        places(written, 443, allow_private=False)


def test_a_name_is_no_number() -> None:
    assert not is_private_number("example.org")


def resolving_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def resolved(host: str, port: int, **_: Any) -> list[Any]:
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, port))
            for one in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving_to(monkeypatch, "93.184.216.34", "2606:4700::1111", "10.0.0.5")
    with pytest.raises(PrivateAddress, match=r"^hook\.test is 10\.0\.0\.5, which is no public"):
        places("hook.test", 443, allow_private=False)


def test_all_are_there_to_connect_to_where_all_are_public(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving_to(monkeypatch, "2606:4700::1111", "93.184.216.34")
    found = places("hook.test", 443, allow_private=False)
    assert [place.address[0] for place in found] == ["2606:4700::1111", "93.184.216.34"]


def test_private_ones_are_there_where_they_are_allowed() -> None:
    assert places("127.0.0.1", 80, allow_private=True)[0].address == ("127.0.0.1", 80)


def test_a_name_that_no_name_server_could_know_is_an_error_like_any_other() -> None:
    with pytest.raises(OSError, match="is no name of a host"):
        places("a" * 64 + ".test", 443, allow_private=False)
