"""The tables that decisions are read from.

A table keeps the subject of each line under the rest of the line. A question is one look at the names its
subject goes by in the domain, one at the names that may do it, and whether a name is in both.

INVARIANT: readers take no lock. Whatever they can see is changed by a single assignment each time. A
dictionary of derived answers is replaced by a new one after its source has changed, so somebody who still
reads the old one writes into the old one as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rolegate.casbin.domain_tables import NO_LINKS, DomainTables, SubjectNames
from rolegate.casbin.line_tables import LineTable
from rolegate.casbin.locks import TABLES
from rolegate.casbin.model_layout import LinePlace, ModelLayout
from rolegate.casbin.not_indexed import NotIndexableError
from rolegate.casbin.role_links import RoleLinks, reach
from rolegate.casbin.role_managers import IndexedDomainManager
from rolegate.casbin.visible_lines import DecisionLayers, VisibleLines


@dataclass(slots=True)
class EnforcerTables:
    """Everything that decisions are made from, for one model."""

    layout: ModelLayout
    role_links: RoleLinks | None
    domain_links: RoleLinks | None
    lines: dict[str, LineTable] = field(default_factory=dict)
    """By the value of the domain column."""
    domains: dict[str, DomainTables] = field(default_factory=dict)
    views: dict[tuple[str, ...], VisibleLines] = field(default_factory=dict)
    """By the values of the domain column that count together."""
    views_with: dict[str, list[VisibleLines]] = field(default_factory=dict)
    """By each of these values."""
    subjects: SubjectNames = field(init=False)
    """For roles that are the same in every domain, and for domains nobody knows."""
    unknown: DomainTables = field(init=False)
    """For domains nobody knows."""
    count: int = 0
    ticks: int = 0
    """Greater before every change: a decision that has seen two states is made again."""

    def __post_init__(self) -> None:
        shared = NO_LINKS
        if self.role_links is not None and not self.by_domain:
            shared = self.role_links.edges.setdefault("", {})
        self.subjects = SubjectNames(shared, self.steps, self.layout.shared)
        self.unknown = DomainTables(self.subjects, VisibleLines((), self.layout.effect))

    @property
    def by_domain(self) -> bool:
        """Whether roles are looked up in the domain that is asked about."""
        return self.layout.roles_by_domain and isinstance(self.role_links, IndexedDomainManager)

    @property
    def steps(self) -> int:
        """The longest chain of roles that a decision follows."""
        return self.role_links.steps if self.role_links is not None else 0

    # -- building -----------------------------------------------------------------------------------------

    def build(self, rules: Sequence[Sequence[str]]) -> None:
        """Put every line in its place.

        Raises:
            NotIndexableError: for a line that does not have one.
        """
        with TABLES:
            place_of, lines = self.layout.place, self.lines
            for rule in rules:
                place = place_of(rule)
                table = lines.get(place.dom)
                if table is None:
                    table = lines[place.dom] = LineTable()
                table.add(place)
            self.count = len(rules)
            known = dict.fromkeys(lines)
            if self.by_domain and self.role_links is not None:
                known |= dict.fromkeys(self.role_links.edges)
            if self.domain_links is not None:
                known |= dict.fromkeys(self.domain_links.edges.get("", ()))
            for dom in known:
                self.domains[dom] = self.wired(self.domain(dom), dom)
            self.wired(self.unknown, None)

    def domain(self, dom: str) -> DomainTables:
        """New tables for *dom*, without its lines."""
        if self.by_domain and self.role_links is not None:
            edges = self.role_links.edges.get(dom, NO_LINKS)
            subjects = SubjectNames(edges, self.steps, self.layout.shared)
            return DomainTables(subjects, self.unknown.view)
        return DomainTables(self.subjects, self.unknown.view)

    def visible(self, dom: str | None) -> list[str]:
        """The values of the domain column that count in *dom*; `None` is a domain nobody knows."""
        layout = self.layout
        if layout.pdom is None:
            return [""]
        if self.domain_links is not None and dom is not None:
            return sorted(reach(self.domain_links.edges.get("", NO_LINKS), dom, self.domain_links.steps))
        return list(dict.fromkeys(value for value in (dom, layout.everywhere) if value is not None))

    def wired(self, domain: DomainTables, dom: str | None) -> DomainTables:
        """*domain* with the lines that count there."""
        domain.visible = self.visible(dom)
        there = tuple(value for value in domain.visible if value in self.lines)
        view = self.views.get(there)
        if view is None:
            view = self.views[there] = self.new_view(there)
        domain.view = view
        return domain

    def new_view(self, visible: tuple[str, ...]) -> VisibleLines:
        """The lines with one of *visible* in their domain column."""
        view = VisibleLines([self.lines[value] for value in visible], self.layout.effect)
        for value in visible:
            self.views_with.setdefault(value, []).append(view)
        if not self.layout.topics:
            view.only = view.of(()).only
        return view

    # -- changes ------------------------------------------------------------------------------------------

    def known(self, dom: str) -> DomainTables:
        """The tables of *dom*, which are kept from now on."""
        domain = self.domains.get(dom)
        if domain is None:
            domain = self.domains[dom] = self.wired(self.domain(dom), dom)
        return domain

    def add(self, rule: Sequence[str]) -> None:
        """Add a line.

        Raises:
            NotIndexableError: for a line that does not have a place.
        """
        place = self.layout.place(rule)
        self.ticks += 1
        self.count += 1
        table = self.lines.get(place.dom)
        if table is None:
            table = LineTable()
            table.add(place)
            self.lines[place.dom] = table
            if self.layout.pdom is not None:
                self.known(place.dom)
            self.rewire(place.dom)
        elif table.add(place):
            self.renew(place)

    def remove(self, rule: Sequence[str]) -> None:
        """Remove one copy of a line.

        Raises:
            NotIndexableError: for a line that does not have a place.
            LookupError: for a line that is not there.
        """
        place = self.layout.place(rule)
        self.ticks += 1
        self.count -= 1
        if self.lines[place.dom].remove(place):
            self.renew(place)

    def renew(self, place: LinePlace) -> None:
        """Let views follow the table of *place*, which has got cells of a new kind, or lost some."""
        for view in self.views_with.get(place.dom, ()):
            if self.layout.topics:
                view.topics = {}
            else:
                layers = DecisionLayers.of(view.tables, (), self.layout.effect)
                view.topics = {(): layers}
                view.only = layers.only

    def rewire(self, pdom: str) -> None:
        """Let every domain where *pdom* counts see the new table for it."""
        if self.layout.pdom is None or pdom == self.layout.everywhere or self.domain_links is not None:
            for dom, domain in self.domains.items():
                if pdom in domain.visible:
                    self.wired(domain, dom)
            self.wired(self.unknown, None)
        else:
            self.wired(self.domains[pdom], pdom)

    def link_changed(self, links: RoleLinks, dom: str, name: str) -> None:
        """Follow *links*, in which the roles of *name* in *dom* have changed."""
        self.ticks += 1
        if links is self.role_links:
            if self.by_domain:
                subjects = self.known(dom).subjects
                subjects.edges = links.edges[dom]
            else:
                subjects = self.subjects
                subjects.edges = links.edges.setdefault("", {})
            subjects.known = {}
        if links is self.domain_links:
            self.known(name)
            for inner, domain in self.domains.items():
                if name in domain.visible:
                    self.wired(domain, inner)

    # -- questions ----------------------------------------------------------------------------------------

    def names(self, request: Sequence[Any]) -> tuple[DomainTables, frozenset[str]]:
        """The domain of *request*, and the names its subject goes by there.

        Raises:
            TypeError: when one of them is not a text.
        """
        dom = "" if self.layout.dom is None else request[self.layout.dom]
        if type(dom) is not str:
            raise TypeError
        domain = self.domains.get(dom, self.unknown)
        return domain, domain.subjects.names(request[self.layout.sub])

    def visible_from(self, request: Sequence[Any]) -> Sequence[str]:
        """The values of the domain column that count for *request*."""
        if self.layout.pdom is None or self.layout.dom is None:
            return [""]
        dom = request[self.layout.dom]
        return self.domains[dom].visible if dom in self.domains else self.visible(dom)


def tables_of(layout: ModelLayout, model: Any, rules: Sequence[Sequence[str]]) -> EnforcerTables:
    """The tables for the lines and links of *model*.

    Raises:
        NotIndexableError: when a role manager or a line is not as Casbin makes it by itself.
    """
    tables = EnforcerTables(layout, _links(model, layout.roles), _links(model, layout.domains))
    tables.build(rules)
    return tables


def _links(model: Any, name: str | None) -> RoleLinks | None:
    manager = None if name is None else model["g"][name].rm
    if manager is None:
        return None
    if not isinstance(manager, RoleLinks):
        raise NotIndexableError(f"the role manager of `{name}` is not Casbin's own")
    if not manager.plain:
        raise NotIndexableError(f"a matching function decides about the roles of `{name}`")
    if manager.max_hierarchy_level < 1:
        raise NotIndexableError(f"the role manager of `{name}` follows no links")
    return manager
