"""The functions that decide: one for any request, and faster ones for the usual requests.

Decisions are what an application asks for most, so the faster functions are written out and share no code:
a call takes longer than a look-up. A value that is found in a dictionary of texts equals a text and is not
checked. Any other value is checked, because Casbin itself has to compare what is not a text.

INVARIANT: what is allowed is allowed at one moment. Nothing is locked. If the tables have changed meanwhile
(`ticks`), what was read may belong to two moments, and the question is asked `again`.
"""

from __future__ import annotations

from collections.abc import Callable
from logging import INFO, WARNING, Logger
from typing import Any

from rolegate.casbin.enforcer_tables import EnforcerTables

Decide = Callable[..., bool]


def decider(tables: EnforcerTables, again: Decide) -> Decide:
    """The function that decides by *tables*, now and after changes of them.

    It raises `TypeError` for a request that Casbin has to answer.
    """
    layout = tables.layout
    topics = tuple(field.asked for field in layout.topics)
    keys = tuple(field.asked for field in layout.keys)
    make = _USUAL.get((layout.arity, layout.sub, layout.dom, topics, keys), _general)
    decide = make(tables, again)
    return decide if layout.always is None and layout.needed is None else _conditional(tables, decide, again)


def allow(*_: Any) -> bool:
    """What Casbin says while enforcing is switched off."""
    return True


def logged(decide: Decide, logger: Logger) -> Decide:
    """*decide*, with a line in Casbin's log for each request."""

    def decide_and_log(*request: Any) -> bool:
        allowed = decide(*request)
        level = INFO if allowed else WARNING
        if logger.isEnabledFor(level):
            logger.log(level, "Request: %s ---> %s", ", ".join(map(str, request)), allowed)
        return allowed

    return decide_and_log


def _need_texts(*values: Any) -> None:
    for value in values:
        if not isinstance(value, str):
            raise TypeError


def _conditional(tables: EnforcerTables, decide: Decide, again: Decide) -> Decide:
    """*decide*, unless all lines match a request by itself, or none."""
    arity = tables.layout.arity

    def conditional(*request: Any) -> bool:
        if len(request) != arity:
            raise TypeError
        for value in request:
            if value.__class__ is not str:
                raise TypeError
        then = tables.ticks
        all_match = tables.all_match(request)
        allowed = decide(*request) if all_match is None else tables.decide(all_match)
        return allowed if tables.ticks == then else again(*request)

    return conditional


def _general(tables: EnforcerTables, again: Decide) -> Decide:
    layout = tables.layout
    topics = tuple(field.asked for field in layout.topics)
    keys = tuple(field.asked for field in layout.keys)

    def general(*request: Any) -> bool:
        if len(request) != layout.arity:
            raise TypeError
        _need_texts(*request)
        then = tables.ticks
        domain, names = tables.names(request)
        topic = tuple([request[asked] for asked in topics])
        key = request[keys[0]] if len(keys) == 1 else tuple([request[asked] for asked in keys])
        layers = domain.view.topics.get(topic)
        if layers is None:
            layers = domain.view.of(topic)
        allowed = layers.decide(names, key)
        return allowed if tables.ticks == then else again(*request)

    return general


def _without_domain(tables: EnforcerTables, again: Decide) -> Decide:
    unknown, subjects = tables.unknown, tables.subjects

    def without_domain(sub: Any, obj: Any, act: Any) -> bool:
        then = tables.ticks
        names = subjects.known.get(sub)
        if names is None:
            names = subjects.names(sub)
        view = unknown.view
        cells = view.only
        if cells is None:
            if not obj.__class__ is str is act.__class__:
                _need_texts(obj, act)
            allowed = (view.topics.get(()) or view.of(())).decide(names, (obj, act))
            return allowed if tables.ticks == then else again(sub, obj, act)
        found = cells.get((obj, act))
        if found is None:
            if not obj.__class__ is str is act.__class__:
                _need_texts(obj, act)
            return False
        if names.isdisjoint(found):
            return False
        return True if tables.ticks == then else again(sub, obj, act)

    return without_domain


def _things_without_domain(tables: EnforcerTables, again: Decide) -> Decide:
    unknown, subjects = tables.unknown, tables.subjects

    def things_without_domain(sub: Any, obj: Any, act: Any) -> bool:
        if obj.__class__ is not str:
            raise TypeError
        then = tables.ticks
        names = subjects.known.get(sub)
        if names is None:
            names = subjects.names(sub)
        view = unknown.view
        layers = view.topics.get((act,))
        if layers is None:
            _need_texts(act)
            layers = view.of((act,))
        allowed = layers.decide(names, obj)
        return allowed if tables.ticks == then else again(sub, obj, act)

    return things_without_domain


def _with_domain(tables: EnforcerTables, again: Decide) -> Decide:
    unknown, domain_of = tables.unknown, tables.domains.get

    def with_domain(sub: Any, dom: Any, obj: Any, act: Any) -> bool:
        if dom.__class__ is not str:  # Casbin looks roles up in str(dom), which may be another text
            raise TypeError
        then = tables.ticks
        domain = domain_of(dom)
        if domain is None:
            domain = unknown
        names = domain.subjects.known.get(sub)
        if names is None:
            names = domain.subjects.names(sub)
        view = domain.view
        cells = view.only
        if cells is None:
            if not obj.__class__ is str is act.__class__:
                _need_texts(obj, act)
            allowed = (view.topics.get(()) or view.of(())).decide(names, (obj, act))
            return allowed if tables.ticks == then else again(sub, dom, obj, act)
        found = cells.get((obj, act))
        if found is None:
            if not obj.__class__ is str is act.__class__:
                _need_texts(obj, act)
            return False
        if names.isdisjoint(found):
            return False
        return True if tables.ticks == then else again(sub, dom, obj, act)

    return with_domain


def _with_things(tables: EnforcerTables, again: Decide) -> Decide:
    unknown, domain_of = tables.unknown, tables.domains.get

    def with_things(sub: Any, dom: Any, obj: Any, act: Any) -> bool:
        if dom.__class__ is not str or obj.__class__ is not str:
            raise TypeError
        then = tables.ticks
        domain = domain_of(dom)
        if domain is None:
            domain = unknown
        names = domain.subjects.known.get(sub)
        if names is None:
            names = domain.subjects.names(sub)
        layers = domain.view.topics.get((act,))
        if layers is None:
            _need_texts(act)
            layers = domain.view.of((act,))
        allowed = layers.decide(names, obj)
        return allowed if tables.ticks == then else again(sub, dom, obj, act)

    return with_things


def _with_scope(tables: EnforcerTables, again: Decide) -> Decide:
    unknown, domain_of = tables.unknown, tables.domains.get

    def with_scope(sub: Any, dom: Any, obj: Any, act: Any, scope: Any) -> bool:
        if dom.__class__ is not str or obj.__class__ is not str:
            raise TypeError
        then = tables.ticks
        domain = domain_of(dom)
        if domain is None:
            domain = unknown
        names = domain.subjects.known.get(sub)
        if names is None:
            names = domain.subjects.names(sub)
        layers = domain.view.topics.get((act, scope))
        if layers is None:
            _need_texts(act, scope)
            layers = domain.view.of((act, scope))
        allowed = layers.decide(names, obj)
        return allowed if tables.ticks == then else again(sub, dom, obj, act, scope)

    return with_scope


_USUAL: dict[tuple[Any, ...], Callable[[EnforcerTables, Decide], Decide]] = {
    (3, 0, None, (), (1, 2)): _without_domain,
    (3, 0, None, (2,), (1,)): _things_without_domain,
    (4, 0, 1, (), (2, 3)): _with_domain,
    (4, 0, 1, (3,), (2,)): _with_things,
    (5, 0, 1, (3, 4), (2,)): _with_scope,
}
"""By what `decider` looks at: the number of values, where they are, and which are topics and keys."""
