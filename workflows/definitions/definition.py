"""What a workflow is: its steps, what each takes and makes, and which come before it."""

import hashlib
import json
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, cast, get_args

from books.errors import nearest
from workflows.definitions import soundness
from workflows.definitions.spec import Table, refused
from workflows.errors import UnknownThing

Kind = Literal["work", "review", "gate"]
KINDS: tuple[Kind, ...] = get_args(Kind)
KEYS = ("type", "alias", "title", "upstream", "steps")
NOT_AT_A_GATE = ("agent", "produces", "foreach", "makes_version")


@dataclass(frozen=True)
class Wanted:
    """An artifact type as a step names it; `"name?"` is optional."""

    artifact_type: str
    optional: bool = False

    def __str__(self) -> str:
        return f"{self.artifact_type}?" if self.optional else self.artifact_type


@dataclass(frozen=True)
class StepSpec:
    """One step. The `agent` of a gate is its role; a step that is no gate has no role.

    `foreach` is true where each chapter in scope has a step of its own.
    """

    name: str
    kind: Kind
    agent: str
    role: str = ""
    needs: tuple[str, ...] = ()
    foreach: bool = False
    consumes: tuple[Wanted, ...] = ()
    produces: tuple[Wanted, ...] = ()
    makes_version: bool = False
    max_attempts: int = 3
    lease_seconds: int = 3600

    @property
    def made(self) -> set[str]:
        """The artifact types it may make, the optional ones too."""
        return {wanted.artifact_type for wanted in self.produces}

    @property
    def judges(self) -> bool:
        """Whether it can send work back: a review or a gate."""
        return self.kind != "work"

    def as_spec(self) -> dict[str, Any]:
        """The table it is read from: `needs` always spelled out, other defaults left away."""
        spec: dict[str, Any] = {"name": self.name, "kind": self.kind, "needs": list(self.needs)}
        spec |= {"role": self.role} if self.kind == "gate" else {"agent": self.agent}
        if self.foreach:
            spec["foreach"] = "chapter"
        if self.makes_version:
            spec["makes_version"] = True
        for key, wanted in (("consumes", self.consumes), ("produces", self.produces)):
            if wanted:
                spec[key] = [str(one) for one in wanted]
        for key in ("max_attempts", "lease_seconds"):
            if (value := getattr(self, key)) != getattr(StepSpec, key):
                spec[key] = value
        return spec


STEP_KEYS = tuple(field.name for field in fields(StepSpec))


@dataclass(frozen=True)
class Definition:
    """A workflow found sound by `parse`."""

    type: str
    alias: str
    title: str
    upstream: tuple[str, ...]
    steps: tuple[StepSpec, ...]

    @cached_property
    def _by_name(self) -> dict[str, StepSpec]:
        return {step.name: step for step in self.steps}

    def step(self, name: str) -> StepSpec:
        try:
            return self._by_name[name]
        except KeyError:
            hint = nearest(name, self._by_name)
            raise UnknownThing(f'{self.type} has no step "{name}"{hint}') from None

    def upstream_of(self, name: str) -> set[str]:
        """Every step that must be done before this one."""
        return set(self._distances(name))

    def work_upstream_of(self, name: str) -> list[StepSpec]:
        """What this step can send back to, in the order of the definition."""
        before = self.upstream_of(name)
        return [step for step in self.steps if step.kind == "work" and step.name in before]

    def downstream_of(self, name: str) -> list[StepSpec]:
        """Every step that waits for this one, in the order of the definition."""
        self.step(name)
        return [step for step in self.steps if name in self._distances(step.name)]

    @property
    def makes_version(self) -> bool:
        """Whether one of its steps turns what was made of chapters into a version."""
        return any(step.makes_version for step in self.steps)

    def consumed_by(self, name: str) -> tuple[str, ...]:
        """The artifact types a step judges or works on.

        A gate names none: it takes what the nearest reviews before it did or, where no step
        before it makes any of that, what the steps right before it made.
        """
        step = self.step(name)
        if step.kind != "gate" or step.consumes:
            return tuple(wanted.artifact_type for wanted in step.consumes)
        taken = [w.artifact_type for review in self._reviews_before(step) for w in review.consumes]
        if not self._makers(name, taken):
            before = [self.step(need) for need in step.needs]
            taken = [w.artifact_type for one in before for w in one.produces] or taken
        return tuple(dict.fromkeys(taken))

    @cached_property
    def taken_from_upstream(self) -> set[str]:
        """The artifact types that a step takes as `"name?"`: an upstream workflow may make them."""
        taken = (wanted for step in self.steps for wanted in step.consumes)
        return {wanted.artifact_type for wanted in taken if wanted.optional}

    def rework_target(self, name: str) -> StepSpec | None:
        """The nearest work step upstream that makes what this one consumes; None without one.

        Of two equally near the later in the definition is taken.
        """
        makers = self._makers(name, self.consumed_by(name))
        distances = self._distances(name)
        return min(reversed(makers), key=lambda step: distances[step.name], default=None)

    def as_spec(self) -> dict[str, Any]:
        """A canonical JSON-able form; `parse` reads it back to an equal definition."""
        head = {"type": self.type, "alias": self.alias, "title": self.title}
        steps = [step.as_spec() for step in self.steps]
        return {**head, "upstream": list(self.upstream), "steps": steps}

    def _distances(self, name: str) -> dict[str, int]:
        """How many needs away each step upstream is."""
        found: dict[str, int] = {}
        front, distance = set(self.step(name).needs), 1
        while front:
            found |= dict.fromkeys(front, distance)
            front = {need for near in front for need in self._by_name[near].needs} - found.keys()
            distance += 1
        return found

    def _makers(self, name: str, artifact_types: Collection[str]) -> list[StepSpec]:
        wanted = set(artifact_types)
        return [step for step in self.work_upstream_of(name) if step.made & wanted]

    def _reviews_before(self, step: StepSpec) -> list[StepSpec]:
        """The first review on every way back from `step`, in the order of the definition."""
        seen: set[str] = set()
        front = list(step.needs)
        while front:
            name = front.pop()
            if name not in seen:
                seen.add(name)
                near = self.step(name)
                front += [] if near.kind == "review" else near.needs
        return [one for one in self.steps if one.name in seen and one.kind == "review"]


def digest(spec: Mapping[str, Any]) -> str:
    """SHA-256, in lowercase hex, of the canonical JSON of a spec."""
    text = json.dumps(spec, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read(file: Path, known_artifact_types: Collection[str]) -> tuple[Definition, dict[str, Any]]:
    """The definition in a TOML file and its canonical spec. Raises DefinitionError."""
    try:
        spec = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise refused(file.name, f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise refused(file.name, f"not TOML: {error}") from error
    found = parse(spec, source=file.name, known_artifact_types=known_artifact_types)
    return found, found.as_spec()


def parse(
    spec: Mapping[str, Any], *, source: str, known_artifact_types: Collection[str]
) -> Definition:
    """A sound definition. Raises DefinitionError, one line with `source`, step and reason."""
    top = Table(source, spec)
    top.only(KEYS)
    head = {key: top.name(key) for key in ("type", "alias")}
    title, upstream = top.word("title"), top.words("upstream")
    steps: list[StepSpec] = []
    for number, values in enumerate(top.tables("steps"), start=1):
        name = Table(f"{source}: step {number}", values).name("name")
        table = Table(f'{source}: step "{name}"', values)
        steps.append(_step(table, [step.name for step in steps], known_artifact_types))
    found = Definition(**head, title=title, upstream=upstream, steps=tuple(steps))
    soundness.check(found, source)
    return found


def _step(table: Table, before: list[str], artifact_types: Collection[str]) -> StepSpec:
    table.only(STEP_KEYS)
    kind = table.word("kind", "work")
    if kind not in KINDS:
        raise table.refused(f'unknown kind "{kind}"{nearest(kind, KINDS)}')
    _check_kind(table, kind)
    if table.values.get("foreach", "chapter") != "chapter":
        raise table.refused(f'foreach is {table.values["foreach"]!r}; only "chapter" is known')
    role = table.word("role", "")
    return StepSpec(
        name=table.name("name"),
        kind=cast("Kind", kind),
        agent=role or table.word("agent"),
        role=role,
        needs=table.words("needs", tuple(before[-1:])),
        foreach="foreach" in table.values,
        consumes=_wanted(table, "consumes", artifact_types),
        produces=_wanted(table, "produces", artifact_types),
        makes_version=table.flag("makes_version"),
        max_attempts=table.count("max_attempts", StepSpec.max_attempts),
        lease_seconds=table.count("lease_seconds", StepSpec.lease_seconds),
    )


def _check_kind(table: Table, kind: str) -> None:
    if kind != "gate" and "role" in table.values:
        raise table.refused(f"only a gate has a role, not a {kind} step")
    if kind == "review" and "makes_version" in table.values:
        raise table.refused("a review makes no version")
    if kind == "gate":
        table.required("role")
        for key in NOT_AT_A_GATE:
            if key in table.values:
                raise table.refused(f"a gate has no {key}; whoever has its role decides")


def _wanted(table: Table, key: str, known: Collection[str]) -> tuple[Wanted, ...]:
    found: dict[str, Wanted] = {}
    for word in table.words(key):
        name = word.removesuffix("?")
        if name not in known:
            raise table.refused(f'{key} the unknown artifact type "{name}"{nearest(name, known)}')
        if name in found:
            raise table.refused(f'{key} names "{name}" twice')
        found[name] = Wanted(name, optional=word.endswith("?"))
    return tuple(found.values())
