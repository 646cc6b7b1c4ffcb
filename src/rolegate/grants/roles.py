"""Roles: what each holds, and why it holds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report, Span, did_you_mean
from rolegate.grants.domains import Domains
from rolegate.grants.expand import Entry, give
from rolegate.grants.rights import Right, implied


@dataclass(frozen=True, slots=True)
class Origin:
    """Why a right is held: the grant that says so in `role` (None: a binding), or the right implying it."""

    text: str
    span: Span
    role: str | None = None
    implied_by: Right | None = None
    because: Origin | None = None

    @property
    def written(self) -> Span:
        """Where the grant stands that this goes back to."""
        first = self
        while first.because is not None:
            first = first.because
        return first.span


Rights = Mapping[Right, Origin]


@dataclass(frozen=True, slots=True)
class Role:
    """A resolved role; `domain` is None for a default role.

    Of a role that is not `sound` something was reported, so that what it lacks is no further news.
    """

    name: str
    domain: str | None
    title: str
    span: Span
    rights: Rights
    description: str = ""
    parents: tuple[RoleKey, ...] = ()
    clone_of: str | None = None
    locked: bool = False
    grants: tuple[Entry, ...] = ()
    excepted: tuple[Entry, ...] = ()
    sound: bool = True

    @property
    def key(self) -> RoleKey:
        return (self.domain, self.name)


RoleKey = tuple[str | None, str]
Roles = Mapping[RoleKey, Role]


def visible(
    roles: Mapping[RoleKey, object], name: str, domain: str | None, domains: Domains
) -> RoleKey | None:
    """The role called *name* as seen from *domain*: a default one, or one of it or of an outer domain."""
    if (None, name) in roles:
        return (None, name)
    outer = domains.outward(domain) if domain is not None else ()
    return next(((each, name) for each in outer if (each, name) in roles), None)


def role_help(roles: Mapping[RoleKey, object], name: str, domain: str | None, domains: Domains) -> str:
    """What to write instead of *name*, which is no role as seen from *domain*."""
    elsewhere = [f"`{each}`" for each, other in roles if other == name and each is not None]
    if elsewhere:
        return f"`{name}` is a custom role of " + ", ".join(elsewhere[:5]) + ", and can be used only there"
    outer = domains.outward(domain) if domain is not None else ()
    names = [other for each, other in roles if each is None or each in outer]
    return did_you_mean(name, names) or "declare it in a file under roles/"


Brought = list[tuple[Entry, tuple[Right, ...]]]
"""Entries with what each grants."""


def bring(
    entries: Iterable[Entry],
    rights: dict[Right, Origin],
    catalog: Catalog,
    report: Report,
    role: str | None = None,
) -> Brought:
    """Add what *entries*, written in *role*, grant to *rights*."""
    brought = [(entry, give(entry, catalog, report)) for entry in entries]
    for entry, given in brought:
        origin = Origin(entry.text, entry.span, role)
        for right in given:
            rights.setdefault(right, origin)
    return brought


def close(rights: dict[Right, Origin], catalog: Catalog) -> dict[Right, Origin]:
    """Add what the rights imply, until nothing is left to add; give what they imply of hidden permissions.

    A hidden permission goes where a visible one that implies it goes, so it is not a right of its own.
    """
    hidden: dict[Right, Origin] = {}
    waiting = list(rights)
    while waiting:
        right = waiting.pop()
        why = rights.get(right) or hidden[right]
        for entry, brought in implied(catalog, right):
            found = hidden if catalog.permission(entry.path).hidden else rights
            for each in brought:
                if each not in found:
                    found[each] = Origin(
                        f"{right.path} implies {entry.text}", entry.span, why.role, right, why
                    )
                    waiting.append(each)
    return hidden


def unclear(entries: Iterable[Entry], catalog: Catalog) -> bool:
    """Whether it is not known what *entries* bring, because of what was reported of the catalog."""
    return bool(catalog.unclear) and any(
        permission.path in catalog.unclear
        for entry in entries
        for permission in (
            catalog.below(entry.grant.path) if entry.grant.star else [catalog.permission(entry.grant.path)]
        )
    )
