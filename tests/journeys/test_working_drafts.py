"""What is kept while one writes, checked, and shown."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.working import PART, Desk, at_desk, logged_in
from workflows import work
from workflows.models import Draft, Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return at_desk("anna", "agent").claimed()


def test_a_draft_is_kept_and_renews_the_lease(desk: Desk) -> None:
    soon = timezone.now() + timedelta(minutes=5)
    Step.objects.filter(pk=desk.step).update(lease_expires_at=soon)
    answer = desk.save("# So far\n")
    draft = Draft.objects.get()
    assert answer.status_code == 200
    assert f'data-over="{draft.digest}"' in answer.content.decode()
    assert (draft.worker, draft.path, draft.text) == ("anna", "01-one.md", "# So far\n")
    until = desk.row().lease_expires_at
    assert until
    assert until > soon + timedelta(hours=settings.BINDERY_HUMAN_LEASE_HOURS - 1)
    page = desk.look()
    assert "# So far\n</textarea>" in page
    assert "Your draft of" in page
    assert "# Chapter 1\n\nSome words here.\n</textarea>" in desk.look("?from=chapter")


def test_a_draft_of_another_tab_is_not_overwritten_unseen(desk: Desk) -> None:
    other = Desk(desk.client, desk.crew, desk.step, dict(desk.hidden))
    other.save("# Of the other tab\n")
    answer = desk.save("# Of this tab\n")
    assert answer.status_code == 409
    assert 'data-code="draft_changed"' in answer.content.decode()
    assert Draft.objects.get().text == "# Of the other tab\n"
    plain = desk.send("draft", text="# Of this tab\n")
    page = plain.content.decode()
    assert plain.status_code == 409
    assert "# Of this tab\n</textarea>" in page
    assert "Save mine over it" in page
    assert desk.save("# Of this tab\n", force="yes").status_code == 200
    assert Draft.objects.get().text == "# Of this tab\n"


def test_the_same_words_are_no_other_draft(desk: Desk) -> None:
    for _ in range(2):
        assert desk.save("# So far\n").status_code == 200


def test_what_comes_after_the_lease_is_kept_all_the_same(desk: Desk) -> None:
    Step.objects.filter(pk=desk.step).update(lease_expires_at=timezone.now() - timedelta(hours=1))
    at_desk("ben", "agent", crew=desk.crew).claimed()
    answer = desk.save("# Late\n")
    assert answer.status_code == 409
    assert 'data-code="stale"' in answer.content.decode()
    assert "what you wrote is kept as a draft" in answer.content.decode()
    assert Draft.objects.get().text == "# Late\n"


def test_who_lost_a_step_is_led_to_what_may_be_done_now(desk: Desk) -> None:
    work.take_back(desk.row(), work.TakenBack("too long"), actor="olga")
    assert 'data-way="It is free: claim it again"' in desk.save("# Late\n").content.decode()
    old = dict(desk.hidden)
    desk.claimed()
    desk.hidden = old
    anew = 'data-way="You have claimed it anew: go on there"'
    assert anew in desk.save("# Late\n", force="yes").content.decode()
    work.take_back(desk.row(), work.TakenBack("too long"), actor="olga")
    at_desk("ben", "agent", crew=desk.crew).claimed()
    taken = desk.save("# Late\n", force="yes").content.decode()
    assert 'data-way="ben has it: see until when"' in taken
    ben = Desk(logged_in("ben", "agent"), desk.crew, desk.step)
    ben.look()
    ben.hand_in("# Done\n")
    assert 'data-way="See how it stands"' in desk.save("# Late\n", force="yes").content.decode()


@pytest.fixture
def old_tab(desk: Desk) -> Desk:
    """Of who saved a draft there, claimed the step again elsewhere, and saved another."""
    desk.save("# First\n")
    desk.look()
    old = Desk(desk.client, desk.crew, desk.step, dict(desk.hidden))
    work.take_back(desk.row(), work.TakenBack("too long"), actor="olga")
    desk.claimed().save("# Second\n")
    desk.look()
    return old


def test_a_late_draft_does_not_go_over_a_newer_one(old_tab: Desk) -> None:
    answer = old_tab.save("# Late\n")
    assert answer.status_code == 409
    assert 'data-code="draft_changed"' in answer.content.decode()
    assert Draft.objects.get().text == "# Second\n"
    forced = old_tab.save("# Late\n", force="yes")
    assert 'data-code="stale"' in forced.content.decode()
    assert Draft.objects.get().text == "# Late\n"


def test_a_late_draft_goes_over_the_one_it_came_from(desk: Desk) -> None:
    desk.save("# First\n")
    desk.look()
    work.take_back(desk.row(), work.TakenBack("too long"), actor="olga")
    assert 'data-code="stale"' in desk.save("# Late\n").content.decode()
    assert Draft.objects.get().text == "# Late\n"


def test_a_late_hand_in_leaves_a_newer_draft_and_comes_back(old_tab: Desk) -> None:
    answer = old_tab.hand_in("# Late\n")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "what you kept since you claimed it again stays as it is" in page
    assert "# Late\n</textarea>" in page
    assert Draft.objects.get().text == "# Second\n"
    known = old_tab.hidden["over"]
    assert f'name="over" value="{known}"' in page
    checked = old_tab.send("check", text="# Late\n", note="Soon.").content.decode()
    assert f'name="over" value="{known}"' in checked
    assert 'value="Soon."' in checked


def test_a_stranger_keeps_nothing_there(desk: Desk) -> None:
    ben = at_desk("ben", "agent", crew=desk.crew)
    assert ben.send("draft", text="# Not mine\n", lease=desk.row().lease).status_code == 403
    assert not Draft.objects.exists()


def test_who_left_the_group_meanwhile_hands_nothing_in_and_gets_the_text_back() -> None:
    desk = at_desk("anna", "writer", "viewer").claimed()
    Group.objects.get(name="writer").user_set.clear()
    answer = desk.hand_in("# Too late\n")
    assert answer.status_code == 403
    assert "# Too late" in answer.content.decode()
    assert desk.row().status == "running"


def test_who_is_logged_out_is_told_so_and_nothing_is_kept(desk: Desk) -> None:
    Session.objects.all().delete()
    answer = desk.save("# So far\n")
    assert answer.status_code == 401
    assert "your session has ended" in answer.content.decode()
    assert not Draft.objects.exists()


def test_a_text_that_is_too_long_is_refused_in_words(desk: Desk, settings: object) -> None:
    settings.BINDERY_MAX_CHAPTER_BYTES = 1000  # type: ignore[attr-defined]
    answer = desk.save("x" * 1001)
    assert answer.status_code == 413
    assert "the limit is 1000" in answer.content.decode()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    desk: Desk, settings: object
) -> None:
    settings.BINDERY_MAX_CHAPTER_BYTES = 100  # type: ignore[attr-defined]
    no_text = SimpleUploadedFile("large.md", b"\xff" * 101)
    answer = desk.client.post(desk.at("work-draft"), {**desk.hidden, "chosen": no_text})
    assert answer.status_code == 413
    assert "large.md has 101 bytes; the limit is 100" in answer.content.decode()


def test_the_checks_tell_new_findings_from_old_ones(desk: Desk) -> None:
    answer = desk.send("check", part=True, text="# Chapter 1\n\nSome words here. TBD.\n")
    told = answer.content.decode()
    assert 'data-count="1" data-errors="1"' in told
    assert 'data-line="3" data-quote="TBD"' in told
    assert not Draft.objects.exists()
    clean = desk.send("check", part=True, text="# Chapter 1\n\nSome words here.\n")
    assert "Nothing new to object to." in clean.content.decode()


def test_without_a_script_the_checks_come_with_the_text(desk: Desk) -> None:
    answer = desk.send("check", text="# Chapter 1\n\nMore here. TBD.\n")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "is a placeholder" in page
    assert "More here. TBD.\n</textarea>" in page
    assert "left a text" not in page


HOSTILE = """# One

<script>alert(1)</script><img src=x onerror=alert(1)> <a href="javascript:alert(1)">x</a>

| a | b |
|:-:|--:|
| 1 | 2 |

[out](https://elsewhere.example/) ![p](https://elsewhere.example/x.png)
"""


def test_the_preview_is_the_chapter_without_anything_that_runs(desk: Desk) -> None:
    part = desk.send("preview", part=True, text=HOSTILE).content.decode()
    page = desk.send("preview", text=HOSTILE)
    for html in (part, page.content.decode()):
        assert ">One</h1>" in html
        for bad in ("<script", "onerror", "javascript:", "elsewhere.example/x.png"):
            assert bad not in html
    assert 'align="center"' in part
    assert 'style="' not in part
    assert page["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert page["X-Frame-Options"] == "SAMEORIGIN"


def test_the_preview_shows_the_draft_as_it_is_saved(desk: Desk) -> None:
    desk.save("# Chapter 1\n\nAs saved.\n")
    page = desk.client.get(desk.at("work-preview")).content.decode()
    assert "As saved." in page
    styles = desk.client.get("/work/chapter.css")
    assert styles["Content-Type"] == "text/css; charset=utf-8"


def test_a_part_that_is_refused_says_so_alone(desk: Desk) -> None:
    answer = desk.client.post(desk.at("work-draft"), desk.hidden, headers=PART)
    assert answer.status_code == 400
    assert answer.content.decode().startswith('<p class="said error" role="alert"')


def test_an_unfinished_draft_is_for_who_may_do_the_step(desk: Desk) -> None:
    desk.save("# Half a secret\n")
    [draft] = Draft.objects.all()
    vera = at_desk("vera", "viewer", crew=desk.crew)
    for route in ("work", "work-download"):
        refused = vera.client.get(f"{vera.at(route)}?from={draft.pk}")
        assert refused.status_code == 404
        assert "Half a secret" not in refused.content.decode()
    assert "left a text" not in vera.look()
    assert "is writing" not in vera.look()
    ben = at_desk("ben", "agent", crew=desk.crew)
    assert "is writing: the text of" in at_desk("olga", "operator", crew=desk.crew).look()
    desk.send("release", reason="no time")
    ben.claimed()
    assert "# Half a secret\n</textarea>" in ben.look(f"?from={draft.pk}")


def test_who_may_do_a_step_no_more_still_has_the_own_draft() -> None:
    desk = at_desk("anna", "writer", "viewer").claimed()
    desk.save("# Mine\n")
    Group.objects.get(name="writer").user_set.clear()
    own = desk.client.get(f"{desk.at('work-download')}?from={Draft.objects.get().pk}")
    assert own.content.decode() == "# Mine\n"
