"""Django: an authentication backend, a decorator for views, and `perms` for templates.

# settings.py
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "rolegate.integrations.django.RolegateBackend",
]
MIDDLEWARE = [..., "rolegate.integrations.django.ForbiddenMiddleware"]   # 403 with a body programs can read
ROLEGATE_GATE = "shop.policy.gate"          # a rolegate.Gate, or a function that gives one
ROLEGATE_SUBJECT = "shop.policy.subject"    # subject(user) -> rolegate.Subject; left out: by user name

# views.py
@require("inboxes.access", on=PathParam("inbox"))
def show(request, inbox): ...

    user.has_perm("tickets.edit")                 # at the broadest scope
    user.has_perm("tickets.edit@my")              # at one scope
    user.has_perm("tickets.edit", ticket)         # about a record
    user.has_perm("inboxes.access", "Support")    # about an instance

A superuser passes every `has_perm`: Django asks no backend about one. `require` asks the gate, where a
superuser is a user like any other. Users who are not active are denied by both. Django ORs its backends:
what another one allows is allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from asgiref.sync import async_to_sync, iscoroutinefunction, sync_to_async
from django.conf import settings
from django.core.checks import register
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.deprecation import MiddlewareMixin
from django.utils.module_loading import import_string

from rolegate.catalog.model import Permission
from rolegate.gate.forbidden import Forbidden
from rolegate.integrations.decorators import kept, unchanged
from rolegate.integrations.django_checks import guards_fit
from rolegate.integrations.django_views import keep, owner_of
from rolegate.integrations.guard import MARK, Guard, PathParam, Where
from rolegate.integrations.guard_question import Withheld, ask_on, somebody, written
from rolegate.integrations.ids import instance, is_id
from rolegate.integrations.route_check import check_view
from rolegate.records import RecordError

if TYPE_CHECKING:
    from rolegate.gate.gate import Gate
    from rolegate.gate.subject import Subject

__all__ = [
    "DjangoForbidden",
    "ForbiddenMiddleware",
    "PathParam",
    "Perms",
    "RolegateBackend",
    "gate",
    "perms",
    "require",
    "unchanged",
]

View = TypeVar("View", bound=Callable[..., Any])

register(guards_fit, "rolegate")


def gate() -> Gate:
    """The gate that the setting `ROLEGATE_GATE` names."""
    found: Any = import_string(settings.ROLEGATE_GATE)
    made: Gate = found() if callable(found) else found
    return made


def subject(user: Any) -> Subject | None:
    """*user* as the gate knows them, always with the policy in force; None for who is not an active user.

    The setting `ROLEGATE_SUBJECT` names the function that says so. What only the request knows, such as the
    tenant, a middleware of yours puts on `request.user` for it.
    """
    if not getattr(user, "is_active", False) or not user.is_authenticated:
        return None
    path = getattr(settings, "ROLEGATE_SUBJECT", None)
    if path is None:
        return gate().subject(user.get_username())
    return somebody(import_string(path)(user))


class RolegateBackend:
    """Answers `user.has_perm`; signs nobody in. Stands beside the backend that does."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Nobody: this backend knows no passwords."""

    async def aauthenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Nobody."""

    def get_user(self, user_id: Any) -> None:
        """Nobody."""

    async def aget_user(self, user_id: Any) -> None:
        """Nobody."""

    def has_perm(self, user: Any, perm: str, obj: Any = None) -> bool:
        """Whether *user* may use *perm*, a path or `path@scope`, on *obj*.

        *obj* is a record, or the id of an instance (a text, a whole number, a UUID) or a tuple of ids.
        What the catalog does not know is left to the other backends.

        Raises:
            RecordError: for a record the answer depends on and that does not fit what the catalog asks of it.
        """
        path, _, scope = perm.partition("@")
        asking = subject(user) if _known(path) else None
        if asking is None:
            return False
        if obj is None or is_id(obj):
            return asking.can(path, on=instance(obj), scope=scope or None)
        return not scope and asking.can(path, obj)

    def has_module_perms(self, user: Any, app_label: str) -> bool:
        """Whether *user* holds anything of the group *app_label*."""
        if gate().policy.catalog.find(app_label) is None:
            return False  # an application of Django's, say
        asking = subject(user)
        return asking is not None and asking.can_any(f"{app_label}.*")

    def get_all_permissions(self, user: Any, obj: Any = None) -> set[str]:
        """The permissions for which `has_perm` says yes, without those that cannot be asked about *obj*."""
        asking = subject(user)
        held = asking.permissions() if asking is not None else ()
        return {path for path in held if self._fits(user, path, obj)}

    def _fits(self, user: Any, path: str, obj: Any) -> bool:
        try:
            return self.has_perm(user, path, obj)
        except RecordError:
            return False

    get_user_permissions = get_all_permissions

    def get_group_permissions(self, user: Any, obj: Any = None) -> set[str]:  # noqa: ARG002
        """Nothing: the groups of Django are no teams."""
        return set()

    async def ahas_perm(self, user: Any, perm: str, obj: Any = None) -> bool:
        """As `has_perm`."""
        return bool(await sync_to_async(self.has_perm)(user, perm, obj))

    async def ahas_module_perms(self, user: Any, app_label: str) -> bool:
        """As `has_module_perms`."""
        return bool(await sync_to_async(self.has_module_perms)(user, app_label))

    async def aget_all_permissions(self, user: Any, obj: Any = None) -> set[str]:
        """As `get_all_permissions`."""
        return set(await sync_to_async(self.get_all_permissions)(user, obj))

    aget_user_permissions = aget_all_permissions

    async def aget_group_permissions(self, user: Any, obj: Any = None) -> set[str]:  # noqa: ARG002
        """Nothing."""
        return set()


class DjangoForbidden(Forbidden, PermissionDenied):  # type: ignore[misc]  # Django is not typed
    """A `Forbidden` that Django answers with 403 by itself."""


class _DjangoWithheld(Withheld, DjangoForbidden):
    """One on an instance that a callable gave."""


def require(
    permission: str, *, on: Where = None, scope: str | None = None, record: Callable[..., Any] | None = None
) -> Callable[[View], View]:
    """A decorator that lets pass who may use *permission*; who has not signed in is sent to the login page.

    `on` is a raw id, `PathParam("inbox")`, or a callable that gives the id; `record` is a callable that gives
    the record in question. Callables get the request and the arguments of the view.

    Raises:
        UnknownNameError: when called, for what the catalog does not know; when it decorates a view, for
            a path parameter that the view does not take.
    """
    guard = Guard(gate(), permission, written(on), scope, record)

    def ask(user: Any, request: HttpRequest, args: Any, kwargs: Any) -> None:
        asking = subject(user)
        if asking is None:
            raise PermissionDenied
        try:
            if record is not None:
                guard.ask(asking, record=_waited(record)(request, *args, **kwargs))
            elif isinstance(on, PathParam):
                ask_on(guard, asking, on.of(kwargs))
            else:
                ask_on(guard, asking, _waited(on)(request, *args, **kwargs) if callable(on) else on)
        except Forbidden as error:
            _refuse(error)

    def decorate(view: View) -> View:
        check_view(view, guard)
        guarded: Any
        if iscoroutinefunction(view) or _of_async_class(view):

            async def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
                user = await request.auser()
                if not user.is_authenticated:
                    return _login(request)
                keep(guard, view, request.method, kwargs)
                await sync_to_async(ask)(user, request, args, kwargs)
                return await view(request, *args, **kwargs)
        else:

            def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
                if not request.user.is_authenticated:
                    return _login(request)
                keep(guard, view, request.method, kwargs)
                ask(request.user, request, args, kwargs)
                return view(request, *args, **kwargs)

        wrapped = wraps(view)(guarded)
        setattr(wrapped, MARK, guard)
        return kept(wrapped)  # type: ignore[return-value]  # the same signature, by `wraps`

    return decorate


class ForbiddenMiddleware(MiddlewareMixin):  # type: ignore[misc]  # Django is not typed
    """Answers `Forbidden`, from `require` and from views themselves, with 403 and a body for programs."""

    def process_exception(self, _: HttpRequest, exception: Exception) -> HttpResponse | None:
        return JsonResponse(exception.to_dict(), status=403) if isinstance(exception, Forbidden) else None


def perms(request: HttpRequest) -> dict[str, Perms]:
    """A context processor: `perms` in templates, in place of Django's, for names of any depth.

    It has to stand below `django.contrib.auth.context_processors.auth`.

        {% if perms.tickets %}                   holds anything of the group: show the menu
        {% if perms.tickets.edit %}              may edit every ticket (the broadest scope)
        {% if perms.tickets.edit.my %}           may edit tickets at the scope `my`
        {% if perms.contacts.fields.phone %}
        {% if "tickets.edit@my" in perms %}
    """
    from django.contrib.auth.models import AnonymousUser

    return {"perms": Perms(getattr(request, "user", None) or AnonymousUser())}


class Perms:
    """A path of the catalog, true when `user.has_perm` says so; Django's own permissions work as ever."""

    __slots__ = ("_path", "_user")

    def __init__(self, user: Any, path: str = "") -> None:
        self._user, self._path = user, path

    def __getitem__(self, name: str) -> Perms:
        return Perms(self._user, f"{self._path}.{name}" if self._path else name)

    def __iter__(self) -> NoReturn:
        # Otherwise Python would count up `self[0]`, `self[1]` … without end.
        raise TypeError("`perms` cannot be iterated over")

    def __contains__(self, name: str) -> bool:
        if "@" in name:
            return bool(self._user.has_perm(f"{self._path}.{name}" if self._path else name))
        return bool(self[name])

    def __bool__(self) -> bool:
        path, user = self._path, self._user
        catalog = gate().policy.catalog
        outer, _, last = path.rpartition(".")
        permission = catalog.find(outer) if outer else None
        if catalog.find(path) is None and isinstance(permission, Permission):
            return bool(user.has_perm(f"{outer}@{last}"))
        if _known(path) or (catalog.find(path) is None and "." in path):
            return bool(user.has_perm(path))
        return bool(user.has_module_perms(path))

    def __str__(self) -> str:
        return str(bool(self))


def _known(path: str) -> bool:
    return isinstance(gate().policy.catalog.find(path), Permission)


def _refuse(error: Forbidden) -> NoReturn:
    kind = _DjangoWithheld if isinstance(error, Withheld) else DjangoForbidden
    raise kind(error.question, lambda _: error.explanation) from error


def _of_async_class(view: Any) -> bool:
    """Whether *view* is a method, such as `dispatch`, of a `View` whose methods are awaited.

    `method_decorator` decorates it anew for each request, bound within a `partial`.
    """
    return bool(getattr(owner_of(view), "view_is_async", False))


def _waited(call: Callable[..., Any]) -> Callable[..., Any]:
    """*call*, which is asked where nothing can be awaited."""
    return async_to_sync(call) if iscoroutinefunction(call) else call


def _login(request: HttpRequest) -> HttpResponse:
    from django.contrib.auth.views import redirect_to_login

    answer: HttpResponse = redirect_to_login(request.get_full_path())
    return answer
