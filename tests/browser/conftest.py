"""People at a real browser, before a server of this process."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.person import Person, chromium
from tests.requirement import require

SCREENSHOTS = "BINDERY_SCREENSHOTS"
"""The environment variable that names a folder for pictures; without it they go to a temporary
one."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser test has a server, whose threads see only what is committed. It comes after all
    others, and `--no-loadscope-reorder` keeps it so: Playwright leaves an event loop running,
    beside which nobody can start one."""
    here = Path(__file__).parent
    items.sort(key=lambda item: here in item.path.parents)
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(autouse=True, scope="session")
def beside_the_browser() -> Iterator[None]:
    """Playwright keeps an event loop in this thread, and Django is told not to mind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    require("chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    quiet = ["--no-first-run", "--disable-background-networking"]
    return {
        **browser_type_launch_args, "executable_path": chromium(), "args": [*arguments, *quiet]
    }  # fmt: skip


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go."""
    folder = Path(os.environ.get(SCREENSHOTS) or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def answered(live_server: Any) -> Callable[[], None]:
    """Wait until the server has answered all that was asked by connections that are closed."""
    before = set(threading.enumerate())

    def answering() -> list[threading.Thread]:
        new = set(threading.enumerate()) - before
        return [one for one in new if one.name.endswith("(process_request_thread)")]

    def wait() -> None:
        address = urlsplit(live_server.url).netloc
        with closing(HTTPConnection(address, timeout=30)) as last:
            last.request("GET", "/healthz", headers={"Connection": "close"})
            last.getresponse().read()  # who connected before has a thread by now
        patience = time.monotonic() + 30
        while answering():
            assert time.monotonic() < patience, "the server goes on answering"
            time.sleep(0.01)

    return wait


@pytest.fixture
def someone(
    browser: Browser, live_server: Any, pictures: Path, answered: Callable[[], None]
) -> Iterator[Callable[..., Person]]:
    """`someone("anna", "editor", "managing-editor")`: a logged-in user in these groups, before a
    browser of her own. Further names are those of Playwright's `new_context`: `viewport`,
    `color_scheme`, `java_script_enabled`. At the end nobody's browser has seen an error or asked
    another host."""
    contexts: list[BrowserContext] = []
    people: list[Person] = []

    def before(name: str, *groups: str, **options: Any) -> Person:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        people.append(Person(context, name, live_server.url, pictures))
        people[-1].joins(*groups)
        people[-1].logs_in()
        return people[-1]

    yield before
    for context in contexts:
        context.close()
    answered()  # a page may have sent a draft just before, and the rows go next
    for person in people:
        assert person.troubles == [], f"{person.name} saw: {person.troubles}"
