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

from rolegate.casbin.domain_tables import DomainTables, SubjectNames
from rolegate.casbin.line_tables import LineTable
from rolegate.casbin.locks import TABLES
from rolegate.casbin.model_layout import LinePlace, ModelLayout
from rolegate.casbin.role_graphs import NO_LINKS, RoleGraphs, graphs_of
from rolegate.casbin.role_links import RoleLinks, reach
from rolegate.casbin.visible_lines import DecisionLayers, VisibleLines


@dataclass(slots=True)
class EnforcerTables:
    """Everything that decisions are made from, for one model."""

    layout: ModelLayout
    graphs: RoleGraphs
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
    effects: dict[str, int] = field(default_factory=dict)
    """How many lines have each effect."""
    ticks: int = 0
    """Greater before every change: a decision that has seen two states is made again."""

    def __post_init__(self) -> None:
        self.subjects = self.subjects_of(None)
        self.unknown = DomainTables(self.subjects, VisibleLines((), self.layout.effect))

    # -- building -----------------------------------------------------------------------------------------

    def build(self, rules: Sequence[Sequence[str]]) -> None:
        """Put every line in its place.

        Raises:
            NotIndexableError: for a line that does not have one.
        """
        with TABLES:
            layout, lines, effects = self.layout, self.lines, self.effects
            for rule in rules:
                for place in layout.places(rule):
                    table = lines.get(place.dom)
                    if table is None:
                        table = lines[place.dom] = LineTable()
                    table.add(place)
                effect = layout.effect_of(rule)
                effects[effect] = effects.get(effect, 0) + 1
            self.count = len(rules)
            known = dict.fromkeys(lines)
            if self.graphs.by_domain and self.graphs.roles is not None:
                known |= dict.fromkeys(self.graphs.roles.edges)
            if self.graphs.domains is not None:
                known |= dict.fromkeys(self.graphs.domains.edges.get("", ()))
            for dom in known:
                self.domains[dom] = self.wired(self.domain(dom), dom)
            self.wired(self.unknown, None)

    def domain(self, dom: str) -> DomainTables:
        """New tables for *dom*, without its lines."""
        subjects = self.subjects_of(dom) if self.graphs.by_domain else self.subjects
        return DomainTables(subjects, self.unknown.view)

    def subjects_of(self, dom: str | None) -> SubjectNames:
        """The names of subjects in *dom*; `None` is a domain nobody knows."""
        graphs, layout = self.graphs, self.layout
        return SubjectNames(graphs.of(dom), graphs.steps, layout.shared, layout.anybody)

    def visible(self, dom: str | None) -> list[str]:
        """The values of the domain column that count in *dom*; `None` is a domain nobody knows."""
        layout = self.layout
        if layout.pdom is None:
            return [""]
        found = [] if dom is None else [dom]
        domains = self.graphs.domains
        if domains is not None and dom is not None:
            found = sorted(reach(domains.edges.get("", NO_LINKS), dom, domains.steps))
        return list(dict.fromkeys([*found, *layout.everywhere]))

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
        places = self.layout.places(rule)
        self.ticks += 1
        self.count += 1
        effect = self.layout.effect_of(rule)
        self.effects[effect] = self.effects.get(effect, 0) + 1
        for place in places:
            self.put(place)

    def put(self, place: LinePlace) -> None:
        """Put a line in one of its places."""
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
        places = self.layout.places(rule)
        self.ticks += 1
        self.count -= 1
        self.effects[self.layout.effect_of(rule)] -= 1
        for place in places:
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
        layout = self.layout
        if layout.pdom is None or pdom in layout.everywhere or self.graphs.domains is not None:
            for dom, domain in self.domains.items():
                if pdom in domain.visible:
                    self.wired(domain, dom)
            self.wired(self.unknown, None)
        else:
            self.wired(self.domains[pdom], pdom)

    def link_changed(self, links: RoleLinks, dom: str, name: str) -> None:
        """Follow *links*, in which the roles of *name* in *dom* have changed."""
        self.ticks += 1
        graphs = self.graphs
        graphs.follow(links, dom)
        if links is graphs.roles:
            if graphs.by_domain and dom not in graphs.common():
                self.known(dom).subjects.follow(graphs.of(dom))
            else:
                self.subjects.follow(graphs.of(None))
                for where, domain in self.domains.items() if graphs.by_domain else ():
                    domain.subjects.follow(graphs.of(where))
        if links is graphs.domains:
            self.known(name)
            for inner, domain in self.domains.items():
                if name in domain.visible:
                    self.wired(domain, inner)

    # -- questions ----------------------------------------------------------------------------------------

    def all_match(self, request: Sequence[str]) -> bool | None:
        """Whether all lines match *request*, or none of them; `None` if that depends on the line."""
        layout = self.layout
        if layout.always is not None and layout.always(self.graphs, request):
            return True
        return False if layout.needed is not None and not layout.needed(self.graphs, request) else None

    def decide(self, all_match: bool) -> bool:
        """Whether a request is allowed that all lines match, or none."""
        effect, found = self.layout.effect, self.effects if all_match else {}
        allows = bool(found.get("allow")) or effect == "deny"
        return allows and (effect == "allow" or not found.get("deny"))

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
    tables = EnforcerTables(layout, graphs_of(layout, model))
    tables.build(rules)
    return tables
