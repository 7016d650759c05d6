import pytest

from books.checks import RULES, ours, read
from books.errors import Invalid

OWN = '[[patterns]]\nrule = "no-elves"\nfind = "elf"\nmessage = "no elves"\n'


def test_a_style_that_says_nothing_is_the_products_own() -> None:
    assert vars(read("")) == vars(ours())


def test_what_a_section_leaves_out_is_filled_in() -> None:
    style = read("[limits]\nsentence_words = 20\n")
    assert style.limits == {**ours().limits, "sentence_words": 20}
    assert style.dice == ours().dice


def test_a_rule_weighs_what_the_house_says() -> None:
    style = read('[rules]\nplaceholder = "warning"\ndoubled-word = "off"\n')
    assert style.severity("placeholder", "error") == "warning"
    assert style.severity("doubled-word", "error") is None
    assert style.severity("dice-notation", "error") == "error"
    assert style.severity("dice-notation", None) is None


def test_every_rule_may_be_named() -> None:
    said = "".join(f'{rule} = "off"\n' for rule in RULES)
    assert set(read(f"[rules]\n{said}").rules) == set(RULES)


def test_rules_of_the_houses_own_may_be_named() -> None:
    assert read(f'[rules]\nno-elves = "error"\n\n{OWN}').rules == {"no-elves": "error"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[rules", "is no TOML: "),
        (
            "[rules]\n\nplacholder = 'off'",
            ', line 3: [rules] placholder is no rule; did you mean "pl',
        ),
        (
            "[rules]\nplaceholder = 'loud'",
            ", line 2: [rules] placeholder is not one of error, warn",
        ),
        ("[rules]\nplaceholder = 1", ", line 2: [rules] placeholder is not a text"),
        (
            "[limits]\nsentence_word = 1",
            ', line 2: [limits] sentence_word is unknown; did you mean "',
        ),
        (
            "[limits]\nsentence_words = '1'",
            ", line 2: [limits] sentence_words is not of the kind 35",
        ),
        ("[limits]\nsentence_words = true", ", line 2: [limits] sentence_words is not of the kind"),
        ("[limits]\nsentence_words = -1", ", line 2: [limits] sentence_words is less than 0"),
        ("[game]\ncapitals = [1]", ", line 2: [game] capitals is not of the kind []"),
        ('[terms]\n"a b" = 1', ", line 2: [terms] a b is not a text"),
        ("[dice]\n\n[limit]\na = 1", ', line 3: [limit] is no section; did you mean "limits"?'),
        ("\nlimits = 3", ", line 2: limits is no section; write [limits]"),
        ("patterns = 3", "[patterns] is written [[patterns]], one table each"),
        ("[patterns]\nrule = 'a'", ", line 1: [patterns] is written [[patterns]]"),
        ("[[patterns]]\nrule = 'a'", ", line 1: [patterns] needs rule, find and message"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text, "book/house-style.toml")
    assert str(refused.value).startswith("book/house-style.toml")
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value", "line", "reason"),
    [
        ("rule", "No Elves", 7, "is no name such as no-shouting"),
        ("rule", "placeholder", 7, "is the name of a rule of the product"),
        ("find", "(", 8, "is no pattern: "),
        ("find", "a{99999999999999999999}", 8, "is no pattern: "),
        ("find", "x*", 8, "matches an empty text"),
        ("message", 1, 9, "is not a text"),
        ("type", "taste", 10, "is not one of style, mechanics, clarity, scope"),
        ("severity", "off", 10, "is not one of error, warning"),
        ("suggest", "a", 10, 'is unknown; did you mean "suggestion"?'),
    ],
)
def test_of_several_patterns_the_wrong_one_is_named(
    key: str, value: str | int, line: int, reason: str
) -> None:
    keys: dict[str, str | int] = {"rule": "own", "find": "a", "message": "no"}
    keys[key] = value
    table = "".join(f"{name} = {said!r}\n" for name, said in keys.items())
    with pytest.raises(Invalid) as refused:
        read(f"{OWN}\n[[patterns]]\n{table}")
    assert str(refused.value).startswith(
        f"house-style.toml, line {line}: [patterns] {key} {reason}"
    )
