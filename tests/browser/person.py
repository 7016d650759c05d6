"""Somebody at a browser."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Request

SERIOUS = ("serious", "critical")
PHONE = {"width": 390, "height": 844}
LOCAL = ("data", "blob", "about")
AT_REST = """!document.querySelector(
  ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
)"""


def chromium() -> str:
    """Of this machine; the first there is."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), "")


def until(page: Page, happened: Callable[[], object]) -> None:
    """Let the page go on until then; ten seconds at most."""
    for _ in range(500):
        if happened():
            return
        page.wait_for_timeout(20)
    raise AssertionError("it did not happen within ten seconds")


def rests(page: Page) -> None:
    """Until the scripts of the page have run, and all it asked for stands in it: what was clicked
    leads to a page that shows its words before it listens."""
    page.wait_for_load_state()
    until(page, lambda: page.evaluate(AT_REST))


class Person:
    """A user and a page. `troubles` has every error of the console and each request to another
    host; what a test means to provoke it takes out with `forgive`."""

    def __init__(self, context: BrowserContext, name: str, site: str, pictures: Path) -> None:
        self.context, self.name, self.site, self.pictures = context, name, site, pictures
        self.user = User.objects.get_or_create(username=name)[0]
        self.troubles: list[str] = []
        self.page: Page = context.new_page()
        self.watch(self.page)

    def watch(self, page: Page) -> None:
        """Another page of the same browser has its troubles noted here too."""
        page.on("console", lambda said: self._note(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self._note(str(error)))
        page.on("request", self._asked)

    def joins(self, *groups: str) -> None:
        for group in groups:
            self.user.groups.add(Group.objects.get_or_create(name=group)[0])

    def logs_in(self) -> None:
        """By a session made here: the login page has tests of its own."""
        client = Client()
        client.force_login(self.user)
        name = settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        self.context.add_cookies([{"name": name, "value": value, "url": self.site}])

    def opens(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def looks(self, name: str, *, whole: bool = True) -> Path:
        """Take a picture of the page."""
        rests(self.page)
        place = self.pictures / f"{name}.png"
        self.page.screenshot(path=place, full_page=whole)
        return place

    def violations(self, **options: Any) -> list[str]:
        """What axe-core finds of serious faults in accessibility, one line each."""
        rests(self.page)
        found = Axe().run(self.page, **options).response["violations"]
        return [
            f"{one['id']}: {one['help']} ({node['target']})"
            for one in found
            if one["impact"] in SERIOUS
            for node in one["nodes"]
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        rests(self.page)
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(width))

    def forgive(self, words: str) -> None:
        """Take out of `troubles` what says that: the test provoked it."""
        assert any(words in one for one in self.troubles), f"{words!r} is not in {self.troubles}"
        self.troubles = [one for one in self.troubles if words not in one]

    def _note(self, trouble: str) -> None:
        self.troubles.append(trouble)

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in LOCAL and address.hostname not in ("localhost", "127.0.0.1"):
            self._note(f"asked {request.url}")
