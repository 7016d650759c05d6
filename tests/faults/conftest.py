"""An installation for each module, and processes of it that can be killed."""

from collections.abc import Iterator

import pytest

from tests.dying import Mortal
from tests.finishing import processes
from tests.installation import Installation, installed


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("site")) as installation:
        yield installation


@pytest.fixture(scope="module")
def desk(site: Installation) -> Iterator[Mortal]:
    """A process beside the eight, to ask and to set triggers by."""
    with processes(site, 1) as [process]:
        yield process


@pytest.fixture(scope="module")
def eight(site: Installation) -> Iterator[list[Mortal]]:
    with processes(site) as started:
        yield started
