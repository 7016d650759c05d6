"""The admin before a real browser: every list and page whole, named, and in its window."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse
from playwright.sync_api import FloatRect, Locator, Page, expect

from artifacts.models import Artifact
from tests.agents import Crew
from tests.browser.person import PHONE, Person
from tests.factories import SettingFactory, book_of, started
from tests.world import furnish
from workflows import tokens
from workflows.models import ApiToken, Step


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def operator(someone: Callable[..., Person], **options: Any) -> Person:
    """A superuser, who sees all."""
    root = someone("root", "operator", **options)
    root.user.is_superuser = True
    root.user.save()
    return root


def faults(person: Person, where: str) -> list[str]:
    found = person.violations()
    if over := person.overflow():
        found.append(f"{over} px too wide")
    return [f"{where}: {one}" for one in found]


def test_every_list_and_page_is_whole(someone: Callable[..., Person], tmp_path: Path) -> None:
    furnish("ada", tmp_path)
    tokens.make("ada", "laptop")
    Step.objects.waiting().update(due_at="2026-01-01T00:00Z")
    root = operator(someone)
    found = []
    root.opens(reverse("admin:index"))
    root.looks("admin-overview")
    found += faults(root, "overview")
    for model in apps.get_models():
        if model not in admin.site._registry:
            continue
        name = str(model._meta.model_name)
        root.opens(address(model, "changelist"))
        root.looks(f"admin-{name}-list", whole=False)
        found += faults(root, f"list of {name}")
        if row := model._default_manager.order_by("-pk").first():
            root.opens(address(model, "change", row.pk))
            root.looks(f"admin-{name}-page")
            found += faults(root, f"page of {name}")
    assert found == []


FORMS = (
    address(ApiToken, "add"),
    "/admin/books/setting/add/",
    "/admin/books/book/import/",
    "/admin/auth/user/add/",
    "/admin/auth/group/add/",
    "/admin/events/routingrule/add/",
    "/admin/events/webhookendpoint/add/",
    "/admin/triggers/workflowtrigger/add/",
    "/admin/workflows/agentbinding/add/",
    "/admin/books/bookworkflowconfig/add/",
    "/admin/password_change/",
)


def test_every_form_and_question_is_whole(someone: Callable[..., Person]) -> None:
    setting = SettingFactory()
    root = operator(someone)
    found = []
    for page in (*FORMS, f"/admin/books/setting/{setting.pk}/delete/"):
        root.opens(page)
        root.looks("admin" + page.removeprefix("/admin").replace("/", "-"))
        found += faults(root, page)
    assert found == []


@pytest.mark.parametrize(
    ("name", "options"), [("phone", {"viewport": PHONE}), ("dark", {"color_scheme": "dark"})]
)
def test_it_fits_a_phone_and_the_dark(
    someone: Callable[..., Person], name: str, options: dict[str, Any]
) -> None:
    book = book_of(2, slug="red")
    started(book)
    root = operator(someone, **options)
    found = []
    for number, page in enumerate(
        (
            "/admin/",
            "/admin/workflows/workflowrun/",
            f"/admin/books/book/{book.pk}/change/",
            "/admin/events/event/",
            "/admin/books/book/",
            address(ApiToken, "add"),
        )
    ):
        root.opens(page)
        root.looks(f"admin-{name}-{number}", whole=False)
        found += faults(root, page)
    assert found == []


def test_lists_and_pages_are_read_without_script(someone: Callable[..., Person]) -> None:
    book = book_of(2, slug="red")
    run = started(book)
    root = operator(someone, java_script_enabled=False)
    page = root.opens("/admin/workflows/workflowrun/")
    root.looks("admin-without-script")
    expect(page.get_by_role("link", name=run.public_id)).to_be_visible()
    page.get_by_role("link", name=run.public_id).click()
    expect(page.get_by_text("running", exact=True).first).to_be_visible()
    page.goto("/admin/books/book/?q=red")
    expect(page.get_by_role("link", name=book.title)).to_be_visible()


def test_a_setting_is_brought_in_and_a_token_made(
    someone: Callable[..., Person], tmp_path: Path
) -> None:
    root = operator(someone)
    file = tmp_path / "settings.csv"
    file.write_text("slug,name,genre\nseas,The Seas,salt\n")
    page = root.opens("/admin/books/setting/")
    page.get_by_role("link", name="Import").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Show what it would change").click()
    expect(page.get_by_role("cell", name="The Seas")).to_be_visible()
    root.looks("admin-import-shown")
    page.get_by_role("button", name="Change 1").click()
    expect(page.get_by_text("1 new, 0 changed")).to_be_visible()
    expect(page.get_by_role("link", name="The Seas")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    assert "seas,The Seas,salt,draft," in Path(taken.value.path()).read_text()
    page.goto(address(ApiToken, "add"))
    page.get_by_label("Acts for").fill("bot")
    page.get_by_label("Name").fill("laptop")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The token of bot, which is shown only now: bindery_")).to_be_visible()
    root.looks("admin-token-made")


def looks_up(page: Page, title: str) -> None:
    """A book, of two; the other is out of the list once it holds what was looked for."""
    book_of(1, title="Another")
    page.locator(".field-book .select2-selection").click()
    found = page.locator(".select2-results__option")
    expect(found).to_have_count(2)
    page.locator(".select2-search__field").fill(title.lower())
    expect(found).to_have_text([title])
    found.click()


def test_a_book_is_looked_up_as_one_types(someone: Callable[..., Person]) -> None:
    book_of(1, title="The Salt Road")
    root = operator(someone)
    page = root.opens("/admin/workflows/agentbinding/add/")
    page.get_by_label("Agent").fill("writer")
    looks_up(page, "The Salt Road")
    page.get_by_label("Executor").select_option("human")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="The Salt Road").first).to_be_visible()


def staff(someone: Callable[..., Person], **options: Any) -> Person:
    root = operator(someone, **options)
    root.user.is_staff = True
    root.user.save()
    return root


@pytest.mark.parametrize("wide", [True, False])
def test_nothing_lies_over_the_page_without_script(
    someone: Callable[..., Person], wide: bool
) -> None:
    run = started(book_of(2, slug="red"))
    options = {} if wide else {"viewport": PHONE}
    root = staff(someone, java_script_enabled=False, **options)
    page = root.opens("/admin/workflows/workflowrun/")
    root.looks(f"admin-staff-without-script-{wide}")
    page.get_by_role("link", name=run.public_id).click(trial=True)
    page.get_by_label("By status").or_(page.get_by_text("By status")).first.click(trial=True)
    page.get_by_role("button", name="Apply Filters").click(trial=True)
    page.locator("#nav-sidebar a[href='/admin/events/event/']").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()


def test_what_opens_is_opened_and_left_by_keyboard(someone: Callable[..., Person]) -> None:
    started(book_of(2, slug="red"))
    root = staff(someone)
    page = root.opens("/admin/workflows/workflowrun/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    filters = page.get_by_role("button", name="Filters", exact=True)
    account = page.get_by_role("button", name="Account")
    for opener, key, inside in (
        (filters, "Enter", page.get_by_role("button", name="Apply Filters")),
        (account, "Space", page.get_by_role("button", name="Log out")),
    ):
        expect(opener).to_have_attribute("aria-expanded", "false")
        opener.focus()
        page.keyboard.press(key)
        expect(opener).to_have_attribute("aria-expanded", "true")
        expect(inside).to_be_visible()
        expect(opener).not_to_be_focused()
        page.keyboard.press("Escape")
        expect(inside).to_be_hidden()
        expect(opener).to_be_focused()
    account.press("Enter")
    expect(page.get_by_role("button", name="Light", exact=True)).to_be_focused()
    page.get_by_role("button", name="Dark", exact=True).press("Enter")
    expect(page.locator("html.dark")).to_be_attached()
    page.get_by_role("link", name="Change password").press("Enter")
    expect(page).to_have_url(re.compile("password"))


def test_what_a_slow_browser_opens_late_is_entered_too(someone: Callable[..., Person]) -> None:
    root = staff(someone)
    root.page.add_init_script(LATE_FRAMES)
    page = root.opens("/admin/workflows/workflowrun/")
    opener = page.get_by_role("button", name="Account")
    opener.press("Enter")
    expect(page.get_by_role("button", name="Light", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


LATE_FRAMES = """const frame = requestAnimationFrame;
requestAnimationFrame = (act) => setTimeout(() => frame(act), 300);"""


def test_the_menu_of_a_phone_is_opened_by_keyboard(someone: Callable[..., Person]) -> None:
    root = staff(someone, viewport=PHONE)
    page = root.opens("/admin/")
    menu = page.get_by_role("button", name="Menu")
    menu.press("Enter")
    events = page.locator("#nav-sidebar a[href='/admin/events/event/']")
    expect(events).to_be_visible()
    page.keyboard.press("Escape")
    expect(events).to_be_hidden()
    expect(menu).to_be_focused()


def box(part: Locator) -> FloatRect:
    place = part.bounding_box()
    assert place
    return place


def test_a_phone_shows_all_of_long_words_and_what_deletes_comes_last(
    someone: Callable[..., Person],
) -> None:
    version = book_of(2, slug="red").versions.get()
    started(version.book)
    root = staff(someone, viewport=PHONE)
    rows: list[tuple[str, Any]] = [("version", version), ("text", version.chapters.all()[0].source)]
    for name, row in [*rows, ("setting", SettingFactory())]:
        page = root.opens(address(row, "change", row.pk))
        root.looks(f"admin-phone-{name}")
        assert root.overflow() == 0, name
    save = page.get_by_role("button", name="Save", exact=True)
    assert box(save)["y"] < box(page.get_by_role("link", name="Delete"))["y"]
    root.opens("/admin/")
    root.looks("admin-phone-overview")
    badge = box(page.locator(".panel .tag").first)
    assert badge["x"] + badge["width"] <= PHONE["width"]


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 900}])
def test_a_lineage_is_drawn_so_that_it_can_be_read(
    someone: Callable[..., Person], viewport: dict[str, int]
) -> None:
    Crew(started(book_of(3))).up_to("edit").finish()
    row = Artifact.objects.latest("pk")
    root = staff(someone, viewport=viewport)
    page = root.opens(address(row, "change", row.pk))
    root.looks(f"admin-lineage-{viewport['width']}")
    drawing = page.locator(".desk-drawing svg")
    assert box(drawing)["width"] == float(drawing.get_attribute("width") or 0)
    assert root.overflow() == 0


def test_the_bar_of_what_is_done_with_chosen_rows_can_be_read(
    someone: Callable[..., Person],
) -> None:
    for scheme in ("light", "dark"):
        root = operator(someone, color_scheme=scheme)
        page = root.opens(address(Group, "changelist"))
        page.locator("input.action-select").first.check()
        expect(page.locator(".action-counter")).to_be_visible()
        root.looks(f"admin-chosen-{scheme}", whole=False)
        assert faults(root, scheme) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_tables_of_a_run_are_read_on_a_phone_without_moving_them_sideways(
    someone: Callable[..., Person], scheme: str
) -> None:
    crew = Crew(started(book_of(3, slug="red"))).up_to("edit")
    crew.claim("editor").reject("style")
    root = operator(someone, viewport=PHONE, color_scheme=scheme)
    page = root.opens(address(crew.run, "change", crew.run.pk))
    root.looks(f"admin-phone-run-{scheme}")
    tables = page.locator(".desk-wide")
    hidden = tables.evaluate_all("all => all.map((one) => one.scrollWidth - one.clientWidth)")
    assert hidden == [0] * tables.count()
    steps = page.get_by_role("table").first.get_by_role("cell")
    assert all(box(cell)["width"] >= 250 for cell in steps.all() if cell.is_visible())
    said = [cell.inner_text().strip() for cell in steps.all() if cell.is_visible()]
    assert all(said), "a head without a cell to it"
    assert faults(root, scheme) == []
