"""Names of files in a dossier: such as any system can unpack, no two alike."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

from artifacts.models import Artifact

NOT_EVERYWHERE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"\\|?*]|[. ]+\Z')
LONGEST, LONGEST_SUFFIX = 60, 12  # characters; no system takes more than 255 bytes


def names_of(artifacts: Iterable[Artifact]) -> dict[int, str]:
    """A path for each artifact by its id: workflow, type, chapter where there is one, own path.

    Those that would lie in one place, on a system that ignores case too, get folders by their ids.
    """
    rows = list(artifacts)
    plain = {one.pk: _name(one) for one in rows}
    taken = Counter(_alike(name) for name in plain.values())
    folders = {_alike(str(each)) for name in plain.values() for each in PurePosixPath(name).parents}
    crowded = {pk for pk, name in plain.items() if taken[_alike(name)] > 1}
    crowded |= {pk for pk, name in plain.items() if _alike(name) in folders}
    return {one.pk: _name(one, apart=one.pk in crowded) for one in rows}


def _name(artifact: Artifact, *, apart: bool = False) -> str:
    within = [artifact.public_id] if apart else [artifact.item] if artifact.item else []
    parts = [artifact.workflow_type, artifact.artifact_type, *within]
    return "/".join(map(_fit, [*parts, *PurePosixPath(artifact.path).parts]))


def _fit(part: str) -> str:
    fitting = NOT_EVERYWHERE.sub("_", part)
    if len(fitting) <= LONGEST:
        return fitting
    suffix = PurePosixPath(fitting).suffix[:LONGEST_SUFFIX]
    return fitting[: LONGEST - len(suffix)] + suffix


def _alike(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
