"""Documents as the shapes that files would give them; what was read a moment ago is not read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from operator import is_
from typing import NamedTuple

from rolegate.administration.tenant_documents import Document, DocumentName, TenantDocuments, takes_away
from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.documents.bindings_file import BindingShape
from rolegate.documents.domains_file import DomainShape
from rolegate.documents.item_shapes import DocumentKind, ItemDocument, shapes_of
from rolegate.documents.roles_file import Role
from rolegate.documents.text import Text
from rolegate.grants.domain_problems import domain_unknown
from rolegate.grants.domains import DEFAULT, Domains
from rolegate.grants.resolve_domain import DomainDocuments
from rolegate.grants.roles import Owner
from rolegate.loading.without_parts import bare


class _Placed(NamedTuple):
    """Documents that make one shape, in a place of their own: a role, a line, or a domain with its teams."""

    documents: tuple[Document, ...]
    items: tuple[ItemDocument, ...]
    domains: Mapping[Text, DomainShape]
    roles: tuple[Role, ...] = ()
    lines: tuple[BindingShape, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenDocuments:
    """Documents as shapes, domain by domain; `owners` has the custom role that is in each place.

    `sound` says that there is no error in any of them.
    """

    by_domain: Mapping[str, DomainDocuments]
    owners: Mapping[str, Owner]
    sound: bool
    _placed: Mapping[DocumentName, _Placed]
    _places: int

    @classmethod
    def of(
        cls, documents: TenantDocuments, folder: str, report: Report, last: WrittenDocuments | None
    ) -> WrittenDocuments:
        """The shapes of *documents*, of which the *last* reading may know some: those that are the same."""
        known = {} if last is None or not last.sound else last._placed
        number = 0 if last is None else last._places
        placed: dict[DocumentName, _Placed] = {}
        missing: list[tuple[DocumentName, _Placed]] = []
        for name, some in _units(documents):
            found = known.get(name)
            if found is None or not _same(found.documents, some):
                items = tuple(_items(name, some, f"{folder}/{name.kind}s/{number:09}"))
                number += 1
                found = _Placed(some, items, {})
                missing.append((name, found))
            placed[name] = found
        own = Report()
        placed |= _read(missing, own)
        report.take(own.diagnostics)
        by_domain = _by_domain(placed, folder, report)
        owners = {
            one.items[0].span.file: (name.domain, name.name)
            for name, one in placed.items()
            if name.kind == "role" and name.domain is not None
        }
        return cls(by_domain, owners, not own.failed, placed, number)

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


def _units(documents: TenantDocuments) -> Iterator[tuple[DocumentName, tuple[Document, ...]]]:
    """The documents that are read together, in their order; default roles are known, and left out."""
    teams = defaultdict[str | None, list[Document]](list)
    for name, document in documents.by_name.items():
        if name.kind == "team":
            teams[name.domain].append(document)
    for name, document in documents.by_name.items():
        if name.kind == "domain":
            yield name, (document, *teams[name.domain])
        elif name.kind == "line" or (name.kind == "role" and name.domain is not None):
            yield name, (document,)


def _items(name: DocumentName, documents: tuple[Document, ...], place: str) -> Iterator[ItemDocument]:
    first, *teams = documents
    kind: DocumentKind
    kind = name.kind if name.kind != "line" else "restriction" if takes_away(first) else "binding"
    yield ItemDocument(kind, first, Span(place))
    for number, team in enumerate(teams):
        yield ItemDocument("team", team, Span(f"{place}/{number:06}"))


def _read(
    missing: list[tuple[DocumentName, _Placed]], report: Report
) -> Iterator[tuple[DocumentName, _Placed]]:
    """What the items of each say; nothing where there are errors, which are reported."""
    shapes = shapes_of((item for _, one in missing for item in one.items), report)
    roles, lines = defaultdict[str, list[Role]](list), defaultdict[str, list[BindingShape]](list)
    for role in shapes.roles:
        roles[role[0].span.file].append(role)
    for line in shapes.lines:
        lines[line.span.file].append(line)
    domains = {name.span.file: {name: shape} for name, shape in shapes.domains.items()}
    for name, one in missing:
        place = one.items[0].span.file
        yield (
            name,
            one._replace(
                domains=domains.get(place, {}), roles=tuple(roles[place]), lines=tuple(lines[place])
            ),
        )


def _by_domain(
    placed: Mapping[DocumentName, _Placed], folder: str, report: Report
) -> dict[str, DomainDocuments]:
    domains = {name: shape for one in placed.values() for name, shape in one.domains.items()}
    today = {str(was): str(name) for name, shape in domains.items() for was in shape.renamed_from}
    roles, lines = defaultdict[str, list[Role]](list), defaultdict[str, list[BindingShape]](list)
    for one in placed.values():
        for role in one.roles:
            roles[today.get(str(role[1].domain), str(role[1].domain))].append(role)
        for line in one.lines:
            domain = str(line.domain or DEFAULT)
            lines[today.get(domain, domain)].append(line)
    names: dict[Text, DomainShape | None] = dict(domains)
    for domain in {**dict.fromkeys(roles), **dict.fromkeys(lines)}:
        if domain not in names:
            domain_unknown(report, Text(domain, Span(folder)), Domains({}))
    return {
        str(name): DomainDocuments(name, shape, tuple(roles[name]), tuple(lines[name]))
        for name, shape in names.items()
    }


def _same(one: tuple[Document, ...], other: tuple[Document, ...]) -> bool:
    return len(one) == len(other) and all(map(is_, one, other))
