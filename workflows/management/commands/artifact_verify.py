from typing import Any

from django.core.management.base import CommandError

from workflows.management.base import WorkflowCommand
from workflows.upkeep.verification import verify


class Command(WorkflowCommand):
    help = "Read all stored bytes again and compare them with their digests; damage is exit code 1."
    example = "artifact_verify --json"
    parts = {"damaged": ("artifact", "asset", "problem", "digest")}

    def act(self, *_: Any, **_options: Any) -> dict[str, Any]:
        return verify()

    def say(self, answer: dict[str, Any], *, as_json: bool) -> None:
        super().say(answer, as_json=as_json)
        if damaged := answer["damaged"]:
            digests = {one["digest"] for one in damaged}
            raise CommandError(f"{len(digests)} of {answer['checked']} stored files are damaged")
