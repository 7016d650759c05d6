"""Artifacts get the book and workflow type of their run, and are marked where they are the latest;
chapters that a run revised get the artifact their text came from."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery


def learn(apps: Any, _schema_editor: Any) -> None:
    artifacts = apps.get_model("artifacts", "Artifact").objects
    runs = apps.get_model("workflows", "WorkflowRun").objects
    own = runs.filter(pk=OuterRef("run"))
    artifacts.update(
        book=Subquery(own.values("book")[:1]),
        workflow_type=Subquery(own.values("definition__type")[:1]),
    )
    _mark_the_latest(artifacts, runs)
    versions = apps.get_model("books", "BookVersion").objects
    for version in versions.exclude(parent=None).order_by("book", "rank").iterator():
        _trace(version, artifacts)


def _mark_the_latest(artifacts: Any, runs: Any) -> None:
    for run in runs.filter(status="completed").order_by("finished_at", "pk").iterator():
        live = run.steps.filter(status="completed").values_list("pk", "reused_from")
        makers = [reused or pk for pk, reused in live]
        for made in artifacts.filter(step__in=makers, delivered=True).order_by("pk"):
            key = {"artifact_type": made.artifact_type, "item": made.item, "path": made.path}
            artifacts.filter(book=made.book, latest=True, **key).update(latest=False)
            artifacts.filter(pk=made.pk).update(latest=True)


def _trace(version: Any, artifacts: Any) -> None:
    before = dict(version.parent.chapters.values_list("source", "made_from"))
    used = {}
    if version.made_by_run_id:
        made = artifacts.filter(
            uses__step__run=version.made_by_run_id, artifact_type="chapter", delivered=True
        )
        used = dict(made.order_by("pk").values_list("digest", "pk"))
    for chapter in version.chapters.all():
        known = chapter.source_id in before
        chapter.made_from_id = (before if known else used).get(chapter.source_id)
        chapter.save(update_fields=["made_from"])


class Migration(migrations.Migration):
    dependencies = [
        ("artifacts", "0002_artifacts_know_their_book"),
        ("books", "0003_chapters_know_their_revision"),
        ("workflows", "0002_gates_by_due_time"),
    ]
    operations = [migrations.RunPython(learn, migrations.RunPython.noop)]
