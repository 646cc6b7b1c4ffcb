"""The documents of a set without the parts of tenants that are at fault."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rolegate.diagnostics import Diagnostic
from rolegate.documents.documents import Documents
from rolegate.documents.domains_file import DomainsShape
from rolegate.documents.file_kinds import ASIDE
from rolegate.documents.roles_file import Role, RoleBody
from rolegate.grants.roles import Owner


@dataclass(frozen=True, slots=True)
class Reduced:
    """Documents without what is set aside: `domains` are those that answer no, `roles` grant nothing."""

    documents: Documents
    domains: Mapping[str, Diagnostic]
    roles: Mapping[Owner, Diagnostic]

    @classmethod
    def of(cls, documents: Documents, aside: Mapping[Owner, Diagnostic]) -> Reduced:
        """*documents* without the domains *aside*, all that is inside them, and what roles *aside* grant."""
        dark = dict(_dark(documents, {name: why for (name, role), why in aside.items() if role is None}))
        roles = {owner: why for owner, why in aside.items() if owner[1] is not None and owner[0] not in dark}
        shapes = documents.domains.domains if documents.domains is not None else {}
        # INVARIANT: a set of which all domains are set aside has domains all the same, none of which is left.
        left = {name: shape for name, shape in shapes.items() if name not in dark}
        reduced = replace(
            documents,
            domains=None
            if documents.domains is None and not documents.declared
            else DomainsShape.model_construct(domains=left),
            roles=tuple(_roles(documents, roles, dark)),
            bindings=tuple(
                line
                for line in documents.bindings
                if line.domain not in dark and documents.homes.get(line.span.file) not in dark
            ),
            incomplete=frozenset({ASIDE}) if dark else frozenset(),
            dark={name: _around(documents, name) for name in dark},
        )
        return cls(reduced, dark, roles)


def _dark(documents: Documents, aside: Mapping[str, Diagnostic]) -> Iterator[tuple[str, Diagnostic]]:
    """The domains *aside* and those inside them, each with the reason."""
    yield from aside.items()
    for name in documents.domains.domains if documents.domains is not None else ():
        if str(name) not in aside:
            outer = next((domain for domain in documents.around(str(name)) or () if domain in aside), None)
            if outer is not None:
                yield str(name), aside[outer]


def _around(documents: Documents, domain: str) -> tuple[str, ...] | None:
    """The domains around *domain*; None if nobody knows, also where one of them is not declared."""
    around = documents.around(domain)
    return around if not around or around[-1] in documents.declared else None


def _roles(documents: Documents, aside: Container[Owner], dark: Container[str]) -> Iterator[Role]:
    """The roles outside the domains that are *dark*; of those *aside* only what people see."""
    for name, body in (*documents.roles, *documents.told_roles):
        if body.domain is None or str(body.domain) not in dark:
            is_aside = body.domain is not None and (str(body.domain), str(name)) in aside
            yield name, bare(body) if is_aside else body


def bare(body: RoleBody) -> RoleBody:
    """A role with no more than what people see of it."""
    empty: dict[str, Any] = {"grants": [], "excepted": [], "extends": [], "clone_of": None}
    return body.model_copy(update=empty)
