"""RG804 and RG805: roles that hold the same."""

from __future__ import annotations

from rolegate.diagnostics import Report
from rolegate.grants.roles import Role, RoleKey
from rolegate.linting import problems
from rolegate.linting.linted_set import LintedSet


def find_equal_roles(linted: LintedSet, report: Report) -> None:
    """Report each role that holds the same as one before it which belongs to the same domain."""
    for same in linted.alike:
        first: dict[str | None, Role] = {}
        for role in same:
            other = first.setdefault(role.domain, role)
            if other is not role:
                problems.roles_equal(report, role, other)


def find_copies_of_defaults(linted: LintedSet, report: Report) -> None:
    """Report each custom role that holds the same as a default role."""
    for same in linted.alike:
        defaults = [role for role in same if role.domain is None]
        for role in same if defaults else ():
            if role.domain is not None:
                problems.equals_default(report, role, _nearest(role, defaults))


def _nearest(role: Role, defaults: list[Role]) -> Role:
    """The default role that *role* has most to do with."""
    related: set[RoleKey] = {*role.parents, (None, str(role.replaces)), (None, str(role.clone_of))}
    return next((default for default in defaults if default.key in related), defaults[0])
