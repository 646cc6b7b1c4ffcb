"""Keeps the arguments of a Django class as they are, from the guard to the method that answers."""

from __future__ import annotations

from typing import Any

from rolegate.errors import GuardError
from rolegate.integrations.guard import Guard


def owner_of(view: Any) -> Any:
    """The `View` of one request whose method *view* is; `method_decorator` binds it in a `partial`."""
    return getattr(getattr(view, "func", None), "__self__", None)


def keep(guard: Guard, view: Any, method: str | None, kwargs: dict[str, Any]) -> None:
    """Stop the request if a class gets other arguments than the guard, or can read others in `self.kwargs`.

    Raises:
        GuardError: at once, or when the method that answers the request is called.
    """
    owner = owner_of(view)
    if owner is None or not guard.looks:
        return
    _same(kwargs, getattr(owner, "kwargs", kwargs))
    name = (method or "").lower()
    answer = getattr(owner, name, None) if name in getattr(owner, "http_method_names", ()) else None
    if answer is None or getattr(view.func, "__name__", "") != "dispatch":
        return

    def answering(request: Any, *args: Any, **given: Any) -> Any:
        _same(kwargs, given)
        _same(kwargs, getattr(owner, "kwargs", kwargs))
        return answer(request, *args, **given)

    setattr(owner, name, answering)


def _same(asked: dict[str, Any], given: dict[str, Any]) -> None:
    for name, value in asked.items():
        if name not in given or given[name] != value:
            raise GuardError(f"a class changes `{name}`, which the guard has asked about")
