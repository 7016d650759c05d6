from django.apps import AppConfig


class ArtifactsApp(AppConfig):
    name = "artifacts"
    verbose_name = "Artifacts"
