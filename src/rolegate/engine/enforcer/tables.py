"""The tables decisions are read from.

A line's subject is kept by name, under the rest of the line: a question is one look at whom the subject
stands for in the domain (`Domain.who`), one at who may do it, and whether these have somebody in common.

INVARIANT: readers take no lock. Whatever they can see is changed by a single assignment each time, and a
dictionary of derived answers is dropped whole, after what it was derived from has changed: who reads the
old one to the end writes to the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rolegate.engine.enforcer.links import TABLES, Edges, IndexedDomainManager, Linked, reach
from rolegate.engine.enforcer.matcher import NotIndexable, Place, Plan, Shape

Key = tuple[Any, ...]
Names = tuple[str, ...] | set[str]
Cells = dict[Key, Names]
Cut = Callable[[Key], Key]

FEW = 4
"""So many names stay a tuple; more become a set."""

NOBODY: Edges = {}


def cutter(shape: Shape) -> Cut:
    """What makes of the fields of a question what is looked up in the cells of *shape*."""
    match shape:
        case (int(size),):
            return lambda key: (key[0][:size],)
        case (int(size), None):
            return lambda key: (key[0][:size], key[1])
        case (int(size), None, None):
            return lambda key: (key[0][:size], key[1], key[2])
    return lambda key: tuple([v if n is None else v[:n] for v, n in zip(key, shape, strict=True)])


class Table:
    """The lines of one domain column."""

    __slots__ = ("cells", "more")

    def __init__(self) -> None:
        self.cells: dict[tuple[str, Shape | None], Cells] = {}
        self.more: dict[tuple[str, Shape | None, Key, str], int] = {}
        """How often a line stands there beside the first time."""

    def add(self, place: Place) -> bool:
        """Whether cells of that kind are new."""
        cells = self.cells.get((place.eft, place.shape))
        if cells is None:
            self.cells[place.eft, place.shape] = {place.key: (place.sub,)}
            return True
        names = cells.get(place.key)
        if names is None:
            cells[place.key] = (place.sub,)
        elif place.sub in names:
            full = (place.eft, place.shape, place.key, place.sub)
            self.more[full] = self.more.get(full, 0) + 1
        elif isinstance(names, set):
            names.add(place.sub)
        elif len(names) < FEW:
            cells[place.key] = (*names, place.sub)
        else:
            cells[place.key] = {*names, place.sub}
        return False

    def remove(self, place: Place) -> None:
        full = (place.eft, place.shape, place.key, place.sub)
        more = self.more.get(full, 0)
        if more > 1:
            self.more[full] = more - 1
        elif more:
            del self.more[full]
        else:
            cells = self.cells[place.eft, place.shape]
            names = cells[place.key]
            if isinstance(names, set):
                names.remove(place.sub)
            else:
                names = cells[place.key] = tuple(name for name in names if name != place.sub)
            if not names:
                del cells[place.key]


@dataclass(frozen=True, slots=True)
class Layers:
    """The cells that speak in one domain."""

    denies: tuple[Cells, ...] = ()
    cut_denies: tuple[tuple[Cut, Cells], ...] = ()
    allows: tuple[Cells, ...] = ()
    cut_allows: tuple[tuple[Cut, Cells], ...] = ()
    open: bool = False
    """Everything that is not denied is allowed."""

    def decide(self, names: frozenset[str], key: Key) -> bool:
        """Whether somebody of *names* may; a denial of one of them is one for all."""
        apart = names.isdisjoint
        for cells in self.denies:
            found = cells.get(key)
            if found is not None and not apart(found):
                return False
        for cut, cells in self.cut_denies:
            found = cells.get(cut(key))
            if found is not None and not apart(found):
                return False
        if self.open:
            return True
        for cells in self.allows:
            found = cells.get(key)
            if found is not None and not apart(found):
                return True
        for cut, cells in self.cut_allows:
            found = cells.get(cut(key))
            if found is not None and not apart(found):
                return True
        return False


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


class Domain:
    """What a question about one domain needs."""

    __slots__ = ("layers", "people", "plain", "visible")

    def __init__(self, people: People) -> None:
        self.people = people
        self.visible: Sequence[str] = ()
        self.layers = Layers()
        self.plain: Cells | None = {}
        """The one dictionary to look at, where there is no more to it."""


@dataclass(slots=True)
class Index:
    """Everything decisions are made from, for one plan."""

    plan: Plan
    roles: Linked | None
    domains: Linked | None
    tables: dict[str, Table] = field(default_factory=dict)
    doms: dict[str, Domain] = field(default_factory=dict)
    crowd: People = field(init=False)
    unknown: Domain = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        shared = NOBODY
        if self.roles is not None and not self.by_domain:
            shared = self.roles.edges.setdefault("", {})
        self.crowd = People(shared, self.steps)
        self.unknown = Domain(self.crowd)

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
                    table = tables[place.dom] = Table()
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

    def domain(self, dom: str) -> Domain:
        if self.by_domain and self.roles is not None:
            return Domain(People(self.roles.edges.get(dom, NOBODY), self.steps))
        return Domain(self.crowd)

    def visible(self, dom: str | None) -> list[str]:
        """The values of the domain column that count in *dom*; in one nobody knows for `None`."""
        plan = self.plan
        if plan.pdom is None:
            return [""]
        if self.domains is not None and dom is not None:
            return sorted(reach(self.domains.edges.get("", NOBODY), dom, self.domains.steps))
        return list(dict.fromkeys(each for each in (dom, plan.everywhere) if each is not None))

    def wired(self, domain: Domain, dom: str | None) -> Domain:
        """*domain* with the cells that count there."""
        domain.visible = self.visible(dom)
        tables = [self.tables[each] for each in domain.visible if each in self.tables]
        kinds = [(eft, shape, cells) for table in tables for (eft, shape), cells in table.cells.items()]
        effect = self.plan.effect
        deny = () if effect == "allow" else [(s, cells) for eft, s, cells in kinds if eft == "deny"]
        allow = () if effect == "deny" else [(s, cells) for eft, s, cells in kinds if eft == "allow"]
        layers = Layers(
            denies=tuple(cells for shape, cells in deny if shape is None),
            cut_denies=tuple((cutter(shape), cells) for shape, cells in deny if shape is not None),
            allows=tuple(cells for shape, cells in allow if shape is None),
            cut_allows=tuple((cutter(shape), cells) for shape, cells in allow if shape is not None),
            open=effect == "deny",
        )
        simple = not (deny or layers.cut_allows or layers.open or len(layers.allows) > 1)
        if not simple:
            domain.layers, domain.plain = layers, None
        else:
            domain.plain = layers.allows[0] if layers.allows else {}
            domain.layers = layers
        return domain

    def known(self, dom: str) -> Domain:
        """The domain, which from now on has something."""
        domain = self.doms.get(dom)
        if domain is None:
            domain = self.doms[dom] = self.wired(self.domain(dom), dom)
        return domain

    def add(self, rule: Sequence[str]) -> None:
        place = self.plan.place(rule)
        self.count += 1
        table = self.tables.get(place.dom)
        if table is None:
            table = self.tables[place.dom] = Table()
        if table.add(place):
            self.rewire(place.dom)

    def rewire(self, pdom: str) -> None:
        """Look again at every domain where *pdom* counts."""
        if self.plan.pdom is not None:
            self.known(pdom)
        if self.plan.pdom is None or pdom == self.plan.everywhere or self.domains is not None:
            for dom, domain in self.doms.items():
                if pdom in domain.visible:
                    self.wired(domain, dom)
            self.wired(self.unknown, None)
        else:
            self.wired(self.doms[pdom], pdom)

    def remove(self, rule: Sequence[str]) -> None:
        place = self.plan.place(rule)
        self.count -= 1
        self.tables[place.dom].remove(place)

    def link_changed(self, links: Linked, dom: str, name: str) -> None:
        if links is self.roles:
            if self.by_domain:
                people = self.known(dom).people
                people.edges = links.edges[dom]
            else:
                people = self.crowd
            people.who = {}
        if links is self.domains:
            self.known(name)
            for each, domain in self.doms.items():
                if name in domain.visible:
                    self.wired(domain, each)

    # -- questions ----------------------------------------------------------------------------------------

    def names(self, request: Sequence[Any]) -> tuple[Domain, frozenset[str]]:
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

    def decider(self) -> Callable[..., bool]:
        """The function that decides."""
        plan, unknown, get = self.plan, self.unknown, self.doms.get
        fields = tuple(each.asked for each in plan.fields)

        def general(*request: Any) -> bool:
            if len(request) != plan.arity:
                raise TypeError
            domain, names = self.names(request)
            key = tuple([request[each] for each in fields])
            for each in key:
                if not isinstance(each, str):
                    raise TypeError
            return domain.layers.decide(names, key)

        # The three usual orders, written out: nothing is called that need not be.

        def without_domain(sub: Any, obj: Any, act: Any) -> bool:
            names = unknown.people.who.get(sub)
            if names is None:
                names = unknown.people.names(sub)
            cells = unknown.plain
            if cells is None:
                return unknown.layers.decide(names, (obj, act))
            found = cells.get((obj, act))
            return found is not None and not names.isdisjoint(found)

        def with_domain(sub: Any, dom: Any, obj: Any, act: Any) -> bool:
            if dom.__class__ is not str:  # Casbin looks roles up in str(dom), which may be something else
                raise TypeError
            domain = get(dom)
            if domain is None:
                domain = unknown
            names = domain.people.who.get(sub)
            if names is None:
                names = domain.people.names(sub)
            cells = domain.plain
            if cells is None:
                return domain.layers.decide(names, (obj, act))
            found = cells.get((obj, act))
            return found is not None and not names.isdisjoint(found)

        def with_scope(sub: Any, dom: Any, obj: Any, act: Any, scope: Any) -> bool:
            if dom.__class__ is not str:
                raise TypeError
            domain = get(dom)
            if domain is None:
                domain = unknown
            names = domain.people.who.get(sub)
            if names is None:
                names = domain.people.names(sub)
            cells = domain.plain
            if cells is None:
                return domain.layers.decide(names, (obj, act, scope))
            found = cells.get((obj, act, scope))
            return found is not None and not names.isdisjoint(found)

        written: dict[tuple[Any, ...], Callable[..., bool]] = {
            (3, 0, None, (1, 2)): without_domain,
            (4, 0, 1, (2, 3)): with_domain,
            (5, 0, 1, (2, 3, 4)): with_scope,
        }
        return written.get((plan.arity, plan.sub, plan.dom, fields), general)


def index_of(plan: Plan, model: Any, rules: Sequence[Sequence[str]]) -> Index:
    """The tables for the lines and links of *model*.

    Raises:
        NotIndexable: when a role manager or a line is not what Casbin makes by itself.
    """
    index = Index(plan, _links(model, plan.roles), _links(model, plan.domains))
    index.build(rules)
    return index


def _links(model: Any, name: str | None) -> Linked | None:
    manager = None if name is None else model["g"][name].rm
    if manager is None:
        return None
    if not isinstance(manager, Linked):
        raise NotIndexable(f"the role manager of `{name}` is not Casbin's own")
    if not manager.plain:
        raise NotIndexable(f"a matching function decides about the roles of `{name}`")
    if manager.max_hierarchy_level < 1:
        raise NotIndexable(f"the role manager of `{name}` follows no links")
    return manager
