"""Keeps the arguments of a Flask class as they are, from a guard on `dispatch_request` to the methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from flask import current_app
from flask.views import MethodView

from rolegate.errors import GuardError
from rolegate.integrations.asked_arguments import AskedArguments
from rolegate.integrations.changed_arguments import METHODS, calling

_KEPT = "__rolegate_kept__"


class DispatchGuard:
    """Compares what an own `dispatch_request` calls the methods of its class with, for one guard.

    INVARIANT: the instance of a class may answer many requests at once, so what was asked about is kept in
    the context of a request.
    """

    def __init__(self) -> None:
        self._asked: ContextVar[AskedArguments | None] = ContextVar("asked", default=None)

    def call(
        self,
        guarded: Any,
        view: Callable[..., Any],
        asked: AskedArguments,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> Any:
        """*view*, which *guarded* guards; every method it calls has to get what was *asked* about."""
        owner = args[0] if args else None
        if isinstance(owner, MethodView) and _dispatches(owner, guarded):
            self._compare_methods(owner)
        token = self._asked.set(asked)
        try:
            return current_app.ensure_sync(view)(*args, **kwargs)
        finally:
            self._asked.reset(token)

    def _compare_methods(self, owner: MethodView) -> None:
        kept = vars(owner).setdefault(_KEPT, set())
        if self in kept:
            return
        for name in {*METHODS, *(name.lower() for name in owner.methods or ())}:
            method = getattr(owner, name, None)
            if method is not None:
                setattr(owner, name, self._comparing(method))
        kept.add(self)

    def _comparing(self, method: Any) -> Any:
        def compare(given: dict[str, Any]) -> None:
            asked = self._asked.get()
            if asked is None:
                raise GuardError(
                    f"`dispatch_request` calls `{method.__name__}` in another thread, where the arguments "
                    "cannot be compared with those of the guard; let it run a copy of the context there"
                )
            asked.compare(method, given)

        return calling(compare, method, method)


def _dispatches(owner: MethodView, guarded: Any) -> bool:
    """Whether *guarded* is, or is below, a `dispatch_request` of the class of *owner*."""
    for kind in type(owner).__mro__:
        found = vars(kind).get("dispatch_request")
        while found is not None:
            if found is guarded:
                return True
            found = getattr(found, "__wrapped__", None)
    return False
