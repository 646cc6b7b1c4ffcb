"""What somebody holds, asked box by box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from rolegate.catalog.labels import Words
from rolegate.catalog.model import Permission
from rolegate.compiled.names import asked_object, is_domain
from rolegate.encoding import MAX_COLUMN, decode, encode
from rolegate.engine.known_instances import given_to, instance_title, known_paths
from rolegate.engine.later import Later
from rolegate.engine.question import Asked
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.rights import Right
from rolegate.tree.cut_stars import StarsByGroup
from rolegate.tree.held_stars import held_stars

_NEW = "n" * (MAX_COLUMN + 1)
"""An instance that no file and no application can name."""


@dataclass(frozen=True, slots=True)
class HeldBoxes:
    """The rights of a subject in a domain; without a subject nothing is held."""

    snapshot: Snapshot
    sub: str | None = None
    dom: str = ""
    rights: frozenset[Right] = frozenset()
    stars: StarsByGroup = field(default_factory=StarsByGroup)
    kind: str | None = None
    known: dict[tuple[str, ...], Mapping[str, tuple[str, ...]]] = field(default_factory=dict, compare=False)
    """For a chain of kinds, the known paths by the outer one that they lie within."""
    later: Later | None = field(default=None, compare=False)

    @classmethod
    def of(cls, asked: Asked, snapshot: Snapshot) -> HeldBoxes:
        subjects = dict.fromkeys(snapshot.lookup.subjects(asked.sub, asked.dom))
        stars = held_stars(subjects, asked.dom, snapshot)
        kind = snapshot.resolved.domains[decode(asked.dom)].kind if is_domain(asked.dom) else None
        rights, later = given_to(asked, snapshot), Later.of(asked, snapshot)
        return cls(snapshot, asked.sub, asked.dom, rights, stars, kind, later=later)

    @classmethod
    def blank(cls, domain: str, snapshot: Snapshot) -> HeldBoxes:
        """What nobody holds in *domain*."""
        return cls(snapshot, dom=encode(domain), kind=snapshot.resolved.domains[domain].kind)

    def holds(self, permission: Permission, pattern: str, scope: str) -> bool:
        """Whether all of *pattern* is held at *scope*."""
        if self.sub is None:
            return False
        return self.snapshot.index.allows(self.sub, self.dom, asked_object(pattern), permission.path, scope)

    def holds_some(self, permission: Permission, pattern: str) -> bool:
        """Whether any of *pattern* is held at any scope."""
        if self.sub is None:
            return False
        index = self.snapshot.index
        return any(
            index.allows_some(self.sub, self.dom, pattern, permission.path, scope)
            for scope in permission.scope_names
        )

    def taken(self, permission: Permission, pattern: str, scope: str) -> bool:
        """Whether all of *pattern* would be held at *scope* if no restriction took it away."""
        if self.sub is None or self.holds(permission, pattern, scope):
            return False
        return self.snapshot.index.granted(self.sub, self.dom, asked_object(pattern), permission.path, scope)

    def holds_new(self, permission: Permission, pattern: str, scope: str) -> bool:
        """Whether an instance of *pattern* that is added later is held at *scope*."""
        if self.sub is None:
            return False
        steps = len(permission.chain) - pattern.count("/")
        obj = pattern.removesuffix("*") + "/".join([_NEW] * steps)
        return self.snapshot.index.allows(self.sub, self.dom, obj, permission.path, scope)

    def until(self, permission: Permission, pattern: str, scopes: Sequence[str]) -> datetime | None:
        """When some of *scopes*, held on *pattern*, is lost; without scopes, when nothing of it is held."""
        if self.later is None:
            return None
        return self.later.until(lambda then: self._still(then, permission, pattern, scopes))

    def _still(self, then: Snapshot, permission: Permission, pattern: str, scopes: Sequence[str]) -> bool:
        there = replace(self, snapshot=then)
        if scopes:
            return all(there.holds(permission, pattern, scope) for scope in scopes)
        return there.holds_some(permission, pattern)

    def offers(self, group: str) -> bool:
        """Whether anything of *group* exists in the kind of the domain, and is not hidden."""
        return self.snapshot.resolved.catalog.shown(group, self.kind)

    def exists(self, permission: Permission) -> bool:
        """Whether a permission exists in the kind of the domain."""
        return permission.availability.exists_in(self.kind)

    def available(self, permission: Permission) -> bool:
        """Whether the plan and the add-ons of the domain have the permission."""
        return not self.dom or not self.snapshot.unavailable(permission, self.dom)

    def instances(self, chain: tuple[str, ...], prefix: tuple[str, ...]) -> tuple[str, ...]:
        """The encoded paths below *prefix*: declared ones first, then those that only grants name."""
        if chain not in self.known:
            below: dict[str, list[str]] = {}
            for path in known_paths(self.dom, chain, self.rights, self.snapshot.resolved):
                below.setdefault(path.rpartition("/")[0], []).append(path)
            self.known[chain] = {outer: tuple(paths) for outer, paths in below.items()}
        return self.known[chain].get("/".join(prefix), ())

    def title(self, kind: str, path: str, words: Words) -> str | None:
        """The title of an encoded instance in the domain."""
        return instance_title(self.dom, kind, path, words, self.snapshot.resolved)

    def opens(self, group: str) -> tuple[str, ...]:
        """The suffixes (`""`, `@my`, `[*]`) of the stars of *group* that are held as a whole."""
        return self.stars.opens(group)

    def cut_stars(self, group: str) -> tuple[str, ...]:
        """The stars (`*`, `*@my`) of *group* that are held but for something that is taken away."""
        return self.stars.cut_stars(group)
