"""A registry of any size: `build(connection)` on a migrated database without books and runs.

Each book goes through its four workflows again and again: a playtest's feedback is planned from,
chapters are written in rounds, a version is made, a PDF is derived from it, published and played.
What one run does is told once; the database itself writes it down for every run.
"""

# ruff: noqa: PLC0415, S608  (imports of the product wait for django.setup; no SQL comes from outside)

import json
from collections.abc import Iterator
from typing import Any

CHAPTERS = ("01-welcome", "02-characters", "03-skills", "04-combat", "05-magic", "06-world")
PER_RUN, STRIDE = 20, 40
"""Artifacts of each run; ids kept for the steps of each run."""
STORY = ("w4_playtesting", "w1_editing", "w2_pdf", "w3_publication")
MOMENT = {"sqlite": "datetime({}, 'unixepoch')", "postgresql": "to_timestamp({})"}
FIRST_SECOND, SECONDS_PER_RUN, SECONDS_PER_STEP = 1735689600, 600, 12
OPEN = ("running", "running", "running", "paused", "paused", "pending")
"""The statuses of the last runs."""


class Story:
    """What a run of one workflow does: its steps, what each makes and is given."""

    def __init__(self) -> None:
        self.steps: list[tuple[Any, ...]] = []
        self.made: list[tuple[Any, ...]] = []
        self.given: list[tuple[Any, ...]] = []

    def step(
        self,
        name: str,
        *given: int | tuple[int, int],
        item: str = "",
        makes: tuple[tuple[str, str], ...] = (),
        kind: str = "work",
    ) -> list[int]:
        """The numbers of what it makes. What is given is a number, or one of as many runs ago."""
        place = len(self.steps)
        attempt = 1 + sum(row[1:3] == (name, item) for row in self.steps)
        self.steps.append((place, name, item, attempt, kind))
        for one in given:
            back, number = one if isinstance(one, tuple) else (0, one)
            self.given.append((place, back, number))
        return [self._make(place, artifact_type, path, item) for artifact_type, path in makes]

    def _make(self, place: int, artifact_type: str, path: str, item: str) -> int:
        same = [row[0] for row in self.made if row[2:5] == (artifact_type, path, item)]
        self.made.append(
            (len(self.made), place, artifact_type, path, item, same[-1] if same else None)
        )
        return len(self.made) - 1


def report(step: str) -> tuple[tuple[str, str]]:
    return (("review_report", f"{step}.json"),)


def editing() -> Story:
    story = Story()
    (plan,) = story.step("plan", (1, 19), makes=(("improvement_plan", "improvement-plan.json"),))
    texts = []
    for number, item in enumerate(CHAPTERS):
        for _ in range(2 if number < 2 else 1):
            path = f"chapters/{item}.md"
            (text,) = story.step("write", plan, item=item, makes=(("chapter", path),))
        story.step("edit", text, item=item, makes=report("edit"), kind="review")
        story.step("domain_review", text, item=item, kind="review")
        texts.append(text)
    story.step("validate", *texts, makes=report("validate"), kind="review")
    story.step("approve", *texts, kind="gate")
    documents = ("release_notes", "print_html", "web_html", "pdf_draft")
    story.step("finalize", *texts, makes=tuple((one, f"{one}.out") for one in documents))
    return story


def pdf() -> Story:
    story = Story()
    plan = story.step("pm_review", (1, 16), (1, 19), makes=(("improvement_plan", "plan.json"),))
    layout = story.step("layout", *plan, makes=(("layout_plan", "layout.json"),))
    design = story.step("design", *layout, makes=(("design_plan", "design.json"),))
    draft = []
    for _ in range(7):
        draft = story.step("create_pdf", *layout, *design, makes=(("pdf_draft", "draft.pdf"),))
        story.step("edit_pdf", *draft, makes=report("edit_pdf"), kind="review")
    story.step("approve", *draft, kind="gate")
    digital = (("pdf_digital", "book.pdf"), ("epub", "book.epub"))
    story.step("derive_digital", *draft, makes=digital)
    story.step("finalize", *draft, makes=(("pdf_print", "print.pdf"),))
    return story


def publication() -> Story:
    story = Story()
    editions = ((1, 17), (1, 18), (1, 19))
    texts = ((2, 16), (2, 18))
    for _ in range(5):
        story.step("release_check", *editions, *texts, makes=report("release_check"), kind="review")
        story.step("qa", *editions, *texts, makes=(("qa_report", "qa.json"),), kind="review")
    for _ in range(8):
        copy = story.step("marketing", texts[0], makes=(("marketing_copy", "copy.md"),))
    story.step("approve", *copy, kind="gate")
    site = story.step("deploy", *editions, *copy, makes=(("deployment", "deployment.json"),))
    story.step("announce", *site, *copy, makes=(("announcement", "announcement.md"),))
    return story


def playtesting() -> Story:
    story = Story()
    for _ in range(8):
        session = story.step("record_session", makes=(("playtest_session", "session.json"),))
    for _ in range(6):
        analysis = story.step("analyze", *session, makes=(("playtest_analysis", "analysis.json"),))
    for _ in range(6):
        story.step("feedback", *analysis, makes=(("playtest_feedback", "feedback.json"),))
    return story


def build(connection: Any, *, runs: int = 50_000, books: int = 100) -> None:
    """So many runs with 20 artifacts each and 36 uses of artifacts, on average."""
    from django.db import transaction

    postgresql = connection.vendor == "postgresql"
    words = _words(MOMENT[connection.vendor])
    whole = transaction.atomic(using=connection.alias)
    with connection.constraint_checks_disabled(), whole, connection.cursor() as cursor:
        if postgresql:
            cursor.execute("SET LOCAL session_replication_role = replica")
        for table, columns, rows in _told(connection.alias, runs, books):
            _tell(cursor, table, columns, rows)
        for statement in STATEMENTS:
            cursor.execute(statement.format(**words))
        if postgresql:
            _set_sequences(cursor)
    if postgresql:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _tell(cursor: Any, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns})")
    marks = ", ".join(["%s"] * len(rows[0]))
    cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _told(alias: str, runs: int, books: int) -> Iterator[tuple[str, str, list[tuple[Any, ...]]]]:
    """The tables that are joined to all the rest, with their columns."""
    stories = list(enumerate((playtesting(), editing(), pdf(), publication())))
    for name, columns in TOLD.items():
        rows = [(kind, *row) for kind, story in stories for row in getattr(story, name)]
        yield f"told_{name}", f"kind int, {columns}", rows
    cycles = -(-runs // (books * len(STORY)))
    yield "told_runs", RUN, _runs(alias, runs, books, cycles)
    versions = [
        (1 + (book - 1) * (cycles + 1) + made, book, made, _maker(made, book, books))
        for book in range(1, books + 1)
        for made in range(cycles + 1)
    ]
    yield "told_versions", "id int, book int, made int, maker int", versions
    yield "told_chapters", "position int, slug varchar(500), number int", _chapters()


def _maker(made: int, book: int, books: int) -> int | None:
    """The run that made a book's version, the first of which was taken from a folder."""
    return ((made - 1) * len(STORY) + 1) * books + book if made else None


def _chapters() -> list[tuple[int, str, int]]:
    """Each with the number of the artifact that its text comes from."""
    last = {row[4]: row[0] for row in editing().made if row[2] == "chapter"}
    return [(place, slug, last[slug]) for place, slug in enumerate(CHAPTERS)]


def _runs(alias: str, runs: int, books: int, cycles: int) -> list[tuple[Any, ...]]:
    from workflows.models import WorkflowDefinition

    pinned = dict(WorkflowDefinition.objects.using(alias).values_list("type", "pk"))
    rows = []
    for run in range(1, runs + 1):
        turn, book = (run - 1) // books, (run - 1) % books + 1
        cycle, kind = divmod(turn, len(STORY))
        version = 1 + (book - 1) * (cycles + 1) + cycle
        status = "failed" if kind != 1 and run % 50 == 7 else "completed"
        if runs - run < len(OPEN):
            status = OPEN[runs - run]
        rows.append((
            run, kind, pinned[STORY[kind]], STORY[kind], book, books, version + (kind > 1),
            version + 1 if kind == 1 else None, status, FIRST_SECOND + run * SECONDS_PER_RUN,
        ))  # fmt: skip
    return rows


def _set_sequences(cursor: Any) -> None:
    for table in WRITTEN:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        )


TOLD = {
    "steps": "place int, name varchar(100), item varchar(500), attempt int, "
    "kind_of_step varchar(10)",
    "made": "number int, place int, artifact_type varchar(30), path varchar(500), "
    "item varchar(500), older int",
    "given": "place int, back int, number int",
}
RUN = (
    "r int, kind int, definition int, workflow_type varchar(64), book int, books int, before int, "
    "after int, status varchar(20), begun bigint"
)
WRITTEN = (
    "books_book",
    "books_bookversion",
    "books_chapter",
    "workflows_workflowrun",
    "workflows_step",
    "artifacts_artifact",
    "artifacts_artifactuse",
)

STATEMENTS = (
    """INSERT INTO books_book
    (id, slug, title, book_type, source_path, status, created_at, updated_at)
    SELECT DISTINCT book, 'book-' || book, 'Book ' || book, 'core', '/nowhere', 'published',
    {first}, {first} FROM told_versions""",
    """INSERT INTO books_text (digest, text)
    SELECT DISTINCT {source}, 'The text of ' || slug FROM told_versions CROSS JOIN told_chapters""",
    """INSERT INTO books_bookversion
    (id, book_id, number, rank, parent_id, digest, made_by_run_id, created_at)
    SELECT id, book, '1.' || made || '.0', made, CASE WHEN made > 0 THEN id - 1 END,
    {version_digest}, maker, {first} FROM told_versions""",
    """INSERT INTO workflows_workflowrun
    (id, public_id, definition_id, book_id, input_version_id, input_pinned, handed_version_id,
    output_version_id, status, outcome, pause_reason, reason, current_step, current_agent,
    session_id, plan_id, parameters, cause, chain_depth, created_at, updated_at, started_at,
    finished_at)
    SELECT r, 'wfrun_' || (1000000000000000000 + r), definition, book, before, false, after, after,
    status, CASE status WHEN 'completed' THEN 'succeeded' WHEN 'failed' THEN 'cancelled' ELSE ''
    END, CASE status WHEN 'paused' THEN 'operator' ELSE '' END, '', '', '', '', '', '{parameters}',
    'manual', 0, {begun}, {begun}, {begun},
    CASE WHEN status IN ('completed', 'failed') THEN {ended} END FROM told_runs""",
    """INSERT INTO workflows_step
    (id, run_id, name, kind, agent, item, attempt, latest, status, worker, lease, failures,
    leases_lost, feedback, result, created_at, started_at, finished_at)
    SELECT {step}, r, name, kind_of_step, name, item, attempt, latest,
    CASE WHEN latest THEN 'completed' ELSE 'superseded' END, 'ada', '', 0, 0, '[]', '{{}}',
    {made}, {made}, {made}
    FROM told_runs JOIN (SELECT told_steps.*, NOT EXISTS (SELECT 1 FROM told_steps later
    WHERE later.kind = told_steps.kind AND later.name = told_steps.name
    AND later.item = told_steps.item AND later.attempt > told_steps.attempt) AS latest
    FROM told_steps) AS steps ON steps.kind = told_runs.kind""",
    """INSERT INTO artifacts_artifact
    (id, public_id, run_id, step_id, book_id, workflow_type, artifact_type, path, item, digest,
    size_bytes, media_type, metadata, delivered, latest, book_version_id, supersedes_id,
    created_at)
    SELECT {artifact}, 'art_' || (1000000000000000000 + {artifact}), r, {step}, book,
    workflow_type, artifact_type, path, item, {digest}, 1000 + r % 50000,
    'application/octet-stream', '{{}}', true, false, before, {older}, {made}
    FROM told_runs JOIN told_made ON told_made.kind = told_runs.kind""",
    """UPDATE artifacts_artifact SET latest = true WHERE run_id IN
    (SELECT max(id) FROM workflows_workflowrun WHERE status = 'completed'
    GROUP BY book_id, definition_id) AND NOT EXISTS (SELECT 1 FROM artifacts_artifact later
    WHERE later.supersedes_id = artifacts_artifact.id)""",
    """INSERT INTO artifacts_artifactuse (step_id, artifact_id, created_at)
    SELECT {step}, {given}, {made} FROM told_runs
    JOIN told_given ON told_given.kind = told_runs.kind WHERE r > back * books""",
    """INSERT INTO books_chapter
    (version_id, position, slug, path, title, digest, words, made_from_id)
    SELECT id, position, slug, 'chapters/' || slug || '.md', slug, {source}, 5000,
    {revision} FROM told_versions CROSS JOIN told_chapters""",
)
"""In the order of what refers to what."""


def _words(moments: str) -> dict[str, str]:
    """What the statements leave open."""
    artifact = f"((r - 1) * {PER_RUN} + {{}} + 1)"
    revision = f"((maker - 1) * {PER_RUN} + number + 1)"
    return {
        "first": moments.format(FIRST_SECOND),
        "begun": moments.format("begun"),
        "made": moments.format(f"begun + place * {SECONDS_PER_STEP}"),
        "ended": moments.format(f"begun + {SECONDS_PER_RUN}"),
        "parameters": json.dumps({"chapters": CHAPTERS}),
        "step": f"((r - 1) * {STRIDE} + place + 1)",
        "artifact": artifact.format("number"),
        "older": artifact.format("older"),
        "given": f"((r - back * books - 1) * {PER_RUN} + number + 1)",
        "revision": revision,
        "digest": _digest(artifact.format("number")),
        "source": _digest(f"coalesce({revision}, -id * 10 - position)"),
        "version_digest": _digest("id"),
    }


def _digest(number: str) -> str:
    """SQL for 64 characters that differ where the number does."""
    part = f"CAST(1000000000000000000 + {number} AS varchar(19))"
    return f"({part} || {part} || {part} || '0000000')"
