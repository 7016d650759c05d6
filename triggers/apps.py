from django.apps import AppConfig


class TriggersApp(AppConfig):
    name = "triggers"
    verbose_name = "Triggers"

    def ready(self) -> None:
        from events.emitter import event_recorded
        from triggers import receivers

        event_recorded.connect(receivers.on_event_recorded)
