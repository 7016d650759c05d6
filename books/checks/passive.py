"""The passive voice, where most of a section is written in it.

One passive is no fault. Who does what is lost where they pile up: "the check is made, the DC is
set, damage is dealt".
"""

import re
from collections.abc import Iterable, Iterator

from books.checks.finding import Found
from books.checks.reading import Reading
from books.checks.sentences import Sentence

FEWEST = 3
"""So many passive sentences a section has before their share counts."""
SHOWN = 3

IRREGULAR = (
    "awoken beaten begun bent bitten blown borne bought bound bred broadcast broken brought built"
    " burnt cast caught chosen cut dealt drawn driven dug eaten fed flung forbidden forgiven"
    " forgotten forsaken fought found frozen given ground heard held hewn hidden hit hung kept"
    " known laid learnt led left lent let lit made meant met mistaken misunderstood mown"
    " outnumbered overcome overheard overridden overrun overseen overtaken overthrown paid proven"
    " put read rebuilt redrawn remade reset rethought retold rewritten ridden rung said sawn seen"
    " sent set sewn shaken shot shown shut slain slung smitten sold sought sown spelt spent spilt"
    " split spoken spread sprung spun stolen strewn stricken struck strung stung sung sunk sworn"
    " swept swung taken taught thought thrown thrust told torn trodden undercut undertaken undone"
    " upheld withdrawn withheld won worn woven wound written wrung"
)
_ADJECTIVES = (
    "accustomed acquainted advanced afraid aged agreed amazed annoyed armed armored armoured"
    " ashamed assured astonished balanced based beloved blessed bored called committed"
    " complicated concerned confused connected convinced crowded curved dated dazed dedicated"
    " deserted detailed determined devoted disappointed distracted doomed dressed educated"
    " embarrassed engaged equipped excited exhausted experienced extended faded fascinated"
    " finished flawed focused forked frightened frustrated gifted grounded haunted heated hooded"
    " horrified hurried inclined indebted informed injured intended interested interrelated"
    " involved isolated jaded jagged layered learned limited linked loaded located married"
    " masked mixed motivated naked needed nuanced obsessed opposed organised organized outdated"
    " overwhelmed packed pleased poised prejudiced prepared puzzled qualified ragged related"
    " relaxed relieved reserved retired rooted rugged sacred satisfied scared scattered seated"
    " secluded segmented settled shocked sided skilled sophisticated specialised specialized"
    " spirited strained stranded stressed structured suited supposed surprised talented tempted"
    " terrified thrilled tired trained troubled trusted twisted varied versed wicked winded"
    " worried wounded wretched"
)
ADJECTIVES = frozenset(_ADJECTIVES.split())
"""In -ed; after "to be" they say what something is like."""
_NOT_PARTICIPLES = (
    "bed bleed breed creed deed exceed feed greed heed hundred indeed kindred need proceed red"
    " reed seed shed sled speed steed succeed weed"
)
NOT_PARTICIPLES = frozenset(_NOT_PARTICIPLES.split())
"""Words in -ed that are no verb's form."""
ADVERB = (
    r"(?:all|almost|also|already|always|both|either|else|even|ever|first|further|however|just"
    r"|more|most|much|never|not|now|often|once|only|otherwise|perhaps|quite|rather|seldom|simply"
    r"|so|somehow|sometimes|soon|still|then|therefore|thus|too|twice|usually|well|[a-z]{2,20}ly)"
)
PASSIVE = re.compile(
    r"\b(?P<be>am|is|are|was|were|be|been|being|isn['’]t|aren['’]t|wasn['’]t|weren['’]t"
    r"|gets?|got|gotten|getting)"
    rf"(?P<between>(?:[\s>]+{ADVERB}){{0,3}})[\s>]+[*_]{{0,2}}"
    rf"(?P<verb>[a-z]{{1,20}}ed|{'|'.join(IRREGULAR.split())})\b(?!-)"
    r"(?P<by>[*_]{0,2}[\s>]+by\b)?"
)
GET = re.compile("g[eo]t")
IDIOMS = frozenset({"accustomed", "lost", "started"})


def dense(reading: Reading) -> Iterator[Found]:
    """Sections with a greater share of passive sentences than the house allows."""
    limit = reading.style.limits["passive_percent"]
    for section in reading.page.sections:
        number = len(section.sentences)
        verbs = passives(reading.prose.masked, section.sentences)
        if len(verbs) >= FEWEST and len(verbs) * 100 > limit * number:
            shown = ", ".join(f'"{verb}"' for verb in verbs[:SHOWN])
            message = f"{len(verbs)} of {number} sentences are passive ({shown}): say who acts"
            yield Found(section.start, section.end, message)


def passives(masked: str, sentences: Iterable[Sentence]) -> list[str]:
    """The first passive verb, such as `is rolled`, of each sentence that has one."""
    firsts = (_first(masked, sentence) for sentence in sentences)
    return [f"{found['be']} {found['verb']}" for found in firsts if found]


def _first(masked: str, sentence: Sentence) -> re.Match[str] | None:
    verbs = PASSIVE.finditer(masked, sentence.start, sentence.end)
    return next(filter(_is_passive, verbs), None)


def _is_passive(found: re.Match[str]) -> bool:
    """Not so for `is tired` and `get started`, but for whatever is done by somebody."""
    verb = found["verb"]
    if verb in NOT_PARTICIPLES or (verb.startswith("un") and verb.endswith("ed")):
        return False
    if found["by"]:
        return True
    return verb not in ADJECTIVES and not (GET.match(found["be"]) and verb in IDIOMS)
