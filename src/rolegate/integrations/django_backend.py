"""The authentication backend through which Django asks the gate."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest

from rolegate.integrations.django_gate import gate, is_permission, subject
from rolegate.integrations.instance_ids import instance, is_id
from rolegate.records import RecordError


class RolegateBackend:
    """Answers `user.has_perm`. It signs nobody in, so it needs another backend beside it that does."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Nobody: this backend does not know any passwords."""

    async def aauthenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Nobody."""

    def get_user(self, user_id: Any) -> None:
        """Nobody."""

    async def aget_user(self, user_id: Any) -> None:
        """Nobody."""

    def has_perm(self, user: Any, perm: str, obj: Any = None) -> bool:
        """Whether *user* may use *perm*, a path or `path@scope`, on *obj*.

        *obj* is a record, the id of an instance (a text, a whole number, a UUID), or a tuple of ids.
        Permissions that the catalog does not have are left to the other backends.

        Raises:
            RecordError: for a record that lacks what the catalog asks of it, if the answer depends on that.
        """
        path, _, scope = perm.partition("@")
        asking = subject(user) if is_permission(path) else None
        if asking is None:
            return False
        if obj is None or is_id(obj):
            return asking.can(path, on=instance(obj), scope=scope or None)
        return not scope and asking.can(path, obj)

    def has_module_perms(self, user: Any, app_label: str) -> bool:
        """Whether *user* holds any permission of the group *app_label*."""
        if gate().policy.catalog.find(app_label) is None:
            return False  # it may be an application of Django
        asking = subject(user)
        return asking is not None and asking.can_any(f"{app_label}.*")

    def get_all_permissions(self, user: Any, obj: Any = None) -> set[str]:
        """The permissions that `has_perm` allows, without those that do not apply to *obj*."""
        asking = subject(user)
        held = asking.permissions() if asking is not None else ()
        return {path for path in held if self._fits(user, path, obj)}

    def _fits(self, user: Any, path: str, obj: Any) -> bool:
        try:
            return self.has_perm(user, path, obj)
        except RecordError:
            return False

    get_user_permissions = get_all_permissions

    def get_group_permissions(self, user: Any, obj: Any = None) -> set[str]:  # noqa: ARG002
        """Nothing: the groups of Django are not teams of the policy set."""
        return set()

    async def ahas_perm(self, user: Any, perm: str, obj: Any = None) -> bool:
        """As `has_perm`."""
        return bool(await sync_to_async(self.has_perm)(user, perm, obj))

    async def ahas_module_perms(self, user: Any, app_label: str) -> bool:
        """As `has_module_perms`."""
        return bool(await sync_to_async(self.has_module_perms)(user, app_label))

    async def aget_all_permissions(self, user: Any, obj: Any = None) -> set[str]:
        """As `get_all_permissions`."""
        return set(await sync_to_async(self.get_all_permissions)(user, obj))

    aget_user_permissions = aget_all_permissions

    async def aget_group_permissions(self, user: Any, obj: Any = None) -> set[str]:  # noqa: ARG002
        """Nothing."""
        return set()
