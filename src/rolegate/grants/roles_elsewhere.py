"""Lines that give a role of which nothing exists in the kinds of domains where the line holds."""

from __future__ import annotations

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report
from rolegate.grants import binding_problems
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domains
from rolegate.grants.roles import Role, RoleKey


def warn_of_roles_elsewhere(
    bindings: tuple[Binding, ...], catalog: Catalog, domains: Domains, report: Report
) -> None:
    """Report lines that never give anything: a plan may change, but the kind of a domain does not.

    What a custom role grants in vain is reported of the role.
    """
    if not (catalog.domain_kinds and domains.sound):
        return
    kinds: dict[RoleKey, frozenset[str] | None] = {}
    inside: dict[str, frozenset[str | None]] = {}
    for line in bindings:
        role = line.role
        if role is None or role.domain is not None or not role.sound:
            continue
        if role.key not in kinds:
            report.steps(len(role.rights), f"role `{role.name}`", role.span)
            kinds[role.key] = _kinds(role, catalog)
        wanted = kinds[role.key]
        here = domains[line.domain]
        if wanted is None or here.kind in wanted:
            continue
        report.steps(len(line.versions) // 4, f"role `{role.name}`", role.span)
        if any(line.domain in domains.outward(domain) for domain in line.versions):
            continue  # what a domain has in the place of the role may give something there
        if not line.limited and line.domain not in inside:
            report.steps(domains.width(line.domain), f"the domains in `{line.domain}`", here.span)
            inside[line.domain] = frozenset(domains[name].kind for name in domains.inside(line.domain))
        if line.limited or wanted.isdisjoint(inside[line.domain]):
            binding_problems.role_elsewhere(report, line.span, role.name, here, wanted)


def _kinds(role: Role, catalog: Catalog) -> frozenset[str] | None:
    """The kinds of domains in which something of *role* exists; None for all of them, or an empty role."""
    found: set[str] = set()
    for path in {right.path for right in role.rights}:
        kinds = catalog.permission(path).availability.kinds
        if kinds is None:
            return None
        found |= kinds
    return frozenset(found) or None
