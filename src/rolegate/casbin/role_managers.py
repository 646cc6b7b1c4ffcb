"""Casbin's role managers on dictionaries: the same answers, without the quadratic graphs.

They differ from the stock ones in three ways. Asking about a name stores nothing. A link that was added
twice is gone once it is removed; in a stock enforcer it is gone only if somebody asked about that domain
before, and comes back otherwise. Removing it a second time is no error.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Protocol
from weakref import WeakSet

from casbin.rbac.default_role_manager import DomainManager, RoleManager

Edges = dict[str, tuple[str, ...]]

TABLES = threading.RLock()
"""Held while rules, links and the tables made of them change together; never while anything is read."""


class LinkFollower(Protocol):
    """Somebody who has to know when links change."""

    def link_changed(self, links: Linked, dom: str, name: str) -> None:
        """The links of *name* in *dom* are others now."""

    def links_replaced(self, links: Linked) -> None:
        """All of them may be others."""


def reach(edges: Edges, name: str, steps: int) -> set[str]:
    """*name*, and what it reaches in at most *steps* links."""
    found = {name}
    edge: list[str] = [name]
    while edge and steps > 0:
        edge = [role for each in edge for role in edges.get(each, ()) if role not in found]
        found.update(edge)
        steps -= 1
    return found


class Linked:
    """Links by domain; what both managers share."""

    stock: Any
    """The class of Casbin that does it instead once a matching function decides."""

    def __init__(self, max_hierarchy_level: int = 10) -> None:
        self.followers: WeakSet[Any] = WeakSet()
        self.stock.__init__(self, max_hierarchy_level)
        self.plain = True
        """No matching function was added; then the tables below are the truth."""
        self.holds = 0
        self.held: dict[tuple[str, str], None] = {}
        """Whose links are others now, while nobody is to be told."""
        self.copied: set[str] = set()
        self.forget()

    def __getstate__(self) -> dict[str, Any]:
        # Without the functions that Casbin writes where they are needed: these cannot be pickled.
        left_out = {"followers", "matching_func"} if self.plain else {"followers"}
        return {name: value for name, value in vars(self).items() if name not in left_out}

    def __setstate__(self, state: dict[str, Any]) -> None:
        type(self).__init__(self)
        self.__dict__.update(state)

    @property
    def max_hierarchy_level(self) -> int:
        """How many links lie between a name and what it reaches, the name counted."""
        return self._level

    @max_hierarchy_level.setter
    def max_hierarchy_level(self, level: int) -> None:
        self._level = level
        self.tell_all()

    def forget(self) -> None:
        # New dictionaries: whoever reads the old ones keeps an unbroken view.
        self.edges: dict[str, Edges] = {}
        self.users: dict[str, dict[str, dict[str, None]]] = {}
        self.counts: dict[str, dict[tuple[str, str], int]] = {}

    def hold(self) -> None:
        """From now on nobody sees a change."""
        with TABLES:
            self.holds += 1

    def release(self) -> None:
        """Tell what has changed since; what holds in one domain changes at once."""
        with TABLES:
            self.holds -= 1
            if not self.holds:
                held, self.held, self.copied = self.held, {}, set()
                for dom, name in held:
                    self.tell(dom, name)

    def writable(self, dom: str) -> Edges:
        """The links in *dom*; a copy while others still have to see the old ones."""
        edges = self.edges.get(dom)
        if edges is None:
            edges = self.edges[dom] = {}
        elif self.holds and dom not in self.copied:
            edges = self.edges[dom] = dict(edges)
        if self.holds:
            self.copied.add(dom)
        return edges

    @property
    def steps(self) -> int:
        """The longest chain of links a decision follows."""
        return self.max_hierarchy_level - 1

    def link(self, name: str, role: str, dom: str) -> None:
        with TABLES:
            counts = self.counts.setdefault(dom, {})
            counts[name, role] = counts.get((name, role), 0) + 1
            roles = self.edges.get(dom, {}).get(name, ())
            if role not in roles:
                self.writable(dom)[name] = (*roles, role)
                self.users.setdefault(dom, {}).setdefault(role, {})[name] = None
                self.tell(dom, name)

    def unlink(self, name: str, role: str, dom: str) -> bool:
        """Whether the link was there."""
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
            left = tuple(each for each in edges.get(name, ()) if each != role)
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

    def tell(self, dom: str, name: str) -> None:
        if self.holds:
            self.held[dom, name] = None
            return
        for follower in list(self.followers):
            follower.link_changed(self, dom, name)

    def tell_all(self) -> None:
        with TABLES:
            for follower in list(self.followers):
                follower.links_replaced(self)

    def reset(self) -> None:
        with TABLES:
            self.forget()
            self.tell_all()

    def give_up(self) -> None:
        """From now on a matching function decides, and the stock code with it."""
        with TABLES:
            self.plain = False
            self.tell_all()

    def listed(self) -> Iterator[tuple[str, str, str]]:
        """Every link with its domain, as often as it was added."""
        for dom, counts in self.counts.items():
            for (name, role), count in counts.items():
                yield from [(name, role, dom)] * count

    def has(self, name: str, role: str, dom: str) -> bool:
        if self.max_hierarchy_level <= 0:
            return False
        return name == role or role in reach(self.edges.get(dom, {}), name, self.steps)

    def roles_of(self, name: str, dom: str) -> list[str]:
        return list(self.edges.get(dom, {}).get(name, ()))

    def users_of(self, role: str, dom: str) -> list[str]:
        return list(self.users.get(dom, {}).get(role, ()))

    def copy_of(self, other: Linked) -> None:
        with TABLES:
            self.edges = {dom: dict(edges) for dom, edges in other.edges.items()}
            self.users = {
                dom: {role: dict(users) for role, users in roles.items()}
                for dom, roles in other.users.items()
            }
            self.counts = {dom: dict(counts) for dom, counts in other.counts.items()}

    def hand_over(self) -> None:
        if self.plain:
            for link in self.listed():
                self.stock.add_link(self, *link)
            self.give_up()

    # -- what Casbin calls --------------------------------------------------------------------------------

    def place(self, *domain: str) -> str:
        """Where the links of a call are kept."""
        raise NotImplementedError

    def stock_copy(self) -> Any:
        """A stock manager with the same links and matching functions."""
        raise NotImplementedError

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if self.plain:
            copy = type(self)(self.max_hierarchy_level)
            copy.copy_of(self)
        else:
            copy = self.stock_copy()
        memo[id(self)] = copy
        return copy

    def add_matching_func(self, fn: Any) -> None:
        self.hand_over()
        self.stock.add_matching_func(self, fn)

    def clear(self) -> None:
        self.stock.clear(self)
        self.reset()

    def add_link(self, name1: str, name2: str, *domain: str) -> None:
        if self.plain:
            self.link(name1, name2, self.place(*domain))
        else:
            self.stock.add_link(self, name1, name2, *domain)

    def has_link(self, name1: str, name2: str, *domain: str) -> bool:
        if self.plain:
            return self.has(name1, name2, self.place(*domain))
        return bool(self.stock.has_link(self, name1, name2, *domain))

    def get_roles(self, name: str, *domain: str) -> list[str]:
        if self.plain:
            return self.roles_of(name, self.place(*domain))
        return list(self.stock.get_roles(self, name, *domain))

    def get_users(self, name: str, *domain: str) -> list[str]:
        if self.plain:
            return self.users_of(name, self.place(*domain))
        return list(self.stock.get_users(self, name, *domain))

    def print_roles(self) -> None:
        """Nothing: the stock manager formats everything it holds for a log that is off."""


class IndexedRoleManager(Linked, RoleManager):  # type: ignore[misc]  # casbin has no types
    """Roles without domains."""

    stock = RoleManager

    def place(self, *_: str) -> str:
        return ""

    def stock_copy(self) -> Any:
        copy = RoleManager(self.max_hierarchy_level)
        copy.domain_matching_func = self.domain_matching_func
        for link in list(self.all_links):
            copy.add_link(*link)
        if self.matching_func is not None:
            copy.add_matching_func(self.matching_func)
        return copy

    def delete_link(self, name1: str, name2: str, *domain: str) -> None:
        if self.plain:
            self.unlink(name1, name2, self.place(*domain))
        else:
            RoleManager.delete_link(self, name1, name2, *domain)


class IndexedDomainManager(Linked, DomainManager):  # type: ignore[misc]  # casbin has no types
    """Roles that hold in one domain each."""

    stock = DomainManager

    def place(self, *domain: str) -> str:
        found: str = self._get_domain(*domain)
        return found

    def stock_copy(self) -> Any:
        copy = DomainManager(self.max_hierarchy_level)
        copy.matching_func, copy.domain_matching_func = self.matching_func, self.domain_matching_func
        copy.all_links = {dom: list(links) for dom, links in self.all_links.items()}
        return copy

    def add_domain_matching_func(self, fn: Any = None) -> None:
        self.hand_over()
        DomainManager.add_domain_matching_func(self, fn)

    def delete_link(self, name1: str, name2: str, *domain: str) -> None:
        if not self.plain:
            DomainManager.delete_link(self, name1, name2, *domain)
        elif not self.unlink(name1, name2, self.place(*domain)):
            raise RuntimeError(f"error: link between {name1} and {name2} does not exist")
