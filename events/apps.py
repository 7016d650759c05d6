from django.apps import AppConfig


class EventsApp(AppConfig):
    name = "events"
    verbose_name = "Events"

    def ready(self) -> None:
        from events import receivers
        from workflows import signals

        signals.run_moved.connect(receivers.on_run_moved)
        signals.step_moved.connect(receivers.on_step_moved)
        signals.artifact_added.connect(receivers.on_artifact_added)
