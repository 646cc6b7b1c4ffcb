"""Roles that extend what a domain has replaced: where they are bound, they go on giving what they extend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rolegate.diagnostics import Report, Span
from rolegate.grants import problems
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domains
from rolegate.grants.given_roles import given_roles
from rolegate.grants.roles import RoleKey, Roles, visible


def warn_of_replaced_heirs(
    bindings: Iterable[Binding], roles: Roles, domains: Domains, report: Report
) -> None:
    """Report each role that is bound where it extends, past the domain's own version, what that replaces."""
    if not roles.versions:
        return
    bound: dict[str, dict[RoleKey, Span]] = {}
    for line in bindings:
        for role, where in given_roles(line, domains, report):
            for domain in where:
                bound.setdefault(domain, {}).setdefault(role.key, line.span)
    heirs = _ReplacedHeirs(roles)
    said: set[tuple[RoleKey, RoleKey]] = set()
    for replaced in roles.versions:
        for domain, held in bound.items():
            own = visible(roles, replaced, domain, domains)
            if own is None or own[0] is None or own not in roles:
                continue
            report.steps(len(held), f"the roles bound in domain `{domain}`", roles[own].span)
            for key, span in held.items():
                if (own, key) in said or not heirs.passes_by(key, replaced, own):
                    continue
                said.add((own, key))
                written = roles[own].replaces
                if written is not None:
                    problems.heir_of_replaced(report, roles[key].name, own[1], written, own[0], span)


@dataclass(frozen=True, slots=True)
class _ReplacedHeirs:
    roles: Roles
    _known: dict[tuple[RoleKey, str], bool] = field(default_factory=dict)

    def passes_by(self, key: RoleKey, replaced: str, own: RoleKey) -> bool:
        """Whether the role of *key* extends *replaced*, or a version of it, other than through *own*."""
        if key[0] is not None:
            return self._looked_up(key, replaced, own)
        found = self._known.get((key, replaced))  # a default role extends no version, so any will do
        if found is None:
            found = self._known[key, replaced] = self._looked_up(key, replaced, own)
        return found

    def _looked_up(self, key: RoleKey, replaced: str, own: RoleKey) -> bool:
        waiting, seen = [key], {key, own}
        for here in waiting if key != own else ():
            for parent in self.roles[here].parents if here in self.roles else ():
                if parent not in seen:
                    if parent == (None, replaced) or self._stands_for(parent, replaced):
                        return True
                    seen.add(parent)
                    waiting.append(parent)
        return False

    def _stands_for(self, key: RoleKey, replaced: str) -> bool:
        return key in self.roles and self.roles[key].replaces == replaced
