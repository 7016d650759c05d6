"""When a trigger fires: worked out from the rows alone, not by asking the product."""

import json
from datetime import timedelta
from typing import Any

from tests.law.picture import ENDED, Picture, moment
from tests.law.products import delivered
from tests.law.sayings import CHAIN_LIMIT, CLOSED


def config_of(trigger: Any) -> dict[str, Any]:
    return dict(json.loads(trigger.config))


def sources_of(trigger: Any) -> tuple[str, ...]:
    return (trigger.source_workflow_type, *config_of(trigger).get("with", ()))


def version_of(run: Any) -> int:
    return int(run.output_version_id or run.input_version_id)


class Occasion:
    """A trigger and an ended run that it could fire from, as the rows stand."""

    def __init__(self, trigger: Any, run: Any, before: Picture, after: Picture) -> None:
        self.trigger, self.run = trigger, run
        self.before, self.after = before, after
        self.config = config_of(trigger)
        self.stand = after.standings[run.id]

    def clause(self, *, requested: bool, now: Any) -> str:
        """What keeps it from firing; empty where nothing does."""
        hindrances = {
            "books": self._of_another_book(),
            "with": self._alone(),
            "match.parameters": self._of_other_parameters(),
            "match.has": self._without_what_is_wanted(),
            "trigger_condition": self._unapproved(),
            "once": not requested and self._came_together_before(),
            "chain": self.run.chain_depth >= CHAIN_LIMIT,
            "limit": self._too_often(now),
            "target": self.trigger.target_workflow_type == CLOSED or self._unfillable(),
        }
        return next((clause for clause, hinders in hindrances.items() if hinders), "")

    @property
    def parameters(self) -> dict[str, Any]:
        """What its target is given."""
        if "parameters" not in self.config:
            return {}
        return {"chapters": json.loads(self.run.parameters)["chapters"]}

    def _of_another_book(self) -> bool:
        books = self.config.get("books", [])
        return bool(books) and self.after.world.slugs[self.run.book_id] not in books

    def _alone(self) -> bool:
        done = {
            self.after.standings[run.id].workflow
            for run in self.after.runs.values()
            if run.status == "completed" and version_of(run) == version_of(self.run)
        }
        return not {*sources_of(self.trigger)} <= done | {self.stand.workflow}

    def _of_other_parameters(self) -> bool:
        wanted = self.config.get("match", {}).get("parameters", {})
        given = json.loads(self.run.parameters)
        return any(given.get(name) != value for name, value in wanted.items())

    def _without_what_is_wanted(self) -> bool:
        wanted = {*self.config.get("match", {}).get("has", ())}
        return not wanted <= {made.artifact_type for made in delivered(self.after, self.run.id)}

    def _unapproved(self) -> bool:
        return self.trigger.trigger_condition == "on_approve" and not any(
            row.kind == "gate" and row.status == "completed" for row in self.stand.rows
        )

    def _came_together_before(self) -> bool:
        """For this version, while it took several sources, and not because somebody asked."""
        return "with" in self.config and any(
            firing.result == "fired"
            and not firing.requested
            and "with" in json.loads(firing.terms)["config"]
            and version_of(self.before.runs[firing.source_run_id]) == version_of(self.run)
            for firing in self._past()
        )

    def _too_often(self, now: Any) -> bool:
        if not (limit := self.config.get("limit")):
            return False
        since = now - timedelta(seconds=limit["seconds"])
        lately = [one for one in self._past() if moment(one.created_at) >= since]
        return sum(one.result == "fired" for one in lately) >= limit["count"]

    def _unfillable(self) -> bool:
        return bool(self.config.get("parameters")) and "chapters" not in json.loads(
            self.run.parameters
        )

    def _past(self) -> list[Any]:
        past = self.before.firings.values()
        return [firing for firing in past if firing.trigger_id == self.trigger.name]


def takes(trigger: Any, picture: Picture, run: Any) -> bool:
    return picture.standings[run.id].workflow in sources_of(trigger)


def may_be_asked(trigger: Any, picture: Picture, run: Any) -> bool:
    """Whether a request that it fire is legal."""
    fits = trigger and trigger.enabled and takes(trigger, picture, run)
    return bool(fits) and run.status in ENDED
