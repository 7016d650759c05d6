"""What the page on events says of each payload is what the code holds it to."""

import re

import pytest
from msgspec.structs import fields

from events.log.payloads import OF_RUN, OF_STEP, OfStep, Payload
from events.models import EventType
from tests.contracts.product import ROOT, code

PAGE = (ROOT / "docs/events.md").read_text()
ROW = re.compile(r"^\| `(\w+)` \|([^|]*)\|([^\n]*)\|$", re.MULTILINE)
ELSEWHERE = ("artifact_registered", "trigger_fired")
SECTION = {
    "Of a run": {key: shape for key, shape in OF_RUN.items() if key not in ELSEWHERE},
    "Of a step": {key: shape for key, shape in OF_STEP.items() if issubclass(shape, OfStep)},
    "What follows from a rejection": {key: OF_STEP[key] for key in ("routed", "escalated")},
    "Of an escalation": {key: OF_STEP[key] for key in ("acknowledged", "resolved")},
    "Of an artifact": {"artifact_registered": OF_RUN["artifact_registered"]},
    "Of a trigger": {"trigger_fired": OF_RUN["trigger_fired"]},
}
EVERY = [(title, key) for title, shapes in SECTION.items() for key in shapes]


def section(title: str) -> str:
    return re.split(r"^## ", PAGE, flags=re.MULTILINE)[titles().index(title) + 1]


def titles() -> list[str]:
    return re.findall(r"^## (.+)$", PAGE, re.MULTILINE)


def keys(shape: type[Payload]) -> set[str]:
    return {field.name for field in fields(shape)}


def test_every_event_type_has_a_shape() -> None:
    assert set(OF_RUN) | set(OF_STEP) == set(EventType.values)


@pytest.mark.parametrize(("title", "event_type"), EVERY)
def test_every_key_of_a_payload_is_explained(title: str, event_type: str) -> None:
    text = section(title)
    rows = [match.group(3) for match in ROW.finditer(text) if match.group(1) == event_type]
    intro = ROW.sub("", text)
    named = set(re.findall(r"\w+", code("\n".join([*rows, intro]))))
    assert rows
    assert keys(SECTION[title][event_type]) - named == set()


@pytest.mark.parametrize("title", SECTION)
def test_no_key_is_explained_that_no_payload_has(title: str) -> None:
    for match in ROW.finditer(section(title)):
        event_type, _, told = match.groups()
        first = re.findall(r"(?:^|[,;]\s*)`(\w+)`", told.strip())
        assert set(first) - keys(SECTION[title][event_type]) == set(), event_type
