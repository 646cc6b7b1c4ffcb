"""Who follows a store in the process that changes it: they look at once, and not only when it is time."""

from __future__ import annotations

from typing import Protocol
from weakref import WeakKeyDictionary, WeakSet

import sqlalchemy as sa


class Follower(Protocol):
    """Whoever asks a store again and again, and can be told to ask now."""

    def wake(self) -> None: ...


_followers: WeakKeyDictionary[sa.Engine, WeakSet[Follower]] = WeakKeyDictionary()
"""By the engine that they ask with; nobody is kept here who is gone."""


def add_follower(engine: sa.Engine, follower: Follower) -> None:
    """Wake *follower* from now on when something is committed through *engine*.

    A database in memory has one connection, which whoever changes it may use for the next thing.
    """
    if engine.dialect.name != "sqlite" or engine.url.database not in (None, "", ":memory:"):
        _followers.setdefault(engine, WeakSet()).add(follower)


def wake_followers(engine: sa.Engine) -> None:
    """Something was committed."""
    for follower in tuple(_followers.get(engine, ())):
        follower.wake()
