"""The variable `perms` in Django templates, for permissions of any depth."""

from __future__ import annotations

from typing import Any, NoReturn

from django.http import HttpRequest

from rolegate.catalog.model import Permission
from rolegate.catalog.scoped_fields import is_field
from rolegate.integrations.django_gate import gate, is_permission


def perms(request: HttpRequest) -> dict[str, Perms]:
    """A context processor: `perms` in templates, instead of Django's, for permissions of any depth.

    List it below `django.contrib.auth.context_processors.auth`.

        {% if perms.tickets %}                   holds something in the group: show the menu
        {% if perms.tickets.edit %}              may edit every ticket (the broadest scope)
        {% if perms.tickets.edit.my %}           may edit tickets at the scope `my`
        {% if perms.contacts.fields.phone %}     may edit the field, in every record if it has scopes
        {% if "tickets.edit@my" in perms %}
    """
    from django.contrib.auth.models import AnonymousUser

    return {"perms": Perms(getattr(request, "user", None) or AnonymousUser())}


class Perms:
    """A path in the catalog, true if `user.has_perm` says so; Django's own permissions work as before."""

    __slots__ = ("_path", "_user")

    def __init__(self, user: Any, path: str = "") -> None:
        self._user, self._path = user, path

    def __getitem__(self, name: str) -> Perms:
        return Perms(self._user, f"{self._path}.{name}" if self._path else name)

    def __iter__(self) -> NoReturn:
        # Without this method, Python would ask for `self[0]`, `self[1]` and so on without end.
        raise TypeError("`perms` cannot be iterated over")

    def __contains__(self, name: str) -> bool:
        if "@" in name:
            return bool(self._user.has_perm(f"{self._path}.{name}" if self._path else name))
        return bool(self[name])

    def __bool__(self) -> bool:
        path, user = self._path, self._user
        catalog = gate().policy.catalog
        outer, _, last = path.rpartition(".")
        permission = catalog.find(outer) if outer else None
        if catalog.find(path) is None and isinstance(permission, Permission):
            return bool(user.has_perm(f"{outer}@{last}"))
        found = catalog.find(path)
        if is_field(found, catalog):  # as if it had no scopes: not "something of it in some record"
            return bool(user.has_perm(f"{found.path}.edit"))
        if is_permission(path) or (catalog.find(path) is None and "." in path):
            return bool(user.has_perm(path))
        return bool(user.has_module_perms(path))

    def __str__(self) -> str:
        return str(bool(self))
