"""From the documents of a set to everything a compiled policy needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Protocol

from rolegate.catalog.build import build_catalog
from rolegate.catalog.labels import Labels, check_labels
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.documents.acceptances import Acceptances
from rolegate.documents.approvals_file import ApprovalShape
from rolegate.documents.documents import Documents
from rolegate.documents.invariants_file import InvariantShape
from rolegate.documents.limits import ORDINARY, Limits
from rolegate.documents.review_file import ReviewShape
from rolegate.documents.roles_file import Role as DeclaredRole
from rolegate.grants.bindings import Binding
from rolegate.grants.blame import Blame
from rolegate.grants.check_lines import check_lines
from rolegate.grants.check_removed import check_removed
from rolegate.grants.domains import Domains
from rolegate.grants.follow_ups import FollowUps
from rolegate.grants.ids import warn_of_gone, warn_of_gone_everywhere, warn_of_ids_alike
from rolegate.grants.inheritance import resolve_roles
from rolegate.grants.named_restrictions import NamedRestrictions, read_restrictions
from rolegate.grants.problems import ROLE_TWICE
from rolegate.grants.resolve_bindings import check_homes, resolve_bindings
from rolegate.grants.resolve_domains import check_removed_domains, resolve_domains
from rolegate.grants.roles import Faults, Owner, RoleKey, Roles
from rolegate.grants.roles_elsewhere import warn_of_roles_elsewhere
from rolegate.grants.same_titles import warn_of_same_titles
from rolegate.grants.set_aside import SetAside, roles_aside
from rolegate.grants.set_report import SetReport
from rolegate.grants.size import SetTooLargeError


class JudgeOfDrafts(Protocol):
    """Finds what is wrong with roles that are drafted, and with the set they would be in."""

    def place(self, name: str, domain: str | None) -> Span:
        """Where a new role would be written."""

    def judge(
        self, drafted: tuple[DeclaredRole, ...], edited: RoleKey | None, kept: Collection[str]
    ) -> tuple[Diagnostic, ...]:
        """What is found with *drafted* in the place of *edited*; the keys *kept* say what they said."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A policy set in which every name has been given the thing it names.

    `drafts` judges drafts as files of the set; None for a set that was not read from files. `accepted` is
    what the files accept, and `beside` what is wrong with those that only say how changes are judged.
    """

    catalog: Catalog
    domains: Domains
    roles: Roles
    bindings: tuple[Binding, ...]
    labels: Labels
    restrictions: NamedRestrictions = field(default_factory=dict)
    set_aside: tuple[SetAside, ...] = ()
    review: ReviewShape | None = None
    approvals: tuple[ApprovalShape, ...] = ()
    invariants: tuple[InvariantShape, ...] = field(default=(), repr=False, compare=False)
    beside: tuple[Diagnostic, ...] = field(default=(), repr=False, compare=False)
    drafts: JudgeOfDrafts | None = field(default=None, repr=False, compare=False)
    limits: Limits = field(default=ORDINARY, repr=False, compare=False)
    accepted: Acceptances = field(default=Acceptances(), repr=False, compare=False)

    def __repr__(self) -> str:
        return f"<Resolved {self.catalog.name!r}: {len(self.roles)} roles, {len(self.bindings)} bindings>"


def resolve(
    documents: Documents,
    report: Report,
    aside: Mapping[Owner, Diagnostic] = MappingProxyType({}),
    faults: Faults | None = None,
) -> Resolved | None:
    """Give every name in *documents* the thing it names; None where too much is wrong.

    The custom roles *aside* grant nothing. Errors in custom roles are added to *faults*.
    """
    own = SetReport(top=documents.top, accepted=documents.accepted, limits=documents.limits)
    resolved: Resolved | None = None
    try:
        resolved = _resolve(documents, own, aside, {} if faults is None else faults)
    except SetTooLargeError as large:
        report.take([large.finding])
    follow_ups = FollowUps.of(documents, None if resolved is None else resolved.catalog)
    found = _whichever_is_meant((*own.diagnostics, *own.left_out), documents, aside)
    report.take(follow_ups.without(found))
    return resolved


def _whichever_is_meant(
    found: Collection[Diagnostic], documents: Documents, aside: Mapping[Owner, Diagnostic]
) -> Collection[Diagnostic]:
    """Those of *found* that there are whichever role is meant, where two of one domain have one name.

    What is wrong in the file of the first is only found where that one is read.
    """
    twice = [(one.span, place.span) for one in found if one.code == ROLE_TWICE for place in one.related]
    domains = {name.span: body.domain for name, body in documents.roles} if twice else {}
    firsts = {first for second, first in twice if domains[first] == domains[second]}
    if not firsts:
        return found
    others = tuple(role for role in documents.roles if role[0].span not in firsts)
    again = SetReport(top=documents.top, accepted=documents.accepted, limits=documents.limits)
    try:
        _resolve(replace(documents, roles=others), again, aside, {})
    except SetTooLargeError:
        return found
    said = {(one.code, one.span, one.message) for one in again.diagnostics}
    files = {span.file for span in firsts}
    return [
        one
        for one in found
        if one.code == ROLE_TWICE or one.file in files or (one.code, one.span, one.message) in said
    ]


def _resolve(
    documents: Documents, report: Report, aside: Mapping[Owner, Diagnostic], faults: Faults
) -> Resolved:
    catalog = build_catalog(documents.catalog, documents.top, report)
    for path in catalog.renamed.values():  # a former name stands for each permission below
        report.steps(1 + len(catalog.below(path)), f"the former names of `{path}`", documents.top)
    check_removed(catalog, report)
    domains = resolve_domains(documents.domains, catalog, documents.top, report)
    check_removed_domains(domains, report)
    unfollowed = documents.unfollowed_domains
    domains = replace(domains, dark=documents.dark, former=documents.former_domains, unfollowed=unfollowed)
    roles = resolve_roles(documents.roles, catalog, domains, report, aside, faults)
    restrictions = read_restrictions(documents.catalog.restrictions, catalog, report)
    blame = Blame(report, faults, documents.homes)
    bindings = resolve_bindings(documents.bindings, catalog, domains, roles, restrictions, report, blame)
    check_homes(documents, domains, report)
    check_lines(bindings, catalog, roles, domains, report, blame=blame)
    warn_of_roles_elsewhere(bindings, catalog, domains, report)
    entries = [entry for role in roles.values() for entry in (*role.grants, *role.excepted)]
    entries += [entry for line in bindings for entry in line.named]
    entries += [entry for named in restrictions.values() for entry, _ in named.entries]
    shapes = documents.domains.domains.values() if documents.domains is not None else ()
    warn_of_ids_alike(shapes, documents.bindings, catalog, entries, report)
    warn_of_gone(catalog, domains, roles.values(), bindings, report)
    warn_of_gone_everywhere(catalog, domains, report)
    listed = {domain.name: domain.instances for domain in domains}
    names = {name: name for _, name in roles} | {was: now for (_, was), (_, now) in roles.former.items()}
    labels = check_labels(
        documents.labels, catalog, names, restrictions, listed, report, documents.former_domains
    )
    warn_of_same_titles(documents.roles, roles, domains, labels, report)
    return Resolved(
        catalog,
        domains,
        roles,
        bindings,
        labels,
        restrictions,
        tuple(roles_aside(roles.values())),
        review=next(iter(documents.review), None),
        approvals=documents.approvals,
        invariants=documents.invariants,
        beside=documents.beside,
        limits=documents.limits,
    )
