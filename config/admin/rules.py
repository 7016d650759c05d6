"""The page of a routing rule: its dry run, and its switch."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from config.admin import naming
from config.admin.forms import line, offering, switch
from config.admin.pages import instead
from config.admin.trials import TrialForm, TriedForm, TryingPage
from config.admin.verbs import Asked, Done, switches
from events.admin.rules import RoutingRuleAdmin
from events.models import RoutingRule
from events.rules import changing
from events.rules.asking import Inquiry
from events.rules.changing import Change
from events.rules.explaining import Question
from events.rules.form import RuleForm
from workflows.models import WorkflowDefinition

SAYS = ("handler_agent", "rework_step", "max_retries", "escalation_target")


class RuleTrial(TrialForm):
    run = line("Run", required=False, help_text="Its id: as it stands there now.")
    step = offering(
        "Step", required=False,
        help_text="Where it is sent back: the first or next that can reject, unless given.",
    )  # fmt: skip
    item = line("Chapter", required=False, help_text="With a run: its slug.")
    retry_count = forms.IntegerField(
        label="Rejection number", required=False, min_value=1, max_value=1_000_000,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text="Of this type in a row; the next there would be unless given.",
    )  # fmt: skip
    book = naming.book(required=False, help_text="With past rejections: of this book alone.")
    past = switch("All past rejections", help_text="What would have become of them.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = WorkflowDefinition.objects.newest().every_step()
        self.offer("step", sorted({spec.name for spec in steps if spec.judges}))

    def answer(self, row: RoutingRule) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        question = Question(
            row.rejection_type,
            row.workflow_type,
            row.step,
            retry_count=said.pop("retry_count"),
            tried=None if _stands(row) else Change(**_said(row, SAYS)),
            at=said.pop("step"),
        )
        return Inquiry(question, **said).answer()


def _stands(row: RoutingRule) -> bool:
    """Whether it is set just so, and counts."""
    saved = RoutingRule.objects.enabled().filter(pk=row.pk, **_said(row, changing.SAYS))
    return bool(row.enabled) and saved.exists()


def _said(row: RoutingRule, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


class TriedRule(TriedForm, RuleForm):
    trial_form = RuleTrial


def turn(asked: Asked, *, enabled: bool) -> Done:
    rule = changing.alter(asked.row.pk, Change(enabled=enabled))
    return Done(f"The rule for {rule} {'counts' if enabled else 'counts no more'}.")


VERBS = switches(
    turn,
    lambda rule: f"the rule for {rule}",
    on="Rejections to come are routed by it, where it is the most specific.",
    off="Rejections to come are routed as if it were not there.",
)


@instead(RoutingRule)
class RulePage(TryingPage, RoutingRuleAdmin):
    form = TriedRule
    verbs = VERBS
    trial_form = RuleTrial
    trying = "admin/bindery/try_rule.html"
    delete_confirmation_template = "admin/bindery/delete_rule.html"
    delete_selected_confirmation_template = "admin/bindery/delete_rules.html"
