"""Two editors who decide one gate at the same moment, each of them several times."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.factories import write_folder
from tests.installation import Installation
from tests.served import Served, serving

PASSWORD = "a long and quiet river"  # noqa: S105
PEOPLE = """
from django.contrib.auth.models import Group, User
for name in ("anna", "ben"):
    user = User.objects.create_user(name, password="a long and quiet river")
    user.groups.add(Group.objects.get(name="managing-editor"))
"""
FORM = "application/x-www-form-urlencoded"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass
class Browser:
    """Cookies, and the forms of pages as they come."""

    server: Served
    cookies: dict[str, str]

    def asks(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        with closing(self.server.connect()) as connection:
            body = urlencode(form) if form else None
            connection.request(method, path, body, {**headers, "Content-Type": FORM})
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = cookie.split(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read().decode()

    def form(self, path: str) -> dict[str, str]:
        return dict(HIDDEN.findall(self.asks("GET", path)[1]))

    def logs_in(self, name: str) -> "Browser":
        form = {**self.form("/login/"), "username": name, "password": PASSWORD}
        assert self.asks("POST", "/login/", form)[0] == 302
        return self


def decisions(server: Served, gate: str) -> list[Sequence[tuple[int, str]]]:
    """What each was answered: the same form of either, sent three times at once."""
    people = [Browser(server, {}).logs_in(name) for name in ("anna", "ben")]
    forms = [
        {**one.form(gate), "decision": "request_changes", "rejection_type": "style",
         "reason": "once more", "item": "01"}
        for one in people
    ]  # fmt: skip
    with ThreadPoolExecutor(6) as pool:
        sent = [
            [pool.submit(one.asks, "POST", gate, form) for _ in range(3)]
            for one, form in zip(people, forms, strict=True)
        ]
        return [[each.result() for each in answers] for answers in sent]


def test_one_decides_once_and_the_other_is_told_who(site: Installation, tmp_path: Path) -> None:
    source = write_folder(tmp_path / "source", {"01.md": "# One\n\nOld words.\n"})
    drafts = write_folder(tmp_path / "drafts", {"01.md": "# One\n\nNew words.\n"})
    site("book_register", "--slug", "two", "--title", "Two", "--source", source)
    run = site("workflow_start", "--type", "w1", "--book", "two",
               "--param", f"revisions={drafts}")["id"]  # fmt: skip
    site("worker", "--until-idle")
    site.plain("shell", "-c", PEOPLE)
    steps = site("workflow_status", run)["steps"]
    gate = next(one["id"] for one in steps if one["status"] == "awaiting_decision")
    with serving(site, "--workers", 2) as server:
        anna, ben = decisions(server, f"/gates/{gate}/")
    first, second = (anna, ben) if anna[0][0] == 302 else (ben, anna)
    name = "anna" if first is anna else "ben"
    assert [status for status, _ in first] == [302] * 3
    assert [status for status, _ in second] == [409] * 3
    assert all(f"Nothing was done: <b>{name}</b> requested" in page for _, page in second)
    assert len(site("rejection_list", "--run", run)) == 1
