"""What it takes to make, edit and delete roles, and to give and take access."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rolegate.catalog.role_kind import RoleKind
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right
from rolegate.grants.roles import Role

RoleAction = Literal["create", "edit", "delete"]


@dataclass(frozen=True, slots=True)
class Managing:
    """The permissions of those who manage; each that is None is `manage` of the catalog.

    Some products have one permission to make roles and others to edit, to delete and to assign them.
    """

    create: str | None = None
    edit: str | None = None
    delete: str | None = None
    assign: str | None = None

    def to_assign(self, resolved: Resolved) -> Right | None:
        """What gives and takes access; None where nobody does that at run time."""
        return _right(self.assign or resolved.catalog.custom_roles.manage, resolved)

    def to_keep(self, resolved: Resolved) -> tuple[Right, ...]:
        """What somebody has to be left with: to give and take access, and to edit roles."""
        edit = _right(self.edit or resolved.catalog.custom_roles.manage, resolved)
        return tuple(dict.fromkeys(one for one in (self.to_assign(resolved), edit) if one is not None))

    def rights(self, resolved: Resolved) -> tuple[Right, ...]:
        """All by which somebody manages: access, roles, and roles of each kind."""
        catalog = resolved.catalog
        own = (self.assign, self.create, self.edit, self.delete)
        paths = (
            *(one or catalog.custom_roles.manage for one in own),
            *(kind.manage for kind in catalog.role_kinds.values()),
        )
        found = (_right(path, resolved) for path in dict.fromkeys(paths))
        return tuple(one for one in found if one is not None)

    def to_change(self, role: Role, action: RoleAction, domain: str, resolved: Resolved) -> Right | None:
        """What lets somebody do that with *role* in a domain; None where nobody may.

        A version of a default role is edited, also where it is made or goes, and needs no plan for custom
        roles. Those who may come from the kind of the role.
        """
        catalog, declared = resolved.catalog, resolved.domains.declared
        own: dict[RoleAction, str | None] = {"create": self.create, "edit": self.edit, "delete": self.delete}
        wanted = own[action] or catalog.custom_roles.manage
        version = declared and (role.domain is None or role.replaces is not None)
        if role.kind is None or (version and role.kind == catalog.custom_roles):
            return _right(wanted, resolved) if version else None
        if not self._has(role.kind, domain, resolved):
            return None
        return _right(wanted if role.kind == catalog.custom_roles else role.kind.manage, resolved)

    @staticmethod
    def _has(kind: RoleKind, domain: str, resolved: Resolved) -> bool:
        """Whether a domain has roles of *kind*."""
        return domain in resolved.domains and resolved.domains[domain].offers(kind.availability)


def _right(path: str | None, resolved: Resolved) -> Right | None:
    return None if path is None else whole(resolved, path)


def whole(resolved: Resolved, path: str) -> Right:
    """All of a permission: on every instance, at its broadest scope."""
    permission = resolved.catalog.permission_of(path)
    obj = "*" if permission.chain else "-"
    scope = "-" if permission.ladder is None else permission.ladder.broadest
    return Right(permission.path, obj, scope)
