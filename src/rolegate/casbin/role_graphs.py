"""The links that a matcher asks for: those of subjects and domains, and who has a certain role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rolegate.casbin.model_layout import ModelLayout
from rolegate.casbin.not_indexed import NotIndexableError
from rolegate.casbin.role_links import Edges, RoleLinks, reach
from rolegate.casbin.role_managers import IndexedDomainManager, IndexedManager

NO_LINKS: Edges = {}


class RoleGraphs:
    """The role managers that one model's matcher asks, by the names of their definitions.

    INVARIANT: conditions read `asked`, which follows only what is told of links: in the middle of a call that
    changes several of them, nobody sees a part.
    """

    def __init__(self, layout: ModelLayout, managers: Mapping[str, IndexedManager | None]) -> None:
        self.layout = layout
        self.managers = managers
        self.asked: dict[str, dict[str, Edges]] = {}
        for name in layout.asked_roles:
            manager = managers[name]
            self.asked[name] = {} if manager is None else dict(manager.edges)

    @property
    def roles(self) -> IndexedManager | None:
        """Those that subjects have."""
        return None if self.layout.roles is None else self.managers[self.layout.roles]

    @property
    def domains(self) -> IndexedManager | None:
        """Those that domains have."""
        return None if self.layout.domains is None else self.managers[self.layout.domains]

    @property
    def by_domain(self) -> bool:
        """Whether roles are looked up in the domain that is asked about."""
        return self.layout.roles_by_domain and isinstance(self.roles, IndexedDomainManager)

    @property
    def steps(self) -> int:
        """The longest chain of roles that a decision follows."""
        return 0 if self.roles is None else self.roles.steps

    def of(self, dom: str | None) -> tuple[Edges, ...]:
        """The links of subjects that count in *dom*; `None` is a domain nobody knows."""
        if self.roles is None:
            return ()
        places = dict.fromkeys(self.common())
        if self.by_domain and dom is not None:
            places[dom] = None
        return tuple(self.roles.edges.get(place, NO_LINKS) for place in places)

    def common(self) -> list[str]:
        """The domains whose links count in every domain."""
        if self.roles is None:
            return []
        named = [self.roles.place(name) for name in self.layout.role_domains]
        return named if self.by_domain or not self.layout.roles_by_domain else [*named, self.roles.place("")]

    def follow(self, links: RoleLinks, dom: str) -> None:
        """Let conditions see the *links* in *dom* as they are now."""
        for name, asked in self.asked.items():
            if self.managers[name] is links:
                asked[dom] = links.edges.get(dom, NO_LINKS)

    def has_role(self, roles: str, name: str, role: str, *domain: str) -> bool:
        """Whether *name* is *role*, or has it by the links of the definition *roles*."""
        manager = self.managers[roles]
        if name == role or manager is None:
            return name == role
        edges = self.asked[roles].get(manager.place(*domain), NO_LINKS)
        return name in edges and role in reach(edges, name, manager.steps)


def graphs_of(layout: ModelLayout, model: Any) -> RoleGraphs:
    """The role managers of *model*.

    Raises:
        NotIndexableError: when one of them is not as Casbin makes it by itself.
    """
    names = {layout.roles, layout.domains, *layout.asked_roles} - {None}
    return RoleGraphs(layout, {name: _manager(model, name) for name in names if name is not None})


def _manager(model: Any, name: str) -> IndexedManager | None:
    manager = model["g"][name].rm
    if manager is None:
        return None
    if not isinstance(manager, IndexedManager):
        raise NotIndexableError(f"the role manager of `{name}` is not Casbin's own")
    if not manager.plain:
        raise NotIndexableError(f"a matching function decides about the roles of `{name}`")
    if manager.max_hierarchy_level < 1:
        raise NotIndexableError(f"the role manager of `{name}` follows no links")
    return manager
