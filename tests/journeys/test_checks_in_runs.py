"""The checks at work in an editing run: plan, reviews, validation, by the house style."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from artifacts.models import Artifact
from artifacts.registry import Handed
from books.models import Book, Setting
from config import seeding
from events.models import Rejection
from events.working import work_off
from tests.agents import Crew
from tests.factories import set_up, started, write_folder

pytestmark = pytest.mark.django_db

PLAIN = "# {title}\n\nThe crew rolls 2d6+3 and moves on. It is dark outside.\n"
CHAPTERS = {
    "01-one.md": PLAIN.format(title="One"),
    "02-two.md": PLAIN.format(title="Two") + "\nRead on [here](01-one.md#one).\n",
    "03-three.md": PLAIN.format(title="Three") + "\nTODO: write it. Roll 2D6.\n",
}


def prepare() -> None:
    """The definitions, rules and bindings of `seed`."""
    set_up()
    for agent in seeding._agents():
        seeding._bind(agent)


@pytest.fixture
def begin(prepared: None, tmp_path: Path, run_command: Any) -> Callable[..., Crew]:
    """An editing run on the three chapters, with other files beside them and these drafts."""

    def make(drafts: dict[str, str], files: dict[str, str] | None = None, **checks: Any) -> Crew:
        source = write_folder(tmp_path / "book", {**CHAPTERS, **(files or {})})
        run_command("book_register", "--slug", "book", "--title", "Book", "--source", source)
        if checks:
            run_command("book_config", "book", "--type", "w1",
                        "--config", json.dumps({"checks": checks}))  # fmt: skip
        folder = write_folder(tmp_path / "drafts", drafts)
        parameters = {"revisions": str(folder)} if drafts else {}
        crew = Crew(started(Book.objects.named("book"), parameters))
        work_off(until_idle=True)
        return crew

    return make


def rejected() -> list[tuple[str, str, str]]:
    fields = ("item", "rejection_type", "rejecting_agent")
    return list(Rejection.objects.values_list(*fields))


def document(crew: Crew, artifact_type: str, item: str = "", path: str = "") -> Any:
    made = Artifact.objects.filter(run=crew.run, artifact_type=artifact_type, item=item)
    named = made.filter(path__contains=path or ".json").latest("pk")
    return json.loads(named.content())


def test_the_plan_puts_first_what_needs_it_most(begin: Any) -> None:
    crew = begin({})
    plan = document(crew, "improvement_plan")
    assert [entry["slug"] for entry in plan["chapters"]] == ["03-three", "01-one", "02-two"]
    worst = plan["chapters"][0]
    assert {finding["rule"] for finding in worst["findings"]} == {"dice-notation", "placeholder"}
    assert (worst["errors"], worst["warnings"], worst["need"]) == (2, 0, 6)
    assert worst["figures"]["words"] == len(CHAPTERS["03-three.md"].split())
    page = Artifact.objects.get(run=crew.run, path="improvement-plan.md").content().decode()
    assert page.index("## 1. Three") < page.index("## 2. One")
    assert "line 5 (error, placeholder)" in page
    assert crew.step("plan").result == {"chapters": ["03-three", "01-one", "02-two"]}


def test_each_reviewer_answers_for_its_own_kinds(begin: Any) -> None:
    begin({"01-one.md": CHAPTERS["01-one.md"] + "\nThe the sea.\n"})
    assert rejected() == [("01-one", "style", "editor")]
    (passage,) = Rejection.objects.get().passages
    assert (passage["quote"], passage["heading"]) == ("The the", "One")


def test_dice_are_the_domain_experts(begin: Any) -> None:
    begin({"01-one.md": CHAPTERS["01-one.md"] + "\nRoll 3D6.\n"})
    assert rejected() == [("01-one", "mechanics", "domain-expert")]


def test_old_sins_are_reported_with_the_waived_ones(begin: Any) -> None:
    waived = "\n<!-- bindery: allow doubled-word so the song goes -->\nSea the the sea.\n"
    crew = begin({"03-three.md": CHAPTERS["03-three.md"] + waived})
    assert rejected() == []
    report = document(crew, "review_report", "03-three", "edit")
    assert [finding["rule"] for finding in report["findings"]] == ["placeholder"]
    (allowed,) = report["waived"]
    assert (allowed["rule"], allowed["waived_because"]) == ("doubled-word", "so the song goes")
    assert report["figures"]["after"]["words"] > report["figures"]["before"]["words"]
    assert report["new"] == []


LONG = "\nThe crew walks on and on, " + "and on " * 40 + "until the sun sets.\n"


def test_a_warning_is_reported_where_the_book_rejects_errors_only(begin: Any) -> None:
    crew = begin({"01-one.md": CHAPTERS["01-one.md"] + LONG}, most_words=10)
    assert rejected() == []
    report = document(crew, "review_report", "01-one", "edit")
    assert [finding["rule"] for finding in report["new"]] == ["sentence-length"]


@pytest.mark.parametrize("checks", [{"reject": "warning"}, {"rules": {"sentence-length": "error"}}])
def test_a_book_may_reject_more(begin: Any, checks: dict[str, Any]) -> None:
    begin({"01-one.md": CHAPTERS["01-one.md"] + LONG}, most_words=10, **checks)
    assert rejected() == [("01-one", "clarity", "editor")]


def test_a_book_may_reject_less(begin: Any) -> None:
    draft = CHAPTERS["01-one.md"] + "\nThe the sea.\n"
    begin({"01-one.md": draft}, rules={"doubled-word": "off"})
    assert rejected() == []


SLUGS = ("01-one", "02-two", "03-three")
HOUSE = """
[terms]
"outside" = "outdoors"
[[patterns]]
rule = "no-night"
find = "\\\\bnight\\\\b"
message = "it is always day"
severity = "error"
"""


def test_the_house_style_of_the_book_holds(begin: Any) -> None:
    draft = CHAPTERS["01-one.md"] + "\nStay outside at night.\n"
    begin({"01-one.md": draft}, {"house-style.toml": HOUSE})
    (rejection,) = Rejection.objects.all()
    assert {passage["quote"] for passage in rejection.passages} == {"outside", "night"}
    assert "it is always day" in rejection.reason


def test_the_house_style_of_the_setting_holds_where_the_book_has_none(
    begin: Any, tmp_path: Path
) -> None:
    crew = begin({})
    shared = write_folder(tmp_path / "setting", {"house-style.toml": HOUSE})
    book = crew.run.book
    book.setting = Setting.objects.create(
        slug="coast", name="Coast", genre="sea", source_path=str(shared)
    )
    book.save()
    again = Crew(started(book))
    work_off(until_idle=True)
    (first, *_) = document(again, "improvement_plan")["chapters"]
    assert "term" in {finding["rule"] for finding in first["findings"]}


def test_a_broken_house_style_of_a_setting_fails_the_plan_and_names_the_line(
    begin: Any, tmp_path: Path
) -> None:
    crew = begin({})
    broken = write_folder(tmp_path / "setting", {"house-style.toml": "[dice]\nnotation = 2\n"})
    book = crew.run.book
    book.setting = Setting.objects.create(
        slug="coast", name="Coast", genre="sea", source_path=str(broken)
    )
    book.save()
    again = Crew(started(book))
    work_off(until_idle=True)
    assert again.fresh().status == "failed"
    assert "house-style.toml of setting coast, line 2: [dice] notation" in again.fresh().reason


def test_a_book_with_a_broken_house_style_is_not_registered(
    prepared: None, tmp_path: Path, refused: Any
) -> None:
    style = '[[patterns]]\nrule = "x"\nmessage = "y"\nfind = "("\n'
    source = write_folder(tmp_path / "book", {**CHAPTERS, "house-style.toml": style})
    error = refused("book_register", "--slug", "b", "--title", "B", "--source", source)
    assert error.startswith("house-style.toml, line 4: [patterns] find is no pattern")
    assert not Book.objects.exists()


def test_a_pattern_that_never_ends_fails_the_step_and_the_worker_lives(begin: Any) -> None:
    style = '[[patterns]]\nrule = "slow"\nmessage = "y"\nfind = "(a+)+$"\n'
    long = {"01-one.md": CHAPTERS["01-one.md"] + "\n" + "a" * 5000 + "!\n"}
    crew = begin({}, {"house-style.toml": style, **long})
    assert crew.fresh().status == "failed"
    assert '[patterns] "slow" takes more than 3 s in 01-one.md' in crew.fresh().reason


def test_a_link_broken_in_another_chapter_is_the_revised_chapters_fault(begin: Any) -> None:
    begin({"01-one.md": CHAPTERS["01-one.md"].replace("# One", "# First")})
    (rejection,) = Rejection.objects.all()
    assert (rejection.item, rejection.rejection_type) == ("01-one", "clarity")
    assert rejection.rejecting_agent == "validator"
    assert rejection.reason.startswith("02-two, line 5: ")
    (passage,) = rejection.passages
    assert (passage["chapter"], passage["heading"]) == ("02-two", "Two")


def test_a_waived_link_passes_the_validator_too(begin: Any) -> None:
    link = "\n<!-- bindery: allow cross-reference the map is drawn later -->\nSee [it](map.md).\n"
    begin({"01-one.md": CHAPTERS["01-one.md"] + link})
    assert rejected() == []


def test_two_chapters_that_change_a_heading_and_its_link_together_pass(begin: Any) -> None:
    begin(
        {
            "01-one.md": CHAPTERS["01-one.md"].replace("# One", "# First"),
            "02-two.md": CHAPTERS["02-two.md"].replace("#one", "#first"),
        }
    )
    assert rejected() == []


def test_figures_beyond_the_books_limits_are_sent_back(begin: Any) -> None:
    draft = CHAPTERS["01-one.md"] + "More words. " * 30
    begin({"01-one.md": draft}, most_words=1.5)
    assert rejected() == [("01-one", "scope", "validator")]
    assert "at most 1.5 times as many" in Rejection.objects.get().reason


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ({"least_word": 1}, "least_words"),
        ({"rules": {"doubled-wort": "off"}}, "doubled-word"),
        ({"rules": {"doubled-word": "loud"}}, "warning"),
        ({"rules": 3}, "rules"),
        ({"reject": 3}, "severity"),
        ({"reading_ease_drop": -1}, "reading_ease_drop"),
    ],
)
def test_a_wrong_configuration_of_checks_is_refused(
    begin: Any, refused: Any, checks: Any, said: str
) -> None:
    begin({})
    error = refused(
        "book_config", "book", "--type", "w1", "--config", json.dumps({"checks": checks})
    )
    assert said in error


def test_a_chapter_is_not_blamed_for_what_another_draft_does(begin: Any) -> None:
    appendix = "\n## Appendix A: Maps\n\nA map.\n"
    files = {
        "02-two.md": CHAPTERS["02-two.md"] + appendix,
        "01-one.md": CHAPTERS["01-one.md"] + "\nRead Appendix A.\n",
    }
    drafts = {
        "02-two.md": CHAPTERS["02-two.md"] + appendix.replace("Appendix", "Addendum"),
        "01-one.md": files["01-one.md"] + "\nA new line.\n",
    }
    crew = begin(drafts, files, most_words=10)
    assert {agent for *_, agent in rejected()} == {"validator"}
    assert crew.step("edit", "01-one").status == "superseded"


def test_only_the_chapter_that_broke_a_numbered_reference_is_sent_back(begin: Any) -> None:
    names = ("Fire", "Water", "Earth")
    files = {
        f"{slug}.md": f"# {number}. {name}\n\nIt is what it is.\n"
        for number, (slug, name) in enumerate(zip(SLUGS, names, strict=True), start=1)
    }
    files["04-four.md"] = "# 4. Air\n\nSee Chapter 2: Water.\n"
    drafts = {
        "02-two.md": files["02-two.md"].replace("Water", "Steam"),
        "03-three.md": files["03-three.md"] + "\nMore.\n",
    }
    begin(drafts, files)
    assert rejected() == [("02-two", "clarity", "validator")]


def test_the_books_configuration_wins_over_its_house_style(begin: Any) -> None:
    draft = CHAPTERS["01-one.md"] + "\nThe the sea.\n"
    style = '[rules]\ndoubled-word = "error"\n'
    begin({"01-one.md": draft}, {"house-style.toml": style}, rules={"doubled-word": "off"})
    assert rejected() == []


def test_an_old_fault_of_form_in_new_words_is_no_new_one(begin: Any) -> None:
    table = "\n| a | b |\n|---|---|\n| {} | 1 | 2 |\n"
    files = {"01-one.md": CHAPTERS["01-one.md"] + table.format("lamp")}
    begin({"01-one.md": CHAPTERS["01-one.md"] + table.format("lantern")}, files)
    assert rejected() == []


def test_a_draft_full_of_faults_is_sent_back_in_few_words(begin: Any) -> None:
    begin({"01-one.md": CHAPTERS["01-one.md"] + "\nRoll 2D6 now." * 1000}, most_words=1000)
    (rejection,) = Rejection.objects.all()
    assert rejection.reason.endswith("; and 980 more")
    assert len(rejection.passages) == 200


def test_of_a_very_long_finding_the_beginning_is_quoted(begin: Any) -> None:
    long = LONG.replace("and on ", "and on " * 30)
    begin({"01-one.md": CHAPTERS["01-one.md"] + long}, most_words=1000, reject="warning")
    (rejection,) = Rejection.objects.all()
    passage = max(rejection.passages, key=lambda one: len(one["quote"]))
    assert passage["quote"] == long.strip()[:5000]


FEEDBACK = {
    "items": [
        {"key": "f1", "chapter": "02-two", "quote": "It is dark", "text": "Too dark."},
        {"key": "f2", "chapter": "02-two", "heading": "Two", "text": "Too short."},
    ]
}


@pytest.mark.parametrize("told", [FEEDBACK, {"items": []}, {}])
def test_playtest_feedback_puts_a_chapter_first(begin: Any, told: dict[str, Any]) -> None:
    crew = begin({})
    played = Crew(started(crew.run.book, workflow_type="w4"))
    content = json.dumps(told).encode()
    for name in ("record_session", "analyze", "feedback"):
        claimed = played.claim(played.step(name).agent)
        handed = [
            Handed.of_bytes(kind, f"{kind}.json", content) for kind in claimed.brief["produces"]
        ]
        claimed.complete(handed=handed)
    again = Crew(started(crew.run.book))
    work_off(until_idle=True)
    (first, *others) = document(again, "improvement_plan")["chapters"]
    if told == FEEDBACK:
        assert (first["slug"], [one["key"] for one in first["feedback"]]) == (
            "02-two",
            ["f1", "f2"],
        )
        assert again.step("plan").result["answers"] == ["f1", "f2"]
        page = Artifact.objects.get(run=again.run, path="improvement-plan.md").content().decode()
        assert "Too dark." in page
        assert "- Two: Too short." in page
    assert all(entry["feedback"] == [] for entry in others)
    assert again.fresh().current_step == "write"
