"""Roles: what each holds, and why it holds it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from rolegate.catalog.model import Catalog, Permission
from rolegate.catalog.removed_names import RemovedWord
from rolegate.catalog.role_kind import RoleKind
from rolegate.diagnostics import Diagnostic, Report, Span, did_you_mean
from rolegate.documents.file_kinds import ROLES
from rolegate.documents.former_name_problems import name_renamed
from rolegate.documents.text import Text
from rolegate.grants.domains import Domains
from rolegate.grants.entries import given, rights_of
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right, implied

RoleKey = tuple[str | None, str]
"""The domain of a role, None for a default role, and its name."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RoleTable(Mapping[RoleKey, T]):
    """Roles, and for each default role the domains that have a role of their own in its place.

    `former` has the role that each former name stands for, by the domain of that role and the former name.
    """

    by_key: Mapping[RoleKey, T]
    versions: Mapping[str, Mapping[str, RoleKey]] = field(default_factory=dict)
    """By the name of the default role, then by domain."""
    former: Mapping[RoleKey, RoleKey] = field(default_factory=dict)
    removed: Mapping[str, RemovedWord] = field(default_factory=dict)
    _owners: dict[str, list[str]] = field(default_factory=dict, init=False)
    _names: dict[str | None, list[str]] = field(default_factory=dict, init=False)

    def __getitem__(self, key: RoleKey) -> T:
        return self.by_key[key]

    def __iter__(self) -> Iterator[RoleKey]:
        return iter(self.by_key)

    def __len__(self) -> int:
        return len(self.by_key)

    def owners(self, name: str) -> Sequence[str]:
        """The domains that have a custom role called *name*."""
        self._enter()
        return self._owners.get(name, ())

    def names(self, domain: str | None) -> Sequence[str]:
        """The names of the custom roles of *domain*; of the default roles for None."""
        self._enter()
        return self._names.get(domain, ())

    def called(self, name: str) -> list[str]:
        """What roles of any domain that are, or were, called *name* are called now."""
        now = [key[1] for (_, was), key in self.former.items() if was == name]
        return list(dict.fromkeys([*(own for _, own in self.by_key if own == name), *now]))

    def keys_called(self, name: str) -> frozenset[RoleKey]:
        """The roles of any domain that are, or were, called *name*."""
        now = (key for (_, was), key in self.former.items() if was == name)
        return frozenset([*(key for key in self.by_key if key[1] == name), *now])

    def _enter(self) -> None:
        if self._names:
            return
        for domain, name in self.by_key:
            self._names.setdefault(domain, []).append(name)
            if domain is not None:
                self._owners.setdefault(name, []).append(domain)

    def only(self, keys: Container[RoleKey]) -> RoleTable[T]:
        """The table with no other roles than those of *keys*; the names of versions stay taken."""
        kept = {key: role for key, role in self.by_key.items() if key in keys}
        return RoleTable(kept, self.versions, self.former, self.removed)


@dataclass(frozen=True, slots=True)
class Origin:
    """Why a right is held: a grant in `role` (None: in a binding) says so, or another right implies it."""

    text: str
    span: Span
    role: str | None = None
    implied_by: Right | None = None
    because: Origin | None = None
    written: Span = field(init=False, repr=False, compare=False)
    """Where the grant that this goes back to is written."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "written", self.span if self.because is None else self.because.written)


Rights = Mapping[Right, Origin]


@dataclass(frozen=True, slots=True)
class Role:
    """A resolved role; `domain` is None for a default role.

    `replaces` names the default role in whose place the domain has this one. Something was reported of a role
    that is not `sound`, so what it lacks is not reported as well. A role that is set `aside` holds nothing,
    and keeps its name: the finding says why.
    """

    name: str
    domain: str | None
    title: str
    span: Span
    rights: Rights = field(repr=False)
    description: str = ""
    parents: tuple[RoleKey, ...] = ()
    clone_of: str | None = None
    locked: bool = False
    kind: RoleKind | None = field(default=None, repr=False)
    grants: tuple[GrantEntry, ...] = field(default=(), repr=False)
    excepted: tuple[GrantEntry, ...] = field(default=(), repr=False)
    sound: bool = True
    replaces: Text | None = None
    aside: Diagnostic | None = None

    @property
    def key(self) -> RoleKey:
        return (self.domain, self.name)

    def set_aside(self, why: Diagnostic) -> Role:
        """The same role without anything it holds."""
        return replace(self, rights={}, parents=(), grants=(), excepted=(), sound=False, aside=why)


Owner = tuple[str, str | None]
"""A domain, and the custom role of it that is meant; None for all of the domain."""

Faults = dict[Diagnostic, Owner]
"""The errors that are of one tenant, wherever they are reported."""

Roles = RoleTable[Role]


def visible(roles: RoleTable[Any], name: str, domain: str | None, domains: Domains) -> RoleKey | None:
    """The role that *name* means in *domain*.

    This is a default role, or what the nearest domain outwards has in its place; otherwise a custom role of
    the domain or of one around it. A former name means what the name of today does.
    """
    outer = domains.outward(domain) if domain is not None else ()
    if (None, name) in roles:
        versions = roles.versions.get(name, {}) if roles.versions else {}
        return next((versions[owner] for owner in outer if owner in versions), (None, name))
    found = next(((owner, name) for owner in outer if (owner, name) in roles), None)
    if found is None and roles.former:
        now = named_before(roles, name, outer)
        return None if now is None else visible(roles, now[1], domain, domains)
    return found


def named_before(roles: RoleTable[Any], name: str, outer: Iterable[str]) -> RoleKey | None:
    """The role that was called *name*, as seen from the innermost of the domains *outer*."""
    keys = ((owner, name) for owner in (None, *outer))
    return next((roles.former[key] for key in keys if key in roles.former), None)


def role_today(name: Text, outer: Iterable[str], roles: RoleTable[Any], report: Report) -> Text:
    """*name*, or what the role is called now, as seen from a domain; a former name is reported."""
    now = named_before(roles, name, outer) if roles.former else None
    if now is None:
        return name
    name_renamed(report, name, "role", now[1])
    return Text(now[1], name.span)


def name_in(role: Role, domain: str | None, roles: Roles, domains: Domains) -> str | None:
    """What *role* is called in *domain*: as the default role that it replaces there, or by its own name.

    None where no name means it.
    """
    names = (role.name,) if role.replaces is None else (str(role.replaces), role.name)
    return next((name for name in names if visible(roles, name, domain, domains) == role.key), None)


def role_help(
    roles: RoleTable[Any],
    name: str,
    domain: str | None,
    domains: Domains,
    *,
    elsewhere: bool = True,
) -> str:
    """What to write instead of *name*, which is not a role that *domain* can use.

    With *elsewhere*, the other domains that have a custom role of this name are told.
    """
    if name in roles.removed:
        return roles.removed[name].fate
    owners = [f"`{owner}`" for owner in roles.owners(name)[:5]] if elsewhere else []
    if owners:
        return f"`{name}` is a custom role of " + ", ".join(owners) + ", and can be used only there"
    outer = domains.outward(domain) if domain is not None else ()
    names = (other for owner in (None, *outer) for other in roles.names(owner))
    several = name.replace(",", " ").split()
    if len(several) > 1 and all(visible(roles, part, domain, domains) for part in several):
        return f"it is one text; for several roles write a list: `[{', '.join(several)}]`"
    return did_you_mean(name, names) or f"declare it in a file under {ROLES.place}/"


Brought = list[tuple[GrantEntry, list[Permission]]]
"""Entries with the permissions that each grants."""


_IMPLIED = 8
"""Steps to work out what an entry of `implies` brings."""
_BATCH = 1000
"""So many rights are made before they are counted."""


def bring(
    entries: Iterable[GrantEntry],
    rights: dict[Right, Origin],
    catalog: Catalog,
    report: Report,
    role: str | None = None,
) -> Brought:
    """Add what *entries*, written in *role*, grant to *rights*."""
    brought = []
    for entry in entries:
        touched = given(entry, catalog, report)
        brought.append((entry, touched))
        origin = Origin(entry.text, entry.span, role)
        what = f"role `{role}`" if role is not None else f"`{entry.text}`"
        counted = len(rights)
        for permission in touched:
            for right in rights_of(entry.grant, permission, rights):
                rights[right] = origin
            if len(rights) - counted > _BATCH:
                report.lines(len(rights) - counted, what, entry.span)
                counted = len(rights)
        report.lines(len(rights) - counted, what, entry.span)
    return brought


def close(
    rights: dict[Right, Origin], catalog: Catalog, report: Report, what: str, at: Span
) -> dict[Right, Origin]:
    """Add to *rights* what they imply, until nothing is left to add; returns the hidden rights among it.

    A hidden permission is held wherever a visible one that implies it is, so it is not added as a right.
    *what*, written *at* some place, holds the rights.
    """
    hidden: dict[Right, Origin] = {}
    implying = catalog.entries("implies")
    waiting = [right for right in rights if right.path in implying] if implying else []
    while waiting:
        right = waiting.pop()
        entries = implying.get(right.path)
        if entries is None:
            continue
        open = [entry for entry in entries if (entry.path, "-", "-") not in rights]
        report.steps(len(entries) + _IMPLIED * len(open), what, at)
        why = rights.get(right) or hidden[right]
        for entry in open:
            before = len(waiting)
            found = hidden if catalog.permission(entry.path).hidden else rights
            for new in implied(catalog, right, entry, found):
                found[new] = Origin(f"{right.path} implies {entry.text}", entry.span, why.role, right, why)
                waiting.append(new)
            if len(waiting) > before:
                report.lines(len(waiting) - before, what, at)
    return hidden


def unclear(entries: Iterable[GrantEntry], catalog: Catalog) -> bool:
    """Whether what *entries* bring is not known, because something in the catalog was reported."""
    return bool(catalog.unclear) and any(
        permission.path in catalog.unclear
        for entry in entries
        for permission in (
            catalog.below(entry.grant.path) if entry.grant.star else [catalog.permission(entry.grant.path)]
        )
    )
