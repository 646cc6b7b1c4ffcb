"""A policy of which little is known at first; the rest is read when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Diagnostic
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.resolve import Resolved
from rolegate.policy.policy import Policy


class PolicyToRead(Policy):
    """A policy in a store, over the *ground* that all domains have in common.

    Whoever asks for the catalog, the languages or the names of domains has nothing read. Two of them are
    equal if they are the same: nothing is read to compare them.
    """

    __slots__ = ("_ground", "_names", "_read", "_whole")

    _ground: Policy
    _names: Callable[[], Iterable[str]]
    _read: Callable[[], Policy]
    _whole: Policy | None

    def __init__(
        self, ground: Policy, names: Callable[[], Iterable[str]], read: Callable[[], Policy]
    ) -> None:
        for key, value in (("_ground", ground), ("_names", names), ("_read", read), ("_whole", None)):
            object.__setattr__(self, key, value)

    @property
    def _all(self) -> Policy:
        found = self._whole
        if found is None:
            found = self._read()
            object.__setattr__(self, "_whole", found)
        return found

    @property
    def resolved(self) -> Resolved:
        return self._all.resolved

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return self._all.warnings

    @property
    def at(self) -> datetime | None:
        return None

    @property
    def path(self) -> Path | None:
        return None

    @property
    def files(self) -> tuple[str, ...]:
        return ()

    @property
    def departed(self) -> tuple[tuple[str, frozenset[str]], ...]:
        return ()

    @property
    def catalog(self) -> Catalog:
        return self._ground.catalog

    @property
    def locales(self) -> tuple[str, ...]:
        return self._ground.locales

    @property
    def domains(self) -> tuple[str, ...]:
        return tuple(self._names())

    @property
    def needs_domain(self) -> bool:
        return self._ground.needs_domain

    def snapshot(self, at: date | None = None) -> Snapshot:
        return self._all.snapshot(at)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)
