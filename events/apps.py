from django.apps import AppConfig


class EventsApp(AppConfig):
    name = "events"
    verbose_name = "Events"

    def ready(self) -> None:
        from django.core.checks import Tags, register
        from django.db.models.signals import post_migrate
        from django_fsm.signals import post_transition

        from events import receivers
        from events.log import guard
        from events.models import Escalation
        from workflows import signals

        signals.run_moved.connect(receivers.on_run_moved)
        signals.step_moved.connect(receivers.on_step_moved)
        signals.artifact_added.connect(receivers.on_artifact_added)
        post_transition.connect(receivers.on_escalation_moved, sender=Escalation)
        post_migrate.connect(guard.on_migrated, sender=self)
        register(guard.check_guard, Tags.database)
