"""Default roles that are resolved already, with what is known of kinds of roles and of entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report
from rolegate.documents.roles_file import Role as DeclaredRole
from rolegate.grants.known_entries import KnownEntries
from rolegate.grants.role_kinds import KindRules, kind_rules
from rolegate.grants.roles import Role, RoleKey


@dataclass(frozen=True, slots=True, eq=False)
class KnownRoles:
    """What is worked out before the roles of a domain are.

    INVARIANT: `roles` are those of `bodies`, sorted. No default role depends on a domain.
    """

    entries: KnownEntries
    rules: KindRules
    bodies: tuple[DeclaredRole, ...] = ()
    roles: Mapping[RoleKey, Role] = field(default_factory=dict)

    @classmethod
    def none(cls, catalog: Catalog, report: Report) -> KnownRoles:
        """Those of a set of which no role is resolved yet."""
        return cls(KnownEntries(catalog), kind_rules(catalog, report))
