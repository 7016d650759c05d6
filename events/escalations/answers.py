"""What a human may answer to an escalation, and what each answer does."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from books.models import known_word
from events.cases import case_at
from events.emitter import News, record
from events.models import Escalation, EscalationAction, EventType, Rejection, RoutingRule
from events.router import Decision, decide
from workflows import runs
from workflows.errors import InvalidInput
from workflows.models import Outcome, Step
from workflows.rework import let_pass, review_again, rework
from workflows.roster import known_agents
from workflows.work import held


@dataclass(frozen=True)
class Answer:
    """What is to be done, and why. A retry may name the step to rework and who does it."""

    action: str
    resolution: str
    to_step: str = ""
    agent: str = ""


def check(answer: Answer) -> None:
    """Raises InvalidInput, or Unknown with the nearest right word."""
    known_word("action", answer.action, [str(action) for action in ACTIONS])
    if not answer.resolution.strip():
        raise InvalidInput("a resolution says in words what was decided, and why")
    if answer.action != EscalationAction.RETRY and (answer.to_step or answer.agent):
        raise InvalidInput(f"to_step and agent are for a retry, not for {answer.action}")
    if answer.agent:
        handlers = RoutingRule.objects.values_list("handler_agent", flat=True)
        known_agents([answer.agent], besides=handlers)


def retry(escalation: Escalation, answer: Answer, actor: str) -> None:
    """One rework now; the count starts again at the next rejection."""
    run, step, item = escalation.run, escalation.step, escalation.item
    about = run.rejections.filter(item=item, rejection_type=escalation.rejection_type)
    about.update(counted=False)
    decision = retried(escalation, answer)
    feedback = Rejection.objects.bearing_on(run, [item])
    if decision.rework_step == step.name:
        done = review_again(step, agent=decision.handler_agent, feedback=feedback)
    else:
        done = rework(
            step,
            items=[item],
            to_step=decision.rework_step,
            agent=decision.handler_agent,
            feedback=feedback,
        )
    told = {
        "rejection": escalation.rejections.order_by("pk").values_list("pk", flat=True).last(),
        "item": item or None,
        "escalation": escalation.pk,
        **vars(decision),
        **done.about(item),
    }
    record(run, News(EventType.ROUTED, step, told), actor=actor)


def retried(escalation: Escalation, answer: Answer) -> Decision:
    """Where a retry goes: as named, else by the rules, else to the review itself.

    Raises CannotRoute where the rule sends it to what is no work step upstream.
    """
    step, rejection_type = escalation.step, escalation.rejection_type
    rules = RoutingRule.objects.for_rejection(step, rejection_type)
    case = case_at(step, rejection_type, retry_count=escalation.retry_count, to_step=answer.to_step)
    by_rule = decide(replace(case, by_human=True), rules)
    to_step = by_rule.rework_step or step.name
    agent = by_rule.handler_agent if by_rule.rework_step else step.agent
    return replace(
        by_rule,
        rework_step=to_step,
        handler_agent=answer.agent or agent,
        why=f"escalation {escalation.pk} was answered with a retry, back to {to_step}",
    )


def override(escalation: Escalation, _answer: Answer, _actor: str) -> None:
    """Let that item pass every review whose rejection waited here.

    What an earlier attempt of the review rejected does not hold it back: it was mended and judged
    again.
    """
    for step in waiting_for(escalation):
        raised = Rejection.objects.open().raised_by(step)
        raised.filter(item=escalation.item).update(resolved=True)
        if not step.rejections.open().exists():
            let_pass(step, result={"overridden_by": escalation.pk})


def waiting_for(escalation: Escalation) -> list[Step]:
    """The reviews whose rejections wait here, the one that opened it first."""
    joined = escalation.rejections.order_by("pk").values_list("step", flat=True).distinct()
    return [held(escalation.run, pk) for pk in dict.fromkeys([escalation.step_id, *joined])]


def abort(escalation: Escalation, answer: Answer, _actor: str) -> None:
    """End the run as rejected."""
    runs.fail(escalation.run, outcome=Outcome.REJECTED, reason=answer.resolution)


ACTIONS: dict[str, Callable[[Escalation, Answer, str], None]] = {
    EscalationAction.RETRY: retry,
    EscalationAction.OVERRIDE: override,
    EscalationAction.ABORT: abort,
}
