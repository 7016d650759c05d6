"""Commands that die, or stop, at a chosen moment, for real and in the middle.

As a script it is a process of an installation that reads orders, one JSON document a line: a
command (or the dotted path of one of the tests' own), and perhaps a moment. It forks for each, so
that Django starts once, and answers what became of the child. The moment is a number of calls into
a phase; which phase the child is in shows in what it calls, so that the product itself knows
nothing of this.
"""

import json
import os
import select
import signal
import subprocess
import sys
from collections import Counter
from functools import cache
from io import StringIO
from tempfile import TemporaryFile
from typing import IO, Any

# A phase begins when a function of that name, of that module or file, has been called (or, of
# "+name", has returned). The first that fits ends the phase before it.
PHASES: dict[str, list[tuple[str, str]]] = {
    "writing": [("mkstemp", "tempfile.py")],
    "between": [("+replace", "posix"), ("+utime", "posix")],  # bytes in place, row uncommitted
    "after": [("+commit", "backends/base/base.py")],
    "deleting": [("unlink", "posix")],
    "claimed": [("+_briefed", "workflows/claims.py")],
    "handing back": [("complete", "workflows/work.py")],  # its transaction is about to open
    "written": [("+save_changes", "workflows/stateful.py")],  # a row, uncommitted
    "firing": [("fire_all", "triggers/engine.py")],
    "fired": [("+fire_all", "triggers/engine.py")],  # firings and targets, uncommitted
    "committing": [("_commit", "backends/base/base.py")],
    "backfilling": [("_fire", "triggers/backfilling.py")],
}
REGISTERING = ("writing", "between", "after")
COLLECTING = ("deleting",)
COMPLETING = ("claimed", "handing back", "written", "firing", "fired", "committing", "after")
BACKFILLING = ("backfilling",)
SIGNALS = {"call": "", "c_call": "", "return": "+", "c_return": "+"}


class Watch:
    """Counts the calls in each phase; sends a signal to its own process at one of them."""

    def __init__(self, phases: list[str], moment: dict[str, Any] | None) -> None:
        self.ahead, self.moment = list(phases), moment
        self.phase, self.calls = "before", Counter[str]()
        self._look_ahead()

    def _look_ahead(self) -> None:
        """What the next phases begin with, by name: asked at each call, and there are many."""
        self.awaited: dict[str, list[tuple[str, str]]] = {}
        for phase in self.ahead[:2]:
            for at, in_ in PHASES[phase]:
                self.awaited.setdefault(at, []).append((in_, phase))

    def __call__(self, frame: Any, event: str, what: Any) -> None:
        if (mark := SIGNALS.get(event)) is None:
            return
        if event.startswith("c_"):
            name, place = what.__name__, what.__module__ or ""
        else:
            name, place = frame.f_code.co_name, frame.f_code.co_filename
        for in_, phase in self.awaited.get(mark + name, ()):
            if place.endswith(in_):
                self._enter(phase)
                break
        self.calls[self.phase] += 1
        if self.moment and self.moment["phase"] == self.phase:
            self._await(self.moment)

    def _enter(self, phase: str) -> None:
        self.phase = phase
        del self.ahead[: self.ahead.index(phase) + 1]
        self._look_ahead()

    def _await(self, moment: dict[str, Any]) -> None:
        moment["calls"] -= 1
        if moment["calls"] < 0:
            sys.setprofile(None)  # who goes on from here is watched no more
            os.kill(os.getpid(), moment["signal"])


def carry_out(order: dict[str, Any]) -> dict[str, Any]:
    """In the child: the command's answer or refusal, and the calls it made in each phase."""
    from django.core.management import CommandError, call_command  # noqa: PLC0415

    name, *args = order["args"]
    out, told = StringIO(), {}
    watch = Watch(order["phases"], order["moment"])
    if watch.ahead:  # it makes a command several times slower
        sys.setprofile(watch)
    try:
        call_command(loaded(name), *args, "--json", stdout=out)
    except CommandError as error:
        told["refused"] = str(error)
    finally:
        sys.setprofile(None)
    told["answer"] = json.loads(out.getvalue() or "null")
    return {**told, "calls": watch.calls}


@cache
def loaded(name: str) -> Any:
    """The command of that name; once, and not in each child."""
    from django.core.management import get_commands, load_command_class  # noqa: PLC0415
    from django.utils.module_loading import import_string  # noqa: PLC0415

    if "." in name:
        return import_string(name)()
    return load_command_class(get_commands()[name], name)


def fork(order: dict[str, Any]) -> tuple[int, IO[str]]:
    told = TemporaryFile("w+")  # noqa: SIM115 (holds an answer of any length, as no pipe does)
    if child := os.fork():
        return child, told
    with told:
        json.dump(carry_out(order), told)
    os._exit(0)


def outcome(child: int, told: IO[str]) -> dict[str, Any]:
    """What the child answered; `signal` where it was killed, `stopped` where it waits."""
    _, status = os.waitpid(child, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        return {"stopped": child}
    with told:
        told.seek(0)
        if os.WIFSIGNALED(status):
            return {"signal": os.WTERMSIG(status)}
        return dict(json.load(told))


def main() -> None:
    import django  # noqa: PLC0415

    django.setup()
    told = dict[str, Any]()
    for line in sys.stdin:
        order = json.loads(line)
        if order["args"]:
            loaded(order["args"][0])
            running = fork(order)
        else:
            os.kill(running[0], order["signal"])
        told = outcome(*running)
        print(json.dumps(told), flush=True)
    if "stopped" in told:
        os.kill(told["stopped"], signal.SIGKILL)


class Mortal:
    """Gives orders to such a process; a context, at whose end the process is gone."""

    def __init__(self, env: dict[str, str], root: str) -> None:
        env = {**env, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": root}
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Mortal":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def __call__(self, *args: object) -> Any:
        """The answer of a command that is left alone."""
        told = self.order(*args)
        assert "refused" not in told, told
        return told["answer"]

    def order(
        self, *args: object, phases: tuple[str, ...] = (), moment: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Carry out a command, up to a moment `{"phase", "calls", "signal"}` if there is one."""
        self.send(*args, phases=phases, moment=moment)
        return self.result()

    def send(self, *args: object, **more: Any) -> None:
        assert self._process.stdin
        order = {"phases": (), "moment": None, **more, "args": [str(one) for one in args]}
        print(json.dumps(order), file=self._process.stdin, flush=True)

    def waits(self, seconds: float) -> bool:
        """Whether there is still no result after so long."""
        assert self._process.stdout
        return not select.select([self._process.stdout], [], [], seconds)[0]

    def result(self) -> dict[str, Any]:
        assert self._process.stdout
        return dict(json.loads(self._process.stdout.readline()))

    def go_on(self) -> dict[str, Any]:
        """Wake the command that stopped, to its end."""
        self.send(signal=signal.SIGCONT)
        return self.result()


if __name__ == "__main__":
    main()
