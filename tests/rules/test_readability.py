import time

import pytest

from books.checks.readability import Score, syllables
from tests.checking import found, page, report

SYLLABLES = {
    1: (
        "a breathe breathes bronze build can't clothes cried day days dice died dies don't"
        " eye eyes failed field fire freed fruit goes guard guess guide guild hour it's judge"
        " knight knives league learned learnt lies lives makes moved moves our owed piece"
        " played priest queen quest rogue rolled rules scene scenes shield shoe sleeves stayed"
        " stealth stone stones storm suit sword the thief through tied toes trap tried type"
        " used view watched we're wound year yes you'll"
    ),
    2: (
        "acquire acquired acre action added advance against agreed allies allowed allows"
        " although ambush anchor ancient android argued armour attacked autumn axes background"
        " battle battles beauty because before being believe believes between beyond bonus"
        " boxes bridges brilliant building business campaign captain careful careless carried"
        " carries cases casting castle ceiling centre chamber changes chaos chapter chasm"
        " choices cities client compass courage create creates creature creatures cruel damage"
        " damaged danger decides declared described dial diamond didn't diet disease distance"
        " doing doorway dragon duel dungeon dungeons dying empire ended engaged enough entered"
        " entrance evening every faction failure fatigue flower fluent follow followed forest"
        " freely fuel gentle giant going gorgeous handled happened harbour hated hazard"
        " healing hero heroes hollow homeless horror houses hunger index insight island"
        " journey judges junior kingdom language lantern layer legion leopard lightning likely"
        " lion listened little lonely loyal luncheon lying machine madness magic mayor measure"
        " merchant milestone million monster mountain movement movies moving naive naked"
        " nature neon nothing ocean offered ogre onion opened outcome password patient people"
        " people's persuade phases pieces pigeon pilot places planet player players playing"
        " poem poet poison power prism pursuit puzzle question quiet reaches react really"
        " region require required rescue resolved resource retreat review reward rhythm riot"
        " royal ruin ruins rustled sacred safely sailor saying scholar science season secret"
        " seeing senior series session shadow signal silence simple single social soldier"
        " soldiers something sometimes spaces special species staircase starship started"
        " statement studied studies success surgeon surprise survive system table tables"
        " tavern technique tension terror themselves thunder toughness toward towers treasure"
        " treaty trial triumph truly trying union unique unless user uses using value values"
        " vengeance vessel via vial village voices waited wasn't watches weapon weather"
        " whistle wicked window winter wisdom wishes wizard wounded"
    ),
    3: (
        "actual advancement advantage adventure aerial aeroplane agreement alien alliance"
        " animal annual anything appendix apprentice arcana archaic area area's argument"
        " athletics attempted attribute audible audience average awareness behaviour betrayal"
        " camera carrying casual cathedral champion changeable chaotic character characters"
        " charisma chemical chocolate colony completely computer condition conditions"
        " consequence considered continue continues convenient corridor corruption courageous"
        " created creation curious currency dangerous database deception defended dialogue"
        " different efficient encryption encumbrance enemies enemy engineer entirely episode"
        " equipment everyone example exhaustion familiar family favourite frequency galaxy"
        " glossary government gradual graduate guardian history horizon however hyena idea"
        " influence injury insurance interview loyalty lyceum maniac manual medicine memory"
        " mosaic museum mutual mystery narrative navigate obstacle obvious opinion optional"
        " orient peculiar penalty perception persuasion piano pioneer politics possible"
        " previous procedure profession radio reaction reactor reference religion religious"
        " remembered ritual rivalry sanity sensual serious several somebody stereo studio"
        " studying succeeded sufficient survival technician terminal terrible theatre theory"
        " together usual variant various viable video violence violent virtuous visible visual"
        " warrior whenever"
    ),
    4: (
        "abilities ability acrobatics agility alienate ambiguous comfortable consequences"
        " continuous cooperate coordinate definitely difficulty duality economy evacuate"
        " evaluate experience exploration geography geology incredible ingredient initiative"
        " intelligence interesting interior inventory manageable material mechanism modifier"
        " monastery mysterious navigation noticeable obedient occupation proficiency reality"
        " recovery reliable scenario scenarios security separately situation society"
        " spontaneous superior temperature theatrical usually variable vegetable zoology"
    ),
    5: ("cooperative immediately intimidation investigation negotiation simultaneous"),
}
KNOWN = {word: number for number, words in SYLLABLES.items() for word in words.split()}

PLAIN = "The warden takes the lamp and goes down to the sea with the rest of the crew at dusk. "
HARD = (
    "Institutional proficiencies facilitate considerable organisational advancement, "
    "particularly regarding administrative responsibilities, interdisciplinary collaboration "
    "and professional accreditation. "
)


def score(text: str) -> Score:
    found = Score.of(page(text).sentences)
    assert found
    return found


def test_nine_words_in_ten_have_the_right_number_of_syllables() -> None:
    wrong = [word for word, number in KNOWN.items() if syllables(word) != number]
    assert len(wrong) < len(KNOWN) / 10, wrong


def test_errors_in_the_number_of_syllables_weigh_each_other_up() -> None:
    counted = sum(map(syllables, KNOWN))
    assert counted == pytest.approx(sum(KNOWN.values()), rel=0.02)


@pytest.mark.parametrize(
    ("word", "number"),
    [("GM", 2), ("NPC", 3), ("2d6+3", 1), ("1,000", 1), ("self-made", 2), ("GM’s", 1), ("é", 1)],
)
def test_what_is_no_plain_word_counts_too(word: str, number: int) -> None:
    assert syllables(word) == number


def test_the_formulas_are_those_of_flesch_and_kincaid() -> None:
    found = score("The cat sat on the mat. A dog ran to it.")
    assert (found.words, found.length) == (11, 5.5)
    assert found.ease == pytest.approx(206.835 - 1.015 * 5.5 - 84.6)
    assert found.grade == pytest.approx(0.39 * 5.5 + 11.8 - 15.59)


def test_items_of_a_list_without_a_full_stop_are_left_out() -> None:
    assert score("The cat sat.\n\n- Institutional proficiencies\n- Rope").words == 3
    assert Score.of(page("- Rope\n- Lamp").sentences) is None


def test_a_hard_section_is_found_by_its_heading() -> None:
    text = f"# Plain\n\n{PLAIN * 9}\n\n## Hard\n\n{HARD * 9}"
    (finding,) = (one for one in report(text).findings if one.rule == "readability")
    assert (finding.quote, finding.line, finding.severity) == ("## Hard", 5, "warning")
    assert finding.message.endswith("shorter sentences and plainer words bring it to 35")


@pytest.mark.parametrize(
    "text",
    [
        PLAIN * 12,
        HARD * 3,
        "Choose two proficiencies. They represent training with special equipment. " * 15,
        "- " + HARD.replace(".", "") * 9,
        "```\n" + HARD * 9 + "\n```",
        "# Only a heading",
        "",
    ],
    ids=["plain", "short", "terms", "items", "code", "heading", "empty"],
)
def test_plain_short_and_terse_sections_are_left_alone(text: str) -> None:
    assert found(text, "readability") == []


def test_short_sentences_of_nothing_but_hard_words_are_hard() -> None:
    assert (
        len(found("Institutional proficiencies facilitate advancement. " * 30, "readability")) == 1
    )


def test_the_house_sets_the_limit() -> None:
    assert len(found(PLAIN * 12, "readability", "[limits]\nreading_ease = 100\n")) == 1


@pytest.mark.parametrize("piece", ["a", "e", "y", "ia", "ué", "’s", "le", "a-", "a’"])
def test_a_long_word_is_counted_in_proportion_to_its_length(piece: str) -> None:
    started_at = time.process_time()
    assert syllables(piece * (100_000 // len(piece))) > 0
    assert time.process_time() - started_at < 10
