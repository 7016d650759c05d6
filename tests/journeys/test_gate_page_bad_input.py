"""Script in whatever a gate shows stays text, and a form of any size is answered."""

import pytest
from django.utils.html import escape

from tests.editing import waiting, write
from tests.journeys.test_gate_page import address, browser, changes, text

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>"


def test_script_in_texts_titles_and_reasons_is_text() -> None:
    crew = waiting(texts={"01-one": f"# {EVIL}\n\n{EVIL} <img src=x onerror=alert(1)>\n"})
    crew.request_changes("01-one", reason=EVIL, passages=[{"chapter": "01-one", "quote": EVIL}])
    write(crew, {"01-one": f"# {EVIL}\n\nElse {EVIL}.\n"}, "style-editor")
    crew.up_to("approve")
    crew.run.book.title = EVIL
    crew.run.book.save()
    client = browser()
    answers = [
        client.get(address(crew)),
        client.get(f"{address(crew)}chapters/01-one/"),
        client.post(address(crew), changes(client, crew, reason=EVIL, quote=[EVIL], item=[EVIL])),
    ]
    for answer in answers:
        assert EVIL not in text(answer)
        assert "<img src=x" not in text(answer)
        assert escape(EVIL) in text(answer)


def test_so_many_artifacts_that_no_page_lists_them_are_not_asked_for() -> None:
    crew, client = waiting(), browser()
    read = " ".join(f"a{number}" for number in range(260_000))
    answer = client.post(address(crew), changes(client, crew, reason="", read=read))
    assert answer.status_code == 400
