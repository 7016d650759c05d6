"""Programs that talk to the REST interface of this process."""

from typing import Any

from django.contrib.auth.models import Group
from django.test import Client

from workflows import tokens

API = "/api/v1/"


class Program:
    """A client with a token of its own. Answers are responses; `.json()` reads them."""

    def __init__(self, secret: str = "", **more: Any) -> None:
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self.client = Client(headers=self.headers, **more)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(API + path, query)

    def post(self, path: str, *, key: str = "", **body: Any) -> Any:
        return self.send("post", path, body, key=key)

    def put(self, path: str, **body: Any) -> Any:
        return self.send("put", path, body)

    def patch(self, path: str, **body: Any) -> Any:
        return self.send("patch", path, body)

    def delete(self, path: str) -> Any:
        return self.client.delete(API + path)

    def send(self, method: str, path: str, body: Any, *, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        send = getattr(self.client, method)
        return send(API + path, body, content_type="application/json", headers=headers)


def program(user: str, *groups: str, agents: tuple[str, ...] = ()) -> Program:
    """A program of a user who is in these groups, limited to these agents if to any."""
    for group in groups:
        Group.objects.get_or_create(name=group)
    name = f"token {tokens.ApiToken.objects.count()}"
    return Program(tokens.make(user, name, groups=groups, agents=agents)["token"])
