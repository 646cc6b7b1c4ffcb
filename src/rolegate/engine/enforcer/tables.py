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
from rolegate.engine.enforcer.matcher import Effect, NotIndexable, Place, Plan, Shape

Names = tuple[str, ...] | set[str]
Cells = dict[Any, Names]
"""Who may, or may not, by what stands in the fields of a key: a text, or a tuple if they are several."""
Cut = Callable[[Any], Any]
Topic = tuple[Any, ...]
Kind = tuple[str, Shape | None]

FEW = 4
"""So many names stay a tuple; more become a set."""

NOBODY: Edges = {}


def cutter(shape: Shape) -> Cut:
    """What makes of the key of a question what is looked up in the cells of *shape*."""
    match shape:
        case (int(size),):
            return lambda key: key[:size]
        case (int(size), None):
            return lambda key: (key[0][:size], key[1])
    return lambda key: tuple([v if n is None else v[:n] for v, n in zip(key, shape, strict=True)])


class Table:
    """The lines with one value in their domain column."""

    __slots__ = ("more", "topics")

    def __init__(self) -> None:
        self.topics: dict[Topic, dict[Kind, Cells]] = {}
        self.more: dict[tuple[Topic, Kind, Any, str], int] = {}
        """How often a line stands there beside the first time."""

    def add(self, place: Place) -> bool:
        """Whether cells of that kind are new."""
        kinds = self.topics.get(place.topic)
        if kinds is None:
            kinds = self.topics[place.topic] = {}
        kind = (place.eft, place.shape)
        cells = kinds.get(kind)
        if cells is None:
            kinds[kind] = {place.key: (place.sub,)}
            return True
        names = cells.get(place.key)
        if names is None:
            cells[place.key] = (place.sub,)
        elif place.sub in names:
            full = (place.topic, kind, place.key, place.sub)
            self.more[full] = self.more.get(full, 0) + 1
        elif isinstance(names, set):
            names.add(place.sub)
        elif len(names) < FEW:
            cells[place.key] = (*names, place.sub)
        else:
            cells[place.key] = {*names, place.sub}
        return False

    def remove(self, place: Place) -> bool:
        """Whether nothing of that kind is left."""
        kind = (place.eft, place.shape)
        full = (place.topic, kind, place.key, place.sub)
        more = self.more.get(full, 0)
        if more > 1:
            self.more[full] = more - 1
            return False
        if more:
            del self.more[full]
            return False
        kinds = self.topics[place.topic]
        cells = kinds[kind]
        names = cells[place.key]
        if isinstance(names, set):
            names.remove(place.sub)
        else:
            names = cells[place.key] = tuple(name for name in names if name != place.sub)
        if not names:
            del cells[place.key]
        if cells:
            return False
        del kinds[kind]
        if not kinds:
            del self.topics[place.topic]
        return True


@dataclass(frozen=True, slots=True)
class Layers:
    """The cells that speak about one topic in one domain.

    `all_denies` and `all_allows` hold whatever the key is; others hold for a key, or for what a cut leaves.
    """

    all_denies: tuple[Cells, ...] = ()
    denies: tuple[Cells, ...] = ()
    cut_denies: tuple[tuple[Cut, Cells], ...] = ()
    all_allows: tuple[Cells, ...] = ()
    allows: tuple[Cells, ...] = ()
    cut_allows: tuple[tuple[Cut, Cells], ...] = ()
    open: bool = False
    """Everything that is not denied is allowed."""

    @classmethod
    def of(cls, tables: Sequence[Table], topic: Topic, effect: Effect) -> Layers:
        """What *tables* say about *topic*."""
        found = [
            (eft, shape, cells)
            for table in tables
            for (eft, shape), cells in list(table.topics.get(topic, {}).items())
        ]
        deny = [] if effect == "allow" else [(shape, cells) for eft, shape, cells in found if eft == "deny"]
        allow = [] if effect == "deny" else [(shape, cells) for eft, shape, cells in found if eft == "allow"]
        return cls(*_sorted(deny), *_sorted(allow), open=effect == "deny")

    @property
    def only(self) -> Cells | None:
        """The one dictionary to look at, where there is no more to it."""
        if (
            self.open
            or self.denies
            or self.all_denies
            or self.cut_denies
            or self.all_allows
            or self.cut_allows
        ):
            return None
        if len(self.allows) > 1:
            return None
        return self.allows[0] if self.allows else {}

    def decide(self, names: frozenset[str], key: Any) -> bool:
        """Whether somebody of *names* may; a denial of one of them is one for all."""
        apart = names.isdisjoint
        for cells in self.all_denies:
            found = cells.get("")
            if found is not None and not apart(found):
                return False
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
        for cells in self.all_allows:
            found = cells.get("")
            if found is not None and not apart(found):
                return True
        for cut, cells in self.cut_allows:
            found = cells.get(cut(key))
            if found is not None and not apart(found):
                return True
        return False


def _sorted(
    kinds: list[tuple[Shape | None, Cells]],
) -> tuple[tuple[Cells, ...], tuple[Cells, ...], tuple[tuple[Cut, Cells], ...]]:
    """Cells for every key, for whole keys, and for parts of keys."""
    return (
        tuple(cells for shape, cells in kinds if shape == (0,)),
        tuple(cells for shape, cells in kinds if shape is None),
        tuple((cutter(shape), cells) for shape, cells in kinds if shape is not None and shape != (0,)),
    )


class View:
    """What some tables say together, by topic; domains that see the same tables share one."""

    __slots__ = ("effect", "nothing", "only", "tables", "topics")

    def __init__(self, tables: Sequence[Table], effect: Effect) -> None:
        self.tables = tables
        self.effect: Effect = effect
        self.nothing = Layers(open=effect == "deny")
        self.topics: dict[Topic, Layers] = {}
        self.only: Cells | None = None

    def of(self, topic: Topic) -> Layers:
        """The layers for *topic*; kept if there are any: asking about strange ones stores nothing."""
        topics = self.topics
        if not any(topic in table.topics for table in self.tables):
            return self.nothing
        layers = Layers.of(self.tables, topic, self.effect)
        topics[topic] = layers
        return layers


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

    __slots__ = ("people", "view", "visible")

    def __init__(self, people: People, view: View) -> None:
        self.people = people
        self.view = view
        self.visible: Sequence[str] = ()


@dataclass(slots=True)
class Index:
    """Everything decisions are made from, for one plan."""

    plan: Plan
    roles: Linked | None
    domains: Linked | None
    tables: dict[str, Table] = field(default_factory=dict)
    doms: dict[str, Domain] = field(default_factory=dict)
    views: dict[tuple[str, ...], View] = field(default_factory=dict)
    using: dict[str, list[View]] = field(default_factory=dict)
    crowd: People = field(init=False)
    unknown: Domain = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        shared = NOBODY
        if self.roles is not None and not self.by_domain:
            shared = self.roles.edges.setdefault("", {})
        self.crowd = People(shared, self.steps)
        self.unknown = Domain(self.crowd, View((), self.plan.effect))

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
            return Domain(People(self.roles.edges.get(dom, NOBODY), self.steps), self.unknown.view)
        return Domain(self.crowd, self.unknown.view)

    def visible(self, dom: str | None) -> list[str]:
        """The values of the domain column that count in *dom*; in one nobody knows for `None`."""
        plan = self.plan
        if plan.pdom is None:
            return [""]
        if self.domains is not None and dom is not None:
            return sorted(reach(self.domains.edges.get("", NOBODY), dom, self.domains.steps))
        return list(dict.fromkeys(each for each in (dom, plan.everywhere) if each is not None))

    def wired(self, domain: Domain, dom: str | None) -> Domain:
        """*domain* with the tables that count there."""
        domain.visible = self.visible(dom)
        there = tuple(each for each in domain.visible if each in self.tables)
        view = self.views.get(there)
        if view is None:
            view = self.views[there] = self.fresh(there)
        domain.view = view
        return domain

    def fresh(self, visible: tuple[str, ...]) -> View:
        view = View([self.tables[each] for each in visible], self.plan.effect)
        for each in visible:
            self.using.setdefault(each, []).append(view)
        if not self.plan.topics:
            view.only = view.of(()).only
        return view

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
            table = Table()
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
        self.count -= 1
        if self.tables[place.dom].remove(place):
            self.renew(place)

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
        topics = tuple(each.asked for each in plan.topics)
        keys = tuple(each.asked for each in plan.keys)

        def general(*request: Any) -> bool:
            if len(request) != plan.arity:
                raise TypeError
            for each in request:
                if not isinstance(each, str):
                    raise TypeError
            domain, names = self.names(request)
            topic = tuple([request[each] for each in topics])
            key = request[keys[0]] if len(keys) == 1 else tuple([request[each] for each in keys])
            layers = domain.view.topics.get(topic)
            if layers is None:
                layers = domain.view.of(topic)
            return layers.decide(names, key)

        # The usual orders, written out: nothing is called that need not be.

        def without_domain(sub: Any, obj: Any, act: Any) -> bool:
            names = unknown.people.who.get(sub)
            if names is None:
                names = unknown.people.names(sub)
            view = unknown.view
            cells = view.only
            if cells is None:
                return (view.topics.get(()) or view.of(())).decide(names, (obj, act))
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
            view = domain.view
            cells = view.only
            if cells is None:
                return (view.topics.get(()) or view.of(())).decide(names, (obj, act))
            found = cells.get((obj, act))
            return found is not None and not names.isdisjoint(found)

        def with_things(sub: Any, dom: Any, obj: Any, act: Any) -> bool:
            if dom.__class__ is not str or obj.__class__ is not str:
                raise TypeError
            domain = get(dom)
            if domain is None:
                domain = unknown
            names = domain.people.who.get(sub)
            if names is None:
                names = domain.people.names(sub)
            layers = domain.view.topics.get((act,))
            if layers is None:
                layers = domain.view.of((act,))
            return layers.decide(names, obj)

        def with_scope(sub: Any, dom: Any, obj: Any, act: Any, scope: Any) -> bool:
            if dom.__class__ is not str or obj.__class__ is not str:
                raise TypeError
            domain = get(dom)
            if domain is None:
                domain = unknown
            names = domain.people.who.get(sub)
            if names is None:
                names = domain.people.names(sub)
            layers = domain.view.topics.get((act, scope))
            if layers is None:
                layers = domain.view.of((act, scope))
            return layers.decide(names, obj)

        written: dict[tuple[Any, ...], Callable[..., bool]] = {
            (3, 0, None, (), (1, 2)): without_domain,
            (4, 0, 1, (), (2, 3)): with_domain,
            (4, 0, 1, (3,), (2,)): with_things,
            (5, 0, 1, (3, 4), (2,)): with_scope,
        }
        return written.get((plan.arity, plan.sub, plan.dom, topics, keys), general)


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
