"""Guessing a password by many requests at once, at a server of several processes."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlencode

from config.login.throttle import MOST_OF_NAME
from tests.installation import Installation
from tests.served import Served, serving


def guess(server: Served, password: str) -> int:
    with closing(server.connect()) as connection:
        connection.request("GET", "/login/")
        page = connection.getresponse()
        cookie = page.headers["Set-Cookie"].split(";")[0]
        page.read()
        token = cookie.partition("=")[2]
        form = {"username": "grace", "password": password, "csrfmiddlewaretoken": token}
        kind = "application/x-www-form-urlencoded"
        headers = {"Cookie": cookie, "Content-Type": kind}
        connection.request("POST", "/login/", urlencode(form), headers)
        return connection.getresponse().status


def test_guesses_at_once_are_no_more_than_guesses_in_a_row(site: Installation) -> None:
    with serving(site, "--workers", 2) as server, ThreadPoolExecutor(8) as pool:
        told = Counter(pool.map(lambda n: guess(server, f"guess {n}"), range(12)))
    assert told == {200: MOST_OF_NAME, 429: 12 - MOST_OF_NAME}
