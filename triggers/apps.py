from django.apps import AppConfig


class TriggersApp(AppConfig):
    name = "triggers"
    verbose_name = "Triggers"
