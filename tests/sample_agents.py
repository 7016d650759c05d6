"""The agents of docs/agents.md as processes of their own, beside a server."""

import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.installation import Installation
from tests.pages import program
from tests.restarting import WebServer

PAGE = "agents.md"
WORK = re.compile(r"^def work\(brief\):\n.*?\n\n", re.DOTALL | re.MULTILINE)
LONG = 240  # seconds after which an agent that should have ended has failed


class Agents:
    """Agents of one installation, each with a user and a token of its own."""

    def __init__(self, site: Installation, server: WebServer, folder: Path) -> None:
        self.site, self.server, self.folder = site, server, folder
        self.started: list[subprocess.Popen[str]] = []

    def python(self, *names: str, work: str = "") -> subprocess.Popen[str]:
        """The page's agent for these names. `work` is put in place of the page's function."""
        source = program(PAGE, "python")
        if work:
            source, found = WORK.subn(lambda _: work.strip() + "\n\n", source)
            assert found == 1
        file = self.folder / f"agent_{len(self.started)}.py"
        file.write_text(source)
        return self._start([sys.executable, str(file), *names], *names)

    def shell(self, name: str, command: str) -> subprocess.Popen[str]:
        """The page's script, which does one step."""
        file = self.folder / "step.sh"
        file.write_text(program(PAGE, "bash"))
        return self._start(["bash", str(file), name, command], name)

    def _start(self, words: list[str], *names: str) -> subprocess.Popen[str]:
        token = self.site("token_create", "--user", f"{names[0]}-bot", "--group", "agent",
                          "--name", uuid.uuid4(), "--agents", ",".join(names))  # fmt: skip
        env = {"PATH": os.environ["PATH"], "BINDERY_URL": self.server.url}
        env["BINDERY_TOKEN"] = token["token"]
        pipe = subprocess.PIPE
        process = subprocess.Popen(words, env=env, stdout=pipe, stderr=pipe, text=True)
        self.started.append(process)
        return process


@contextmanager
def agents_of(site: Installation, server: WebServer) -> Iterator[Agents]:
    """At the end none of them is left."""
    with TemporaryDirectory() as folder:
        agents = Agents(site, server, Path(folder))
        try:
            yield agents
        finally:
            for process in agents.started:
                process.kill()
                process.communicate()


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, output and errors of one that ends by itself."""
    out, err = process.communicate(timeout=LONG)
    return process.returncode, out, err
