"""After which groups a star is true: everything that it includes, today and later, is held.

Plans and add-ons may change, so they do not count here; only what is granted and what is taken away does.
Whatever takes something away, a name or a star, makes every star untrue that includes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.catalog.scoped_fields import is_field
from rolegate.diagnostics import Report
from rolegate.grants.entries import rights_of, takes_limits
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right, overlap
from rolegate.grants.roles import RoleKey, Roles
from rolegate.grants.takes import take


class StarLimits(NamedTuple):
    """The suffix that limits a star, such as `@my` or `[*]`; None where there is no limit."""

    instance: str | None
    scope: str | None

    def __str__(self) -> str:
        return str(self.star).removeprefix("*")

    @property
    def star(self) -> Grant:
        """`*` with these limits."""
        return Grant("", True, self.instance, self.scope)


Where = Mapping[StarLimits, frozenset[str]]
"""The groups after which a star with these limits is true."""


class Stars:
    """Works out where stars are true, for one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._groups = [path for path, node in catalog.nodes.items() if isinstance(node, Group)]
        self._inside: dict[str, frozenset[str]] = {}

    def given(self, entries: Iterable[GrantEntry], *others: Where) -> Where:
        """Where the stars of *entries* are true, or where one of *others* says that they are."""
        found: dict[StarLimits, frozenset[str]] = {}
        for other in others:
            for limits, groups in other.items():
                known = found.get(limits, groups)
                found[limits] = known if known >= groups else known | groups
        for entry in entries:
            if entry.grant.star:
                limits = StarLimits(entry.grant.instance, entry.grant.scope)
                found[limits] = found.get(limits, frozenset()) | self._at(entry.grant.path)
        return found

    def less(self, true: Where, taken: Iterable[GrantEntry]) -> Where:
        """What is left of *true* after `except` or `restrict` entries have taken something away."""
        left = dict(true)
        for entry in taken:
            for limits in [limits for limits, groups in left.items() if groups and self._meet(limits, entry)]:
                hit = self._around(entry.grant.path)
                left[limits] -= hit | self._at(entry.grant.path) if entry.grant.star else hit
        return left

    def less_denied(self, true: Where, denied: Iterable[Right]) -> Where:
        """What is left of *true* after denials; a denied header takes all that is added behind it."""
        left = dict(true)
        by_path: dict[str, list[Right]] = {}
        for right in denied:
            by_path.setdefault(right.path, []).append(right)
        for path, rights in by_path.items():
            permission = self._catalog.permission(path)
            hit = self._around(path)
            above = self._catalog.nodes[path.rpartition(".")[0]]
            behind = self._at(above.path) if isinstance(above, Group) and above.header == path else None
            for limits in [limits for limits, groups in left.items() if groups]:
                given = brought(permission, limits)
                lost = any(_overlap(one, other) for one in given for other in rights)
                if lost:
                    left[limits] -= hit
                if behind and (lost or not given):
                    left[limits] -= behind
        return left

    def of_roles(self, keys: Iterable[RoleKey], roles: Roles) -> Iterator[Where]:
        """Where the stars of each role are true; every parent is worked out once."""
        done: dict[RoleKey, Where] = {}
        for wanted in keys:
            waiting = [wanted]
            while waiting:
                role = roles[waiting[-1]]
                before = [key for key in role.parents if key not in done]
                if before:
                    waiting += before
                    continue
                key = waiting.pop()
                if key not in done:
                    given = self.given(role.grants, *(done[parent] for parent in role.parents))
                    done[key] = self.less(given, role.excepted)
            yield done[wanted]

    def can_grow(self, group: str, limits: StarLimits) -> bool:
        """Whether a star below *group* means something: nothing is ever added to a field with scopes."""
        node = self._catalog.nodes[group]
        if not is_field(node, self._catalog):
            return True
        return any(brought(self._catalog.permission(path), limits) for path in node.children)

    def _at(self, path: str) -> frozenset[str]:
        """The group *path*, and each below it."""
        if path not in self._inside:
            start = f"{path}." if path else ""
            self._inside[path] = frozenset(g for g in self._groups if g == path or g.startswith(start))
        return self._inside[path]

    def _around(self, path: str) -> frozenset[str]:
        """*path* and every group above it: their stars include whatever *path* does."""
        steps = path.split(".")
        return frozenset((*(".".join(steps[:depth]) for depth in range(len(steps) + 1)),))

    def _meet(self, limits: StarLimits, taken: GrantEntry) -> bool:
        """Whether a star with *limits* includes something that *taken* takes away, if their paths meet."""
        grant = taken.grant
        if grant.star:
            return self._scopes_meet(limits.scope, grant.scope) and _instances_meet(
                limits.instance, grant.instance
            )
        return any(
            loss.hits(right)
            for loss in take(taken, self._catalog, Report())
            for right in brought(loss.permission, limits)
        )

    def _scopes_meet(self, given: str | None, taken: str | None) -> bool:
        """Whether both reach a common scope of some ladder; taking away also takes the broader scopes."""
        if given is None or taken is None:
            return True
        return any(
            not set(ladder.within(given)).isdisjoint(ladder.broader(taken))
            for ladder in self._catalog.ladders.values()
            if given in ladder.scopes and taken in ladder.scopes
        )


def _instances_meet(given: str | None, taken: str | None) -> bool:
    """Whether both reach a common instance; taking away also takes what lies within, at any depth."""
    if given is None or taken is None or "*" in (given, taken):
        return True
    if not given.endswith("*") and given.count("/") < taken.count("/"):
        return False
    mine, theirs = (text.removesuffix("/*").split("/") for text in (given, taken))
    return all(one == other for one, other in zip(mine, theirs, strict=False))


def brought(permission: Permission, limits: StarLimits) -> list[Right]:
    """What a star with *limits* grants of *permission*, even if that is deprecated."""
    return list(rights_of(limits.star, permission)) if takes_limits(permission, limits.star) else []


def _overlap(one: Right, other: Right) -> bool:
    return one.scope == other.scope and overlap(one.obj, other.obj) is not None
