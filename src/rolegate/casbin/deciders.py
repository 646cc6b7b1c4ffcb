"""The functions that decide; what is asked most is asked here, so the usual orders are written out.

INVARIANT: what is allowed is allowed at one moment. Nothing is locked; where the tables changed meanwhile
(`ticks`), what was read may belong to two moments, and the question is put `again`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rolegate.casbin.domain_tables import EnforcerTables


def decider(index: EnforcerTables, again: Callable[..., bool]) -> Callable[..., bool]:
    """The function that decides by *index*, whatever it will hold."""
    plan, unknown, crowd, get = index.plan, index.unknown, index.crowd, index.doms.get
    topics = tuple(each.asked for each in plan.topics)
    keys = tuple(each.asked for each in plan.keys)

    def general(*request: Any) -> bool:
        if len(request) != plan.arity:
            raise TypeError
        for each in request:
            if not isinstance(each, str):
                raise TypeError
        then = index.ticks
        domain, names = index.names(request)
        topic = tuple([request[each] for each in topics])
        key = request[keys[0]] if len(keys) == 1 else tuple([request[each] for each in keys])
        layers = domain.view.topics.get(topic)
        if layers is None:
            layers = domain.view.of(topic)
        allowed = layers.decide(names, key)
        return allowed if index.ticks == then else again(*request)

    # The usual orders, written out: nothing is called that need not be. What is found in a dictionary of
    # texts equals a text; of anything else it has to be asked whether it is one: Casbin compares it itself.

    def without_domain(sub: Any, obj: Any, act: Any) -> bool:
        then = index.ticks
        names = crowd.who.get(sub)
        if names is None:
            names = crowd.names(sub)
        view = unknown.view
        cells = view.only
        if cells is None:
            if not (obj.__class__ is str is act.__class__ or (isinstance(obj, str) and isinstance(act, str))):
                raise TypeError
            allowed = (view.topics.get(()) or view.of(())).decide(names, (obj, act))
            return allowed if index.ticks == then else again(sub, obj, act)
        found = cells.get((obj, act))
        if found is None:
            if obj.__class__ is str is act.__class__ or (isinstance(obj, str) and isinstance(act, str)):
                return False
            raise TypeError
        if names.isdisjoint(found):
            return False
        return True if index.ticks == then else again(sub, obj, act)

    def with_domain(sub: Any, dom: Any, obj: Any, act: Any) -> bool:
        if dom.__class__ is not str:  # Casbin looks roles up in str(dom), which may be something else
            raise TypeError
        then = index.ticks
        domain = get(dom)
        if domain is None:
            domain = unknown
        names = domain.people.who.get(sub)
        if names is None:
            names = domain.people.names(sub)
        view = domain.view
        cells = view.only
        if cells is None:
            if not (obj.__class__ is str is act.__class__ or (isinstance(obj, str) and isinstance(act, str))):
                raise TypeError
            allowed = (view.topics.get(()) or view.of(())).decide(names, (obj, act))
            return allowed if index.ticks == then else again(sub, dom, obj, act)
        found = cells.get((obj, act))
        if found is None:
            if obj.__class__ is str is act.__class__ or (isinstance(obj, str) and isinstance(act, str)):
                return False
            raise TypeError
        if names.isdisjoint(found):
            return False
        return True if index.ticks == then else again(sub, dom, obj, act)

    def with_things(sub: Any, dom: Any, obj: Any, act: Any) -> bool:
        if dom.__class__ is not str or obj.__class__ is not str:
            raise TypeError
        then = index.ticks
        domain = get(dom)
        if domain is None:
            domain = unknown
        names = domain.people.who.get(sub)
        if names is None:
            names = domain.people.names(sub)
        layers = domain.view.topics.get((act,))
        if layers is None:
            if not isinstance(act, str):
                raise TypeError
            layers = domain.view.of((act,))
        allowed = layers.decide(names, obj)
        return allowed if index.ticks == then else again(sub, dom, obj, act)

    def with_scope(sub: Any, dom: Any, obj: Any, act: Any, scope: Any) -> bool:
        if dom.__class__ is not str or obj.__class__ is not str:
            raise TypeError
        then = index.ticks
        domain = get(dom)
        if domain is None:
            domain = unknown
        names = domain.people.who.get(sub)
        if names is None:
            names = domain.people.names(sub)
        layers = domain.view.topics.get((act, scope))
        if layers is None:
            if not isinstance(act, str) or not isinstance(scope, str):
                raise TypeError
            layers = domain.view.of((act, scope))
        allowed = layers.decide(names, obj)
        return allowed if index.ticks == then else again(sub, dom, obj, act, scope)

    written: dict[tuple[Any, ...], Callable[..., bool]] = {
        (3, 0, None, (), (1, 2)): without_domain,
        (4, 0, 1, (), (2, 3)): with_domain,
        (4, 0, 1, (3,), (2,)): with_things,
        (5, 0, 1, (3, 4), (2,)): with_scope,
    }
    return written.get((plan.arity, plan.sub, plan.dom, topics, keys), general)
