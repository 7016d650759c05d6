"""The texts of chapters as a step of a run has them."""

from collections.abc import Collection

from artifacts import store
from artifacts.models import Artifact, ArtifactType
from books.models import Text
from workflows.errors import UnknownThing
from workflows.inputs import chapters_of, handed_in, inputs_of
from workflows.models import Step


def own_text(step: Step, inputs: list[Artifact]) -> Artifact | None:
    """The text of its chapter that a step is given, else what was last handed in.

    None where the input version's still stands.
    """
    given = [a for a in inputs if a.artifact_type == ArtifactType.CHAPTER and a.item == step.item]
    return given[-1] if given else handed_in(step.run).filter(item=step.item).last()


def handed_out(step: Step, inputs: list[Artifact]) -> list[Artifact]:
    """Every artifact that the step's brief names, or whose text it shows."""
    text = own_text(step, inputs) if step.item else None
    return [*inputs, text] if text and text not in inputs else inputs


def judged_texts(step: Step) -> dict[str, str]:
    """The digest of every chapter of the input version by its slug, as a review sees it: the
    run's own text where there is one; of its own chapter, what it is given."""
    now = step.run.input_version.digests()
    made = chapters_of(step.run)
    if step.item and (own := own_text(step, inputs_of(step))):
        made[step.item] = own
    return now | {slug: one.digest for slug, one in made.items() if slug in now}


def judges_texts(step: Step) -> bool:
    """Whether it judges what chapters say, and not what was made of them."""
    consumed = step.run.definition.parsed.consumed_by(step.name)
    return bool(step.item) or ArtifactType.CHAPTER in consumed


def known(digests: Collection[str]) -> None:
    """Raises UnknownThing for a digest that is of no chapter, in the registry or handed in."""
    found = {
        *Text.objects.filter(pk__in=digests).values_list("pk", flat=True),
        *Artifact.objects.chapters_of(digests).values_list("digest", flat=True),
    }
    if strange := sorted(set(digests) - found):
        raise UnknownThing(f"no chapter has the digest {strange[0]}")


def read(digests: Collection[str]) -> dict[str, str]:
    """The texts by digest, of versions and of artifacts, by one query. Raises MissingBytes."""
    kept = dict(Text.objects.filter(pk__in=digests).values_list("digest", "text"))
    return kept | {one: store.read(one).decode() for one in digests if one not in kept}
