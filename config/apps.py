from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class BinderyAdmin(AdminConfig):
    """Django's admin under the product's name."""

    default_site = "config.admin_site.BinderySite"


class ConfigApp(AppConfig):
    """The composition root, installed for the commands that need every app."""

    name = "config"
    verbose_name = "Bindery"
