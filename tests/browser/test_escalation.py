"""An escalation before a human: read, taken, answered each way."""

from collections.abc import Callable

from django.conf import settings
from playwright.sync_api import expect

from books.configs import configure
from events.models import Escalation
from tests.agents import Crew
from tests.browser.person import PHONE, Person, rests
from tests.factories import BookFactory, BookVersionFactory, set_up, started
from workflows.roster import bind

Someone = Callable[..., Person]
TITLE = "The Toll at Sallow Bridge"
LINES = (
    "The bridge at Sallow is held by a toll-keeper who has not been paid since the flood.",
    "Roll two dice when you bargain with her; on a seven or more she lets you across unharmed.",
    "She will take coin, a story she has not heard, or the promise of a lamp carried north.",
    "Whoever crosses by night hears the river say a name, and has to answer it or lose the way.",
    "The keeper's dog is called Marl. It fears nothing that walks and everything that swims.",
)
ROUNDS = (
    (1, "Roll two dice when you bargain; on seven or more you may cross."),
    (1, "When you bargain with her, roll two dice. On a seven or more you cross unharmed."),
    (3, "Whoever crosses by night hears the river speak a name. Answer it, or lose the way."),
)
REASONS = (
    "The odds are not said the way the core rules say them: name the skill, then the target.",
    "Better, but now the second clause reads as if she were rolled for. Keep her out of it.",
    "Still no skill named. This is the third time; somebody should say what the rule is.",
)
WIDE = {"width": 1440, "height": 900}


def text_of(changes: dict[int, str]) -> str:
    lines = [changes.get(place, line) for place, line in enumerate(LINES)]
    return f"# {TITLE}\n\n" + "\n\n".join(lines) + "\n"


def three_rounds() -> Crew:
    """A chapter that an editor has sent back three times."""
    set_up()
    for agent in ("writer", "editor", "mechanics-reviewer", "planner"):
        bind(agent, "external")
    book = BookFactory(title="Lamps of the Strand", slug=f"strand-{Escalation.objects.count()}")
    BookVersionFactory(book=book, texts={"04-sallow-bridge.md": text_of({})})
    configure(book, "w1_editing", config={"max_retries": {"mechanics": 3}})
    crew = Crew(started(book)).up_to("write")
    changes: dict[int, str] = {}
    for (place, line), reason in zip(ROUNDS, REASONS, strict=True):
        changes[place] = line
        writing = crew.claim("writer", "mechanics-reviewer", worker="wren")
        writing.complete(text_of(changes))
        judging = crew.claim("editor", worker="eve")
        judging.reject("mechanics", reason, passages=[{"quote": line}])
    return crew


def place(crew: Crew) -> str:
    return f"/escalations/{escalation_of(crew).pk}/"


def escalation_of(crew: Crew) -> Escalation:
    return Escalation.objects.get(run=crew.run)


def looks(person: Person, name: str) -> None:
    """Taken, and held to what every page is held to."""
    person.looks(f"escalation-{name}")
    assert person.violations() == []
    assert person.overflow() <= 0


def said(person: Person, words: str) -> None:
    expect(person.page.get_by_role("status")).to_contain_text(words)
    rests(person.page)


def test_it_is_read_taken_and_sent_back_once_more(someone: Someone) -> None:
    crew = three_rounds()
    lea = someone("lea", "lead-designer", viewport=WIDE)
    page = lea.opens(place(crew))
    for number in (1, 2, 3):
        column = page.locator(f"#round-{number}")
        column.scroll_into_view_if_needed()
        expect(column.locator("ins").first).to_be_visible()
        expect(column).to_contain_text(REASONS[number - 1])
    looks(lea, "read")
    page.get_by_role("button", name="I take it").click()
    said(lea, "You have it.")
    page.get_by_label("Once more").check()
    page.get_by_text("Another step or agent").click()
    page.get_by_label("Agent").fill("clarity-editor")
    page.get_by_label("What was decided, and why").fill("Name the skill: Haggle, target seven.")
    looks(lea, "answering")
    page.get_by_role("button", name="Send the answer").click()
    said(lea, f"Once more: clarity-editor gets “{TITLE}”, at write.")
    assert crew.claim("clarity-editor").brief["feedback"]
    lea.opens(place(crew))
    looks(lea, "resolved")


def test_it_is_let_pass_by_keyboard_alone(someone: Someone) -> None:
    crew = three_rounds()
    lea = someone("lea", "lead-designer")
    page = lea.opens(place(crew))
    keys = page.keyboard
    keys.press("t")
    said(lea, "You have it.")
    keys.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Let it pass as it is")
    lea.looks("escalation-keys", whole=False)
    keys.press("Escape")
    keys.press("1")
    keys.type("2")  # a figure in the text, and no other choice
    expect(page.get_by_label("What was decided, and why")).to_have_value("2")
    expect(page.get_by_label("Once more")).to_be_checked()
    keys.press("Escape")
    keys.press("2")
    expect(page.get_by_label("Let it pass as it is")).to_be_checked()
    keys.type(" dice are right here.")
    keys.press("Tab")
    keys.press("Enter")
    said(lea, f"“{TITLE}” passes edit as it is. The run goes on.")
    assert escalation_of(crew).resolution == "2 dice are right here."


def test_the_run_is_ended_after_one_was_asked_once_more(someone: Someone) -> None:
    crew = three_rounds()
    lea = someone("lea", "lead-designer", viewport=PHONE, color_scheme="dark")
    page = lea.opens(place(crew))
    page.get_by_role("link", name="To the answer").click()
    page.get_by_label("End the run").check()
    page.get_by_label("What was decided, and why").fill("The chapter goes out of the book.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("End the run for good?")).to_be_visible()
    expect(page.get_by_role("link", name="No, go back")).to_be_focused()
    looks(lea, "ending-phone-dark")
    page.get_by_role("button", name="Yes, end the run").click()
    said(lea, "Ended: the run over Lamps of the Strand has failed as rejected.")
    assert crew.fresh().outcome == "rejected"


def test_two_people_at_one_escalation_and_the_words_of_the_later_stay(someone: Someone) -> None:
    crew = three_rounds()
    lea, tom = someone("lea", "lead-designer"), someone("tom", "lead-designer")
    for person in (lea, tom):
        person.opens(place(crew))
        person.page.get_by_label("Let it pass as it is").check()
        person.page.get_by_label("What was decided, and why").fill(f"{person.name} has decided")
    lea.page.get_by_role("button", name="Send the answer").click()
    said(lea, "passes edit as it is")
    tom.page.get_by_role("button", name="Send the answer").click()
    alert = tom.page.get_by_role("alert")
    expect(alert).to_contain_text("is resolved (override) by lea")
    expect(tom.page.get_by_text("tom has decided")).to_be_visible()
    looks(tom, "too-late")
    tom.forgive("409")


def test_what_one_was_writing_when_the_session_ended_is_still_there(someone: Someone) -> None:
    crew = three_rounds()
    lea = someone("lea", "lead-designer")
    page = lea.opens(place(crew))
    page.get_by_label("Once more").check()
    page.get_by_text("Another step or agent").click()
    page.get_by_label("Agent").fill("polisher")
    page.get_by_label("What was decided, and why").fill("Haggle, target seven.")
    lea.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    lea.logs_in()
    lea.opens(place(crew))
    expect(page.get_by_label("What was decided, and why")).to_have_value("Haggle, target seven.")
    expect(page.get_by_label("Once more")).to_be_checked()
    expect(page.get_by_label("Agent")).to_have_value("polisher")
    assert escalation_of(crew).is_open
    page.get_by_label("Let it pass as it is").check()
    page.get_by_role("button", name="Send the answer").click()
    said(lea, "passes edit as it is")
    kept = "Object.keys(localStorage).filter((key) => key.includes('escalation'))"
    assert page.evaluate(kept) == []


def test_it_is_read_and_answered_without_script(someone: Someone) -> None:
    crew = three_rounds()
    lea = someone("lea", "lead-designer", java_script_enabled=False, viewport=PHONE)
    page = lea.opens(place(crew))
    expect(page.locator("#round-3 ins").first).to_be_visible()
    lea.looks("escalation-phone-no-script")
    page.locator("#round-1").get_by_role("link", name="What this round changed").click()
    expect(page.locator("ins").first).to_be_visible()
    page.get_by_role("link", name="Back to the escalation").click()
    page.get_by_label("Let it pass as it is").check()
    page.get_by_label("What was decided, and why").fill("It may stay.")
    page.get_by_role("button", name="Send the answer").click()
    said(lea, "passes edit as it is")


def test_it_fits_the_dark_and_who_may_not_answer_is_told(someone: Someone) -> None:
    crew = three_rounds()
    someone("lea", "lead-designer")
    vic = someone("vic", "viewer", viewport=WIDE, color_scheme="dark")
    page = vic.opens(place(crew))
    expect(page.locator("#round-1 ins").first).to_be_visible()
    looks(vic, "viewer-dark")
    expect(page.get_by_text("You cannot decide this")).to_be_visible()
    assert page.get_by_role("textbox").count() == 0
