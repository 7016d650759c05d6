"""The config of a trigger has its shape, or is refused in a line that says what would be right."""

from typing import Any

import pytest

from triggers.errors import TriggerRefused
from triggers.models import WorkflowTrigger
from triggers.terms import Config, Limit, Match, Terms, config_of, keys_of

EVERYTHING = {
    "books": ["core-rulebook"],
    "book_types": ["core", "supplement"],
    "settings": ["razorweave"],
    "match": {
        "parameters": {"chapters": ["01-one"], "draft": False, "note": None},
        "outcome": ["succeeded"],
        "has": ["release_notes"],
    },
    "parameters": {"notes": "{source.artifacts.release_notes.id}", "deep": {"of": [1, [2]]}},
    "input_version": "latest",
    "limit": {"count": 5, "seconds": 60},
    "with": ["w2_pdf", "w3_publication"],
}


def refusal(config: Any) -> str:
    with pytest.raises(TriggerRefused) as caught:
        config_of(config)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_every_key_is_read_as_it_was_said() -> None:
    assert config_of(EVERYTHING) == Config(
        books=["core-rulebook"],
        book_types=["core", "supplement"],
        settings=["razorweave"],
        match=Match(
            parameters={"chapters": ["01-one"], "draft": False, "note": None},
            outcome=["succeeded"],
            has=["release_notes"],
        ),
        parameters=EVERYTHING["parameters"],
        input_version="latest",
        limit=Limit(5, 60),
        with_=["w2_pdf", "w3_publication"],
    )
    assert EVERYTHING.keys() == keys_of(Config).keys()


def test_what_is_not_said_asks_for_nothing() -> None:
    nothing = Config([], [], [], Match({}, [], []), {}, "source", None, [])
    assert config_of({}) == nothing


def test_what_is_empty_asks_for_nothing() -> None:
    empty = {key: type(value)() for key, value in EVERYTHING.items() if key != "input_version"}
    assert config_of(empty) == config_of({})
    assert config_of({"match": {"parameters": {}, "outcome": [], "has": []}}) == config_of({})


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"bokks": []}, 'config has no key "bokks"; did you mean "books"?'),
        (
            {"further": []},
            'config has no key "further"; there are book_types, books, input_version',
        ),
        ({"match": {"outcom": []}}, 'config.match has no key "outcom"; did you mean "outcome"?'),
        ({"limit": {"second": 1}}, 'config.limit has no key "second"; did you mean "seconds"?'),
        ({"input_version": "lates"}, 'config.input_version is no "lates"; did you mean "latest"?'),
    ],
)
def test_an_unknown_key_is_told_with_the_nearest_right_one(config: Any, says: str) -> None:
    assert refusal(config).startswith(says)


@pytest.mark.parametrize("said", [None, [], ["books"], "books", 1, True])
def test_a_config_that_is_no_object_is_refused(said: Any) -> None:
    assert refusal(said) == 'config is not an object such as {"books": …}'


@pytest.mark.parametrize("key", ["books", "book_types", "settings", "with"])
@pytest.mark.parametrize("said", [None, "core", {}, 1, [""], [1], [None], [["core"]], ["a", True]])
def test_a_list_of_words_is_nothing_else(key: str, said: Any) -> None:
    assert refusal({key: said}) == f'config.{key} is not a list of words such as ["one", "two"]'


@pytest.mark.parametrize("key", ["outcome", "has"])
@pytest.mark.parametrize("said", [None, "succeeded", {}, [""], [0]])
def test_within_match_it_is_the_same(key: str, said: Any) -> None:
    says = f'config.match.{key} is not a list of words such as ["one", "two"]'
    assert refusal({"match": {key: said}}) == says


@pytest.mark.parametrize("said", [None, [], "x", 1, {"": 1}])
def test_parameters_are_an_object_of_names(said: Any) -> None:
    says = 'is not an object such as {"name": …}'
    assert refusal({"parameters": said}) == f"config.parameters {says}"
    assert refusal({"match": {"parameters": said}}) == f"config.match.parameters {says}"


@pytest.mark.parametrize("said", [None, [], "x", 1])
def test_match_and_limit_are_objects(said: Any) -> None:
    assert refusal({"match": said}) == 'config.match is not an object such as {"parameters": …}'
    assert refusal({"limit": said}) == 'config.limit is not an object such as {"count": …}'


@pytest.mark.parametrize("said", [None, 1, [], {}, "Latest", ""])
def test_the_input_version_is_one_of_two_words(said: Any) -> None:
    assert refusal({"input_version": said}).startswith(f'config.input_version is no "{said}"; ')


@pytest.mark.parametrize(("count", "seconds"), [(1, 1), (1_000_000, 316_224_000)])
def test_a_limit_may_go_as_far_as_its_bounds(count: int, seconds: int) -> None:
    limit = {"count": count, "seconds": seconds}
    assert config_of({"limit": limit}).limit == Limit(count, seconds)


@pytest.mark.parametrize("said", [0, -1, 1_000_001, 10**30, 1.0, 1.5, "1", True, None, [1]])
def test_a_count_beyond_its_bounds_is_refused(said: Any) -> None:
    says = "config.limit.count is not a whole number from 1 to 1000000"
    assert refusal({"limit": {"count": said, "seconds": 1}}) == says


@pytest.mark.parametrize("said", [0, -1, 316_224_001, 10**30, 1.0, "1", False, None])
def test_seconds_beyond_their_bounds_are_refused(said: Any) -> None:
    says = "config.limit.seconds is not a whole number from 1 to 316224000"
    assert refusal({"limit": {"count": 1, "seconds": said}}) == says


def test_half_a_limit_is_refused() -> None:
    assert refusal({"limit": {"count": 1}}) == "config.limit has no seconds"
    assert refusal({"limit": {"seconds": 1}}) == "config.limit has no count"


def test_the_terms_are_what_the_trigger_says_and_its_sources_the_first_one_first() -> None:
    trigger = WorkflowTrigger(
        name="all-done",
        source_workflow_type="w1_editing",
        target_workflow_type="w4_playtesting",
        trigger_condition="on_approve",
        config=EVERYTHING,
    )
    terms = Terms.of(trigger)
    assert (terms.name, terms.target, terms.condition) == (
        "all-done",
        "w4_playtesting",
        "on_approve",
    )
    assert terms.sources == trigger.sources == ("w1_editing", "w2_pdf", "w3_publication")
    assert terms.config == config_of(EVERYTHING)


@pytest.mark.parametrize("said", [None, 5, "with", [], {"with": None}, {"with": 5}, {"with": "w2"}])
def test_a_broken_config_leaves_the_source_alone(said: Any) -> None:
    """Whoever asks which triggers take a run is not stopped by it."""
    trigger = WorkflowTrigger(source_workflow_type="w1_editing", config=said)
    assert trigger.sources == ("w1_editing",)
    with pytest.raises(TriggerRefused):
        Terms.of(trigger)


def test_a_further_source_that_is_no_text_is_not_taken_for_one() -> None:
    trigger = WorkflowTrigger(source_workflow_type="w1_editing", config={"with": [1, ["w2_pdf"]]})
    assert "w2_pdf" not in trigger.sources
    assert all(isinstance(word, str) for word in trigger.sources)
