"""The decorators that say of a view of Django that it needs no permission, on purpose."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from rolegate.integrations.changed_arguments import kept
from rolegate.integrations.django_gate import subject
from rolegate.integrations.django_require import login, of_async_class
from rolegate.integrations.guard import MARK, PUBLIC, SIGNED_IN

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """A decorator that says that a view is open to everyone on purpose.

    It fits views of others in a URLconf: `path("login", public(LoginView.as_view()))`.
    """

    @wraps(view)
    def opened(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return _marked(opened, view, PUBLIC)


def signed_in(view: View) -> View:
    """A decorator that admits every active user who has signed in; nobody else: the login page is shown."""
    known: Any
    if iscoroutinefunction(view) or of_async_class(view):

        async def known(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            user = await request.auser()
            if not user.is_authenticated:
                return login(request)
            _active(await sync_to_async(subject)(user))
            return await view(request, *args, **kwargs)
    else:

        def known(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not request.user.is_authenticated:
                return login(request)
            _active(subject(request.user))
            return view(request, *args, **kwargs)

    return _marked(wraps(view)(known), view, SIGNED_IN)


def _active(found: Any) -> None:
    if found is None:
        raise PermissionDenied


def _marked(outer: Any, view: View, mark: str) -> View:
    if iscoroutinefunction(view) and not iscoroutinefunction(outer):
        markcoroutinefunction(outer)
    setattr(outer, MARK, mark)
    return kept(outer)  # type: ignore[no-any-return]  # the same signature, by `wraps`
