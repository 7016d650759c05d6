from django.apps import AppConfig


class WorkflowsApp(AppConfig):
    name = "workflows"
    verbose_name = "Workflows"

    def ready(self) -> None:
        from django_fsm.signals import post_transition

        from workflows.lifecycle import on_transition
        from workflows.models import Step, WorkflowRun

        post_transition.connect(on_transition, sender=WorkflowRun)
        post_transition.connect(on_transition, sender=Step)
