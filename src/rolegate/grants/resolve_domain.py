"""One domain, with those around it and inside it, resolved over a ground that is kept.

INVARIANT: what is found of its documents, and what they give, is what is found and given when the whole set
is read. What tells apart unrelated domains, such as ids that look alike, is only found there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from types import MappingProxyType
from typing import TypeVar

from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.documents.bindings_file import BindingShape
from rolegate.documents.documents import Documents
from rolegate.documents.domains_file import DomainShape, DomainsShape
from rolegate.documents.former_domains import with_domains_of_today
from rolegate.documents.roles_file import Role as DeclaredRole
from rolegate.documents.text import Text
from rolegate.grants.bindings import Binding
from rolegate.grants.blame import Blame
from rolegate.grants.check_lines import check_lines
from rolegate.grants.domains import DEFAULT, Domains
from rolegate.grants.follow_ups import FollowUps
from rolegate.grants.ground import Ground
from rolegate.grants.ids import warn_of_gone, warn_of_ids_alike
from rolegate.grants.inheritance import resolve_roles
from rolegate.grants.remembered import Remembered
from rolegate.grants.resolve import Resolved
from rolegate.grants.resolve_bindings import resolve_bindings
from rolegate.grants.resolve_domains import resolve_domains
from rolegate.grants.roles import Faults, Owner, Role, Roles
from rolegate.grants.roles_elsewhere import warn_of_roles_elsewhere
from rolegate.grants.same_titles import warn_of_same_titles
from rolegate.grants.set_aside import roles_aside
from rolegate.grants.set_report import SetReport
from rolegate.grants.size import SetTooLargeError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class DomainDocuments:
    """What is written of one domain: itself with its teams, its custom roles, and the lines that hold in it.

    `shape` is None for the one domain of a set that declares none.
    """

    name: Text
    shape: DomainShape | None
    roles: tuple[DeclaredRole, ...] = ()
    lines: tuple[BindingShape, ...] = ()

    @property
    def former_names(self) -> Sequence[Text]:
        return () if self.shape is None else self.shape.renamed_from

    @property
    def files(self) -> frozenset[str]:
        """The files in which it is written."""
        spans = [*(name.span for name, _ in self.roles), *(line.span for line in self.lines)]
        if self.shape is not None:
            spans += [self.name.span, *(team.span for team in self.shape.teams)]
        return frozenset(span.file for span in spans)


def documents_by_domain(documents: Documents) -> dict[str, DomainDocuments]:
    """The documents of each domain; what is of no declared domain is not among them."""
    shapes = None if documents.domains is None else documents.domains.domains
    names = [Text(DEFAULT, documents.top)] if shapes is None else list(shapes)
    roles: dict[str, list[DeclaredRole]] = {}
    lines: dict[str, list[BindingShape]] = {}
    for role in documents.roles:
        if role[1].domain is not None:
            roles.setdefault(role[1].domain, []).append(role)
    for line in documents.bindings:
        lines.setdefault(DEFAULT if shapes is None and line.domain is None else line.domain or "", []).append(
            line
        )
    return {
        str(name): DomainDocuments(
            name,
            None if shapes is None else shapes[name],
            tuple(roles.get(name, ())),
            tuple(lines.get(name, ())),
        )
        for name in names
    }


@dataclass(slots=True)
class _OwnReport(SetReport):
    """What is wrong with a domain: all errors, and what else is found in its files.

    INVARIANT: without the domain, there are no errors: whatever is one now, it brings about.
    """

    files: frozenset[str] = field(kw_only=True)
    remembered: Remembered | None = field(kw_only=True)

    def recall(self, key: Hashable, of: tuple[object, ...], work: Callable[[], T], what: str, at: Span) -> T:
        if self.remembered is None:
            return work()
        return self.remembered.recall(key, of, work, self, what, at)

    def passes_over(self, code: str, span: Span, *about: str) -> bool:
        return span.file not in self.files or SetReport.passes_over(self, code, span, *about)

    def take(self, found: Iterable[Diagnostic]) -> None:
        SetReport.take(self, [one for one in found if one.severity == "error" or one.span.file in self.files])


def resolve_domain(
    ground: Ground,
    domain: str | Collection[str],
    documents: Mapping[str, DomainDocuments],
    report: Report,
    aside: Mapping[Owner, Diagnostic] = MappingProxyType({}),
    faults: Faults | None = None,
    remembered: Remembered | None = None,
    *,
    more_inside: bool = False,
) -> Resolved | None:
    """*domain*, or several, with those around and inside them; None if that is too large.

    Of all these *documents* has everything, unless there may be *more_inside*: then nothing is missed that a
    domain inside might have. What is wrong in the documents of *domain*, and of those inside
    it, is reported, and every error that they bring about. The custom roles *aside* grant nothing, and errors
    in custom roles are added to *faults*. Whoever has *remembered* something wants to know of errors alone.
    """
    former = {str(was): str(one.name) for one in documents.values() for was in one.former_names}
    around = _around({domain} if isinstance(domain, str) else domain, documents, former)
    files = frozenset[str]().union(*(one.files for name, one in documents.items() if name not in around))
    own = _OwnReport(
        top=ground.documents.top,
        accepted=ground.documents.accepted,
        limits=ground.documents.limits,
        files=files,
        remembered=remembered,
    )
    written = with_domains_of_today(_written(ground, documents), own)
    try:
        partial = frozenset(map(str, documents)) if more_inside else around
        resolved = _resolved(ground, written, partial, own, aside, {} if faults is None else faults)
    except SetTooLargeError as large:
        report.take([large.finding])
        return None
    found = (*own.diagnostics, *own.left_out)
    report.take(FollowUps.of(written, ground.catalog).without(found) if found else ())
    return resolved


def _around(
    domains: Collection[str], documents: Mapping[str, DomainDocuments], former: Mapping[str, str]
) -> frozenset[str]:
    """Those of *documents* that are not *domains*, nor inside one of them."""
    return frozenset(name for name in documents if _outward(name, documents, former).isdisjoint(domains))


def _outward(name: str, documents: Mapping[str, DomainDocuments], former: Mapping[str, str]) -> set[str]:
    """The domain *name* and those around it, as far as they are there."""
    found: set[str] = set()
    outer: str | None = name
    while outer is not None and outer in documents and outer not in found:
        found.add(str(outer))
        shape = documents[outer].shape
        outer = None if shape is None or shape.within is None else former.get(shape.within, shape.within)
    return found


def _written(ground: Ground, documents: Mapping[str, DomainDocuments]) -> Documents:
    """The documents of these domains, over those of the ground."""
    shapes = {one.name: one.shape for one in documents.values() if one.shape is not None}
    roles = (role for one in documents.values() for role in one.roles)
    lines = sorted((line for one in documents.values() for line in one.lines), key=attrgetter("span"))
    return replace(
        ground.documents,
        domains=DomainsShape.model_construct(domains=shapes) if ground.declares_domains else None,
        roles=(*ground.documents.roles, *roles),
        bindings=tuple(lines),
    )


def _warn(
    ground: Ground,
    written: Documents,
    custom: Sequence[Role],
    bindings: tuple[Binding, ...],
    domains: Domains,
    roles: Roles,
    report: Report,
) -> None:
    """Report what is questionable, and no error."""
    catalog = ground.catalog
    warn_of_roles_elsewhere(bindings, catalog, domains, report)
    shapes = () if written.domains is None else written.domains.domains.values()
    entries = [entry for role in custom for entry in (*role.grants, *role.excepted)]
    entries += [entry for line in bindings for entry in line.named]
    warn_of_ids_alike(shapes, written.bindings, catalog, entries, report, ground.named)
    warn_of_gone(catalog, domains, custom, bindings, report)
    bodies = written.roles[len(ground.known.bodies) :]
    warn_of_same_titles(bodies, roles, domains, ground.labels, report, ground.titles)


def _domains(ground: Ground, written: Documents, around: frozenset[str], report: Report) -> Domains:
    shapes = {} if written.domains is None else written.domains.domains

    def work() -> Domains:
        found = resolve_domains(written.domains, ground.catalog, written.top, report)
        former, unfollowed = written.former_domains, written.unfollowed_domains
        return replace(found, former=former, partial=around, unfollowed=unfollowed)

    if any(shape.renamed_from for shape in shapes.values()):
        return work()  # what follows a former name is made anew each time
    return report.recall(("domains", around), (*shapes, *shapes.values()), work, "domains", written.top)


def _resolved(
    ground: Ground,
    written: Documents,
    around: frozenset[str],
    report: _OwnReport,
    aside: Mapping[Owner, Diagnostic],
    faults: Faults,
) -> Resolved:
    catalog, known, restrictions = ground.catalog, ground.known, ground.restrictions
    domains = _domains(ground, written, around, report)
    bodies = written.roles[len(known.bodies) :]
    roles = resolve_roles(bodies, catalog, domains, report, aside, faults, known)
    blame = Blame(report, faults, written.homes)
    bindings = resolve_bindings(written.bindings, catalog, domains, roles, restrictions, report, blame)
    custom = [role for role in roles.values() if role.domain is not None]
    warns = report.remembered is None
    check_lines(bindings, catalog, roles, domains, report, blame=blame, rules=known.rules, warns=warns)
    if warns:
        _warn(ground, written, custom, bindings, domains, roles, report)
    return replace(
        ground.resolved,
        domains=domains,
        roles=roles,
        bindings=bindings,
        set_aside=tuple(roles_aside(custom)),
    )
