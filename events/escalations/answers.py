"""What a human may answer to an escalation, and what each answer does."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from books.models import known_word
from events.cases import case_at
from events.emitter import News, record
from events.errors import CannotRoute
from events.models import Escalation, EscalationAction, EventType, Rejection, RoutingRule
from events.router import Decision, decide
from workflows import runs
from workflows.errors import InvalidInput
from workflows.models import Outcome, Step
from workflows.rework import let_pass, may_pass, review_again, rework
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
    """One rework now; the count starts again at the next rejection.

    A review that waits here too, and is not taken along by that rework, gets one of its own.
    """
    run, item = escalation.run, escalation.item
    about = run.rejections.filter(item=item, rejection_type=escalation.rejection_type)
    about.update(counted=False)
    for step, decision in retried(escalation, answer, waiting_for(escalation)):
        _again(escalation, step, decision, actor)


def _again(escalation: Escalation, step: Step, decision: Decision, actor: str) -> None:
    """What that review rejected is made again, or the review itself."""
    run, item = escalation.run, escalation.item
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
    raised = escalation.rejections.filter(step=step).order_by("pk")
    told = {
        "rejection": raised.values_list("pk", flat=True).last(),
        "item": item or None,
        "escalation": escalation.pk,
        **vars(decision),
        **done.about(item),
    }
    record(run, News(EventType.ROUTED, step, told), actor=actor)


def retried(
    escalation: Escalation, answer: Answer, waiting: Sequence[Step]
) -> list[tuple[Step, Decision]]:
    """What a retry sends back of the reviews that wait, and where to: for the one that opened it
    as named, else by the rules, else to the review itself; then for each that waits besides and
    would not be judged anew by that.

    Raises CannotRoute where the rule sends the first to what is no work step upstream.
    """
    opened, *joined = waiting
    sent = [(opened, _decided(escalation, opened, answer))]
    definition = escalation.run.definition.parsed
    own = replace(answer, to_step="", agent="" if answer.to_step else answer.agent)
    for step in joined:
        remade = {decision.rework_step for _, decision in sent}
        if may_pass(step) and not remade & definition.upstream_of(step.name):
            sent.append((step, _decided_besides(escalation, step, own)))
    return sent


def _decided_besides(escalation: Escalation, step: Step, answer: Answer) -> Decision:
    """As the rules say. A human names a step for the first alone, so where they lead nowhere it
    goes to the nearest, as without a rule."""
    try:
        return _decided(escalation, step, answer)
    except CannotRoute:
        return _decided(escalation, step, answer, rules=())


def _decided(
    escalation: Escalation, step: Step, answer: Answer, rules: Iterable[RoutingRule] | None = None
) -> Decision:
    rejection_type = escalation.rejection_type
    if rules is None:
        rules = RoutingRule.objects.for_rejection(step, rejection_type)
    case = case_at(step, rejection_type, retry_count=escalation.retry_count, to_step=answer.to_step)
    by_rule = decide(replace(case, by_human=True), rules)
    to_step = by_rule.rework_step or step.name
    agent = by_rule.handler_agent if by_rule.rework_step else step.run.agent_of(step.spec)
    return replace(
        by_rule,
        rework_step=to_step,
        handler_agent=answer.agent or agent,
        why=f"escalation {escalation.pk} was answered with a retry, back to {to_step}",
    )


def override(escalation: Escalation, _answer: Answer, _actor: str) -> None:
    """Let that item pass every review whose rejection waited here."""
    for step in waiting_for(escalation):
        raised = Rejection.objects.open().raised_by(step)
        raised.filter(item=escalation.item).update(resolved=True)
        if not sent_back_others(step, escalation.item):
            let_pass(step, result={"overridden_by": escalation.pk})


def sent_back_others(step: Step, item: str) -> bool:
    """Whether that attempt sent back other items that are open still. What earlier attempts sent
    back does not hold it: that was mended, and judged again by this one."""
    return step.rejections.open().exclude(item=item).exists()


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
