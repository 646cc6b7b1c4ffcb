"""What a FastAPI route reads of a request, and whether its guard reads the same.

A guard and the handler behind it read the request by themselves. What the guard asks about is what the
handler gets only if both read the same parameter in the same way, so anything else is refused.
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
"""The attribute of dependencies of our own, which are not part of what the handler gets."""

WHO = "who"
"""The value of that attribute for the dependency that gives the subject."""

Overrides = Mapping[Any, Callable[..., Any]]


def unfit(guard: Guard, route: Any, overrides: Overrides) -> str | None:
    """Why *guard* may ask about another value than the handler of *route* gets; None when it cannot."""
    everything = list(_all(route.dependant, overrides))
    standing = [each for each in everything if getattr(each.call, MARK, None) is guard]
    if not standing:
        return "the guard is not a dependency of the route"
    outside = list(_below(route.dependant, overrides))
    asking = [each for top in standing for each in top.dependencies if getattr(each.call, ASIDE, None) == WHO]
    by = (below for each in asking for below in _all(each, overrides))
    reason = next(
        filter(None, (_two_meanings(read, outside, "who asks depends") for read in _reads(by))), None
    )
    if reason is not None or not guard.looks:
        return reason
    endpoint = getattr(route, "endpoint", None)
    if endpoint is None:
        return "the guard asks about a part of the request, which files do not take"
    reason = changed(endpoint, "or make it a dependency if it does not")
    if reason is not None:
        return reason
    if isinstance(guard.on, PathParam):
        found = (_misread_path(name, outside) for name in guard.on.names)
        return next(filter(None, found), None)
    inside = [each for top in standing for each in _below(top, overrides) if each is not top]
    return _misread_by_call(inside, outside)


def route_of(scope: Mapping[str, Any]) -> Any:
    """The route that answers a request; with prefixes and dependencies where its router was included."""
    route = scope.get("route")
    of_fastapi = scope.get("fastapi")
    included = of_fastapi.get("effective_route_context") if isinstance(of_fastapi, dict) else None
    return included if included is not None and included.original_route is route else route


def field_of(name: str, route: Dependant, overrides: Overrides) -> Any:
    """The field with which *route* reads the path parameter *name*; None when nothing in it does."""
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
            "with `on`, a dependency that takes the same model and gives the id"
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
    used = [each.call for each in outside]
    for each in inside:
        if _takes_request(each) and each.call not in used:
            return (
                f"the guard asks with `{called(each)}`, which takes the whole request, and nobody can tell "
                "what it reads; declare the parameters it needs, or let the handler depend on it as well"
            )
    return None


def _called_apart(inside: list[Dependant], outside: list[Dependant]) -> str | None:
    """Why a dependency of guard and route is called for each of them, so that they get two objects."""
    for mine in inside:
        for its in outside[1:]:  # the first one is the handler, which is no dependency
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
    """Why *read* may give another value than what the rest of the route gets."""
    shared = [each.by for each in _reads(outside[1:]) if each.by.call is read.by.call]
    met = [each for each in _reads(outside) if each.meets(read) and each.by not in shared]
    named = f"`{read.field.alias}` of the {read.where}"
    other = next((each for each in met if not each.same(read)), None)
    if other is None:
        if met and read.anew:
            return (
                f"{what} on {named}, whose default is made anew for `{called(met[0].by)}`; give it a default "
                f"that stays the same, or let the handler depend on `{called(read.by)}` as well"
            )
        return None
    if read.whole and not other.whole:
        return (
            f"{what} on the {read.where} as a whole, and {read}, but `{called(other.by)}` reads "
            f"`{other.field.alias}` of it {other.shown}; FastAPI fills a model only where nothing else is "
            f"read of the {read.where}: make `{other.field.alias}` a field of the model, or leave it out"
        )
    help = "declare it alike in both"
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
    """Why an argument that is called *name* is not the parameter that the guard reads."""
    calls = [each.call for each in known or ()]
    for each in outside:
        for below in each.dependencies:
            if below.name == name and below.call not in calls:
                return (
                    f"the guard asks for `{name}` of the request, but `{called(each)}` gets `{name}` from "
                    f"`{called(below)}`; let the guard ask with `on={called(below)}` if that gives the id, "
                    f"with `record={called(below)}` if it gives the record, or rename one of them"
                )
    fields = {id(read.field) for read in reads}
    for read in _reads(outside):
        if read.field.name == name and id(read.field) not in fields:
            return (
                f"the guard asks for another `{name}` than `{called(read.by)}` reads, from the {read.where}; "
                "declare both alike, a path parameter with `Path()`, or rename one of them"
            )
    return None


def _unread(name: str, outside: list[Dependant]) -> str | None:
    """Why nobody can tell what becomes of a path parameter that no field reads."""
    taker = next((each for each in outside if _takes_request(each)), None)
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
    for each in dependants:
        for where in ("path", "query", "header", "cookie", "body"):
            for field in getattr(each, f"{where}_params"):
                yield Read(each, where, field)


def _all(dependant: Dependant, overrides: Overrides) -> Iterator[Dependant]:
    """*dependant* and everything it depends on."""
    yield dependant
    for each in dependant.dependencies:
        yield from _all(_in_force(each, overrides), overrides)


def _below(dependant: Dependant, overrides: Overrides) -> Iterator[Dependant]:
    """*dependant* and what it depends on, without guards, the subject and our own."""
    yield dependant
    for each in dependant.dependencies:
        call = each.call
        if getattr(call, MARK, None) is None and getattr(call, ASIDE, None) is None:
            yield from _below(_in_force(each, overrides), overrides)


def _in_force(dependant: Dependant, overrides: Overrides) -> Dependant:
    call = overrides.get(dependant.call)
    if call is None:
        return dependant
    found = get_dependant(path=dependant.path or "", call=call, name=dependant.name)
    for each in _KEPT_AS:
        if hasattr(dependant, each):
            setattr(found, each, getattr(dependant, each))
    if hasattr(found, "__dict__"):  # versions that work the key out once
        vars(found)["cache_key"] = getattr(dependant, "cache_key", None)
    return found


_KEPT_AS = ("use_cache", "scope", "security_scopes", "own_oauth_scopes", "parent_oauth_scopes")


def _known_as(dependant: Dependant) -> Any:
    """Under what FastAPI keeps the value of a dependency for the request."""
    of_newer: Any = getattr(models, "_get_cache_key", None)
    key = of_newer(dependant=dependant) if of_newer else getattr(dependant, "cache_key")  # noqa: B009
    return key[1:]  # what is called is compared by itself
