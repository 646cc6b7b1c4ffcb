"""The app of Django that registers the system checks before `manage.py` runs them.

INSTALLED_APPS = [..., "rolegate.integrations.django_app.RolegateConfig"]

Without it they are registered when the URLs are imported, and then `check`, `migrate` and `runserver` have
listed their checks already.
"""

from __future__ import annotations

import importlib

from django.apps import AppConfig


class RolegateConfig(AppConfig):  # type: ignore[misc]  # Django is not typed
    """Registers the system checks of rolegate; it has no models, templates or commands."""

    name = "rolegate.integrations.django_app"
    label = "rolegate"
    verbose_name = "rolegate"

    def ready(self) -> None:
        """Import what registers the checks; it imports models, which are there only now."""
        importlib.import_module("rolegate.integrations.django")
