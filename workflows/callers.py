"""Who asks over REST or in the browser, and what they may. The command line is trusted and asks
nobody."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.contrib.auth.models import Group, User

from artifacts.models import Artifact
from artifacts.models.artifact import ArtifactQuerySet
from workflows.errors import NotAllowed
from workflows.models import ApiToken, Step


class Power(StrEnum):
    READ = "read all"
    WORK = "claim work, and hand back its own"
    EDIT = "start and pause runs, take versions, fire triggers"
    OPERATE = "change books, rules, triggers, bindings and webhooks; decide anything"


GIVES: Mapping[str, frozenset[Power]] = {
    "viewer": frozenset({Power.READ}),
    "agent": frozenset({Power.WORK}),
    "editor": frozenset({Power.READ, Power.EDIT}),
    "operator": frozenset(Power),
}
"""What membership in a group gives. Any other group is a role: its members read, and decide what
waits for it."""
ROLE = frozenset({Power.READ})
LAST_CLAIMS = 10_000


@dataclass(frozen=True)
class Caller:
    """A user with the groups and agents that count now. No `agents` means any."""

    name: str
    groups: frozenset[str]
    agents: frozenset[str] = frozenset()

    @classmethod
    def of(cls, user: User, token: ApiToken | None = None) -> "Caller":
        """By a token no more than by the user, and no more than the token. One query."""
        groups = {"operator"} if user.is_superuser else set()
        groups |= set(Group.objects.filter(user=user).values_list("name", flat=True))
        if token and token.groups:
            groups &= set(token.groups)
        agents = frozenset(token.agents) if token else frozenset[str]()
        return cls(user.get_username(), frozenset(groups), agents)

    @cached_property
    def powers(self) -> frozenset[Power]:
        return frozenset[Power]().union(*(GIVES.get(group, ROLE) for group in self.groups))

    def may(self, power: Power) -> bool:
        return power in self.powers

    def refuse_agents(self, agents: tuple[str, ...]) -> None:
        """Raises NotAllowed for an agent whose work this token may not do."""
        if self.agents and (beyond := sorted(set(agents) - self.agents)):
            raise NotAllowed(
                f"this token claims for {', '.join(sorted(self.agents))}, not {', '.join(beyond)}"
            )

    def refuse_strange(self, step: Step) -> None:
        """Raises NotAllowed unless the step is held by this caller, or was once: who comes too late
        is told so, and keeps the text as a draft."""
        self.refuse_agents((step.agent,))
        if step.worker != self.name and not step.events.started_by(self.name).exists():
            raise NotAllowed(f"step {step.pk} ({step}) is not yours")

    def refuse_unseen(self, step: Step) -> None:
        """Raises NotAllowed where an agent without more may not read a step: another's."""
        if self.may(Power.READ):
            return
        self.refuse_agents((step.agent,))
        if step.worker not in ("", self.name):
            raise NotAllowed(f"step {step.pk} ({step}) is not yours")

    def seen(self, artifacts: ArtifactQuerySet) -> ArtifactQuerySet:
        """Those of them that lists show this caller: without the power to read all, what the last
        steps that it claimed, so many that a list stays quick, made or were given."""
        if self.may(Power.READ):
            return artifacts
        claimed = Step.objects.claimed_by(self.name, self.agents).order_by("-events__step_id")
        return artifacts.at_steps(claimed[:LAST_CLAIMS])

    def refuse_unseen_artifact(self, artifact: Artifact) -> None:
        """Raises NotAllowed for one that an agent without more may not read: neither made by a step
        that it ever claimed nor given to one."""
        if self.may(Power.READ):
            return
        given = list(artifact.uses.values_list("step", flat=True))
        steps = [artifact.step_id, *given] if artifact.step_id else given
        claimed = Step.objects.claimed_by(self.name, self.agents)
        if not claimed.filter(pk__in=steps).exists():
            raise NotAllowed(
                f"{artifact.public_id} was neither made by a step of yours nor given to one"
            )

    def refuse_adding(self, step: Step | None) -> None:
        """Raises NotAllowed unless this caller may add an artifact: to a step it holds or held, or
        who may start runs to a run alone."""
        if step:
            self.refuse_strange(step)
        elif not self.may(Power.EDIT):
            raise NotAllowed("who works on steps adds to a step it holds; name it and its lease")

    def may_do(self, agent: str) -> bool:
        """Whether this caller may claim and hand back that agent's work in the browser: by its
        power to work, or as a member of a group named like the agent. A group that gives powers
        (`editor`) is not the agent of that name."""
        allowed = not self.agents or agent in self.agents
        return allowed and (self.may(Power.WORK) or self._is_role(agent))

    def refuse_work(self, agent: str) -> None:
        """Raises NotAllowed unless this caller may do that agent's work."""
        self.refuse_agents((agent,))
        if not self.may_do(agent):
            raise NotAllowed(
                f"{self.name} is neither in the group {agent} nor in one that may work: "
                "agent, operator"
            )

    def is_for(self, agent: str, manned: Container[str]) -> bool:
        """Whether that agent's work waits for this caller before others: where a group of the
        agent's name has members (`manned`), for them. A group that gives powers is no such group:
        its members are not who does the agent's work."""
        theirs = agent in manned and agent not in GIVES
        return self.may_do(agent) and (self._is_role(agent) or not theirs)

    def may_decide(self, role: str, manned: Container[str]) -> bool:
        """Whether what waits for the group `role` is this caller's to decide: its members may,
        operators too, and editors where it has no members (is not in `manned`)."""
        return self._decides_always(role) or (self.may(Power.EDIT) and role not in manned)

    def refuse_decision(self, role: str) -> None:
        """Raises NotAllowed unless this caller may decide what waits for the group `role`."""
        if not (self._decides_always(role) or self.may_decide(role, manned(role))):
            raise NotAllowed(f"{self.name} is not in the group {role}, which decides this")

    def _decides_always(self, role: str) -> bool:
        return role in self.groups or self.may(Power.OPERATE)

    def _is_role(self, agent: str) -> bool:
        return agent in self.groups and agent not in GIVES


def manned(*groups: str) -> frozenset[str]:
    """The groups that have an active member, of these where any are named. One query."""
    rows = Group.objects.filter(user__is_active=True)
    rows = rows.filter(name__in=groups) if groups else rows
    return frozenset(rows.values_list("name", flat=True).distinct())


def members_of(role: str, most: int) -> list[str]:
    """The first so many active users in that group, by name."""
    found = User.objects.filter(groups__name=role, is_active=True)
    return list(found.order_by("username").values_list("username", flat=True)[:most])
