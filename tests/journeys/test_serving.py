"""`manage.py serve`, in a process of its own, as it is used."""

import json
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from config.serving.running import KILL_SECONDS
from tests.installation import Installation, installed
from tests.scraping import samples
from tests.served import Served, serving, until

LARGE = b"x" * 8_000_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("served")) as site:
        yield site


@pytest.fixture(scope="module")
def server(site: Installation) -> Iterator[Served]:
    with serving(site) as server:
        yield server


@contextmanager
def within(site: Installation, **settings: str) -> Iterator[None]:
    """With these settings beside its own."""
    env, site.env = site.env, {**site.env, **settings}
    try:
        yield
    finally:
        site.env = env


def test_the_admin_is_served_with_its_styles_and_without_collecting_them(server: Served) -> None:
    assert server("GET", "/admin/").status == 302
    sheet = server("GET", "/static/admin/css/base.css")
    assert sheet.status == 200
    assert sheet.headers["content-type"].startswith("text/css")
    assert sheet.headers["x-content-type-options"] == "nosniff"
    assert b"DJANGO Admin styles" in sheet.body


def test_a_static_file_that_a_client_has_is_not_sent_again(server: Served) -> None:
    path = "/static/admin/css/base.css"
    etag = server("GET", path).headers["etag"]
    again = server("GET", path, If_None_Match=etag)
    assert (again.status, again.body) == (304, b"")
    head = server("HEAD", path)
    assert (head.status, head.body) == (200, b"")
    part = server("GET", path, Range="bytes=0-9")
    assert (part.status, len(part.body)) == (206, 10)
    assert server("POST", path, b"x").status == 405


@pytest.mark.parametrize("path", ["/static/", "/static/../config/settings.py", "/static/nothing"])
def test_nothing_but_static_files_is_read_from_the_disk(server: Served, path: str) -> None:
    assert server("GET", path).status == 404


def test_a_large_body_is_refused_whatever_it_is_for(server: Served) -> None:
    declared = server("POST", "/nowhere/", LARGE)
    chunked = server("POST", "/nowhere/", (LARGE[:100_000] for _ in range(80)))
    assert (declared.status, chunked.status) == (413, 413)
    assert b'"code": "too_large"' in declared.body
    assert declared.body == chunked.body


def test_a_file_may_be_larger_where_files_are_taken_from_who_says_who_it_is(
    server: Served,
) -> None:
    form = {"Content_Type": "multipart/form-data; boundary=x"}
    known = {**form, "Authorization": "Bearer wrong"}
    assert server("POST", "/api/v1/artifacts/", LARGE, **known).status == 401
    assert server("POST", "/api/v1/artifacts/", LARGE, **form).status == 413
    assert server("POST", "/api/v1/runs/", LARGE, **known).status == 413


def test_it_says_where_it_listens_and_one_line_for_each_request_without_its_query(
    site: Installation,
) -> None:
    with serving(site) as server:
        server("GET", "/nowhere/?token=very-secret")
        server("GET", "/a%0Ab%1B")
        server.wait_until_said("GET /nowhere/ 404 ", r"GET /a\nb\x1b 404 ")
        code, _, said = server.stop(signal.SIGINT)
    assert code == 0
    assert f"Bindery listens at http://127.0.0.1:{server.port}/" in said
    assert "secret" not in said


def test_several_processes_serve_one_port_and_end_together(site: Installation) -> None:
    with serving(site, "--workers", 2) as server:
        answers = [server("GET", "/static/admin/css/base.css").status for _ in range(10)]
        code, seconds, _ = server.stop()
    assert answers == [200] * 10
    assert code == 0
    assert seconds < KILL_SECONDS


def test_whichever_process_is_asked_tells_the_times_of_all(site: Installation) -> None:
    with within(site, BINDERY_METRICS_PUBLIC="on"), serving(site, "--workers", 2) as server:
        for _ in range(12):
            assert server("GET", "/login/").status == 200
        told = [samples(server("GET", "/metrics").body.decode()) for _ in range(6)]
    key = ("bindery_http_request_duration_seconds_count", "GET", "login", "2xx")
    assert [one[key] for one in told] == [12] * 6


def test_it_ends_in_seconds_with_a_stream_and_a_long_poll_open(site: Installation) -> None:
    groups = ("--group", "viewer", "--group", "agent")
    token = site("token_create", "--user", "ada", "--name", "both", *groups)["token"]
    known = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    waiting = json.dumps({"agents": ["writer"], "wait_seconds": 30})
    with (
        serving(site) as server,
        closing(server.connect()) as listening,
        closing(server.connect()) as polling,
    ):
        listening.request("GET", "/api/v1/events/stream/", headers=known)
        stream = listening.getresponse()
        polling.request("POST", "/api/v1/work/claim/", waiting, known)
        server.wait_until_taken(polling.sock)
        code, seconds, said = server.stop()
        stream.read()  # to its regular end
        answer = polling.getresponse()
        assert (stream.status, answer.status, answer.headers["Retry-After"]) == (200, 503, "1")
    assert code == 0
    assert seconds < KILL_SECONDS
    assert "Traceback" not in said


def test_health_is_told(server: Served) -> None:
    assert server("GET", "/healthz").body == b'{"healthy": true}'
    until(lambda: server("GET", "/readyz").status == 200)  # at first it loads all migrations
    ready = server("GET", "/readyz", Host="10.0.0.7")
    assert (ready.status, ready.headers["cache-control"]) == (200, "no-store")


def test_a_port_in_use_is_one_line(site: Installation, server: Served) -> None:
    code, out, err = site.ended("serve", "--port", server.port)
    assert (code, out) == (1, "")
    assert err.strip() == (
        f"CommandError: cannot listen at 127.0.0.1:{server.port}: Address already in use"
    )


def test_a_host_that_is_not_ours_is_one_line(site: Installation) -> None:
    code, out, err = site.ended("serve", "--host", "192.0.2.1", "--port", 8000)
    assert (code, out, len(err.strip().splitlines())) == (1, "", 1)
    assert "cannot listen at 192.0.2.1:8000" in err


def test_a_database_that_was_not_set_up_is_not_served(tmp_path: Path, site: Installation) -> None:
    if site.env.get("DATABASE_URL"):
        pytest.skip("needs an empty database beside, which is a file on SQLite")
    with within(site, BINDERY_DATA=str(tmp_path)):
        assert "the database is not migrated" in site.refusal("serve")
        site.plain("migrate", "-v0")
        assert "the database is not seeded: run seed" in site.refusal("serve")
