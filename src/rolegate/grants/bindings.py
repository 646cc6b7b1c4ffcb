"""Bindings: one line gives one subject a role or grants, or takes something from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Related, Report, Span, did_you_mean
from rolegate.documents.models import BindingShape
from rolegate.documents.text import Text, span_of
from rolegate.grants.domains import DEFAULT, Domains, read_instance
from rolegate.grants.expand import Entry, Take, read_entry, take
from rolegate.grants.rights import Held, Right, need, overlap
from rolegate.grants.roles import Origin, Rights, Role, Roles, bring, close, visible


@dataclass(frozen=True, slots=True)
class Subject:
    """A user, or the team that `domain` declares."""

    kind: str
    name: str
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """The part of a role that one instance of `only`, or the kept rest, leaves."""

    label: str
    rights: Rights


@dataclass(frozen=True, slots=True)
class Binding:
    """A resolved line; exactly one of role, rights and takes says something."""

    subject: Subject
    domain: str
    span: Span
    until: datetime | None = None
    role: Role | None = None
    copies: tuple[Copy, ...] = ()
    limited: bool = False
    rights: Rights | None = None
    entries: tuple[Entry, ...] = ()
    takes: tuple[tuple[Take, Entry], ...] = ()

    def active(self, at: datetime) -> bool:
        return self.until is None or at < self.until


def resolve_bindings(
    shapes: tuple[BindingShape, ...], catalog: Catalog, domains: Domains, roles: Roles, report: Report
) -> tuple[Binding, ...]:
    """Every line that can be understood, in file order."""
    reader = _Reader(catalog, domains, roles, report)
    return tuple(binding for shape in shapes if (binding := reader.read(shape)) is not None)


@dataclass(frozen=True, slots=True)
class _Reader:
    catalog: Catalog
    domains: Domains
    roles: Roles
    report: Report

    def read(self, shape: BindingShape) -> Binding | None:
        name = shape.user if shape.user is not None else shape.team
        assert name is not None  # noqa: S101 - the documents room lets no other line through
        domain = self._domain(shape.domain, name.span)
        if domain is None:
            return None
        subject = Subject("user", str(name))
        if shape.team is not None:
            owner = self.domains.team_owner(name, domain)
            if owner is None:
                names = [team for each in self.domains.outward(domain) for team in self.domains[each].teams]
                self.report.add("RG403", name.span, f"domain `{domain}` knows no team `{name}`",
                                did_you_mean(name, names, "declare it under `teams` of the domain"))
                return None
            subject = Subject("team", str(name), owner)
        until = None
        if shape.until is not None:
            until = datetime.strptime(shape.until, "%Y-%m-%d").replace(tzinfo=UTC)
        if shape.role is not None:
            return self._role(shape, shape.role, subject, domain, until)
        if shape.grants is not None:
            entries = self._entries(shape.grants)
            return Binding(subject, domain, name.span, until, rights=self._grants(entries), entries=entries)
        return Binding(subject, domain, name.span, until, takes=self._takes(shape.restrict or []))

    def _domain(self, name: Text | None, at: Span) -> str | None:
        if name is None:
            if not self.domains.declared:
                return DEFAULT
            self.report.add("RG411", at, "the line names no domain",
                            "add `domain: …`; declared are " + ", ".join(f"`{d}`" for d in self.domains.names[:12]))
        elif name not in self.domains:
            help = did_you_mean(name, self.domains.names)
            if not self.domains.declared:
                help = "the set has no domains.yaml: leave `domain` away, or declare it there"
            self.report.add("RG401", name.span, f"unknown domain `{name}`", help)
        else:
            return str(name)
        return None

    def _role(
        self, shape: BindingShape, name: Text, subject: Subject, domain: str, until: datetime | None
    ) -> Binding | None:
        key = visible(self.roles, name, domain, self.domains)
        if key is None:
            outer = self.domains.outward(domain)
            names = [role for d, role in self.roles if d is None or d in outer]
            self.report.add("RG317", name.span, f"unknown role `{name}`", did_you_mean(name, names))
            return None
        role = self.roles[key]
        at = span_of(shape.user or shape.team or name, name.span)
        if shape.only is None:
            return Binding(subject, domain, at, until, role=role)
        copies = self._copies(role, shape.only, shape.rest == "keep", name)
        return Binding(subject, domain, at, until, role=role, copies=copies, limited=True)

    def _copies(
        self, role: Role, only: Mapping[Text, list[Text]], keep: bool, at: Text
    ) -> tuple[Copy, ...]:
        kinds: dict[str, list[str]] = {}
        for kind, ids in only.items():
            if kind not in self.catalog.resources:
                self.report.add("RG204", kind.span, f"unknown resource `{kind}`", did_you_mean(kind, self.catalog.resources))
                return ()
            chain = self.catalog.resources[str(kind)].chain
            paths = [path for text in ids if (path := read_instance(text, chain, self.report)) is not None]
            kinds[str(kind)] = paths
            if not ids:
                self.report.add("RG406", kind.span, f"`only` names no {kind}", "name at least one, or remove the key")
        narrowed: dict[str, dict[Right, Origin]] = {}
        rest: dict[Right, Origin] = {}
        for right, origin in role.rights.items():
            chain = self.catalog.permission(right.path).chain
            limit = next((each for each in reversed(chain) if each in kinds), None)
            if limit is None:
                rest[right] = origin
                continue
            for path in kinds[limit]:
                below = path if chain[-1] == limit else f"{path}/*"
                common = overlap(right.obj, below)
                if common is not None:
                    narrowed.setdefault(f"{limit}/{path}", {})[right._replace(obj=common)] = origin
        if not narrowed:
            self.report.add("RG407", at.span, f"`only` leaves nothing of role `{role.name}`",
                            "name instances the role is granted on, or a role that is per these resources")
            return ()
        copies = [Copy(f"@{label}", rights) for label, rights in sorted(narrowed.items())]
        if keep and rest:
            copies.append(Copy("@-", rest))
        everything = {right: origin for copy in copies for right, origin in copy.rights.items()}
        hint = "`rest: keep` keeps what is not per instance" if not keep else f"name the instances of role `{role.name}` that go together"
        self._check(everything, at.span, f"role `{role.name}` limited by `only`", hint)
        return tuple(copies)

    def _entries(self, texts: list[Text]) -> tuple[Entry, ...]:
        read = (read_entry(text, self.catalog, self.report) for text in texts)
        return tuple(entry for entry in read if entry is not None)

    def _grants(self, entries: tuple[Entry, ...]) -> Rights:
        rights: dict[Right, Origin] = {}
        bring(entries, rights, self.catalog, self.report)
        close(rights, self.catalog)
        if not self.report.failed:
            self._check(rights, None, "the line", "add a grant of it to this line: every line stands by itself")
        return rights

    def _check(self, rights: Rights, at: Span | None, what: str, help: str) -> None:
        held = Held(rights)
        for right, origin in rights.items():
            for entry in self.catalog.permission(right.path).requires:
                if not held.meets(need(self.catalog, right, entry)):
                    self.report.add("RG408", at or origin.written,
                                    f"{what} holds `{right.path}` without `{entry.text}`, which it requires", help,
                                    [Related(origin.written, f"`{right.path}` is granted here")] if at else [])

    def _takes(self, texts: list[Text]) -> tuple[tuple[Take, Entry], ...]:
        return tuple((each, entry) for entry in self._entries(texts) for each in take(entry, self.catalog, self.report))
