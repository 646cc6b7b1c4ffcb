"""RG802: a role that nobody holds."""

from __future__ import annotations

from collections.abc import Iterator

from rolegate.diagnostics import Report
from rolegate.grants.roles import RoleKey
from rolegate.linting import problems
from rolegate.linting.linted_set import LintedSet


def find_unheld_roles(linted: LintedSet, report: Report) -> None:
    """Report each role that no line gives, now or later, and that no role which is given extends.

    Where no line gives a role, an application does, so there is nothing to say. A default role is as
    good as held where somebody holds a version of it, which names it.
    """
    roles = linted.resolved.roles
    given = list(dict.fromkeys(_given(linted)))
    if not given:
        return
    known = set(given)
    for key in given:
        replaced = roles[key].replaces
        named = roles[key].parents if replaced is None else (*roles[key].parents, (None, str(replaced)))
        above = [parent for parent in named if parent not in known and parent in roles]
        known.update(above)
        given += above
    for role in linted.roles:
        if role.key not in known:
            problems.role_unheld(report, role)


def _given(linted: LintedSet) -> Iterator[RoleKey]:
    """The roles that lines give which are not over, in each domain where they hold."""
    domains = linted.resolved.domains
    for line in linted.resolved.bindings:
        if line.role is None or line.takes or (line.until is not None and line.until <= linted.at):
            continue
        deep = line.versions and not line.limited  # what `only` limits does not hold inside
        inside = domains.inside(line.domain) if deep else (line.domain,)
        for domain in inside:
            role = line.role_in(domain, domains)
            if role is not None:
                yield role.key
