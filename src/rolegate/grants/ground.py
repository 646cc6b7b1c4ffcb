"""What is the same in every domain of a set, resolved once: its catalog, labels, restrictions, default roles.

Thousands of domains rest on it, and each is resolved by itself (`resolve_domain`) when it changes, or when
somebody asks about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rolegate.catalog.build import build_catalog
from rolegate.catalog.labels import Labels, check_labels
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report
from rolegate.documents.documents import Documents
from rolegate.grants.check_removed import check_removed
from rolegate.grants.domains import Domains
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.ids import Named, named_in, named_in_catalog
from rolegate.grants.inheritance import resolve_roles
from rolegate.grants.known_roles import KnownRoles
from rolegate.grants.named_restrictions import NamedRestrictions, read_restrictions
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Roles
from rolegate.grants.same_titles import TitledRoles
from rolegate.grants.set_report import SetReport
from rolegate.grants.size import SetTooLargeError


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A catalog with its default roles, without anything of a domain. It never changes; threads may share it.

    `documents` are those of the whole set, without domains, custom roles and lines.
    """

    documents: Documents
    catalog: Catalog
    labels: Labels
    restrictions: NamedRestrictions
    roles: Roles
    known: KnownRoles = field(repr=False)
    titles: TitledRoles = field(repr=False)
    named: tuple[Named, ...] = field(repr=False)
    """The instances that the catalog and default roles name."""

    @classmethod
    def of(cls, documents: Documents, report: Report) -> Ground | None:
        """The ground of *documents*; None where there are errors in it, which are reported.

        What depends on domains is not judged, such as labels of custom roles.
        """
        own = SetReport(top=documents.top, accepted=documents.accepted, limits=documents.limits)
        found: Ground | None = None
        try:
            found = _resolved(documents, own)
        except SetTooLargeError as large:
            own.take([large.finding])
        report.take(own.diagnostics)
        return None if own.failed else found

    @property
    def declares_domains(self) -> bool:
        """Whether the set has domains; otherwise it has the one that nobody names."""
        return self.documents.domains is not None

    @property
    def resolved(self) -> Resolved:
        """The ground as a set without domains."""
        domains = Domains({}, declared=self.declares_domains)
        return Resolved(
            self.catalog,
            domains,
            self.roles,
            (),
            self.labels,
            self.restrictions,
            review=next(iter(self.documents.review), None),
            approvals=self.documents.approvals,
            invariants=self.documents.invariants,
            limits=self.documents.limits,
        )


def _resolved(documents: Documents, report: Report) -> Ground:
    bodies = tuple(role for role in documents.roles if role[1].domain is None)
    domains = None if documents.domains is None else documents.domains.model_copy(update={"domains": {}})
    catalog = build_catalog(documents.catalog, documents.top, report)
    check_removed(catalog, report)
    nowhere = Domains({}, declared=domains is not None)
    none = KnownRoles.none(catalog, report)
    roles = resolve_roles(bodies, catalog, nowhere, report)
    restrictions = read_restrictions(documents.catalog.restrictions, catalog, report)
    # Whether a label names a custom role, or an instance of a domain, is for those to say who see them all.
    labels = check_labels(documents.labels, catalog, {}, restrictions, {}, Report())
    named = (
        *named_in_catalog(catalog, report),
        *named_in(_entries(roles, restrictions), catalog, report),
    )
    return Ground(
        replace(documents, roles=bodies, domains=domains, bindings=()),
        catalog,
        labels,
        restrictions,
        roles,
        replace(none, bodies=bodies, roles=roles.by_key),
        TitledRoles.of(bodies, roles.values(), labels),
        named,
    )


def _entries(roles: Roles, restrictions: NamedRestrictions) -> Iterable[GrantEntry]:
    for role in roles.values():
        yield from (*role.grants, *role.excepted)
    for named in restrictions.values():
        yield from (entry for entry, _ in named.entries)
