"""Bindings: each line gives a user or a team a role or grants, or takes something away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

from rolegate.catalog.declarations import unknown
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report, Span
from rolegate.documents.bindings_file import BindingShape
from rolegate.documents.text import Text
from rolegate.grants import binding_problems
from rolegate.grants.domain_problems import domain_unknown
from rolegate.grants.domains import DEFAULT, Domains
from rolegate.grants.entries import read_entry
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.ids import check_restricted
from rolegate.grants.only import Beyond, Copy, Narrowed, Narrowing
from rolegate.grants.problems import role_unknown
from rolegate.grants.resolve_domains import read_instance
from rolegate.grants.rights import Need, Right
from rolegate.grants.role_checks import lacking, warn_of_unavailable
from rolegate.grants.roles import Origin, Rights, Role, Roles, bring, close, unclear, visible
from rolegate.grants.takes import Take, take
from rolegate.spelling import spent

_OWNERS = 5
"""Domains that a message names when they, and not the one that is meant, have the team."""

_REQUIRED = ("requires",)


@dataclass(frozen=True, slots=True)
class BindingSubject:
    """A user, or the team that `domain` declares."""

    kind: str
    name: str
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """A resolved line; it has a role, or rights, or takes something away."""

    subject: BindingSubject
    domain: str
    span: Span
    until: datetime | None = None
    role: Role | None = None
    copies: tuple[Copy, ...] = field(default=(), repr=False)
    limited: bool = False
    shape: BindingShape | None = field(default=None, repr=False, compare=False)
    """A limited line as it is written, since what it gives changes with its role."""
    rights: Rights | None = field(default=None, repr=False)
    entries: tuple[GrantEntry, ...] = field(default=(), repr=False)
    takes: tuple[tuple[Take, GrantEntry], ...] = field(default=(), repr=False)

    @property
    def named(self) -> Iterator[GrantEntry]:
        """What the line names under `grants` or `restrict`."""
        yield from self.entries
        yield from (entry for _, entry in self.takes)

    def active(self, at: datetime) -> bool:
        return self.until is None or at < self.until


def resolve_bindings(
    shapes: tuple[BindingShape, ...], catalog: Catalog, domains: Domains, roles: Roles, report: Report
) -> tuple[Binding, ...]:
    """Every line that can be understood, in file order."""
    reader = _BindingReader(catalog, domains, roles, report, Narrowing(catalog, report))
    return tuple(binding for shape in shapes if (binding := reader.read(shape)) is not None)


def bind_again(
    bindings: tuple[Binding, ...], catalog: Catalog, domains: Domains, roles: Roles, report: Report
) -> tuple[Binding, ...]:
    """The same lines, with what *roles* hold now."""
    reader = _BindingReader(catalog, domains, roles, report, Narrowing(catalog, report))
    again = (
        reader.read(binding.shape)
        if binding.shape is not None
        else binding
        if binding.role is None
        else replace(binding, role=roles[binding.role.key])
        for binding in bindings
    )
    return tuple(binding for binding in again if binding is not None)


@dataclass(frozen=True, slots=True)
class _BindingReader:
    catalog: Catalog
    domains: Domains
    roles: Roles
    report: Report
    narrowing: Narrowing

    def read(self, shape: BindingShape) -> Binding | None:
        """The binding of one line; None where it is not clear whom, what or which domain it means."""
        name = shape.user if shape.user is not None else shape.team
        assert name is not None  # noqa: S101 - the documents room lets no other line through
        entries = self._entries(shape.grants or [])
        takes = self._takes(shape.restrict or [])
        for key, listed in (("grants", shape.grants), ("restrict", shape.restrict)):
            if listed is not None and not listed:
                binding_problems.list_empty(self.report, shape.at(key), key)
        domain = self._domain(shape.domain, name.span)
        rights = self._rights(entries, domain, shape.at("grants")) if shape.grants is not None else None
        if domain is None:
            return None
        check_restricted(takes, domain, self.domains, self.report)
        subject = self._subject(shape, name, domain)
        role = self._role(shape.role, domain) if shape.role is not None else None
        if subject is None or (shape.role is not None and role is None):
            return None
        line = Binding(subject, domain, name.span, _end(shape))
        if role is None:
            return replace(line, rights=rights, entries=entries, takes=takes)
        if shape.only is None:
            return replace(line, role=role)
        copies = self._copies(role, shape.only, shape.at("only"), keep=shape.rest == "keep")
        return replace(line, role=role, copies=copies, limited=True, shape=shape)

    # -- whom and where --------------------------------------------------------------------------------------

    def _domain(self, name: Text | None, at: Span) -> str | None:
        if name is None and not self.domains.declared:
            domain = DEFAULT
        elif name is None:
            binding_problems.domain_missing(self.report, at, self.domains)
            return None
        elif name not in self.domains:
            domain_unknown(self.report, name, self.domains)
            return None
        else:
            domain = str(name)
        self.report.steps(len(self.domains.outward(domain)) // 4, f"what is bound in domain `{domain}`", at)
        return domain

    def _subject(self, shape: BindingShape, name: Text, domain: str) -> BindingSubject | None:
        if shape.team is None:
            return BindingSubject("user", str(name))
        owner = self.domains.team_owner(name, domain)
        if owner is not None:
            return BindingSubject("team", str(name), owner)
        owners = (other.name for other in self.domains if name in other.teams)
        elsewhere = [] if spent() else list(islice(owners, _OWNERS))
        if elsewhere:
            binding_problems.team_elsewhere(self.report, name, domain, elsewhere, self.domains)
        else:
            binding_problems.team_unknown(self.report, name, domain, self.domains)
        return None

    def _role(self, name: Text, domain: str) -> Role | None:
        key = visible(self.roles, name, domain, self.domains)
        if key is None:
            role_unknown(self.report, name, self.roles, domain, self.domains)
            return None
        return self.roles[key]

    # -- `only` ----------------------------------------------------------------------------------------------

    def _copies(
        self, role: Role, only: Mapping[Text, list[Text]], at: Span, *, keep: bool
    ) -> tuple[Copy, ...]:
        """A copy of *role* for each instance that *only* names; with *keep*, one for the rest as well."""
        named = self._only(only, at)
        if named is None:
            return ()
        left = self.narrowing.of(role, named, at)
        copies = left.copies(keep)
        if role.sound and not self._leaves_nothing(left, named):
            self._warn_beyond(left.beyond(copies), at)
            self._check_copies(role, copies, at, keep)
        return copies

    def _only(self, only: Mapping[Text, list[Text]], at: Span) -> dict[str, dict[str, Text]] | None:
        """The encoded instances that *only* names, by kind, and how each is written; None for an error."""
        if not only:
            binding_problems.only_empty(self.report, at)
            return None
        read = {str(kind): self._instances(kind, ids) for kind, ids in only.items()}
        named = {kind: instances for kind, instances in read.items() if instances is not None}
        return named if len(named) == len(read) else None

    def _instances(self, kind: Text, ids: list[Text]) -> dict[str, Text] | None:
        if unknown(kind, self.catalog.resources, "RG204", "resource", kind.span, self.report):
            return None
        if not ids:
            binding_problems.only_kind_empty(self.report, kind)
            return None
        chain = self.catalog.resources[str(kind)].chain
        read = [(read_instance(text, chain, self.report), text) for text in ids]
        found = {path: text for path, text in read if path is not None}
        return found if all(path is not None for path, _ in read) else None

    def _leaves_nothing(self, left: Narrowed, named: Mapping[str, Mapping[str, Text]]) -> bool:
        """Report the instances for which nothing is left of the role; whether there are any."""
        empty = False
        for kind, instances in named.items():
            lost = [text for path, text in instances.items() if not left.on[f"{kind}/{path}"]]
            help = left.nothing_left(kind) if lost else ""
            for text in lost:
                binding_problems.only_leaves_nothing(self.report, text, kind, left.role.name, help)
                empty = True
        return empty

    def _warn_beyond(self, beyond: Iterable[Beyond], at: Span) -> None:
        said: set[tuple[str, str]] = set()
        for right, kind, origin in beyond:
            by = origin.implied_by
            if by is not None and (by.path, right.path) not in said:
                said.add((by.path, right.path))  # the broadest scope stands for the rest
                binding_problems.only_implies_more(self.report, at, right, kind, origin, by)

    def _check_copies(self, role: Role, copies: Iterable[Copy], at: Span, keep: bool) -> None:
        """Report what the *copies* hold between them without what it requires."""
        what = f"role `{role.name}` limited by `only`"
        self.report.steps(sum(len(copy.rights) for copy in copies), what, at)
        rights = {right: origin for copy in copies for right, origin in copy.rights.items()}
        for right, origin, wanted in self._lacking(rights, what, at):
            binding_problems.only_drops_requirement(
                self.report, at, role.name, right, origin, wanted, keep
            )

    # -- grants and restrictions -----------------------------------------------------------------------------

    def _entries(self, texts: list[Text]) -> tuple[GrantEntry, ...]:
        read = (read_entry(text, self.catalog, self.report) for text in texts)
        return tuple(entry for entry in read if entry is not None)

    def _takes(self, texts: list[Text]) -> tuple[tuple[Take, GrantEntry], ...]:
        return tuple(
            (taken, entry)
            for entry in self._entries(texts)
            for taken in take(entry, self.catalog, self.report)
        )

    def _rights(self, entries: tuple[GrantEntry, ...], domain: str | None, at: Span) -> Rights:
        before = len(self.report.diagnostics)
        rights: dict[Right, Origin] = {}
        brought = bring(entries, rights, self.catalog, self.report)
        close(rights, self.catalog, self.report, "a line of grants", at)
        if self.report.failed_since(before) or unclear(entries, self.catalog):
            return rights
        for right, origin, wanted in self._lacking(rights, "this line", at):
            binding_problems.line_lacks_requirement(self.report, right, origin, wanted, self.catalog)
        if domain is not None:
            warn_of_unavailable(brought, domain, self.domains, self.report)
        return rights

    def _lacking(self, rights: Rights, what: str, at: Span) -> Iterator[tuple[Right, Origin, Need]]:
        """Each of *rights* with what it requires and *rights* do not hold, once for each grant."""
        said: set[tuple[str, str, Span]] = set()
        for right, entry, wanted in lacking(rights, _REQUIRED, self.catalog, self.report, what, at):
            origin = rights[right]
            if (right.path, entry.text, origin.written) not in said:
                said.add((right.path, entry.text, origin.written))  # the broadest scope stands for the rest
                yield right, origin, wanted


def _end(shape: BindingShape) -> datetime | None:
    """When the line ends: at 00:00 UTC of its date."""
    if shape.until is None:
        return None
    return datetime.strptime(shape.until, "%Y-%m-%d").replace(tzinfo=UTC)
