"""Who edits a role: the permission that lets its holder do so."""

from __future__ import annotations

from rolegate.answers.inventory import check_domain, roles_of
from rolegate.catalog.role_kind import RoleKind
from rolegate.diagnostics import did_you_mean
from rolegate.errors import InvalidQuestionError, UnknownNameError, wrong_kind
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role, visible


def managed_by(resolved: Resolved, role: str | None, domain: str | None, kind: str | None) -> str | None:
    """The permission whose holders in *domain* edit its *role*, or without one make a role of *kind* there.

    Raises:
        UnknownNameError: for an unknown role, kind or domain.
        InvalidQuestionError: for a role and a kind at once, and for values of the wrong kind.
    """
    _check(role, domain, kind)
    check_domain(domain, resolved.domains)
    if role is None:
        return _manager(_kind(resolved, kind), domain, resolved)
    found = _role(resolved, role, domain)
    own = found.domain == domain or not resolved.domains.declared
    if not own or found.locked:
        return None
    custom = resolved.catalog.custom_roles
    if found.replaces is not None and found.kind is None and custom.manage is not None:
        return resolved.catalog.permission_of(custom.manage).path  # it needs no plan for custom roles
    return _manager(found.kind, domain, resolved)


def _manager(kind: RoleKind | None, domain: str | None, resolved: Resolved) -> str | None:
    domains = resolved.domains
    if kind is None or kind.manage is None or (domain is None and domains.declared):
        return None
    if domain is not None and not domains[domain].offers(kind.availability):
        return None
    return resolved.catalog.permission_of(kind.manage).path


def _check(role: str | None, domain: str | None, kind: str | None) -> None:
    for name, value in (("role", role), ("domain", domain), ("kind", kind)):
        if value is not None and not isinstance(value, str):
            raise wrong_kind(name)
    if role is not None and kind is not None:
        raise InvalidQuestionError("a role has its own kind: ask for `role` or for `kind`")


def _role(resolved: Resolved, name: str, domain: str | None) -> Role:
    key = visible(resolved.roles, name, domain, resolved.domains)
    if key is None:
        raise UnknownNameError("role", name, help=did_you_mean(name, roles_of(domain, resolved)))
    return resolved.roles[key]


def _kind(resolved: Resolved, name: str | None) -> RoleKind | None:
    """The kind called *name*; without one, that of custom roles, where there are domains to have them."""
    kinds = resolved.catalog.role_kinds
    if name is None:
        return resolved.catalog.custom_roles if resolved.domains.declared else None
    if name not in kinds:
        raise UnknownNameError("kind of role", name, help=did_you_mean(name, kinds))
    return kinds[name]
