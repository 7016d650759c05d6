"""Commands of one installation, one after the other, each in a process of its own.

As a script it is the process that they are forked from, so that Django starts once and not for
each. It reads their words, a JSON list a line, and answers a line: exit code, output, errors.
"""

import json
import os
import subprocess
import sys
import traceback
from tempfile import TemporaryFile
from typing import IO

Ended = tuple[int, str, str]


class Server:
    """Such a process, under these environment variables."""

    def __init__(self, env: dict[str, str], root: str, folder: str) -> None:
        self.env = dict(env)
        env = {**env, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": root}
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            env=env,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *args: str) -> Ended:
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(args), file=self._process.stdin, flush=True)
        code, out, err = json.loads(self._process.stdout.readline())
        return code, out, err

    def close(self) -> None:
        self._process.communicate()


def main() -> None:
    import django  # noqa: PLC0415
    from django.core.management import get_commands, load_command_class  # noqa: PLC0415

    django.setup()
    loaded = set[str]()
    for line in sys.stdin:
        args = json.loads(line)
        if (name := args[0]) not in loaded and name in get_commands():
            load_command_class(get_commands()[name], name)  # once, and not in each child
            loaded.add(name)
        with TemporaryFile() as out, TemporaryFile() as err:
            code = carried_out(args, out, err)
            print(json.dumps([code, read(out), read(err)]), flush=True)


def carried_out(args: list[str], out: IO[bytes], err: IO[bytes]) -> int:
    """The exit code of a child that does what `manage.py` does."""
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 0
    try:
        with open(os.devnull) as nothing:  # noqa: PTH123
            os.dup2(nothing.fileno(), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        code = manage(args)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def manage(args: list[str]) -> int:
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    try:
        execute_from_command_line(["manage.py", *args])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


if __name__ == "__main__":
    main()
