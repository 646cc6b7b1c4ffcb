"""The documents of a few domains as a set, over a ground that is kept: what a change means in a millisecond.

What is found, held and refused is what it is when the whole set is read; see `resolve_domain`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from rolegate.administration.administered_set import AdministeredSet, with_roles_in_every_plan
from rolegate.administration.rights_at_moment import KnownRights, RightsAtMoment
from rolegate.administration.tenant_documents import DocumentName, TenantDocuments, takes_away
from rolegate.compiled.domain_lines import DefaultLines, compile_domain
from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.documents.bindings_file import BindingShape
from rolegate.documents.documents import Documents
from rolegate.documents.domains_file import DomainShape
from rolegate.documents.item_shapes import DocumentKind, ItemDocument, shapes_of
from rolegate.documents.roles_file import Role
from rolegate.documents.text import Text
from rolegate.grants.domain_problems import domain_unknown
from rolegate.grants.domains import DEFAULT, Domains
from rolegate.grants.ground import Ground
from rolegate.grants.resolve import Resolved
from rolegate.grants.resolve_domain import DomainDocuments, resolve_domain
from rolegate.grants.roles import Owner
from rolegate.loading.without_parts import bare

_MOMENTS = 20
"""The lines of so many moments are kept."""

_ROUNDS = 10
"""Faults may hide others, so a set is tried again without those found; so often, and then nothing is told."""


@dataclass(slots=True)
class TenantGround:
    """What the documents of all tenants rest on. It never changes, and is made again for another catalog."""

    documents: Documents
    ground: Ground
    default: DefaultLines
    rights: KnownRights = field(init=False)
    _in_every_plan: Ground | None = None

    def __post_init__(self) -> None:
        self.rights = KnownRights(self.default)

    @classmethod
    def of(cls, documents: Documents, report: Report) -> TenantGround | None:
        """That of a set, without what its domains say; None where there are errors in it."""
        ground = Ground.of(documents, report)
        return None if ground is None else cls(documents, ground, DefaultLines.of(ground.resolved))

    @property
    def in_every_plan(self) -> Ground | None:
        """The same, as if roles of each kind were there in every plan."""
        if self._in_every_plan is None:
            self._in_every_plan = Ground.of(with_roles_in_every_plan(self.documents), Report())
        return self._in_every_plan


@dataclass(frozen=True, slots=True)
class SetOverGround:
    """Reads the documents of *domains*, and of those around and inside them; default roles are known.

    INVARIANT: what is not a document of a domain is as it is in the ground.
    """

    ground: TenantGround
    domains: frozenset[str]
    folder: str = "administered"

    def __call__(self, documents: TenantDocuments) -> AdministeredSet:
        report = Report()
        written = _Written.of(documents, self.folder, report)
        here = frozenset(name for name in self.domains if name in written.by_domain)
        lines = _KnownLines(self.ground.rights, here)
        resolved = _resolved(self.ground.ground, written, lines, report)
        errors = tuple(one for one in report.sorted() if one.severity == "error")

        def again() -> Resolved | None:
            ground = self.ground.in_every_plan
            return None if ground is None else resolve_domain(ground, here, written.by_domain, Report())

        around = _KnownLines(lines.default, frozenset(written.by_domain)).rights
        if resolved is not None and not resolved.domains.partial:
            around = lines.rights  # nothing is around them
        return AdministeredSet(documents, resolved, errors, again, lines.rights, around, lines.default.lines)


@dataclass(slots=True)
class _KnownLines:
    """The lines of some domains, compiled once where no line begins or ends: they are those of any time."""

    default: KnownRights
    domains: Collection[str]
    _made: list[tuple[Resolved, datetime | None, RightsAtMoment]] = field(default_factory=list)

    def rights(self, side: Resolved, moment: datetime) -> RightsAtMoment:
        timed = any(line.begins is not None or line.until is not None for line in side.bindings)
        return self.compiled(side, moment if timed else None, Report())

    def compiled(self, side: Resolved, at: datetime | None, report: Report) -> RightsAtMoment:
        for known, when, found in self._made:
            if known is side and when == at:
                return found
        made = compile_domain(side, self.default.lines, self.domains, at, report)
        self._made = [*self._made[-_MOMENTS:], (side, at, RightsAtMoment.in_domains(made, self.default))]
        return self._made[-1][-1]


def _resolved(ground: Ground, written: _Written, lines: _KnownLines, report: Report) -> Resolved | None:
    """The set without the roles that are at fault; None where something else is."""
    aside: dict[Owner, Diagnostic] = {}
    for _ in range(0 if report.failed else _ROUNDS):
        own, faults = Report(), dict[Diagnostic, Owner]()
        resolved = resolve_domain(ground, lines.domains, written.without(aside), own, aside, faults)
        if resolved is not None and not own.failed:
            lines.compiled(resolved, None, own)
        errors = [one for one in own.sorted() if one.severity == "error"]
        report.take(errors)
        if not errors:
            return resolved
        for error in errors:
            owner = faults.get(error) or written.roles.get(error.span.file)
            if owner is None or owner[1] is None or owner in aside:
                return None
            aside[owner] = error
    return None


@dataclass(frozen=True, slots=True)
class _Written:
    """Documents as shapes, domain by domain; `roles` has the custom role that is in each place."""

    by_domain: Mapping[str, DomainDocuments]
    roles: Mapping[str, Owner]

    @classmethod
    def of(cls, documents: TenantDocuments, folder: str, report: Report) -> _Written:
        places = dict(_placed(documents, folder))
        shapes = shapes_of(places.values(), report)
        today = {str(was): str(name) for name, shape in shapes.domains.items() for was in shape.renamed_from}
        roles, lines = defaultdict[str, list[Role]](list), defaultdict[str, list[BindingShape]](list)
        for role in shapes.roles:
            roles[today.get(str(role[1].domain), str(role[1].domain))].append(role)
        for line in shapes.lines:
            domain = str(line.domain or DEFAULT)
            lines[today.get(domain, domain)].append(line)
        names: dict[Text, DomainShape | None] = dict(shapes.domains)
        if not any(documents.of_kind("domain")):
            names[Text(DEFAULT, Span(folder))] = None
        for domain in {**dict.fromkeys(roles), **dict.fromkeys(lines)}:
            if domain not in names:
                domain_unknown(report, Text(domain, Span(folder)), Domains({}))
        found = {
            str(name): DomainDocuments(name, shape, tuple(roles[name]), tuple(lines[name]))
            for name, shape in names.items()
        }
        owners = {
            one.span.file: (name.domain, name.name)
            for name, one in places.items()
            if name.kind == "role" and name.domain is not None
        }
        return cls(found, owners)

    def without(self, aside: Mapping[Owner, Diagnostic]) -> Mapping[str, DomainDocuments]:
        """The same; of the roles *aside* only what people see."""
        found = dict(self.by_domain)
        for domain in {domain for domain, _ in aside}:
            roles = (
                (name, bare(body) if (domain, str(name)) in aside else body)
                for name, body in found[domain].roles
            )
            found[domain] = replace(found[domain], roles=tuple(roles))
        return found


def _placed(documents: TenantDocuments, folder: str) -> Iterator[tuple[DocumentName, ItemDocument]]:
    """The documents of domains, each with a place of its own, in their order."""
    for number, (name, document) in enumerate(documents.by_name.items()):
        if name.kind == "role" and name.domain is None:
            continue
        kind: DocumentKind
        kind = name.kind if name.kind != "line" else "restriction" if takes_away(document) else "binding"
        place = f"{folder}/{name.kind}s/{number:06}"
        yield name, ItemDocument(kind, document, Span(place))
