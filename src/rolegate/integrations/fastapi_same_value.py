"""Whether the guard of a FastAPI route and its handler get the same value from a request.

The two read the request independently. Only if both read the same parameter in the same way does the guard
ask about what the handler gets, so anything else is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fastapi.dependencies import models
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_dependant

from rolegate.integrations.changed_arguments import changed
from rolegate.integrations.fastapi_parameters import Read, called
from rolegate.integrations.guard import MARK, Guard, PathParam
from rolegate.integrations.instance_ids import IDS, only_ids

ASIDE = "__rolegate_aside__"
"""The attribute that marks our own dependencies, which the handler does not get."""

WHO = "who"
"""The value of that attribute for the dependency that returns the subject."""

Overrides = Mapping[Any, Callable[..., Any]]


def unfit(guard: Guard, route: Any, overrides: Overrides) -> str | None:
    """Why *guard* may ask about another value than the handler of *route* gets; None if it cannot."""
    everything = list(_all(route.dependant, overrides))
    standing = [dependant for dependant in everything if getattr(dependant.call, MARK, None) is guard]
    if not standing:
        return "the guard is not a dependency of the route"
    outside = list(_below(route.dependant, overrides))
    direct = (dependant for top in standing for dependant in top.dependencies)
    asking = [dependant for dependant in direct if getattr(dependant.call, ASIDE, None) == WHO]
    by = (below for top in asking for below in _all(top, overrides))
    reason = next(
        filter(None, (_two_meanings(read, outside, "who asks depends") for read in _reads(by))), None
    )
    if reason is not None or not guard.looks:
        return reason
    endpoint = getattr(route, "endpoint", None)
    if endpoint is None:
        return "the guard asks about a part of the request, which a route of files does not read"
    reason = changed(endpoint, "or make it a dependency if it does not")
    if reason is not None:
        return reason
    if isinstance(guard.on, PathParam):
        found = (_misread_path(name, outside) for name in guard.on.names)
        return next(filter(None, found), None)
    inside = [below for top in standing for below in _below(top, overrides) if below is not top]
    return _misread_by_call(inside, outside)


def route_of(scope: Mapping[str, Any]) -> Any:
    """The route that answers a request, with the prefixes and dependencies of the routers that include it."""
    route = scope.get("route")
    of_fastapi = scope.get("fastapi")
    included = of_fastapi.get("effective_route_context") if isinstance(of_fastapi, dict) else None
    return included if included is not None and included.original_route is route else route


def field_of(name: str, route: Dependant, overrides: Overrides) -> Any:
    """The field with which *route* reads the path parameter *name*; None if nothing in it does."""
    return next((read.field for read in _reads(_below(route, overrides)) if _of_path(read, name)), None)


def _misread_path(name: str, outside: list[Dependant]) -> str | None:
    all_reads = list(_reads(outside))
    reads = [read for read in all_reads if _of_path(read, name)]
    for other in reads[1:]:
        if not other.same(reads[0]):
            return (
                f"the path parameter `{name}` has two meanings: {reads[0]}, {other}; declare one type in both"
            )
    if reads and reads[0].whole:
        return (
            f"the guard asks for the path parameter `{name}`, and {reads[0]}, a model; let the guard ask "
            "with `on=` a dependency that takes the same model and returns the id"
        )
    if reads and not only_ids(reads[0].field.field_info.annotation):
        return f"the guard asks for the path parameter `{name}`, and {reads[0]}, which is not an id: {IDS}"
    return _shadowed(name, outside, reads) or (None if reads else _unread(name, outside))


def _misread_by_call(inside: list[Dependant], outside: list[Dependant]) -> str | None:
    all_reads = list(_reads(outside))
    for read in _reads(inside):
        name = read.field.alias
        others = [other for other in all_reads if other.meets(read)]
        reason = _two_meanings(read, outside, "the guard depends")
        if reason is not None:
            return reason
        if not others and read.where != "path":
            return (
                f"the guard depends on `{name}` of the {read.where}, which only `{called(read.by)}` reads; "
                "let the handler take it as well"
            )
        shadowed = _shadowed(read.field.name, outside, others, known=inside)
        reason = shadowed or (None if others else _unread(name, outside))
        if reason is not None:
            return reason
    apart = _called_apart(inside, outside)
    if apart is not None:
        return apart
    used = [dependant.call for dependant in outside]
    for dependant in inside:
        if _takes_request(dependant) and dependant.call not in used:
            return (
                f"the guard asks with `{called(dependant)}`, which takes the whole request, so it may read "
                "anything; declare the parameters it needs, or let the handler depend on it as well"
            )
    return None


def _called_apart(inside: list[Dependant], outside: list[Dependant]) -> str | None:
    """Why a dependency that guard and route share is called twice, so that they get two objects."""
    for mine in inside:
        for its in outside[1:]:  # the first one is the handler, not a dependency
            if mine.call is not its.call:
                continue
            if not (mine.use_cache and its.use_cache):
                what = "which the route calls anew; leave out `use_cache=False`"
            elif _known_as(mine) != _known_as(its):
                what = (
                    "which FastAPI calls once more for the route, with other scopes; declare it in both with "
                    "`Depends` and the same `scope`, and keep the scopes of `Security` for another dependency"
                )
            else:
                continue
            return f"the guard asks with `{called(mine)}`, {what}"
    return None


def _two_meanings(read: Read, outside: list[Dependant], what: str) -> str | None:
    """Why *read* may give another value than the rest of the route gets."""
    shared = [other.by for other in _reads(outside[1:]) if other.by.call is read.by.call]
    met = [other for other in _reads(outside) if other.meets(read) and other.by not in shared]
    named = f"`{read.field.alias}` of the {read.where}"
    other = next((met_read for met_read in met if not met_read.same(read)), None)
    if other is None:
        if met and read.anew:
            return (
                f"{what} on {named}, whose default is made again for `{called(met[0].by)}`; give it a "
                f"default that stays the same, or let the handler depend on `{called(read.by)}` as well"
            )
        return None
    if read.whole and not other.whole:
        return (
            f"{what} on the {read.where} as a whole, and {read}, but `{called(other.by)}` reads "
            f"`{other.field.alias}` of it {other.shown}; FastAPI fills a model only where nothing else is "
            f"read of the {read.where}: make `{other.field.alias}` a field of the model, or leave it out"
        )
    help = "declare it in the same way in both"
    if getattr(read.by.call, "__name__", "") == "<lambda>":  # cannot declare a type
        name = read.field.alias
        kind = other.field.field_info.annotation
        shown = kind.__name__ if isinstance(kind, type) else str(kind)
        function = f"a function that declares `{name}: {shown}`"
        path = f'write `on=PathParam("{name}")`, or ' if read.where == "path" else "write "
        help = path + function
    return f"{what} on {named}, and {read}, but {other}; {help}"


def _shadowed(
    name: str, outside: list[Dependant], reads: list[Read], known: list[Dependant] | None = None
) -> str | None:
    """Why an argument called *name* is not the parameter that the guard reads."""
    calls = [dependant.call for dependant in known or ()]
    for dependant in outside:
        for below in dependant.dependencies:
            if below.name == name and below.call not in calls:
                return (
                    f"the guard asks for `{name}` of the request, but `{called(dependant)}` gets `{name}` "
                    f"from `{called(below)}`; let the guard ask with `on={called(below)}` if that "
                    "returns the id, "
                    f"with `record={called(below)}` if it returns the record, or rename one of them"
                )
    fields = {id(read.field) for read in reads}
    for read in _reads(outside):
        if read.field.name == name and id(read.field) not in fields:
            return (
                f"the guard asks for another `{name}` than `{called(read.by)}` reads, from the {read.where}; "
                "declare both in the same way, a path parameter with `Path()`, or rename one of them"
            )
    return None


def _unread(name: str, outside: list[Dependant]) -> str | None:
    """Why a path parameter that no field reads may be used in unknown ways."""
    taker = next((dependant for dependant in outside if _takes_request(dependant)), None)
    if taker is None:
        return None
    return (
        f"the guard asks for `{name}`, which no parameter of the route declares, and `{called(taker)}` takes "
        f"the whole request; let the handler take `{name}`, with its type"
    )


def _of_path(read: Read, name: str) -> bool:
    return read.where == "path" and (read.whole or name in read.names)


def _takes_request(dependant: Dependant) -> bool:
    return bool(
        dependant.request_param_name or dependant.websocket_param_name or dependant.http_connection_param_name
    )


def _reads(dependants: Any) -> Iterator[Read]:
    for dependant in dependants:
        for where in ("path", "query", "header", "cookie", "body"):
            for field in getattr(dependant, f"{where}_params"):
                yield Read(dependant, where, field)


def _all(dependant: Dependant, overrides: Overrides) -> Iterator[Dependant]:
    """*dependant* and everything it depends on."""
    yield dependant
    for below in dependant.dependencies:
        yield from _all(_in_force(below, overrides), overrides)


def _below(dependant: Dependant, overrides: Overrides) -> Iterator[Dependant]:
    """*dependant* and what it depends on, without guards, the subject and our own dependencies."""
    yield dependant
    for below in dependant.dependencies:
        if getattr(below.call, MARK, None) is None and getattr(below.call, ASIDE, None) is None:
            yield from _below(_in_force(below, overrides), overrides)


def _in_force(dependant: Dependant, overrides: Overrides) -> Dependant:
    call = overrides.get(dependant.call)
    if call is None:
        return dependant
    found = get_dependant(path=dependant.path or "", call=call, name=dependant.name)
    for attribute in _KEPT_AS:
        if hasattr(dependant, attribute):
            setattr(found, attribute, getattr(dependant, attribute))
    if hasattr(found, "__dict__"):  # some versions work the key out once
        vars(found)["cache_key"] = getattr(dependant, "cache_key", None)
    return found


_KEPT_AS = ("use_cache", "scope", "security_scopes", "own_oauth_scopes", "parent_oauth_scopes")


def _known_as(dependant: Dependant) -> Any:
    """The key under which FastAPI keeps the value of a dependency during a request."""
    of_newer: Any = getattr(models, "_get_cache_key", None)
    key = of_newer(dependant=dependant) if of_newer else getattr(dependant, "cache_key")  # noqa: B009
    return key[1:]  # the first part is the call, which is compared by itself
