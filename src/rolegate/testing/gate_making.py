"""Builds gates on the catalog and the domains of a real set, with one role of a test's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report, Span
from rolegate.documents.roles_file import RoleBody
from rolegate.documents.text import Text
from rolegate.errors import InvalidPolicyError, RolegateError
from rolegate.gate.gate import Gate
from rolegate.grants.bindings import Binding, BindingSubject
from rolegate.grants.domains import Domains
from rolegate.grants.inheritance import resolve_roles
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right
from rolegate.grants.roles import Origin, Role, RoleTable
from rolegate.policy.policy import Policy

_NAME = "granted"


def role_of(policy: Policy, grants: Sequence[str], file: str, line: int) -> Role:
    """The role that holds *grants*, written at *line* of *file*.

    Raises:
        InvalidPolicyError: when a role file could not say so.
    """
    span, report = Span(file, line), Report()
    body = RoleBody.model_validate({"grants": [Text(grant, span) for grant in grants]})
    domains = _offering_everything(policy.resolved.domains)
    roles = resolve_roles([(Text(_NAME, span), body)], policy.catalog, domains, report)
    if report.failed:
        raise InvalidPolicyError(report.sorted())
    return roles[None, _NAME]


def everything(catalog: Catalog, file: str, line: int) -> Role:
    """The role that holds every permission, deprecated ones as well, and so the hidden ones they imply."""
    origin = Origin("*", Span(file, line), _NAME)
    rights = {
        Right(permission.path, "*" if permission.chain else "-", scope): origin
        for permission in catalog.permissions
        if not permission.hidden
        for scope in permission.scope_names
    }
    return Role(_NAME, None, _NAME, Span(file, line), rights)


def gate_of(policy: Policy, role: Role | None, users: tuple[str, ...] | None) -> Gate:
    """A gate on which *users*, or all the set names, have *role* in every domain.

    Raises:
        RolegateError: when nobody would have it.
    """
    domains = _offering_everything(policy.resolved.domains)
    who = policy.users if users is None else users
    if role is not None and not who:
        raise RolegateError("the policy set does not name any user; say who gets the grants with `user=…`")
    bindings = tuple(
        Binding(BindingSubject("user", user), domain.name, role.span, role=role)
        for user in (who if role is not None else ())
        for domain in domains
        if role is not None and domain.within is None
    )
    roles = RoleTable({} if role is None else {role.key: role})
    resolved = Resolved(policy.catalog, domains, roles, bindings, policy.resolved.labels)
    return Gate(Policy(resolved=resolved, at=policy.at))


def _offering_everything(domains: Domains) -> Domains:
    offering = {domain.name: replace(domain, offers_everything=True) for domain in domains}
    return Domains(offering, declared=domains.declared)
