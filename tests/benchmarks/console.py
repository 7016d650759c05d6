"""Pages of the console against the same pages of a small installation.

`python tests/benchmarks/console.py URL` measures on that database, and fills it where it is empty:
a million runs, a million steps and ten million events (`rest.py` beside this), of which 100,000
gates, 10,000 escalations and 20,000 steps wait for people. The small one, of ten rows, is beside
it: `/tmp/console.sqlite3` has `/tmp/console-few.sqlite3`, a database `console` of PostgreSQL
`console-few`; both must be there. What is measured is the time of the server, in its process.
"""

# ruff: noqa: PLC0415  (imports of the product wait for django.setup; no SQL comes from outside)

import json
import os
import re
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks import scenes
from tests.benchmarks.pages import Cost, cost, told
from tests.benchmarks.row import HEAD

PAGES = {
    "inbox of an operator": ("olga", "/"),
    "inbox of a member": ("mia", "/"),
    "inbox of an editor of no group": ("ed", "/"),
    "inbox of a viewer, everything": ("vera", "/?show=all"),
    "inbox, gates of a book": ("olga", "/?kind=gates&book=book-7"),
    "inbox, gates of a workflow": ("olga", "/?kind=gates&workflow=gated"),
    "inbox, a book without any": ("olga", "/?book=core-rulebook"),
    "inbox, far down": ("olga", "/?after=960000-9000-0-0"),
    "gate of thirty chapters": ("olga", "{gate}"),
    "gate, one chapter": ("olga", "{chapter}"),
    "escalation, third round": ("olga", "{escalation}"),
    "work on a chapter": ("olga", "{work}"),
    "redline": ("vera", "{redline}"),
    "preview of a PDF": ("vera", "{preview}"),
    "admin, a run": ("olga", "/admin/workflows/workflowrun/{run}/change/"),
    "admin, its gate": ("olga", "/admin/workflows/step/{step}/change/"),
}
"""Name to who asks for what."""
WRITING = {"work, its checks": "check/", "work, its preview": "preview/"}
"""What the page of the work asks for while one writes, and before."""
PEOPLE = {"olga": "operator", "mia": "role-7", "ed": "editor", "vera": "viewer"}
GATES, ESCALATIONS, ROLES = 100_000, 10_000, 20
FEW = "-few"


def measure() -> dict[str, Cost]:
    from django.contrib.auth.models import Group, User
    from django.test import Client

    clients = {}
    for name, group in PEOPLE.items():
        user = User.objects.get_or_create(username=name)[0]
        user.groups.add(Group.objects.get_or_create(name=group)[0])
        clients[name] = Client(headers={"host": "localhost"})
        clients[name].force_login(user)
    scene = scenes.made("olga")
    measured = {}
    for page, (who, place) in PAGES.items():
        address = place.format(**vars(scene))
        measured[page] = cost(lambda c=clients[who], a=address: c.get(a))  # type: ignore[misc]
    part = {"HX-Request": "true"}
    for page, verb in WRITING.items():
        asked = partial(clients["olga"].post, scene.work + verb, {"text": scene.text}, headers=part)
        measured[page] = cost(asked)
    return measured


def fill_few() -> None:
    """Ten that wait: six gates, two escalations, two steps."""
    from books.models import Book
    from events.models import Escalation
    from tests.agents import Crew
    from tests.factories import DefinitionFactory, book_of, started
    from tests.waiting import given_up
    from workflows.models import AgentBinding, Step

    define()
    AgentBinding.objects.create(agent="jotter", workflow_type="note", executor="human")
    DefinitionFactory(type="note", steps=({"name": "jot", "agent": "jotter"},))
    book = Book.objects.filter(slug="book-7").first() or book_of(1, slug="book-7")
    for _ in range(6):
        Crew(started(book, workflow_type="gated")).claim("jotter").complete()
    for _ in range(2):
        started(book, workflow_type="note")
        given_up(book)
    Step.objects.filter(status="awaiting_decision").update(agent="role-7")
    Escalation.objects.update(escalated_to="role-7")


def fill_many() -> None:
    from django.db import connection

    from tests.benchmarks import rest
    from tests.benchmarks.million import FIRST_SECOND, MOMENT
    from workflows.models import AgentBinding, WorkflowRun

    if not WorkflowRun.objects.exists():
        rest.build()
    AgentBinding.objects.create(agent="jotter", workflow_type="note", executor="human")
    words = {
        "definition": define(),
        "last": rest.RUNS - rest.WAITING,
        "first": rest.RUNS - rest.WAITING - GATES,
        "escalated": ESCALATIONS,
        "roles": ROLES,
        "moment": MOMENT[connection.vendor].format(f"{FIRST_SECOND} + id"),
    }
    with connection.cursor() as cursor:
        for statement in WAITING:
            cursor.execute(statement.format(**words))
        if connection.vendor == "postgresql":
            cursor.execute(NUMBERED)
            cursor.execute("VACUUM ANALYZE")


def define() -> int:
    from tests.factories import DefinitionFactory

    gate = {"name": "approve", "kind": "gate", "role": "role-1"}
    steps = ({"name": "jot", "agent": "jotter"}, gate)
    return int(DefinitionFactory(type="gated", steps=steps).pk)


NUMBERED = (
    "SELECT setval(pg_get_serial_sequence('events_escalation', 'id'), max(id)) "
    "FROM events_escalation"
)
WAITING = (
    "UPDATE workflows_workflowrun SET status = 'running', outcome = '', finished_at = NULL, "
    "definition_id = {definition}, current_step = 'approve' WHERE id > {first} AND id <= {last}",
    "UPDATE workflows_step SET status = 'awaiting_decision', kind = 'gate', name = 'approve', "
    "agent = 'role-' || (id % {roles}), started_at = NULL, finished_at = NULL, due_at = {moment} "
    "WHERE id > {first} AND id <= {last}",
    "INSERT INTO events_escalation (id, run_id, step_id, item, rejection_type, retry_count, "
    "escalated_to, reason, status, action, resolution, acknowledged_by, resolved_by, created_at, "
    "due_at) SELECT id, run_id, id, '', 'style', 3, 'role-' || (id % {roles}), "
    "'It does not converge.', 'pending', '', '', '', '', {moment}, {moment} FROM workflows_step "
    "WHERE id <= {escalated}",
)


def few_beside(url: str) -> str:
    return re.sub(r"(\.sqlite3)?$", rf"{FEW}\1", url, count=1)


def measured_at(url: str) -> dict[str, Any]:
    """By a process of its own."""
    asked = [sys.executable, __file__, "--measure", url]
    done = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure_here(url: str) -> None:
    import django
    from django.core.management import call_command

    from tests.benchmarks.run import use

    with tempfile.TemporaryDirectory(prefix="bindery-benchmarks-") as folder:
        use(Path(folder))
        os.environ["DATABASE_URL"] = url
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("seed", verbosity=0)
        from events.models import Escalation

        if not Escalation.objects.exists():
            fill_few() if FEW in url else fill_many()
        print(json.dumps(measure()))


def main(url: str) -> None:
    few, many = measured_at(few_beside(url)), measured_at(url)
    print(HEAD)
    for line in told(many, few):
        print(line)


if __name__ == "__main__":
    if sys.argv[1] == "--measure":
        measure_here(sys.argv[2])
    else:
        main(sys.argv[1])
