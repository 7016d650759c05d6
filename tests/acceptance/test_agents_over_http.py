"""Agents of docs/agents.md take a real rulebook through its edit over HTTP, each a process; the
server is killed again and again between a verb's commit and its answer, and started anew."""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contents import content_of
from tests.dying import Mortal
from tests.installation import PROJECT, Installation, installed
from tests.law.holding import HOLD
from tests.restarting import WebServer
from tests.sample_agents import agents_of
from tests.served import held_port

FIGHT, SKILLS = "10-combat-basics", "14-skills-system-overview"
PROCESSES = (
    ("project-manager", "validator", "production-editor"),
    ("writer", "style-editor"),
    ("editor",),
    ("domain-expert",),
)
MADE_OF_ALL = ("improvement_plan", "release_notes", "print_html", "web_html", "pdf_draft")
DEATHS = (
    "runs 1", "run-begin 1", "artifacts 1", "work-claim 2", "step-complete 3", "step-reject 1",
    "work-claim 7", "artifacts 6", "step-complete 8", "step-decide 1",
)  # fmt: skip
LONG = 240  # seconds after which a story that does not go on has failed
WORK = """
import pathlib
PAUSES = (0.1,) * 600
FILES = pathlib.Path({folder!r})

def work(brief):
    chapter, made = brief["chapter"], []
    if (brief["step"], brief["item"], brief["attempt"]) == ("edit", {rejected!r}, 1):
        return "reject", {{"rejection_type": "style", "reason": "too long",
                           "passages": [{{"quote": chapter["text"].splitlines()[0]}}]}}
    for kind in brief["produces"]:
        if kind == "chapter":
            text = chapter["text"] + f"\\nRevised in round {{brief['attempt']}}.\\n"
            made.append((kind, chapter["path"], text.encode()))
        elif not kind.endswith("?"):
            (file,) = (FILES / kind).iterdir()
            made.append((kind, file.name, file.read_bytes()))
    return "complete", {{}}, *made
"""


@pytest.fixture
def site(tmp_path: Path, razorweave: Path) -> Iterator[Installation]:
    """With the same real book twice: once to be edited in peace."""
    data = tmp_path / "site"
    data.mkdir()
    with installed(data) as installation:
        for slug in ("calm", "stormy"):
            installation("book_register", "--slug", slug, "--title", "Razorweave",
                         "--source", razorweave / "1.0.0" / "chapters")  # fmt: skip
        yield installation


@pytest.fixture
def deaths(tmp_path: Path) -> Path:
    folder = tmp_path / "deaths"
    folder.mkdir()
    (folder / "planned").touch()
    return folder


@pytest.fixture
def work(tmp_path: Path) -> str:
    """What all agents do: hand in what the step makes, and reject one chapter once."""
    for kind in MADE_OF_ALL:
        name, content = content_of(kind)
        place = tmp_path / "made" / kind / Path(name).name
        place.parent.mkdir(parents=True)
        place.write_bytes(content)
    return WORK.format(folder=str(tmp_path / "made"), rejected=SKILLS)


def test_ten_deaths_of_the_server_lose_nothing_and_do_nothing_twice(
    site: Installation, deaths: Path, work: str
) -> None:
    with (
        mortal(site, deaths) as server,
        agents_of(site, server) as agents,
        Human(site, server, "grace", "editor") as grace,
        Human(site, server, "kim", "managing-editor") as kim,
    ):
        for names in PROCESSES:
            agents.python(*names, work=work)
        calm = edited(grace, kim, "calm")
        (deaths / "served").unlink()
        (deaths / "planned").write_text("\n".join(DEATHS))
        stormy = edited(grace, kim, "stormy")

    assert sorted((deaths / "died").read_text().splitlines()) == sorted(DEATHS)
    assert story_of(site, stormy) == story_of(site, calm)
    assert_revised_once(site, stormy)
    with Mortal(site.env, str(PROJECT)) as desk:
        assert desk(HOLD)["runs"] == 4  # and what each of the two started


def edited(grace: "Human", kim: "Human", book: str) -> str:
    """An editing run from its start over its gate to its end."""
    about = {"workflow_type": "w1", "book": book, "parameters": {"chapters": [FIGHT, SKILLS]}}
    run = grace.post("runs/", **about, begin=False)["id"]
    grace.post(f"runs/{run}/begin/")
    gate = kim.wait_for("steps/", run=run, status="awaiting_decision")
    read = kim.get(f"steps/{gate['id']}/")
    kim.post(f"steps/{gate['id']}/decide/", decision="approve", digest=read["digest"])
    kim.wait_for("steps/", run=run, name="finalize", status="completed")
    return str(run)


def story_of(site: Installation, run: str) -> dict[str, Counter[Any]]:
    """All that came of a run, as often as it did; nothing that differs from run to run."""
    status = site("workflow_status", run)
    assert (status["status"], status["outcome"]) == ("completed", "succeeded")
    steps = {step["id"]: step for step in status["steps"]}
    place = {
        pk: (step["name"], step["item"], step["attempt"]) for pk, step in steps.items()
    } | {None: None}  # fmt: skip
    events = site("event_list", "--run", run, "--limit", 1000)
    rows = [("status", "worker", "agent", "failures"), ("artifact_type", "path", "item", "digest")]
    made = site("artifact_list", "--run", run, "--limit", 1000)
    return {
        "steps": Counter(
            (place[pk], *(step[key] for key in rows[0])) for pk, step in steps.items()
        ),
        "events": Counter(
            (one["event_type"], place[one["step"]], one["agent"], one["actor"]) for one in events
        ),
        "artifacts": Counter((place[one["step"]], *(one[key] for key in rows[1])) for one in made),
        "rejections": Counter(
            (one["item"], one["resolved"], one["retry_count"])
            for one in site("rejection_list", "--run", run)
        ),
    }


def assert_revised_once(site: Installation, run: str) -> None:
    """Each chapter was written once, and the one that was rejected once more."""
    steps = site("workflow_status", run)["steps"]
    written = Counter(step["item"] for step in steps if step["name"] == "write")
    assert written == {FIGHT: 1, SKILLS: 2}
    assert {step["status"] for step in steps} == {"completed", "rejected", "superseded"}
    made = site("artifact_list", "--run", run, "--type", "chapter")
    assert Counter(one["item"] for one in made) == written
    version = site("workflow_status", run)["output_version"]
    assert version == "1.1.0"


@contextmanager
def mortal(site: Installation, deaths: Path) -> Iterator[WebServer]:
    """A server that dies as planned, and that somebody starts again each time it has died."""
    settings = {"DJANGO_SETTINGS_MODULE": "tests.mortal_settings", "PYTHONPATH": str(PROJECT)}
    with held_port() as port:
        server = WebServer(site, port, **settings, DEATHS=str(deaths))
        try:
            with watched(server):
                yield server
        finally:
            server.kill()


@contextmanager
def watched(server: WebServer) -> Iterator[None]:
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            if server.process.poll() is not None:
                server.begin()  # it may die before anybody else asks it

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


class Human:
    """Somebody with a token, who sends again what was not answered, under the same key."""

    def __init__(self, site: Installation, server: WebServer, name: str, group: str) -> None:
        token = site("token_create", "--user", name, "--name", "desk", "--group", group)["token"]
        headers = {"Authorization": f"Bearer {token}"}
        self.http = httpx.Client(base_url=f"{server.url}/api/v1/", headers=headers, timeout=LONG)

    def __enter__(self) -> "Human":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def post(self, path: str, **body: Any) -> Any:
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        return self._answer("POST", path, json=body, headers=headers)

    def get(self, path: str, **query: Any) -> Any:
        return self._answer("GET", path, params=query)

    def wait_for(self, path: str, **query: Any) -> Any:
        """The first row of a list, once there is one."""
        end = time.monotonic() + LONG
        while not (found := self.get(path, **query)["results"]):
            assert time.monotonic() < end, (path, query)
            time.sleep(0.1)
        return found[0]

    def _answer(self, method: str, path: str, **request: Any) -> Any:
        end = time.monotonic() + LONG
        while time.monotonic() < end:
            try:
                answer = self.http.request(method, path, **request)
            except httpx.TransportError:
                time.sleep(0.1)
                continue
            assert answer.is_success, answer.text
            return answer.json()
        raise AssertionError(f"{path} was not answered")
