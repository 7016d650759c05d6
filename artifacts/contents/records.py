"""The shapes of JSON artifacts: the keys that Bindery itself writes or reads, by artifact type.

Every key may be left out unless it says otherwise, null stands for left out, and further keys are
kept. A list or an object that is empty is fine.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from artifacts.models import ArtifactType
from artifacts.models.feedback import LONGEST

RejectionType = Literal["style", "mechanics", "clarity", "scope"]
Count = Annotated[int, Meta(ge=0)]
Key = Annotated[str, Meta(min_length=1, max_length=LONGEST["key"], pattern=r"^\S([^\r\n]*\S)?\Z")]
Slug = Annotated[str, Meta(max_length=LONGEST["chapter"], pattern=r"^[^\r\n]*\Z")]
Heading = Annotated[str, Meta(max_length=LONGEST["heading"], pattern=r"^[^\r\n]*\Z")]
Severity = Annotated[str, Meta(max_length=LONGEST["severity"], pattern=r"^[\w-]+\Z")]
Figures = dict[str, int | float | None]


class Item(Struct):
    """One thing that a playtest asks of the text. Its key is needed, to answer it by."""

    key: Key
    chapter: Slug | None = None
    heading: Heading | None = None
    rejection_type: RejectionType | None = None
    severity: Severity | None = None
    quote: str | None = None
    text: str | None = None


class PlaytestFeedback(Struct):
    items: list[Item] = []

    def __post_init__(self) -> None:
        keys = set[str]()
        for item in self.items:
            if item.key in keys:
                raise ValueError(f'two items have the key "{item.key}"')
            keys.add(item.key)


class Finding(Struct):
    rule: str | None = None
    rejection_type: RejectionType | None = None
    severity: str | None = None
    chapter: str | None = None
    line: Count | None = None
    start: Count | None = None
    end: Count | None = None
    quote: str | None = None
    message: str | None = None
    suggestion: str | None = None
    waived_because: str | None = None


class Compared(Struct):
    """Figures of a chapter's text before a revision and after it."""

    before: Figures | None = None
    after: Figures | None = None


class ReviewReport(Struct):
    chapter: str | None = None
    chapters: dict[str, Compared] | None = None
    findings: list[Finding] | None = None
    waived: list[Finding] | None = None
    new: list[Finding] | None = None
    figures: Compared | None = None


class Planned(Struct):
    slug: str | None = None
    title: str | None = None
    words: Count | None = None
    draft: bool | None = None
    need: Count | None = None
    errors: Count | None = None
    warnings: Count | None = None
    figures: Figures | None = None
    feedback: list[dict[str, object]] | None = None
    findings: list[Finding] | None = None
    waived: list[Finding] | None = None


class ImprovementPlan(Struct):
    """`chapters` may be slugs alone."""

    book: str | None = None
    version: str | None = None
    chapters: list[str | Planned] | None = None


class Published(Struct):
    path: Annotated[str, Meta(min_length=1)]
    digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")] | None = None
    size_bytes: Count | None = None


class Deployment(Struct):
    url: Annotated[str, Meta(pattern=r"^https?://\S+\Z")] | None = None
    version: str | None = None
    files: list[Published] | None = None


SHAPES: dict[str, type[Struct]] = {
    ArtifactType.PLAYTEST_FEEDBACK: PlaytestFeedback,
    ArtifactType.REVIEW_REPORT: ReviewReport,
    ArtifactType.IMPROVEMENT_PLAN: ImprovementPlan,
    ArtifactType.DEPLOYMENT: Deployment,
}
