"""How soon a person can do something: pages of a served installation in a real browser.

`python tests/benchmarks/interactive.py URL` wants a database that `console.py` filled, and
Chromium. Of each page the first time, with nothing kept in the browser or of its redlines, and the
median of five more: from the start of the navigation until the document is there, until what one
came for can be seen, and until a key has done something. Server and browser share the machine.
"""

# ruff: noqa: PLC0415  (imports of the product wait for django.setup)

import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import NamedTuple

from playwright.sync_api import BrowserContext, Page, sync_playwright

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks import rest, scenes
from tests.benchmarks.row import HEAD, Row

LIMIT, TIMES = 1, 5
NAME = "olga"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
LOADED = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
SINCE = "performance.now()"
FOCUS = "document.activeElement !== document.body && document.activeElement.id !== 'main'"


class Look(NamedTuple):
    """A page, what one came for, a key, and how one knows that it did something."""

    address: str
    wanted: str
    key: str
    done: str = FOCUS


class Times(NamedTuple):
    loaded: float
    seen: float
    moved: float


def looks(scene: scenes.Scene) -> dict[str, Look]:
    written = "document.querySelector('textarea[name=text]').value.startsWith('j')"
    return {
        "inbox": Look("/", "[data-row]", "j"),
        "gate": Look(scene.gate, ".redline .row", "j"),
        "escalation": Look(scene.escalation, "[data-rounds] section, [data-rounds] article", "1"),
        "work": Look(scene.work, "textarea[name=text]", "j", written),
        "admin's runs": Look("/admin/workflows/workflowrun/", "#result_list tbody tr", "Tab"),
    }


def look(page: Page, one: Look) -> Times:
    page.goto(f"{rest.BASE}{one.address}", wait_until="domcontentloaded")
    page.locator(one.wanted).first.wait_for()
    seen = page.evaluate(SINCE)
    if one.key == "j" and "textarea" in one.wanted:
        page.locator(one.wanted).evaluate("one => { one.focus(); one.setSelectionRange(0, 0); }")
    page.keyboard.press(one.key)
    page.wait_for_function(one.done)
    moved = page.evaluate(SINCE)
    return Times(page.evaluate(LOADED) / 1000, seen / 1000, moved / 1000)


def measured(context: BrowserContext, one: Look) -> tuple[Times, Times]:
    """The first time, and the medians of the others."""
    page = context.new_page()
    first, *more = [look(page, one) for _ in range(TIMES + 1)]
    page.close()
    return first, Times(*(median(times) for times in zip(*more, strict=True)))


def main(url: str) -> None:
    import django

    from tests.benchmarks.run import use

    with tempfile.TemporaryDirectory(prefix="bindery-benchmarks-") as folder:
        use(Path(folder))
        os.environ["DATABASE_URL"] = url
        django.setup()
        name, value = logged_in()
        asked = looks(scenes.made(NAME))
        cookie = {"name": name, "value": value, "url": rest.BASE}
        print(HEAD)
        with rest.server("config.settings"), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            for page, one in asked.items():
                context = browser.new_context(viewport={"width": 1280, "height": 900})
                context.add_cookies([cookie])  # type: ignore[list-item]
                for when, times in zip(("first", "again"), measured(context, one), strict=True):
                    for until, seconds in times._asdict().items():
                        print(Row(f"{page}, {when}, {until}", seconds, None, LIMIT), flush=True)
                context.close()
            browser.close()


def logged_in() -> tuple[str, str]:
    """The cookie of an operator."""
    from django.conf import settings
    from django.contrib.auth.models import Group, User
    from django.test import Client

    user = User.objects.get_or_create(username=NAME)[0]
    user.groups.add(Group.objects.get_or_create(name="operator")[0])
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return name, client.cookies[name].value


def chromium() -> str:
    from tests.browser.person import chromium

    return chromium()


if __name__ == "__main__":
    main(sys.argv[1])
