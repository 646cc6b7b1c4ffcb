"""Links of roles in dictionaries: who has which role in which domain, and who is told when that changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol
from weakref import WeakSet

from rolegate.casbin.locks import TABLES

Edges = dict[str, tuple[str, ...]]
"""The roles of each name in one domain."""


class LinkFollower(Protocol):
    """Somebody who has to know when links change."""

    def link_changed(self, links: RoleLinks, dom: str, name: str) -> None:
        """The links of *name* in *dom* have changed."""

    def links_replaced(self, links: RoleLinks) -> None:
        """All links may have changed."""


def reach(edges: Edges, name: str, steps: int) -> set[str]:
    """*name*, and what it reaches in at most *steps* links."""
    found = {name}
    edge: list[str] = [name]
    while edge and steps > 0:
        edge = [role for reached in edge for role in edges.get(reached, ()) if role not in found]
        found.update(edge)
        steps -= 1
    return found


class RoleLinks:
    """Links by domain. Both role managers of this package are made of them."""

    def __init__(self, max_hierarchy_level: int) -> None:
        self.followers: WeakSet[Any] = WeakSet()
        self._level = max_hierarchy_level
        self.plain = True
        """No matching function was added, so the dictionaries below are the truth."""
        self.holds = 0
        self.held: dict[tuple[str, str], None] = {}
        """Whose links have changed since followers are told nothing."""
        self.copied: set[str] = set()
        self.forget()

    def forget(self) -> None:
        """Start with no links, in new dictionaries: who still reads the old ones sees no change."""
        self.edges: dict[str, Edges] = {}
        self.users: dict[str, dict[str, dict[str, None]]] = {}
        self.counts: dict[str, dict[tuple[str, str], int]] = {}

    @property
    def max_hierarchy_level(self) -> int:
        """How many names a chain of links may have, the first and the last one counted."""
        return self._level

    @max_hierarchy_level.setter
    def max_hierarchy_level(self, level: int) -> None:
        self._level = level
        self.tell_all()

    @property
    def steps(self) -> int:
        """The longest chain of links that a decision follows."""
        return self._level - 1

    # -- telling followers --------------------------------------------------------------------------------

    def hold(self) -> None:
        """From now on nobody sees a change."""
        with TABLES:
            self.holds += 1

    def release(self) -> None:
        """Tell what has changed since `hold`; all changes in one domain are seen at once."""
        with TABLES:
            self.holds -= 1
            if not self.holds:
                held, self.held, self.copied = self.held, {}, set()
                for dom, name in held:
                    self.tell(dom, name)

    def tell(self, dom: str, name: str) -> None:
        """Tell followers of a change, or remember it for `release`."""
        if self.holds:
            self.held[dom, name] = None
            return
        for follower in list(self.followers):
            follower.link_changed(self, dom, name)

    def tell_all(self) -> None:
        """Tell followers that all links may have changed."""
        with TABLES:
            for follower in list(self.followers):
                follower.links_replaced(self)

    # -- changes ------------------------------------------------------------------------------------------

    def writable(self, dom: str) -> Edges:
        """The links in *dom*; a copy of them while others still have to see the old ones."""
        edges = self.edges.get(dom)
        if edges is None:
            edges = self.edges[dom] = {}
        elif self.holds and dom not in self.copied:
            edges = self.edges[dom] = dict(edges)
        if self.holds:
            self.copied.add(dom)
        return edges

    def link(self, name: str, role: str, dom: str) -> None:
        """Add a link, or count it once more."""
        with TABLES:
            counts = self.counts.setdefault(dom, {})
            counts[name, role] = counts.get((name, role), 0) + 1
            roles = self.edges.get(dom, {}).get(name, ())
            if role not in roles:
                self.writable(dom)[name] = (*roles, role)
                self.users.setdefault(dom, {}).setdefault(role, {})[name] = None
                self.tell(dom, name)

    def unlink(self, name: str, role: str, dom: str) -> bool:
        """Remove a link; false if it was not there."""
        with TABLES:
            counts = self.counts.get(dom, {})
            count = counts.get((name, role), 0)
            if not count:
                return False
            if count > 1:
                counts[name, role] = count - 1
            else:
                del counts[name, role]
            edges = self.writable(dom)
            left = tuple(other for other in edges.get(name, ()) if other != role)
            if left:
                edges[name] = left
            else:
                edges.pop(name, None)
            users = self.users[dom].get(role, {})
            users.pop(name, None)
            if not users:
                self.users[dom].pop(role, None)
            self.tell(dom, name)
            return True

    def reset(self) -> None:
        """Remove all links."""
        with TABLES:
            self.forget()
            self.tell_all()

    def copy_of(self, other: RoleLinks) -> None:
        """Take over the links of *other*."""
        with TABLES:
            self.edges = {dom: dict(edges) for dom, edges in other.edges.items()}
            self.users = {
                dom: {role: dict(users) for role, users in roles.items()}
                for dom, roles in other.users.items()
            }
            self.counts = {dom: dict(counts) for dom, counts in other.counts.items()}

    # -- questions ----------------------------------------------------------------------------------------

    def listed(self) -> Iterator[tuple[str, str, str]]:
        """Every link with its domain, as often as it was added."""
        for dom, counts in self.counts.items():
            for (name, role), count in counts.items():
                yield from [(name, role, dom)] * count

    def has(self, name: str, role: str, dom: str) -> bool:
        """Whether *name* is *role*, or reaches it in *dom*."""
        if self._level <= 0:
            return False
        return name == role or role in reach(self.edges.get(dom, {}), name, self.steps)

    def roles_of(self, name: str, dom: str) -> list[str]:
        """The roles that *name* has directly."""
        return list(self.edges.get(dom, {}).get(name, ()))

    def users_of(self, role: str, dom: str) -> list[str]:
        """The names that have *role* directly."""
        return list(self.users.get(dom, {}).get(role, ()))
