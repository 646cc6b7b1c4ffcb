"""Scopes, and the ladders they form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from rolegate.catalog.conditions import Condition, pushed_down
from rolegate.catalog.removed_names import RemovedWord
from rolegate.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the records a permission is about; `within` names the next broader scope.

    `condition` says which records are in it; None if the catalog does not say, or if it is the broadest scope
    and holds them all. `test` is the same with its negations pushed down.
    """

    name: str
    title: str
    description: str = ""
    within: str | None = None
    condition: Condition | None = None
    span: Span | None = field(default=None, compare=False)
    test: Condition | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "test", None if self.condition is None else pushed_down(self.condition))


@dataclass(frozen=True, slots=True)
class Ladder:
    """Scopes that form one tree, the broadest first; `former` has what their former names are now.

    `removed` has the scopes that are gone, whose names are never used again.
    """

    name: str
    scopes: Mapping[str, Scope]
    former: Mapping[str, str] = field(default_factory=dict)
    removed: Mapping[str, RemovedWord] = field(default_factory=dict)
    _inner: dict[str, list[str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _folded: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for scope in self.scopes.values():
            if scope.within is not None:
                self._inner.setdefault(scope.within, []).append(scope.name)

    def like(self, name: str) -> str | None:
        """The first scope that is called *name*, but for capitals."""
        if not self._folded:
            for scope in self.scopes:
                self._folded.setdefault(scope.casefold(), scope)
        return self._folded.get(name.casefold())

    def has(self, name: str) -> bool:
        """Whether one of the scopes is, or was, called *name*."""
        return name in self.scopes or name in self.former

    def today(self, name: str) -> str:
        """What the scope *name* is called now."""
        return self.former.get(name, name)

    @property
    def broadest(self) -> str:
        return next(iter(self.scopes))

    def within(self, name: str) -> tuple[str, ...]:
        """*name* and each scope inside it, in ladder order."""
        found: list[str] = []
        waiting = [name]
        while waiting:
            found.append(waiting.pop())
            waiting += reversed(self.inner(found[-1]))
        return tuple(found)

    def topmost(self, names: Collection[str]) -> tuple[str, ...]:
        """Those of *names* that do not lie within another one of them, in ladder order."""
        return tuple(
            scope for scope in self.scopes if scope in names and not set(self.broader(scope)[1:]) & set(names)
        )

    def inner(self, name: str) -> Sequence[str]:
        """The scopes directly within *name*, in ladder order."""
        return self._inner.get(name, ())

    def broader(self, name: str) -> tuple[str, ...]:
        """*name* and each scope it lies within, narrowest first."""
        found = [name]
        while (outer := self.scopes[found[-1]].within) is not None:
            found.append(outer)
        return tuple(found)


FIELD_LADDER = Ladder(
    "field",
    MappingProxyType(
        {
            "edit": Scope("edit", "Edit", "see and change the field"),
            "view": Scope("view", "View", "see the field", "edit"),
        }
    ),
)


def scopes_today(scope: str, ladders: Iterable[Ladder]) -> tuple[str, ...]:
    """What *scope* is called now in *ladders*, those of what a star names.

    INVARIANT: one name is given only if no other of the ladders has a scope that is called so and never was
    called *scope*: a star at this name would take in what it did not. *scope* is given beside it there.
    """
    known = {ladder.name: ladder for ladder in ladders}.values()
    now = dict.fromkeys(ladder.today(scope) for ladder in known if ladder.has(scope))
    if any(not ladder.has(scope) and not now.keys().isdisjoint(ladder.scopes) for ladder in known):
        now[scope] = None
    return tuple(now)
