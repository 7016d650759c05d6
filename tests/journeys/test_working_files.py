"""A file as the text of a chapter, and what a form that is refused leaves as it was."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.working import PART, Desk, at_desk
from workflows.models import Draft

pytestmark = pytest.mark.django_db
TYPED = "# Chapter 1\n\nWhat was typed.\n"
BAD = [
    ("x.exe", b"MZ\0\0", 400, "x.exe cannot be the text: line 1 has a NUL character"),
    ("mine.docx", b"PK\x03\x04\xff\xfe", 400, "mine.docx is not UTF-8"),
    ("empty.md", b"", 400, "empty.md is empty"),
    ("blank.md", b"\xef\xbb\xbf \r\n\t\n", 400, "blank.md is empty"),
    ("large.md", b"x" * 1001, 413, "large.md has 1001 bytes; the limit is 1000"),
]


@pytest.fixture
def desk(settings: object) -> Desk:
    settings.BINDERY_MAX_CHAPTER_BYTES = 1000  # type: ignore[attr-defined]
    return at_desk("anna", "agent").claimed()


@pytest.mark.parametrize("verb", ["complete", "draft"])
@pytest.mark.parametrize("bad", BAD)
def test_a_file_that_is_refused_leaves_draft_and_field_alone(
    desk: Desk, verb: str, bad: tuple[str, bytes, int, str]
) -> None:
    name, content, status, said = bad
    desk.save(TYPED)
    desk.look()
    file = SimpleUploadedFile(name, content)
    answer = desk.send(verb, text=f"{TYPED}And more.\n", chosen=file, note="Soon.")
    page = answer.content.decode()
    assert answer.status_code == status
    assert said in page
    assert f"{TYPED}And more.\n</textarea>" in page
    assert f"{name} was not taken" in page
    assert 'value="Soon."' in page
    assert Draft.objects.get().text == TYPED
    assert desk.row().status == "running"
    assert f"{TYPED}</textarea>" in desk.look()


def test_a_good_file_beside_a_form_that_is_refused_changes_nothing_either(desk: Desk) -> None:
    file = SimpleUploadedFile("mine.md", b"# From the file\n")
    answer = desk.send("complete", text=TYPED, chosen=file, result="{oh")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "mine.md was not taken" in page
    assert f"{TYPED}</textarea>" in page
    assert not Draft.objects.exists()


def test_a_good_file_is_handed_in_instead_of_the_field(desk: Desk) -> None:
    file = SimpleUploadedFile("mine.md", b"# From the file\n")
    assert desk.send("complete", text=TYPED, chosen=file).status_code == 302
    assert desk.crew.artifact("chapter", "01-one").content() == b"# From the file\n"


@pytest.mark.parametrize("text", ["", " \r\n\t\r\n", "\ufeff\n"])
def test_a_chapter_of_nothing_is_not_handed_in(desk: Desk, text: str) -> None:
    answer = desk.hand_in(text)
    assert answer.status_code == 400
    assert "there is no text to hand in" in answer.content.decode()
    assert desk.row().status == "running"


def test_a_file_over_a_draft_of_another_tab_stands_below_to_be_saved(desk: Desk) -> None:
    other = Desk(desk.client, desk.crew, desk.step, dict(desk.hidden))
    other.save("# Of the other tab\n")
    file = SimpleUploadedFile("mine.md", b"# From the file\n")
    answer = desk.send("draft", text=TYPED, chosen=file)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "# From the file\n</textarea>" in page
    assert "Save mine over it" in page
    assert "was not taken" not in page


def test_checks_and_preview_read_the_field_and_not_a_file(desk: Desk) -> None:
    file = SimpleUploadedFile("x.exe", b"MZ\0\0")
    checked = desk.send("check", text=f"{TYPED}TBD.\n", chosen=file)
    assert "is a placeholder" in checked.content.decode()
    assert f"{TYPED}TBD.\n</textarea>" in checked.content.decode()
    shown = desk.send("preview", text=TYPED, chosen=file)
    assert "What was typed." in shown.content.decode()


def test_a_text_that_cannot_be_checked_stands_there_again(desk: Desk) -> None:
    answer = desk.send("check", text="# One\n\nA \0 in it.\n")
    assert answer.status_code == 400
    assert "A \ufffd in it." in answer.content.decode()


VERBS = ["claim", "draft", "check", "complete", "reject", "release", "fail"]


@pytest.mark.parametrize("verb", VERBS)
def test_the_address_of_a_form_leads_to_the_page_of_its_step(desk: Desk, verb: str) -> None:
    answer = desk.client.get(desk.at(f"work-{verb}"))
    assert (answer.status_code, answer.headers["Location"]) == (302, desk.at("work"))


def test_one_word_is_one_word_and_times_are_alike(desk: Desk) -> None:
    saved = desk.save("Alone").content.decode()
    page = desk.look()
    assert "1 word, " in page
    until = desk.row().lease_expires_at
    assert until
    shown = f"{until:%a} {until.day} {until:%b, %H:%M} UTC"
    assert f'data-until-said="{shown}"' in saved
    assert f"data-until>{shown}</time>" in page
    assert 'data-most-bytes="1000"' in page


def test_a_script_is_told_which_text_is_not_kept(desk: Desk) -> None:
    answer = desk.client.post(desk.at("work-draft"), {**desk.hidden}, headers=PART)
    assert answer.status_code == 400
    assert "there is no text to keep" in answer.content.decode()
