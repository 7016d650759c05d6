"""What a step is to hand in, in an editor's words."""

from collections.abc import Mapping
from typing import NamedTuple

from artifacts.contents import media
from artifacts.models import ArtifactType
from workflows.models import Step

WRITTEN = (media.MARKDOWN, media.PLAIN, media.JSON)


class Made(NamedTuple):
    """One type of artifact. `accepts` are the suffixes of the files it may be; `written` says
    whether it may be written into a field as well."""

    artifact_type: str
    means: str
    optional: bool
    accepts: str
    written: bool
    text: str

    @property
    def kinds(self) -> str:
        """The same for people."""
        return self.accepts.replace(".", "").replace(",", ", ")

    @property
    def path(self) -> str:
        """Of what is written into the field."""
        return f"{self.artifact_type.replace('_', '-')}.md"


def made_by(step: Step, said: Mapping[str, str], besides: str = "") -> list[Made]:
    """In the order of its definition, with what a form says of it."""
    return [
        Made(
            wanted.artifact_type,
            str(ArtifactType(wanted.artifact_type).label),
            wanted.optional,
            accepts(wanted.artifact_type),
            media.MARKDOWN in media.TAKES[wanted.artifact_type],
            said.get(f"written {wanted.artifact_type}", ""),
        )
        for wanted in step.spec.produces
        if wanted.artifact_type != besides
    ]


def accepts(artifact_type: str) -> str:
    takes = media.TAKES[artifact_type]
    return ",".join(suffix for suffix, one in media.SUFFIXES.items() if one in takes)
