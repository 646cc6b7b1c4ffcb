"""Bindings: one line gives one subject a role or grants, or takes something from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

from rolegate.catalog.declarations import unknown
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import RelatedSpan, Report, Span, did_you_mean
from rolegate.documents.bindings_file import BindingShape
from rolegate.documents.text import Text
from rolegate.grants.checks import held_by, lacking, missing_help, warn_of_unavailable
from rolegate.grants.domains import DEFAULT, Domains
from rolegate.grants.entries import read_entry
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.ids import check_restricted
from rolegate.grants.only import Beyond, Copy, Narrowing
from rolegate.grants.resolve_domains import read_instance
from rolegate.grants.rights import Right, shown
from rolegate.grants.roles import Origin, Rights, Role, Roles, bring, close, role_help, unclear, visible
from rolegate.grants.takes import Take, take
from rolegate.spelling import spent

_FEW = 12


@dataclass(frozen=True, slots=True)
class BindingSubject:
    """A user, or the team that `domain` declares."""

    kind: str
    name: str
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """A resolved line; exactly one of role, rights and takes says something."""

    subject: BindingSubject
    domain: str
    span: Span
    until: datetime | None = None
    role: Role | None = None
    copies: tuple[Copy, ...] = field(default=(), repr=False)
    limited: bool = False
    shape: BindingShape | None = field(default=None, repr=False, compare=False)
    """How a limited line is written: what it gives has to be worked out again when its role changes."""
    rights: Rights | None = field(default=None, repr=False)
    entries: tuple[GrantEntry, ...] = field(default=(), repr=False)
    takes: tuple[tuple[Take, GrantEntry], ...] = field(default=(), repr=False)

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
    """The same lines, with what *roles* now hold."""
    reader = _BindingReader(catalog, domains, roles, report, Narrowing(catalog, report))
    again = (
        reader.read(each.shape)
        if each.shape is not None
        else each
        if each.role is None
        else replace(each, role=roles[each.role.key])
        for each in bindings
    )
    return tuple(each for each in again if each is not None)


@dataclass(frozen=True, slots=True)
class _BindingReader:
    catalog: Catalog
    domains: Domains
    roles: Roles
    report: Report
    narrowing: Narrowing

    def read(self, shape: BindingShape) -> Binding | None:
        """The binding of one line; None where it is not clear whom, what or where it means."""
        until = None
        if shape.until is not None:
            until = datetime.strptime(shape.until, "%Y-%m-%d").replace(tzinfo=UTC)
        entries = self._entries(shape.grants or [])
        takes = self._takes(shape.restrict or [])
        for key, given in (("grants", shape.grants), ("restrict", shape.restrict)):
            if given is not None and not given:
                self.report.add(
                    "RG404",
                    shape.at(key),
                    f"`{key}` is empty, so the line says nothing",
                    "name a permission, or remove the line",
                )
        name = shape.user if shape.user is not None else shape.team
        assert name is not None  # noqa: S101 - the documents room lets no other line through
        domain = self._domain(shape.domain, name.span)
        if domain is not None:
            self.report.steps(
                len(self.domains.outward(domain)) // 4, f"what is bound in domain `{domain}`", name.span
            )
        rights = self._grants(entries, domain, shape.at("grants")) if shape.grants is not None else None
        if domain is None:
            return None
        check_restricted(takes, domain, self.domains, self.report)
        subject = self._subject(shape, name, domain)
        if shape.role is not None:
            role = self._role(shape.role, domain)
            if role is None or subject is None:
                return None
            copies = self._copies(role, shape, shape.only) if shape.only is not None else ()
            limited = shape.only is not None
            written = shape if limited else None
            return Binding(
                subject, domain, name.span, until, role, copies=copies, limited=limited, shape=written
            )
        if subject is None:
            return None
        if rights is not None:
            return Binding(subject, domain, name.span, until, rights=rights, entries=entries)
        return Binding(subject, domain, name.span, until, takes=takes)

    def _subject(self, shape: BindingShape, name: Text, domain: str) -> BindingSubject | None:
        if shape.team is None:
            return BindingSubject("user", str(name))
        owner = self.domains.team_owner(name, domain)
        if owner is not None:
            return BindingSubject("team", str(name), owner)
        having = (each.name for each in self.domains if name in each.teams)
        elsewhere = [] if spent() else list(islice(having, 5))
        names = (team for each in self.domains.outward(domain) for team in self.domains[each].teams)
        help = did_you_mean(name, names) or "declare it under `teams` of the domain"
        if elsewhere:
            where = ", ".join(f"`{each}`" for each in elsewhere)
            if len(elsewhere) == 1:
                inner = elsewhere[0] in self.domains.inside(domain)
                where = f"{'the inner domain' if inner else 'domain'} {where}"
            help = f"team `{name}` is declared in {where}; bind it there"
        elif not self.domains.declared:
            help = "declare the domain and its `teams` in domains.yaml"
        self.report.add("RG403", name.span, f"domain `{domain}` knows no team `{name}`", help)
        return None

    def _domain(self, name: Text | None, at: Span) -> str | None:
        if name is None:
            if not self.domains.declared:
                return DEFAULT
            names = ", ".join(f"`{each}`" for each in self.domains.names[:_FEW]) or "none"
            more = ", …" if len(self.domains.names) > _FEW else ""
            help = f"add `domain: …`; the domains are {names}{more}"
            self.report.add("RG411", at, "the line names no domain", help)
        elif name not in self.domains:
            self.report.add("RG401", name.span, f"unknown domain `{name}`", self.domains.help(name))
        else:
            return str(name)
        return None

    def _role(self, name: Text, domain: str) -> Role | None:
        key = visible(self.roles, name, domain, self.domains)
        if key is None:
            self.report.add(
                "RG317",
                name.span,
                f"unknown role `{name}`",
                role_help(self.roles, name, domain, self.domains),
            )
            return None
        return self.roles[key]

    def _copies(self, role: Role, shape: BindingShape, only: Mapping[Text, list[Text]]) -> tuple[Copy, ...]:
        """A copy of *role* for each instance the line names, and one for a kept rest."""
        before = len(self.report.diagnostics)
        named = {kind: self._instances(kind, ids) for kind, ids in only.items()}
        if not only:
            self.report.add(
                "RG406",
                shape.at("only"),
                "`only` names no resource",
                "write `only: {inbox: [Default]}`, or remove `only` and `rest`",
            )
        if self._failed_since(before):
            return ()
        left = self.narrowing.of(role, {str(kind): found for kind, found in named.items()}, shape.at("only"))
        nothing: dict[str, str] = {}
        for kind, found in named.items():
            for path, text in found.items():
                if role.sound and not left.on[f"{kind}/{path}"]:
                    help = nothing.get(kind) or nothing.setdefault(kind, left.nothing_left(str(kind)))
                    self.report.add(
                        "RG407",
                        text.span,
                        f"`only` leaves nothing of role `{role.name}` for {kind} `{text}`",
                        help,
                    )
        copies = left.copies(keep=shape.rest == "keep")
        if role.sound and not self._failed_since(before):
            self._warn_beyond(left.beyond(copies), shape.at("only"))
            what = f"role `{role.name}` limited by `only`"
            self.report.steps(sum(len(copy.rights) for copy in copies), what, shape.at("only"))
            everything = {right: origin for copy in copies for right, origin in copy.rights.items()}
            hint = f"name the instances of role `{role.name}` that go together"
            if shape.rest != "keep":
                hint = "`rest: keep` keeps what is not per instance"
            place = shape.at("only")
            self._check(everything, place, place, what, hint)
        return copies

    def _warn_beyond(self, beyond: Iterable[Beyond], at: Span) -> None:
        said: set[tuple[str, str]] = set()
        for right, kind, origin in beyond:
            by = origin.implied_by
            if by is None or (by.path, right.path) in said:
                continue
            said.add((by.path, right.path))  # the broadest scope stands for the rest
            self.report.add(
                "RG412",
                at,
                f"`only` keeps `{shown(by)}`, which implies `{shown(right)}`: more than the {kind} it names",
                f"bind a role without `{by.path}`, or this one without `only`",
                [RelatedSpan(origin.written, f"`{by.path}` is granted here")],
            )

    def _instances(self, kind: Text, ids: list[Text]) -> dict[str, Text]:
        """The encoded instances of *kind* that `only` names, and how each was written."""
        if unknown(kind, self.catalog.resources, "RG204", "resource", kind.span, self.report):
            return {}
        if not ids:
            self.report.add(
                "RG406", kind.span, f"`only` names no {kind}", "name at least one, or remove the key"
            )
        chain = self.catalog.resources[str(kind)].chain
        read = ((read_instance(text, chain, self.report), text) for text in ids)
        return {path: text for path, text in read if path is not None}

    def _failed_since(self, before: int) -> bool:
        return any(each.severity == "error" for each in self.report.diagnostics[before:])

    def _entries(self, texts: list[Text]) -> tuple[GrantEntry, ...]:
        read = (read_entry(text, self.catalog, self.report) for text in texts)
        return tuple(entry for entry in read if entry is not None)

    def _grants(self, entries: tuple[GrantEntry, ...], domain: str | None, at: Span) -> Rights:
        before = len(self.report.diagnostics)
        rights: dict[Right, Origin] = {}
        brought = bring(entries, rights, self.catalog, self.report)
        close(rights, self.catalog, self.report, "a line of grants", at)
        if not self._failed_since(before) and not unclear(entries, self.catalog):
            self._check(rights, None, at, "this line", "")
            if domain is not None:
                warn_of_unavailable(brought, domain, self.domains, self.report)
        return rights

    def _check(self, rights: Rights, at: Span | None, here: Span, what: str, help: str) -> None:
        said: set[tuple[str, str, Span]] = set()
        for right, entry, wanted in lacking(rights, ("requires",), self.catalog, self.report, what, here):
            origin = rights[right]
            if (right.path, entry.text, origin.written) in said:
                continue
            said.add((right.path, entry.text, origin.written))  # the broadest scope stands for the rest
            self.report.add(
                "RG408",
                at or origin.written,
                f"{what} grants {held_by(right, origin)} but not `{shown(wanted)}`, which it requires",
                help or missing_help(self.catalog, wanted, right, origin) + "; other lines do not count",
                [RelatedSpan(origin.written, f"`{right.path}` is granted here")] if at else [],
            )

    def _takes(self, texts: list[Text]) -> tuple[tuple[Take, GrantEntry], ...]:
        return tuple(
            (each, entry) for entry in self._entries(texts) for each in take(entry, self.catalog, self.report)
        )
