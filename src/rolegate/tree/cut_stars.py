"""After which groups a star is held beside something that is taken away: what is added later is held.

Such a star is never shown as a whole one, and never written for a tree: a box is off that it would include.
But it grows, and whoever edits or reads the tree has to see that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.model import Group, Permission
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domain
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, covers
from rolegate.tree.true_stars import StarLimits, Stars, Where, brought

Suffixes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class StarsByGroup:
    """For each group the suffixes (`""`, `@my`) of its stars: `whole` are true, `cut` have exceptions."""

    whole: Suffixes = field(default_factory=dict)
    cut: Suffixes = field(default_factory=dict)

    @classmethod
    def of(cls, true: Where, growing: Where, stars: Stars, here: Domain | None) -> StarsByGroup:
        """The stars that mean something in the domain *here*."""
        whole = suffixes(true, stars, here)
        rest = {limits: groups - true.get(limits, frozenset()) for limits, groups in growing.items()}
        cut = {
            group: found
            for group, found in suffixes(rest, stars, here).items()
            if "" not in whole.get(group, ())  # a star without limits includes those with limits
        }
        return cls(whole, cut)

    def opens(self, group: str) -> tuple[str, ...]:
        return self.whole.get(group, ())

    def cut_stars(self, group: str) -> tuple[str, ...]:
        return tuple(f"*{suffix}" for suffix in self.cut.get(group, ()))


def suffixes(true: Where, stars: Stars, here: Domain | None) -> dict[str, tuple[str, ...]]:
    """For each group, the suffixes of the stars that are *true* in the domain *here* and mean something."""
    found: dict[str, list[str]] = {}
    for limits, groups in true.items():
        if here is not None and limits.instance is not None and _removed(limits.instance, here):
            continue
        for group in groups:
            if not stars.can_grow(group, limits):
                continue
            found.setdefault(group, []).append(str(limits))
    return {group: tuple(sorted(suffixes)) for group, suffixes in found.items()}


def _removed(instance: str, domain: Domain) -> bool:
    """Whether a star on *instance* names something that is gone, of whatever kind."""
    parts = [part for part in instance.split("/") if part != "*"]
    paths = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    return any(path in gone for gone in domain.removed.values() for path in paths)


class GrowingStars(Stars):
    """Works out after which groups stars are held, whole or not: what is added there later is held.

    What a name takes away leaves its star; a star that is taken away takes along those that it includes.
    """

    def less(self, true: Where, taken: Iterable[GrantEntry]) -> Where:
        left = dict(true)
        for grant in (entry.grant for entry in taken if entry.grant.star):
            for limits in [limits for limits in left if self._takes_all(grant, limits)]:
                left[limits] -= self._at(grant.path)
        return left

    def less_denied(self, true: Where, denied: Iterable[Right]) -> Where:
        """What is left of *true*: nothing behind a header all of which is denied."""
        left = dict(true)
        rights = set(denied)
        for path in {right.path for right in rights}:
            above = self._catalog.nodes[path.rpartition(".")[0]]
            if isinstance(above, Group) and above.header == path:
                header = self._catalog.permission(path)
                for limits in left:
                    if _all_denied(brought(header, limits) or _all_of(header), rights):
                        left[limits] -= self._at(above.path)
        return left

    def of_limited(self, lines: Iterable[Binding], here: str, resolved: Resolved) -> Iterator[Where]:
        """Where stars of the roles of *lines* with `only` grow: on what that names, or beyond."""
        for line in lines:
            role = line.role_in(here, resolved.domains)
            if role is None or line.shape is None:
                continue
            (stars,) = self.of_roles([role.key], resolved.roles)
            if line.shape.rest == "keep":
                yield stars
                continue
            ids = {copy.label[1:].partition("/")[2].partition(":")[0] for copy in line.copies}
            for limits, groups in stars.items():
                if limits.instance in (None, "*"):
                    yield {limits._replace(instance=id): groups for id in ids if id}

    def _takes_all(self, taken: Grant, limits: StarLimits) -> bool:
        """Whether a star that is taken away takes all that one with *limits* gives, today and later."""
        mine = limits.instance
        if taken.instance is not None and (mine is None or not covers(taken.instance, mine)):
            return False
        return taken.scope is None or (
            limits.scope is not None and all(self._takes_scope(limits.scope, taken.scope))
        )

    def _takes_scope(self, given: str, taken: str) -> Iterator[bool]:
        """For each ladder with the scope *given*, whether all within that is *taken*, or broader."""
        for ladder in self._catalog.ladders.values():
            if given in ladder.scopes:
                yield taken in ladder.scopes and set(ladder.within(given)) <= set(ladder.broader(taken))


def _all_of(permission: Permission) -> list[Right]:
    """Everything that can be held of a permission."""
    obj = "*" if permission.chain else "-"
    return [Right(permission.path, obj, scope) for scope in permission.scope_names]


def _all_denied(given: Iterable[Right], denied: Iterable[Right]) -> bool:
    """Whether denials leave nothing of what is *given*."""
    return all(
        any(one[::2] == other[::2] and covers(other.obj, one.obj) for other in denied) for one in given
    )
