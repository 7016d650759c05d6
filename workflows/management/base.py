"""What the commands of workflows share."""

import argparse
import json
import re
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandParser

from artifacts.errors import ArtifactsError
from artifacts.registry import Handed
from books.errors import BooksError
from books.management.base import Answering
from books.plain_json import read_json
from workflows.errors import UnknownThing, WorkflowsError
from workflows.models import Step, WorkflowRun

ARTIFACT_ID = re.compile(r"art_[0-9a-z]{1,40}")


class WorkflowCommand(Answering):
    refusals: ClassVar[tuple[type[Exception], ...]] = (BooksError, ArtifactsError, WorkflowsError)


class RunCommand(WorkflowCommand):
    """A command about the run named by --run or positionally."""

    subject = "run"

    def run_of(self, run: str) -> WorkflowRun:
        return WorkflowRun.objects.named(run)


class RunVerb(RunCommand):
    """A verb on a run, with a reason."""

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", default="", help="why; it is kept with the event")
        idempotency(parser)


class StepCommand(WorkflowCommand):
    """A verb on a step held under a lease."""

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("--step", required=True, metavar="ID")
        parser.add_argument("--lease", required=True, help="as work_claim answered it")

    def step_of(self, step: str) -> Step:
        return Step.objects.numbered(step)


class Key(argparse.Action):
    """One that is given and empty comes from a variable that was not set: it would keep nothing
    from being done twice."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option: Any = None) -> None:
        if not values.strip():
            parser.error(f"{option} is empty")
        setattr(namespace, self.dest, values)


def idempotency(parser: CommandParser) -> None:
    parser.add_argument(
        "--idempotency-key",
        action=Key,
        default="",
        metavar="KEY",
        help="repeating the command with the same key gives the first answer",
    )


def parameter(word: str) -> tuple[str, Any]:
    """`K=V`; a V that is JSON is taken as JSON."""
    name, equals, value = word.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f'"{word}" is not of the form NAME=VALUE')
    try:
        return name, read_json(value)
    except json.JSONDecodeError:
        return name, value
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{name}: {error}") from error


def artifact(word: str) -> tuple[str, str]:
    """`TYPE=FILE` or `TYPE=art_…`."""
    artifact_type, equals, what = word.partition("=")
    if not equals or not what:
        raise argparse.ArgumentTypeError(f'"{word}" is not of the form TYPE=FILE')
    return artifact_type, what


def passages(word: str) -> list[Any]:
    """A JSON list of passages, or `@FILE` that holds one: a command line has its limits."""
    try:
        value = read_json(Path(word[1:]).read_text() if word.startswith("@") else word)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{word[1:]}: {error.strerror}") from error
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"no JSON: {error}") from error
    if not isinstance(value, list):
        raise argparse.ArgumentTypeError('not a JSON list such as [{"quote": "the the"}]')
    return value


def items(word: str) -> tuple[str, ...]:
    """`a,b` or `all`."""
    return tuple(item.strip() for item in word.split(",") if item.strip())


def handed(named: list[tuple[str, str]], run: WorkflowRun) -> list[Handed]:
    """What is named on the command line, stored: artifacts of the same run, or files."""
    made = {one.public_id: one for one in run.artifacts.filter(public_id__in=dict(named).values())}
    return [
        Handed.of_artifact(artifact_type, made[what])
        if what in made
        else Handed.of_file(artifact_type, _file(what, run))
        for artifact_type, what in named
    ]


def _file(what: str, run: WorkflowRun) -> Path:
    if ARTIFACT_ID.fullmatch(what) and not Path(what).exists():
        raise UnknownThing(f'run {run} has no artifact "{what}"')
    return Path(what)
