"""In which groups a star is true: everything it takes in, today and later, is held.

A star is looked at apart from plans and add-ons, which may change: what counts is what is given and what is
taken away. A star that takes away, and a name, each make every star untrue that takes in what they take.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.diagnostics import Report
from rolegate.grants.entries import GrantEntry, rights_of, take, takes_limits
from rolegate.grants.rights import Right, overlap
from rolegate.grants.roles import RoleKey, Roles


class StarLimits(NamedTuple):
    """What limits a star, as it stands after it; None where the star takes in all."""

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
    """Works out, for one catalog, where stars are true."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._groups = [path for path, node in catalog.nodes.items() if isinstance(node, Group)]
        self._inside: dict[str, frozenset[str]] = {}

    def given(self, entries: Iterable[GrantEntry], *others: Where) -> Where:
        """Where the stars among *entries*, or one of *others*, are true."""
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
        """What of *true* is left when `except` or `restrict` entries take away."""
        left = dict(true)
        for entry in taken:
            for limits in [each for each, groups in left.items() if groups and self._meet(each, entry)]:
                hit = self._around(entry.grant.path)
                left[limits] -= hit | self._at(entry.grant.path) if entry.grant.star else hit
        return left

    def less_denied(self, true: Where, denied: Iterable[Right]) -> Where:
        """What of *true* is left when rights are denied, and with them what is added behind a header."""
        left = dict(true)
        by_path: dict[str, list[Right]] = {}
        for right in denied:
            by_path.setdefault(right.path, []).append(right)
        for path, rights in by_path.items():
            permission = self._catalog.permission(path)
            hit = self._around(path)
            above = self._catalog.nodes[path.rpartition(".")[0]]
            behind = self._at(above.path) if isinstance(above, Group) and above.header == path else None
            for limits in [each for each, groups in left.items() if groups]:
                brought = _brought(permission, limits)
                lost = any(_overlap(one, other) for one in brought for other in rights)
                if lost:
                    left[limits] -= hit
                if behind and (lost or not brought):
                    left[limits] -= behind
        return left

    def of_roles(self, keys: Iterable[RoleKey], roles: Roles) -> Iterator[Where]:
        """Where the stars of each role are true; parents are looked at once."""
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

    def _at(self, path: str) -> frozenset[str]:
        """The group *path*, and each below it."""
        if path not in self._inside:
            start = f"{path}." if path else ""
            self._inside[path] = frozenset(g for g in self._groups if g == path or g.startswith(start))
        return self._inside[path]

    def _around(self, path: str) -> frozenset[str]:
        """*path* and all above it, whose stars take in what *path* does."""
        steps = path.split(".")
        return frozenset((*(".".join(steps[:depth]) for depth in range(len(steps) + 1)),))

    def _meet(self, limits: StarLimits, taken: GrantEntry) -> bool:
        """Whether a star with *limits* takes in something that *taken* takes away, if their paths meet."""
        grant = taken.grant
        if grant.star:
            return self._scopes_meet(limits.scope, grant.scope) and _instances_meet(
                limits.instance, grant.instance
            )
        return any(
            each.hits(right)
            for each in take(taken, self._catalog, Report())
            for right in _brought(each.permission, limits)
        )

    def _scopes_meet(self, given: str | None, taken: str | None) -> bool:
        """Whether some permission, of any ladder, has a scope that both reach: taking goes upwards."""
        if given is None or taken is None:
            return True
        return any(
            not set(ladder.within(given)).isdisjoint(ladder.broader(taken))
            for ladder in self._catalog.ladders.values()
            if given in ladder.scopes and taken in ladder.scopes
        )


def _instances_meet(given: str | None, taken: str | None) -> bool:
    """Whether some permission has an instance that both reach: taking goes inwards, at any depth."""
    if given is None or taken is None or "*" in (given, taken):
        return True
    if not given.endswith("*") and given.count("/") < taken.count("/"):
        return False
    mine, theirs = (text.removesuffix("/*").split("/") for text in (given, taken))
    return all(one == other for one, other in zip(mine, theirs, strict=False))


def _brought(permission: Permission, limits: StarLimits) -> list[Right]:
    """What a star with *limits* brings of *permission*, were it not deprecated."""
    return list(rights_of(limits.star, permission)) if takes_limits(permission, limits.star) else []


def _overlap(one: Right, other: Right) -> bool:
    return one.scope == other.scope and overlap(one.obj, other.obj) is not None
