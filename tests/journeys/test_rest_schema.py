"""The description of the REST interface, for programs and for people."""

import re

import pytest
import yaml
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.test import Client

from tests.rest import API, Program, program

pytestmark = pytest.mark.django_db
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture
def reader() -> Program:
    return program("vera", "viewer")


@pytest.fixture
def browser(reader: Program) -> Client:
    client = Client(headers={"Accept": BROWSER})
    client.force_login(User.objects.get(username="vera"))
    return client


def test_anybody_with_a_group_gets_the_schema_as_yaml_or_json(reader: Program) -> None:
    answer = reader.get("schema/")
    assert answer["Content-Type"].startswith("application/vnd.oai.openapi")
    as_json = reader.client.get(API + "schema/", headers={"Accept": "application/json"})
    assert as_json["Content-Type"] == "application/json"
    assert yaml.safe_load(answer.content) == as_json.json()
    assert program("bot", "agent").get("schema/").status_code == 200


def test_programs_that_say_not_who_they_are_get_a_refusal_in_json() -> None:
    for path in ("schema/", "docs/"):
        answer = Program().get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_a_browser_without_a_session_is_sent_to_the_login_and_back() -> None:
    answer = Client(headers={"Accept": BROWSER}).get(API + "docs/")
    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=/api/v1/docs/")
    assert Client().get(answer["Location"]).status_code == 200


def test_who_is_in_no_group_reads_neither(browser: Client) -> None:
    User.objects.get(username="vera").groups.clear()
    for path in ("schema/", "docs/"):
        answer = browser.get(API + path, headers={"Accept": "*/*"})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_the_page_loads_nothing_from_elsewhere(browser: Client) -> None:
    answer = browser.get(API + "docs/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    files = [word.removeprefix("/static/") for word in loaded if word.startswith("/static/")]
    assert len(files) == len(loaded) - 1  # the rest is an empty icon
    assert "data:," in loaded
    assert [file for file in files if not finders.find(file)] == []
    assert 'data-schema="/api/v1/schema/"' in page
