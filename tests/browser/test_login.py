"""The login, the password, and what a browser without groups is told."""

from collections.abc import Callable

from django.contrib.auth.models import User

from tests.browser.person import PHONE, Person

PASSWORD = "a long and quiet river"  # noqa: S105


def test_one_logs_in_is_led_on_and_changes_the_password(someone: Callable[..., Person]) -> None:
    anna = someone("anna", "viewer")
    anna.user.set_password(PASSWORD)
    anna.user.save()
    anna.context.clear_cookies()
    page = anna.opens("/")
    anna.looks("login")
    assert anna.violations() == []
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Inbox").wait_for()
    page.get_by_text("anna", exact=True).click()
    page.get_by_role("link", name="Change password").click()
    anna.looks("password")
    assert anna.violations() == []
    page.get_by_label("Old password").fill(PASSWORD)
    page.get_by_label("New password:").fill(f"{PASSWORD} of stars")
    page.get_by_label("New password confirmation").fill(f"{PASSWORD} of stars")
    page.get_by_role("button", name="Change password").click()
    page.get_by_text("The password is changed.").wait_for()
    assert User.objects.get(username="anna").check_password(f"{PASSWORD} of stars")


def test_the_login_fits_a_phone_and_the_dark(someone: Callable[..., Person]) -> None:
    anna = someone("anna", viewport=PHONE, color_scheme="dark")
    anna.context.clear_cookies()
    anna.opens("/")
    anna.looks("login-phone-dark")
    assert anna.overflow() <= 0
    assert anna.violations() == []


def test_who_is_in_no_group_is_told_so(someone: Callable[..., Person]) -> None:
    anna = someone("anna")
    page = anna.opens("/")
    anna.looks("no-group")
    assert "anna is in no group that may" in (page.get_by_role("alert").text_content() or "")
    assert page.get_by_role("link", name="To the inbox").count() == 0
    anna.forgive("403")
