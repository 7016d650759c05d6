"""How a rejection came to its end."""

from collections.abc import Iterable

from events.models import Escalation, EscalationAction, Rejection

PASSED, OVERRIDDEN = "passed", "overridden"


class Endings:
    """Of rejections, told from all there are and the escalations about them; of one run or of
    several."""

    def __init__(self, rejections: Iterable[Rejection], escalations: Iterable[Escalation]) -> None:
        self._overrides = [one for one in escalations if one.action == EscalationAction.OVERRIDE]
        self._reviews = {one.pk: {one.step.name} for one in self._overrides}
        for rejection in rejections:
            if rejection.escalation_id in self._reviews:
                self._reviews[rejection.escalation_id].add(rejection.step.name)

    def of(self, rejection: Rejection) -> str | None:
        """By a later `passed`, `overridden` by a human, or `closed` with its run; None while it
        is open."""
        if not rejection.resolved:
            return None
        if rejection.resolved_by_step_id:
            return PASSED
        return OVERRIDDEN if self.override_of(rejection) else str(EscalationAction.CLOSED)

    def override_of(self, rejection: Rejection) -> Escalation | None:
        """The escalation whose answer let it pass."""
        if not rejection.resolved or rejection.resolved_by_step_id:
            return None
        return next((one for one in self._overrides if self._let_pass(one, rejection)), None)

    def _let_pass(self, escalation: Escalation, rejection: Rejection) -> bool:
        return (
            (escalation.run_id, escalation.item) == (rejection.run_id, rejection.item)
            and rejection.step.name in self._reviews[escalation.pk]
            and rejection.created_at <= (escalation.resolved_at or rejection.created_at)
        )
