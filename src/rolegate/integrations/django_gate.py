"""The gate of a Django project, and its users as the gate knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from rolegate.catalog.model import Permission
from rolegate.integrations.ask_guard import somebody

if TYPE_CHECKING:
    from rolegate.gate.gate import Gate
    from rolegate.gate.subject import Subject


def gate() -> Gate:
    """The gate that the setting `ROLEGATE_GATE` names.

    Without such a setting, or if what it names cannot be imported, Django's `ImproperlyConfigured` says so.
    """
    found: Any = _named("ROLEGATE_GATE", getattr(settings, "ROLEGATE_GATE", None))
    made: Gate = found() if callable(found) else found
    return made


def subject(user: Any) -> Subject | None:
    """The subject of *user*, always with the policy in force; None unless it is an active user.

    The setting `ROLEGATE_SUBJECT` names the function that makes it. If that needs something that only the
    request has, such as the tenant, let a middleware of yours put it on `request.user`.
    """
    if not getattr(user, "is_active", False) or not user.is_authenticated:
        return None
    path = getattr(settings, "ROLEGATE_SUBJECT", None)
    if path is None:
        return gate().subject(user.get_username())
    return somebody(_named("ROLEGATE_SUBJECT", path)(user))


def _named(setting: str, path: Any) -> Any:
    if not isinstance(path, str):
        meant = f'write the dotted path, such as {setting} = "shop.access.{setting[9:].lower()}"'
        raise ImproperlyConfigured(f"the setting `{setting}` names nothing; {meant}")
    try:
        return import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(f"the setting `{setting}` names `{path}`: {error}") from error


def is_permission(path: str) -> bool:
    """Whether the catalog has a permission called *path*."""
    return isinstance(gate().policy.catalog.find(path), Permission)
