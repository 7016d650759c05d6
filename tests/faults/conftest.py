"""An installation for each module, and processes of it that can be killed."""

from collections.abc import Iterator

import pytest

from tests.dying import Mortal
from tests.finishing import processes
from tests.installation import Installation, installed
from tests.restarting import WebServer, restarting


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("site")) as installation:
        yield installation


@pytest.fixture(scope="module")
def server(site: Installation) -> Iterator[WebServer]:
    """It answers over HTTP; a heartbeat is never more than a second away."""
    site.env["BINDERY_STREAM_HEARTBEAT_SECONDS"] = "1"
    site.env["BINDERY_MAX_STREAMS"] = "201"
    with restarting(site) as server:
        yield server


@pytest.fixture(scope="module")
def headers(site: Installation) -> dict[str, str]:
    """Those of a program that may read all."""
    made = site("token_create", "--user", "reader", "--name", "all", "--group", "viewer")
    return {"Authorization": f"Bearer {made['token']}"}


@pytest.fixture(scope="module")
def desk(site: Installation) -> Iterator[Mortal]:
    """A process beside the eight, to ask and to set triggers by."""
    with processes(site, 1) as [process]:
        yield process


@pytest.fixture(scope="module")
def eight(site: Installation) -> Iterator[list[Mortal]]:
    with processes(site) as started:
        yield started
