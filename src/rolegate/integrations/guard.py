"""The question that a route asks; a name that the catalog does not have fails when the module is imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from inspect import isasyncgen, isawaitable, iscoroutine, isgenerator
from typing import TYPE_CHECKING, Any

from rolegate.catalog.model import Group, Permission
from rolegate.diagnostics import did_you_mean, quoted
from rolegate.errors import GuardError, UnknownNameError, wrong_argument
from rolegate.gate.instance_paths import On, sound_path
from rolegate.gate.left_out import LEFT_OUT
from rolegate.integrations.instance_ids import IDS, id_of, instance

if TYPE_CHECKING:
    from rolegate.gate.gate import Gate
    from rolegate.gate.subject import Subject

MARK = "__rolegate_guard__"
"""The attribute of a callable that guards a route; `audit` looks for it."""

PUBLIC = "public"
"""The mark of what is open to everyone on purpose."""

SIGNED_IN = "signed in"
"""The mark of what is open to everyone who has signed in."""


class PathParam:
    """The instance is in the URL: the path parameters with these names, from the outermost kind inwards.

    >>> PathParam("integration", "account").of({"integration": "allegro", "account": 1})
    ('allegro', '1')
    """

    __slots__ = ("names",)

    def __init__(self, *names: str) -> None:
        self.names = names

    def of(self, params: Mapping[str, Any]) -> tuple[str, ...]:
        """The path of ids in *params*, the path parameters as the handler of the request gets them.

        Raises:
            GuardError: for a parameter that is missing or is not an id.
        """
        return tuple(_parameter(name, params) for name in self.names)


Where = On | PathParam | Callable[..., Any]
"""A raw id, a path of ids, a path parameter, or a callable as the framework wants it."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A permission, with the instance and the scope, or with the record, that it is asked for."""

    gate: Gate
    permission: str
    on: Where = None
    scope: str | None = None
    record: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        """Compare the guard with the catalog.

        Raises:
            UnknownNameError: for a permission, scope or instance that the catalog does not have.
            TypeError: for something else than a permission, as where `require` has no parentheses.
        """
        if callable(self.permission):
            raise wrong_argument(
                "require", self.permission, "a permission", "write `@require('tickets.show')`"
            )
        found = self._asked_for()
        if self.record is not None and (self.on is not None or self.scope is not None):
            raise TypeError("a guard takes `record`, or `on` and `scope`, but not both")
        if self.scope is not None and found.ladder is None:
            raise UnknownNameError(
                "scope", self.scope, f"{quoted(self.permission)} has no scopes", "leave out the scope"
            )
        scopes = found.ladder.scopes if found.ladder is not None else {}
        known = isinstance(self.scope, str) and found.ladder is not None and found.ladder.has(self.scope)
        if self.scope is not None and not known:
            message = f"{quoted(self.permission)} has no scope {quoted(self.scope)}"
            raise UnknownNameError("scope", self.scope, message, did_you_mean(str(self.scope), scopes))
        if self.on is not None and not found.chain:
            raise UnknownNameError(
                "instance",
                self.permission,
                f"{quoted(self.permission)} is not per instance",
                "leave out `on`",
            )
        named = self.on.names if isinstance(self.on, PathParam) else self.on
        if named is not None and not callable(named) and sound_path(named, len(found.chain)) is None:
            raise UnknownNameError(
                "instance", self.permission, _unfitting(self.permission, found.chain, named)
            )

    def _asked_for(self) -> Permission:
        catalog = self.gate.policy.catalog
        node = catalog.find(self.permission)
        group = isinstance(self.permission, str) and self.permission.removesuffix(".*")
        if isinstance(node, Group):
            message = f"{quoted(self.permission)} is a group; name one permission of it"
        elif self.permission == "*" or (group != self.permission and isinstance(catalog.find(group), Group)):
            message = f"{quoted(self.permission)} is a star; name one permission"
        else:
            return catalog.permission_of(self.permission)
        raise UnknownNameError("permission", self.permission, message)

    @property
    def computed(self) -> bool:
        """Whether the instance comes from the request."""
        return callable(self.on) or isinstance(self.on, PathParam)

    @property
    def looks(self) -> bool:
        """Whether the answer depends on what is in the request."""
        return self.computed or self.record is not None

    def ask(self, subject: Subject, *, on: Any = None, record: Any = LEFT_OUT) -> None:
        """Return if *subject* may; the caller passes a computed instance, or the record.

        A record that is None does not exist, and is refused.

        Raises:
            GuardError: if the record is something that would have to be awaited or iterated to get it.
            Forbidden: otherwise.
        """
        if self.record is None:
            subject.require(self.permission, on=instance(on if self.computed else self.on), scope=self.scope)
        elif record is LEFT_OUT:
            raise TypeError("the guard asks about a record: pass `record`")
        elif isawaitable(record) or isgenerator(record) or isasyncgen(record):
            if iscoroutine(record):
                record.close()
            raise GuardError(
                f"the guard of `{self.permission}` gets a {type(record).__name__}, which is not a record; "
                "load the record in an `async def` function or in one that returns it"
            )
        else:
            subject.require(self.permission, record)


@dataclass(frozen=True, slots=True)
class Unguarded:
    """A route without a guard."""

    path: str
    methods: tuple[str, ...]
    name: str

    def __str__(self) -> str:
        return f"{' '.join(self.methods)} {self.path} ({self.name})".strip()


def marked(target: object) -> bool:
    """Whether *target* asks for a permission, or is open on purpose."""
    return getattr(target, MARK, None) is not None


def guards_of(targets: Iterable[object]) -> Iterator[Guard]:
    """The guards of *targets*, and of whatever they wrap."""
    for outer in targets:
        target = outer
        while target is not None:
            guard = getattr(target, MARK, None)
            if isinstance(guard, Guard):
                yield guard
            target = getattr(target, "__wrapped__", None)


def _unfitting(permission: str, chain: tuple[str, ...], named: Any) -> str:
    """Why a guard cannot ask for *permission*, which is per *chain*, about the ids *named*."""
    ids = named if isinstance(named, tuple) else (named,)
    shown = ", ".join(map(quoted, ids[:3])) + (", …" if len(ids) > 3 else "")
    if len(ids) <= len(chain):
        return f"{shown} cannot name an instance of `{permission}`, which is per {'/'.join(chain)}"
    takes = f"one id ({chain[0]})" if len(chain) == 1 else f"{len(chain)} ids ({'/'.join(chain)})"
    return f"`{permission}` takes {takes}, and the guard gives {len(ids)}: {shown}"


def _parameter(name: str, params: Mapping[str, Any]) -> str:
    if name not in params:
        raise GuardError(f"the guard asks for the path parameter `{name}`, which the route does not have")
    try:
        return id_of(params[name])
    except TypeError:
        kind = type(params[name]).__name__
        raise GuardError(f"the path parameter `{name}` is a {kind}, which is not an id: {IDS}") from None
