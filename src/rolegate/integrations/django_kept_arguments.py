"""Keeps the arguments of a Django class as they are, from the guard to the method that answers."""

from __future__ import annotations

from typing import Any

from rolegate.errors import GuardError
from rolegate.integrations.asked_arguments import AskedArguments, arguments
from rolegate.integrations.changed_arguments import is_dispatch
from rolegate.integrations.guard import Guard


def owner_of(view: Any) -> Any:
    """The `View` of one request whose method *view* is; `method_decorator` binds it in a `partial`."""
    return getattr(getattr(view, "func", None), "__self__", None)


def keep(guard: Guard, view: Any, request: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Stop the request if the view gets other arguments than the guard, or can read others from itself.

    The `dispatch` of a class may call any method that answers, whatever the method of the request is.

    Raises:
        GuardError: at once, or when a method that answers is called.
    """
    if not guard.looks:
        return
    asked = AskedArguments.of(guard, (request, *args), kwargs)
    handler = _method(view, request)
    given = (request, *args) if handler is view else (None, request, *args)
    asked.compare(handler, arguments(handler, given, kwargs))
    owner = owner_of(view)
    if owner is None:
        return
    _same(args, kwargs, getattr(owner, "args", args), getattr(owner, "kwargs", kwargs))
    if is_dispatch(view.func):
        for name in (*getattr(owner, "http_method_names", ()), "http_method_not_allowed"):
            answer = getattr(owner, name, None)
            if answer is not None:
                setattr(owner, name, _comparing(answer, owner, args, kwargs, asked))


def _method(view: Any, request: Any) -> Any:
    """The method that answers *request* if *view* was made of a class, which takes any arguments itself."""
    kind = getattr(view, "view_class", None)
    if kind is None:
        return view
    name = request.method.lower()
    return getattr(kind, name, None) or (getattr(kind, "get", view) if name == "head" else view)


def _comparing(
    answer: Any, owner: Any, args: tuple[Any, ...], kwargs: dict[str, Any], asked: AskedArguments
) -> Any:
    """*answer*, which stops the request unless it gets what the guard has asked about."""

    def answering(request: Any, *given: Any, **named: Any) -> Any:
        _same(args, kwargs, given, named)
        _same(args, kwargs, getattr(owner, "args", args), getattr(owner, "kwargs", kwargs))
        asked.compare(answer, arguments(answer, (request, *given), named))
        return answer(request, *given, **named)

    return answering


def _same(
    asked: tuple[Any, ...], named: dict[str, Any], given: tuple[Any, ...], given_named: dict[str, Any]
) -> None:
    if tuple(asked) != tuple(given):
        raise GuardError("a class changes the arguments that the guard has asked about")
    for name, value in named.items():
        if name not in given_named or given_named[name] != value:
            raise GuardError(f"a class changes `{name}`, which the guard has asked about")
