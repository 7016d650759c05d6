"""The admin's lists with a million runs and ten million events, against the same lists of ten.

`python tests/benchmarks/admin.py URL URL_OF_TEN` measures pages in this process, by the test
client; both databases are filled where they are empty, the first as `rest.py` fills it.
"""

# ruff: noqa: E501, PLC0415  (addresses are long; imports of the product wait for django.setup)

import json
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.pages import Cost, cost, told
from tests.benchmarks.row import HEAD

PAGES = {
    "overview": "",
    "runs": "workflows/workflowrun/",
    "runs, page 200": "workflows/workflowrun/?p=200",
    "runs in a status": "workflows/workflowrun/?status__exact=paused",
    "runs of a workflow": "workflows/workflowrun/?workflow=w3_publication",
    "runs of a book": "workflows/workflowrun/?book__id__exact={book}",
    "runs of a book in a status": "workflows/workflowrun/?book__id__exact={book}&status__exact=failed",
    "runs of a workflow in a status": "workflows/workflowrun/?workflow=w1_editing&status__exact=failed",
    "runs, searched": "workflows/workflowrun/?q={run}",
    "runs, searched in vain": "workflows/workflowrun/?q=nothing",
    "steps": "workflows/step/",
    "steps in a status": "workflows/step/?status__exact=ready",
    "steps in a status of none": "workflows/step/?status__exact=running",
    "steps completed": "workflows/step/?status__exact=completed",
    "steps, searched by run": "workflows/step/?q={run}",
    "steps, searched by agent": "workflows/step/?q=jotter",
    "steps, searched in vain": "workflows/step/?q=nothing",
    "events": "events/event/",
    "events, page 200": "events/event/?p=200",
    "events of a type": "events/event/?event_type__exact=resumed",
    "events of a type of none": "events/event/?event_type__exact=gate_opened",
    "events, searched": "events/event/?q={run}",
    "events, searched in vain": "events/event/?q=nothing",
    "artifacts": "artifacts/artifact/",
    "versions": "books/bookversion/",
    "books": "books/book/",
    "deliveries": "events/delivery/",
    "rejections": "events/rejection/",
    "firings": "triggers/triggerfiring/",
    "a run": "workflows/workflowrun/{pk}/change/",
    "a book": "books/book/{book}/change/",
    "books, looked up": "autocomplete/?term=book&app_label=workflows&model_name=workflowrun&field_name=book",
}  # fmt: skip


def measure(url: str, fill: str) -> dict[str, Cost]:
    with tempfile.TemporaryDirectory(prefix="bindery-benchmarks-") as folder:
        set_up(url, Path(folder))
        from django.contrib.auth.models import User
        from django.test import Client

        from workflows.models import WorkflowRun

        if not WorkflowRun.objects.exists():
            FILLS[fill]()
        client = Client(headers={"host": "localhost"})
        client.force_login(User.objects.get_or_create(username="root", is_superuser=True)[0])
        run = WorkflowRun.objects.order_by("pk")[5]
        words = {"run": run.public_id, "book": run.book_id, "pk": run.pk}
        return {
            name: cost(partial(client.get, "/admin/" + path.format(**words)))
            for name, path in PAGES.items()
        }


def set_up(url: str, folder: Path) -> None:
    import django
    from django.core.management import call_command

    from tests.benchmarks.run import use

    use(folder)
    os.environ["DATABASE_URL"] = url
    django.setup()
    call_command("migrate", verbosity=0)
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        call_command("seed", stdout=nowhere)


def ten() -> None:
    from tests.factories import book_of, started

    book = book_of(2)
    for _ in range(10):
        started(book)


def million() -> None:
    from tests.benchmarks.rest import build

    build()


FILLS = {"ten": ten, "million": million}


def main(url: str, url_of_ten: str) -> None:
    taken = []
    for where, fill in ((url, "million"), (url_of_ten, "ten")):
        said = subprocess.run(
            [sys.executable, __file__, where, fill, "alone"],
            check=False,
            capture_output=True,
            text=True,
        )
        if said.returncode:
            sys.exit(said.stderr)
        taken.append(json.loads(said.stdout.splitlines()[-1]))
    print(HEAD)
    for line in told(*taken):
        print(line)


if __name__ == "__main__":
    if sys.argv[3:] == ["alone"]:
        print(json.dumps(measure(*sys.argv[1:3])))
    else:
        main(*sys.argv[1:])
