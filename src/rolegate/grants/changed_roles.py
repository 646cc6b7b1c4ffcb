"""Resolves the roles of a set again, some of them changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.roles_file import RoleBody
from rolegate.documents.text import Text
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.inheritance import resolve_roles
from rolegate.grants.resolve import Resolved
from rolegate.grants.resolve_bindings import bind_again
from rolegate.grants.roles import Owner, Role


def with_roles(bodies: Iterable[tuple[Text, RoleBody]], resolved: Resolved, report: Report) -> Resolved:
    """The set with the roles of *bodies*, and its lines with what these hold; roles set aside stay so."""
    aside: dict[Owner, Diagnostic] = {
        (role.domain, role.name): role.aside
        for role in resolved.roles.values()
        if role.aside is not None and role.domain is not None
    }
    roles = resolve_roles(bodies, resolved.catalog, resolved.domains, report, aside)
    # A role that lines give may be gone: it is changed into one that is not valid, which was reported.
    there = all(line.role is None or line.role.key in roles for line in resolved.bindings)
    if not there and report.failed:
        return replace(resolved, roles=roles)
    bindings = bind_again(resolved.bindings, resolved.catalog, resolved.domains, roles, report)
    return replace(resolved, roles=roles, bindings=bindings)


def body_of(role: Role, more: Iterable[str] = ()) -> tuple[Text, RoleBody]:
    """*role* as it is declared, with *more* grants."""

    def written(entries: Iterable[GrantEntry]) -> list[Text]:
        return [Text(entry.text, entry.span) for entry in entries]

    body: dict[str, Any] = {
        "extends": [Text(name, role.span) for _, name in role.parents],
        "grants": [*written(role.grants), *(Text(text, role.span) for text in more)],
        "except": written(role.excepted),
    }
    if role.title not in ("", role.name):
        body["title"] = Text(role.title, role.span)
    if role.kind is not None and role.kind.name is not None:
        body["kind"] = Text(role.kind.name, role.span)
    if role.domain is not None:
        body["domain"] = Text(role.domain, role.span)
    if role.locked:
        body["locked"] = True
    if role.replaces is not None:
        body["replaces"] = role.replaces
    return Text(role.name, role.span), RoleBody.model_validate(body)
