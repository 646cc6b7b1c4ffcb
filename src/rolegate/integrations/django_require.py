"""The decorator that guards a view of Django."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, TypeVar

from asgiref.sync import async_to_sync, iscoroutinefunction, sync_to_async
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from rolegate.gate.forbidden import Forbidden
from rolegate.integrations.ask_guard import Withheld, ask_on, written
from rolegate.integrations.changed_arguments import kept
from rolegate.integrations.django_gate import gate, subject
from rolegate.integrations.django_kept_arguments import keep, owner_of
from rolegate.integrations.guard import MARK, Guard, PathParam, Where
from rolegate.integrations.unfit_guards import check_view

View = TypeVar("View", bound=Callable[..., Any])


class DjangoForbidden(Forbidden, PermissionDenied):  # type: ignore[misc]  # Django is not typed
    """A `Forbidden` that Django answers with 403 by itself."""


class _DjangoWithheld(Withheld, DjangoForbidden):
    """One about an instance that a callable returned."""


def require(
    permission: str, *, on: Where = None, scope: str | None = None, record: Callable[..., Any] | None = None
) -> Callable[[View], View]:
    """A decorator that admits whoever may use *permission*; without a sign-in, the login page is shown.

    `on` is a raw id, `PathParam("inbox")`, or a callable that returns the id; `record` is a callable that
    returns the record in question. Callables get the request and the arguments of the view.

    Raises:
        UnknownNameError: when called, for what the catalog does not have; when it decorates a view, for a
            path parameter that the view does not take.
    """
    guard = Guard(gate(), permission, written(on), scope, record)

    def decorate(view: View) -> View:
        check_view(view, guard)
        guarded: Any
        if iscoroutinefunction(view) or of_async_class(view):

            async def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
                user = await request.auser()
                if not user.is_authenticated:
                    return login(request)
                keep(guard, view, request, args, kwargs)
                await sync_to_async(_ask)(guard, on, user, request, args, kwargs)
                return await view(request, *args, **kwargs)
        else:

            def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
                if not request.user.is_authenticated:
                    return login(request)
                keep(guard, view, request, args, kwargs)
                _ask(guard, on, request.user, request, args, kwargs)
                return view(request, *args, **kwargs)

        wrapped = wraps(view)(guarded)
        setattr(wrapped, MARK, guard)
        return kept(wrapped)  # type: ignore[return-value]  # the same signature, by `wraps`

    return decorate


def _ask(guard: Guard, on: Where, user: Any, request: HttpRequest, args: Any, kwargs: Any) -> None:
    """Return if *user* may; *on* is what `require` was given, before ids in it became text.

    Raises:
        PermissionDenied: otherwise.
    """
    asking = subject(user)
    if asking is None:
        raise PermissionDenied
    try:
        if guard.record is not None:
            guard.ask(asking, record=_waited(guard.record)(request, *args, **kwargs))
        elif isinstance(on, PathParam):
            ask_on(guard, asking, on.of(kwargs))
        else:
            ask_on(guard, asking, _waited(on)(request, *args, **kwargs) if callable(on) else on)
    except Forbidden as error:
        _refuse(error)


def _refuse(error: Forbidden) -> NoReturn:
    kind = _DjangoWithheld if isinstance(error, Withheld) else DjangoForbidden
    raise kind(error.question, lambda _: error.explanation, error.reasons) from error


def of_async_class(view: Any) -> bool:
    """Whether *view* is a method, such as `dispatch`, of a `View` with asynchronous methods.

    `method_decorator` decorates it once for each request, bound in a `partial`.
    """
    return bool(getattr(owner_of(view), "view_is_async", False))


def _waited(call: Callable[..., Any]) -> Callable[..., Any]:
    """*call* as a plain function: guards are asked where nothing can be awaited."""
    return async_to_sync(call) if iscoroutinefunction(call) else call


def login(request: HttpRequest) -> HttpResponse:
    """The way to the login page, and back."""
    from django.contrib.auth.views import redirect_to_login

    answer: HttpResponse = redirect_to_login(request.get_full_path())
    return answer
