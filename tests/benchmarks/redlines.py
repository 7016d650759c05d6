"""Redlines of 1.2.0 to 1.3.0, and of texts that nobody writes."""

# ruff: noqa: PLC0415  (imports of the product wait for django.setup)

from collections.abc import Iterator
from statistics import median
from typing import Any

from tests.benchmarks.row import RAZORWEAVE, Row, timed

IN_TURNS = 5
FIRST = "chapters--05-ways-to-play"
"""The first chapter that both have and that changed."""


def rows() -> Iterator[Row]:
    """Server time: each page by Django's test client, the texts in the registry."""
    import django

    django.setup()
    client, addresses = reader(), pages()
    first = next(address for slug, address in addresses if slug == FIRST)
    whole = [address for _, address in addresses]
    client.get("/")  # templates are loaded
    cold = median(anew(client, [first]) for _ in range(IN_TURNS))
    yield Row("redline of the first changed chapter", cold, None, 1)
    cold = median(anew(client, whole) for _ in range(IN_TURNS))
    yield Row("redlines of 1.2.0 to 1.3.0", cold, None, 4)
    again = median(timed(lambda: read_all(client, whole)) for _ in range(IN_TURNS))
    yield Row("the same a second time", again, None, 4)
    yield from drawn(addresses)
    yield Row("redline of 5 MB, a fifth of it edited", long_text(), None, 10)


def reader() -> Any:
    from django.contrib.auth.models import Group, User
    from django.test import Client

    user = User.objects.create_user("reader")
    user.groups.add(Group.objects.get_or_create(name="viewer")[0])
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def pages() -> list[tuple[str, str]]:
    """Slug and address of every chapter that both versions have and that changed."""
    from books.manuscript import read
    from books.models import Text

    versions = []
    for number in ("1.2.0", "1.3.0"):
        chapters = read(RAZORWEAVE / number).chapters
        for one in chapters:
            Text.objects.get_or_create(digest=one.digest, text=one.text)
        versions.append({one.slug: one.digest for one in chapters})
    old, new = versions
    both = ((slug, old[slug], digest) for slug, digest in new.items() if slug in old)
    return [(slug, f"/redlines/{was}/{now}/") for slug, was, now in both if was != now]


def anew(client: Any, addresses: list[str]) -> float:
    from django.core.cache import caches

    caches["redlines"].clear()
    return timed(lambda: read_all(client, addresses))


def read_all(client: Any, addresses: list[str]) -> None:
    """Every part of every page."""
    import re
    from html import unescape

    for address in addresses:
        after: str | None = address
        while after:
            answer = client.get(after, headers={"HX-Request": "true"})
            assert answer.status_code == 200, answer.content
            found = re.search(r'hx-get="([^"]*more=1)"', answer.content.decode())
            after = unescape(found[1]) if found else None


def drawn(addresses: list[tuple[str, str]]) -> Iterator[Row]:
    """What keeping them saves: of all these chapters, out of the cache and worked out."""
    from django.core.cache import caches

    from config.console.redlines import between

    pairs = [address.strip("/").split("/")[1:] for _, address in addresses]

    def work_out() -> None:
        caches["redlines"].clear()
        for old, new in pairs:
            between(old, new)

    fresh = median(timed(work_out) for _ in range(IN_TURNS))
    kept = median(timed(lambda: [between(*pair) for pair in pairs]) for _ in range(IN_TURNS))
    yield Row("kept redlines, against working them out", kept, fresh, 0.5)


def long_text() -> float:
    from books.redlines import redline

    files = sorted((RAZORWEAVE / "1.3.0" / "chapters").glob("*.md"))
    text = "".join(file.read_text() for file in files)
    old = "".join(f"{text}{n}" for n in range(5_000_000 // len(text)))
    lines = old.split("\n")
    new = "\n".join(f"{line} more" if at % 5 == 0 else line for at, line in enumerate(lines))
    return timed(lambda: redline(old, new))
