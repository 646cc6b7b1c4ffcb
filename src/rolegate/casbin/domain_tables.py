"""The tables decisions are read from.

A line's subject is kept by name, under the rest of the line: a question is one look at whom the subject
stands for in the domain (`DomainTables.who`), one at who may do it, and whether somebody is in both.

INVARIANT: readers take no lock. Whatever they can see is changed by a single assignment each time, and a
dictionary of derived answers is dropped whole, after what it was derived from has changed: who reads the
old one to the end writes to the old one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rolegate.casbin.line_tables import Layers, LineTable, LineView
from rolegate.casbin.matcher import NotIndexableError, Place, Plan
from rolegate.casbin.role_managers import TABLES, Edges, IndexedDomainManager, Linked, reach

NOBODY: Edges = {}


class People:
    """Whom each subject stands for where the links are the same."""

    __slots__ = ("edges", "steps", "who")

    def __init__(self, edges: Edges, steps: int) -> None:
        self.edges = edges
        self.steps = steps
        self.who: dict[str, frozenset[str]] = {}

    def names(self, sub: str) -> frozenset[str]:
        """*sub* and its roles; kept for those who have some: asking about strangers stores nothing."""
        who = self.who
        if not isinstance(sub, str):
            raise TypeError
        if sub not in self.edges:
            return frozenset((sub,))
        names = frozenset(reach(self.edges, sub, self.steps))
        who[sub] = names
        return names


class DomainTables:
    """What a question about one domain needs."""

    __slots__ = ("people", "view", "visible")

    def __init__(self, people: People, view: LineView) -> None:
        self.people = people
        self.view = view
        self.visible: Sequence[str] = ()


@dataclass(slots=True)
class EnforcerTables:
    """Everything decisions are made from, for one plan."""

    plan: Plan
    roles: Linked | None
    domains: Linked | None
    tables: dict[str, LineTable] = field(default_factory=dict)
    doms: dict[str, DomainTables] = field(default_factory=dict)
    views: dict[tuple[str, ...], LineView] = field(default_factory=dict)
    using: dict[str, list[LineView]] = field(default_factory=dict)
    crowd: People = field(init=False)
    unknown: DomainTables = field(init=False)
    count: int = 0
    ticks: int = 0
    """Greater before every change: a decision that has seen two states is made again."""

    def __post_init__(self) -> None:
        shared = NOBODY
        if self.roles is not None and not self.by_domain:
            shared = self.roles.edges.setdefault("", {})
        self.crowd = People(shared, self.steps)
        self.unknown = DomainTables(self.crowd, LineView((), self.plan.effect))

    @property
    def by_domain(self) -> bool:
        """Whether roles are looked up in the domain that is asked about."""
        return self.plan.roles_by_domain and isinstance(self.roles, IndexedDomainManager)

    @property
    def steps(self) -> int:
        return self.roles.steps if self.roles is not None else 0

    # -- building and changing ----------------------------------------------------------------------------

    def build(self, rules: Sequence[Sequence[str]]) -> None:
        """Put every line in its place.

        Raises:
            NotIndexable: for a line that has none.
        """
        with TABLES:
            place_of, tables = self.plan.place, self.tables
            for rule in rules:
                place = place_of(rule)
                table = tables.get(place.dom)
                if table is None:
                    table = tables[place.dom] = LineTable()
                table.add(place)
            self.count = len(rules)
            known = dict.fromkeys(tables)
            if self.by_domain and self.roles is not None:
                known |= dict.fromkeys(self.roles.edges)
            if self.domains is not None:
                known |= dict.fromkeys(self.domains.edges.get("", ()))
            for dom in known:
                self.doms[dom] = self.wired(self.domain(dom), dom)
            self.wired(self.unknown, None)

    def domain(self, dom: str) -> DomainTables:
        if self.by_domain and self.roles is not None:
            return DomainTables(People(self.roles.edges.get(dom, NOBODY), self.steps), self.unknown.view)
        return DomainTables(self.crowd, self.unknown.view)

    def visible(self, dom: str | None) -> list[str]:
        """The values of the domain column that count in *dom*; in one nobody knows for `None`."""
        plan = self.plan
        if plan.pdom is None:
            return [""]
        if self.domains is not None and dom is not None:
            return sorted(reach(self.domains.edges.get("", NOBODY), dom, self.domains.steps))
        return list(dict.fromkeys(each for each in (dom, plan.everywhere) if each is not None))

    def wired(self, domain: DomainTables, dom: str | None) -> DomainTables:
        """*domain* with the tables that count there."""
        domain.visible = self.visible(dom)
        there = tuple(each for each in domain.visible if each in self.tables)
        view = self.views.get(there)
        if view is None:
            view = self.views[there] = self.fresh(there)
        domain.view = view
        return domain

    def fresh(self, visible: tuple[str, ...]) -> LineView:
        view = LineView([self.tables[each] for each in visible], self.plan.effect)
        for each in visible:
            self.using.setdefault(each, []).append(view)
        if not self.plan.topics:
            view.only = view.of(()).only
        return view

    def known(self, dom: str) -> DomainTables:
        """The domain, which from now on has something."""
        domain = self.doms.get(dom)
        if domain is None:
            domain = self.doms[dom] = self.wired(self.domain(dom), dom)
        return domain

    def add(self, rule: Sequence[str]) -> None:
        place = self.plan.place(rule)
        self.ticks += 1
        self.count += 1
        table = self.tables.get(place.dom)
        if table is None:
            table = LineTable()
            table.add(place)
            self.tables[place.dom] = table
            if self.plan.pdom is not None:
                self.known(place.dom)
            self.rewire(place.dom)
        elif table.add(place):
            self.renew(place)

    def renew(self, place: Place) -> None:
        """Look again at the tables with the line at *place*, which have new cells or none of a kind."""
        for view in self.using.get(place.dom, ()):
            if self.plan.topics:
                view.topics = {}
            else:
                layers = Layers.of(view.tables, (), self.plan.effect)
                view.topics = {(): layers}
                view.only = layers.only

    def rewire(self, pdom: str) -> None:
        """Look again at every domain where *pdom* counts, which has a table now."""
        if self.plan.pdom is None or pdom == self.plan.everywhere or self.domains is not None:
            for dom, domain in self.doms.items():
                if pdom in domain.visible:
                    self.wired(domain, dom)
            self.wired(self.unknown, None)
        else:
            self.wired(self.doms[pdom], pdom)

    def remove(self, rule: Sequence[str]) -> None:
        place = self.plan.place(rule)
        self.ticks += 1
        self.count -= 1
        if self.tables[place.dom].remove(place):
            self.renew(place)

    def link_changed(self, links: Linked, dom: str, name: str) -> None:
        self.ticks += 1
        if links is self.roles:
            if self.by_domain:
                people = self.known(dom).people
                people.edges = links.edges[dom]
            else:
                people = self.crowd
                people.edges = links.edges.setdefault("", {})
            people.who = {}
        if links is self.domains:
            self.known(name)
            for each, domain in self.doms.items():
                if name in domain.visible:
                    self.wired(domain, each)

    # -- questions ----------------------------------------------------------------------------------------

    def names(self, request: Sequence[Any]) -> tuple[DomainTables, frozenset[str]]:
        """The domain of *request*, and whom its subject stands for there."""
        dom = "" if self.plan.dom is None else request[self.plan.dom]
        if type(dom) is not str:
            raise TypeError
        domain = self.doms.get(dom, self.unknown)
        return domain, domain.people.names(request[self.plan.sub])

    def visible_from(self, request: Sequence[Any]) -> Sequence[str]:
        if self.plan.pdom is None or self.plan.dom is None:
            return [""]
        dom = request[self.plan.dom]
        return self.doms[dom].visible if dom in self.doms else self.visible(dom)


def index_of(plan: Plan, model: Any, rules: Sequence[Sequence[str]]) -> EnforcerTables:
    """The tables for the lines and links of *model*.

    Raises:
        NotIndexable: when a role manager or a line is not what Casbin makes by itself.
    """
    index = EnforcerTables(plan, _links(model, plan.roles), _links(model, plan.domains))
    index.build(rules)
    return index


def _links(model: Any, name: str | None) -> Linked | None:
    manager = None if name is None else model["g"][name].rm
    if manager is None:
        return None
    if not isinstance(manager, Linked):
        raise NotIndexableError(f"the role manager of `{name}` is not Casbin's own")
    if not manager.plain:
        raise NotIndexableError(f"a matching function decides about the roles of `{name}`")
    if manager.max_hierarchy_level < 1:
        raise NotIndexableError(f"the role manager of `{name}` follows no links")
    return manager
