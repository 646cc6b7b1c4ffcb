"""Casbin's role managers on dictionaries: the same answers, without the quadratic graphs.

They differ from the stock ones in three ways. Asking about a name stores nothing. A link that was added
twice is gone after one removal; in a stock enforcer it is gone only if somebody asked about that domain
before. And removing such a link a second time is not an error.
"""

from __future__ import annotations

from typing import Any

from casbin.rbac.default_role_manager import DomainManager, RoleManager

from rolegate.casbin.locks import TABLES
from rolegate.casbin.role_links import RoleLinks


class IndexedManager(RoleLinks):
    """What Casbin calls in a role manager, with or without domains.

    Once a matching function is added, the stock class does the work, on the same links.
    """

    stock: Any
    """The class of Casbin that it replaces."""

    def __init__(self, max_hierarchy_level: int = 10) -> None:
        RoleLinks.__init__(self, max_hierarchy_level)
        self.stock.__init__(self, max_hierarchy_level)

    def place(self, *domain: str) -> str:
        """The domain that links are kept under, from the arguments of a call."""
        raise NotImplementedError

    # -- copies -------------------------------------------------------------------------------------------

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

    def __getstate__(self) -> dict[str, Any]:
        # Casbin gives every manager a `matching_func` of its own, which cannot be pickled.
        left_out = {"followers", "matching_func"} if self.plain else {"followers"}
        return {name: value for name, value in vars(self).items() if name not in left_out}

    def __setstate__(self, state: dict[str, Any]) -> None:
        type(self).__init__(self)
        self.__dict__.update(state)

    # -- matching functions -------------------------------------------------------------------------------

    def hand_over(self) -> None:
        """From now on a matching function decides, and with it the stock code."""
        if self.plain:
            for link in self.listed():
                self.stock.add_link(self, *link)
            with TABLES:
                self.plain = False
                self.tell_all()

    def add_matching_func(self, fn: Any) -> None:
        self.hand_over()
        self.stock.add_matching_func(self, fn)

    # -- links --------------------------------------------------------------------------------------------

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
        """Does nothing: the stock manager formats everything it holds for a log that is off."""


class IndexedRoleManager(IndexedManager, RoleManager):  # type: ignore[misc]  # casbin has no types
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


class IndexedDomainManager(IndexedManager, DomainManager):  # type: ignore[misc]  # casbin has no types
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
