"""Decorators below a guard: they may strip, lower or replace the arguments that the guard asks about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import partial, wraps
from inspect import Parameter, Signature, getclosurevars, iscoroutinefunction, ismethod, signature
from typing import Any, TypeVar

from rolegate.errors import GuardError
from rolegate.integrations.instance_ids import is_id

OWN = "__rolegate_own__"
"""The attribute that marks a handler as one that gets its arguments as they are; it holds that handler."""

PASSING = ("django", "fastapi", "flask", "rest_framework", "rolegate", "starlette")
"""The packages whose own decorators pass the arguments on as they are."""

APPLYING = "django.utils.decorators"
"""The module that applies decorators (`method_decorator`) and middleware of the application to views."""

MADE_OF_CLASSES = ("django.views.generic.base", "flask.views")
"""The modules whose `as_view` makes a view of a class; it has the attributes of what decorates the class."""

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
"""The methods of a class that are called after those of requests."""

ANSWERING = ("dispatch", "dispatch_request", *METHODS)
"""The methods with which a class answers, besides those that it names itself."""

BEFORE = ("setup", "dispatch", "initialize_request", "initial")
"""The methods that a class of Django or its REST framework calls before the one that answers."""

V = TypeVar("V")


def kept(view: V) -> V:
    """*view*, marked as one that gets its arguments as they are."""
    setattr(view, OWN, view)
    return view


def unchanged(decorator: Callable[[Any], Any]) -> Callable[[V], V]:
    """*decorator*, allowed below a guard because it passes the arguments on as they are.

    Every call checks that it does, before the handler runs: ids are equal, everything else but the request is
    the same object.

    >>> from functools import wraps
    >>> def lowered(view):
    ...     return wraps(view)(lambda inbox: view(inbox.lower()))
    >>> @unchanged(lowered)
    ... def show(inbox):
    ...     return inbox
    >>> show("sales"), show("Sales")
    Traceback (most recent call last):
    rolegate.errors.GuardError: a decorator of `show` is marked `unchanged`, but it changes `inbox`

    Raises:
        GuardError: when the decorator calls the handler with other arguments than it was given, or in another
            thread, where they cannot be compared.
    """

    def decorate(view: V) -> V:
        given: ContextVar[dict[str, Any] | None] = ContextVar("given", default=None)
        called = getattr(view, "__name__", type(view).__name__)

        def compare(arguments: dict[str, Any]) -> None:
            before = given.get()
            if before is None:
                raise GuardError(
                    f"a decorator of `{called}` is marked `unchanged`, but it calls it in another thread, "
                    "where the arguments cannot be compared; let it run a copy of the context there"
                )
            for name, value in before.items():
                if name not in arguments or not same_argument(value, arguments[name]):
                    raise GuardError(
                        f"a decorator of `{called}` is marked `unchanged`, but it changes `{name}`"
                    )

        compared = calling(compare, view, view)
        compared.__signature__ = signature(view)  # type: ignore[arg-type]  # what is decorated is called
        for way_around in ("__wrapped__", OWN):
            vars(compared).pop(way_around, None)
        inner = decorator(compared)
        outer = calling(given.set, inner, view)
        outer.__wrapped__ = view
        shown: V = kept(outer)
        return shown

    return decorate


def changed(view: Any, otherwise: str) -> str | None:
    """Why *view* may be called with other arguments than the guard asks about; None if it cannot be."""
    for called in _answering(view):
        while True:
            if isinstance(called, partial):  # as Django binds the method of a class for each request
                called = called.func
            elif ismethod(called):
                called = called.__func__
            elif not hasattr(called, "__wrapped__") or written_in(called) in MADE_OF_CLASSES:
                if hasattr(view, "view_class") and _comes_before(called):
                    named = f"`{called.__qualname__}` may change what the guard asks about"
                    return f"{named}; put the guard on `dispatch`, not around `as_view()`"
                break
            elif passes(called):
                called = called.__wrapped__
            else:
                name = getattr(called, "__name__", type(called).__name__)
                return (
                    f"a decorator of `{name}` may change what the guard asks about; write "
                    f"`unchanged(decorator)` if it passes the arguments on as they are, {otherwise}"
                )
    return None


def _answering(view: Any) -> Iterator[Any]:
    """*view*, and if it is a class or the `dispatch` of one, the methods that answer."""
    yield view
    bound = view.func if isinstance(view, partial) else view
    kind = getattr(view, "view_class", None)
    if ismethod(bound) and is_dispatch(bound):
        kind = type(bound.__self__)
    if kind is None:
        return
    named = getattr(getattr(bound, "__self__", kind), "http_method_names", ())
    given = getattr(view, "view_initkwargs", {}).get("http_method_names", ())
    before = BEFORE if hasattr(view, "view_initkwargs") else ()
    for name in dict.fromkeys((*before, *ANSWERING, *named, *given)):
        method = getattr(kind, name, None)
        if method is not None and not (ismethod(bound) and name == "dispatch"):
            yield method


def is_dispatch(bound: Any) -> bool:
    """Whether a method of a class calls the one that answers, whatever it is called itself."""
    named = getattr(getattr(bound, "__self__", None), "http_method_names", ())
    return getattr(bound, "__name__", "") not in {*METHODS, *named}


def _comes_before(method: Any) -> bool:
    """Whether *method* belongs to the application and is called before the method that answers."""
    package = written_in(method).partition(".")[0]
    return getattr(method, "__name__", "") in BEFORE and package not in PASSING


def passes(view: Any) -> bool:
    """Whether the decorator that made *view* passes its arguments on."""
    if getattr(view, OWN, None) is view:
        return True
    # `wraps` copies the module of the decorated view; the globals are still those of the decorator.
    if written_in(view) == APPLYING:
        applied = [*_applied(view)]
        return bool(applied) and all(module.partition(".")[0] in PASSING for module in applied)
    return written_in(view).partition(".")[0] in PASSING


def _applied(view: Any) -> Iterator[str]:
    """The modules of the decorators, or of the middleware, that Django applied to make *view*."""
    around = getclosurevars(view).nonlocals
    yield from map(written_in, around.get("decorators", ()))
    for value in (view, *around.values()):
        if hasattr(value, "__closure__"):
            middleware = getclosurevars(value).nonlocals.get("middleware")
            if middleware is not None:
                yield type(middleware).__module__


def written_in(function: Any) -> str:
    """The module in which a function was written; `wraps` does not change it."""
    return str(getattr(function, "__globals__", {}).get("__name__", ""))


def same_argument(asked: Any, given: Any) -> bool:
    """Ids are equal values; of everything else it is the object itself, since the guard may ask about it."""
    if is_id(asked) or is_id(given):
        return type(asked) is type(given) and bool(asked == given)
    return asked is given


def calling(before: Callable[[dict[str, Any]], Any], view: Any, shown: Any) -> Any:
    """*view*, called after *before* has got its arguments by name; its signature is that of *shown*."""
    expected = signature(shown)

    async def awaited(*args: Any, **kwargs: Any) -> Any:
        before(by_name(expected, args, kwargs))
        return await view(*args, **kwargs)

    def called(*args: Any, **kwargs: Any) -> Any:
        before(by_name(expected, args, kwargs))
        return view(*args, **kwargs)

    return wraps(view)(awaited if iscoroutinefunction(view) else called)


def by_name(expected: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """All arguments but the request, those of `*args` and `**kwargs` one by one, and with their defaults."""
    extra = {name: value for name, value in kwargs.items() if name not in expected.parameters}
    found: dict[str, Any] = {}
    try:
        bound = expected.bind_partial(*args, **{name: kwargs[name] for name in kwargs.keys() - extra.keys()})
    except TypeError:  # some of the arguments are only for the decorator
        found.update({f"argument {number}": value for number, value in enumerate(args)}, **kwargs)
    else:
        bound.apply_defaults()
        for name, value in bound.arguments.items():
            kind = expected.parameters[name].kind
            if kind is Parameter.VAR_POSITIONAL:
                found.update({f"{name}[{number}]": part for number, part in enumerate(value)})
            elif kind is not Parameter.VAR_KEYWORD:
                found[name] = value
        found.update(extra)
    return {name: value for name, value in found.items() if name != "request"}
