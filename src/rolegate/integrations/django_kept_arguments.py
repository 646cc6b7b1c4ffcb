"""Classes of Django: from a guard at `dispatch` to the method that answers, arguments stay as they are."""

from __future__ import annotations

from typing import Any

from rolegate.errors import GuardError
from rolegate.integrations.guard import Guard


def owner_of(view: Any) -> Any:
    """The `View`, made for one request, of the method *view*: `method_decorator` binds it in a `partial`."""
    return getattr(getattr(view, "func", None), "__self__", None)


def keep(guard: Guard, view: Any, method: str | None, kwargs: dict[str, Any]) -> None:
    """Stop the request where a class gets, or may read in `self.kwargs`, other arguments than the guard.

    Raises:
        GuardError: at once, or when the method is called that answers *method*.
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
