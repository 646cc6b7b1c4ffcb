"""The lines of bindings are read: whom, what and which domain each of them means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from rolegate.catalog.grant_syntax import GrantSyntaxError, parse_grant
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report, Span
from rolegate.documents.bindings_file import SUBJECTS, BindingShape
from rolegate.documents.documents import Documents
from rolegate.documents.text import Text
from rolegate.grants import binding_problems
from rolegate.grants.bindings import Binding, BindingSubject
from rolegate.grants.blame import Blame
from rolegate.grants.check_dependencies import lacking_once
from rolegate.grants.domain_problems import domain_unknown
from rolegate.grants.domains import DEFAULT, Domains
from rolegate.grants.entries import Verb, read_entry
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.grant_warnings import warn_of_unavailable
from rolegate.grants.ids import check_restricted
from rolegate.grants.named_restrictions import NamedRestrictions, switched_on
from rolegate.grants.only_reader import OnlyReader
from rolegate.grants.periods import read_period
from rolegate.grants.problems import role_unknown
from rolegate.grants.rights import Right
from rolegate.grants.roles import Origin, Rights, Role, Roles, bring, close, role_today, unclear, visible
from rolegate.grants.takes import Take, check_fields, take
from rolegate.grants.zones import NO_ZONE

_NAMES = (*SUBJECTS, "role")
_OWNERS = 5
"""As many domains are named in a message when a team is declared only in others."""


def resolve_bindings(
    shapes: tuple[BindingShape, ...],
    catalog: Catalog,
    domains: Domains,
    roles: Roles,
    restrictions: NamedRestrictions,
    report: Report,
    blame: Blame | None = None,
) -> tuple[Binding, ...]:
    """Every line that can be understood, in file order; *blame* learns which roles are at fault."""
    only = OnlyReader(catalog, domains, report, blame)
    reader = _BindingReader(catalog, domains, roles, report, only, restrictions)
    return tuple(binding for shape in shapes if (binding := reader.recall(shape)) is not None)


def check_homes(documents: Documents, domains: Domains, report: Report) -> None:
    """Report lines in a file named after a domain that hold outside it."""
    for line in documents.bindings:
        home, domain = documents.homes.get(line.span.file), line.domain
        if home is None or domain is None or domain not in domains:
            continue
        if home not in domains.outward(domain):  # the steps were counted when the line was read
            binding_problems.line_outside_home(report, domain, home)


def bind_again(
    bindings: tuple[Binding, ...], catalog: Catalog, domains: Domains, roles: Roles, report: Report
) -> tuple[Binding, ...]:
    """The same lines, with what *roles* hold now."""
    reader = _BindingReader(catalog, domains, roles, report, OnlyReader(catalog, domains, report))
    again = (
        reader.read(binding.shape)
        if binding.shape is not None
        else binding
        if binding.role is None
        else replace(
            binding,
            role=roles[binding.role.key],
            versions={domain: roles[role.key] for domain, role in binding.versions.items()},
        )
        for binding in bindings
    )
    return tuple(binding for binding in again if binding is not None)


@dataclass(frozen=True, slots=True)
class _BindingReader:
    catalog: Catalog
    domains: Domains
    roles: Roles
    report: Report
    only: OnlyReader
    restrictions: NamedRestrictions = field(default_factory=dict)
    replacing: dict[str, Mapping[str, Role]] = field(default_factory=dict)
    called: dict[str, object] = field(default_factory=dict)
    by_name: dict[str, list[Role]] = field(default_factory=dict)

    def recall(self, shape: BindingShape) -> Binding | None:
        """The binding of one line, which may be remembered."""
        if self.roles.former:  # a name may mean a role that is called otherwise
            return self.read(shape)
        of = (shape, self.domains if shape.role is None else self._called(shape.role))
        return self.report.recall(("line", id(shape)), of, partial(self.read, shape), "a line", shape.span)

    def _called(self, name: str) -> object:
        """What stands for all roles that a line can mean by *name*: the same as long as they are."""
        found = self.called.get(name)
        if found is None:
            if not self.by_name:
                for role in self.roles.values():
                    self.by_name.setdefault(role.name, []).append(role)
            of = (self.domains, *self.by_name.get(name, ()), *self._versions(name).values())
            found = self.report.recall(("called", name), of, object, "a role", Span(""))
            self.called[str(name)] = found
        return found

    def read(self, shape: BindingShape) -> Binding | None:
        """The binding of one line; None where it is not clear whom, what or which domain it means."""
        name = next(who for key in _NAMES if (who := getattr(shape, key)) is not None)
        span = name.span if isinstance(name, Text) else shape.at("everyone")
        entries = self._entries(shape.grants or [])
        takes = (*self._takes(shape.restrict or []), *self._switched_on(shape.restrictions or []))
        for key in ("grants", "restrict", "restrictions"):
            if getattr(shape, key) == [] and shape.at(key).file:  # a line of nothing that is read on has none
                binding_problems.list_empty(self.report, shape.at(key), key)
        domain = self._domain(shape.domain, span)
        rights = self._rights(entries, domain, shape.at("grants")) if shape.grants is not None else None
        period = read_period(shape, self.domains[domain].zone if domain else NO_ZONE, self.report)
        if domain is None:
            if not self.domains.dark:  # one of those may have them
                self._find_anywhere(shape)
            return None
        check_restricted(takes, domain, self.domains, self.report)
        called = shape.role and role_today(shape.role, self.domains.outward(domain), self.roles, self.report)
        role = self._role(called, domain) if called else None
        subject = self._subject(shape, role, domain)
        if subject is None or (shape.role is not None and role is None):
            return None
        versions = self._versions(called) if called else {}
        line = partial(Binding, subject, domain, span, period.until, begins=period.begins, versions=versions)
        if role is None or called is None or shape.for_holders:
            return line(rights=rights, entries=entries, takes=takes)
        if shape.only is None:
            return line(role=role)
        shape = self.only.called_as_today(shape, called)
        copies = self.only.copies(role, shape.only or {}, shape.at("only"), keep=shape.rest == "keep")
        return line(role=role, copies=copies, limited=True, shape=shape)

    def _find_anywhere(self, shape: BindingShape) -> None:
        """Report the role and the team of a line, whose domain is not known, where no domain has them."""
        if shape.role is not None and not self.roles.called(shape.role):
            role_unknown(self.report, shape.role, self.roles, None, self.domains)
        if shape.team is not None and all(shape.team not in domain.teams for domain in self.domains):
            binding_problems.team_nowhere(self.report, shape.team, self.domains)

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

    def _subject(self, shape: BindingShape, role: Role | None, domain: str) -> BindingSubject | None:
        if shape.for_holders:
            return None if role is None else BindingSubject("role", role.name, role.domain)
        if shape.user is not None:
            return BindingSubject("user", str(shape.user))
        if shape.team is None:
            return BindingSubject("everyone", "")
        name = shape.team
        owner = self.domains.team_owner(name, domain)
        if owner is not None:
            return BindingSubject("team", str(name), owner)
        elsewhere = list(islice(self.domains.with_team(name), _OWNERS))
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

    def _versions(self, name: str) -> Mapping[str, Role]:
        """What domains have in the place of the default role *name*; one value for all lines."""
        found = self.replacing.get(name)
        if found is None:
            keys = self.roles.versions.get(name, {})
            found = {domain: self.roles[key] for domain, key in keys.items() if key in self.roles}
            self.replacing[str(name)] = found
        return found

    def _entries(self, texts: list[Text], verb: Verb = "brings") -> tuple[GrantEntry, ...]:
        roles = {str(text) for text in texts if (None, text) in self.roles and self._grants_nothing(text)}
        for text in (text for text in texts if text in roles):
            binding_problems.role_as_permission(self.report, text, verb)
        others = (text for text in texts if text not in roles)
        read = (read_entry(text, self.catalog, self.report, verb) for text in others)
        return tuple(entry for entry in read if entry is not None)

    def _grants_nothing(self, text: str) -> bool:
        """Whether *text* names no permission: it may also be the name of a role, which may be called `*`."""
        try:
            grant = parse_grant(text, self.catalog.marked)
        except GrantSyntaxError:
            return True
        known = self.catalog.find(grant.path) is not None or self.catalog.removed_name(grant.path) is not None
        return not known and (not grant.star or bool(grant.path))

    def _takes(self, texts: list[Text]) -> tuple[tuple[Take, GrantEntry], ...]:
        if not texts:
            return ()
        named = {str(text) for text in texts if text in self.restrictions and self._grants_nothing(text)}
        for text in (text for text in texts if text in named):
            binding_problems.restriction_as_permission(self.report, text)
        entries = self._entries([text for text in texts if text not in named], "takes away")
        found = [(taken, entry) for entry in entries for taken in take(entry, self.catalog, self.report)]
        check_fields(entries, (taken for taken, _ in found), self.catalog, self.report)
        return tuple(found)

    def _switched_on(self, names: list[Text]) -> list[tuple[Take, GrantEntry]]:
        return [taken for name in names for taken in switched_on(name, self.restrictions, self.report)]

    def _rights(self, entries: tuple[GrantEntry, ...], domain: str | None, at: Span) -> Rights:
        before = len(self.report.diagnostics)
        rights: dict[Right, Origin] = {}
        brought = bring(entries, rights, self.catalog, self.report)
        close(rights, self.catalog, self.report, "a line of grants", at)
        if self.report.failed_since(before) or unclear(entries, self.catalog):
            return rights
        for right, origin, wanted in lacking_once(rights, self.catalog, self.report, "this line", at):
            binding_problems.line_lacks_requirement(self.report, right, origin, wanted, self.catalog)
        if domain is not None:
            warn_of_unavailable(brought, domain, self.domains, self.report)
        return rights
