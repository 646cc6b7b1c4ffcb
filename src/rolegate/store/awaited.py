"""Synchronous code is awaited, as SQLAlchemy does it: in a greenlet, which waits where a driver awaits."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy.util import await_, greenlet_spawn

P = ParamSpec("P")
T = TypeVar("T")
S_co = TypeVar("S_co", covariant=True)
S = TypeVar("S")


class HasSync(Protocol[S_co]):
    """Something asynchronous that is made over something synchronous."""

    @property
    def sync(self) -> S_co: ...


def awaited(
    method: Callable[Concatenate[S, P], T],
) -> Callable[Concatenate[HasSync[S], P], Coroutine[Any, Any, T]]:
    """*method* of something synchronous, as a method of what is made over it; it takes and gives the same."""

    @wraps(method)
    async def asynchronous(self: HasSync[S], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await finished(partial(method, self.sync, *args, **kwargs))

    return asynchronous


async def finished(work: Callable[[], T], *, cancels: bool = True) -> T:
    """What *work* gives, which awaits where it speaks with a database.

    Whoever is cancelled waits until the work has rolled back and given its connection back. The work is
    cancelled as well, unless told not to, but once: some frameworks cancel again at each await, and nothing
    could be rolled back.
    """
    task = asyncio.ensure_future(greenlet_spawn(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if cancels:
            task.cancel()
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                continue
        if not task.cancelled():
            task.exception()  # it is read, so nobody is told that nobody did
        raise


def computed(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What *work* gives, which speaks with no database; where somebody awaits it, a thread does the work.

    So an event loop goes on while a set is resolved or judged.
    """
    if not is_awaited():
        return work(*args, **kwargs)
    return await_(asyncio.to_thread(work, *args, **kwargs))


def in_a_thread(work: Callable[P, T]) -> Callable[P, T]:
    """*work*, which speaks with no database, as `computed` does it."""

    @wraps(work)
    def apart(*args: P.args, **kwargs: P.kwargs) -> T:
        return computed(work, *args, **kwargs)

    return apart


def undisturbed(work: Callable[[], object]) -> None:
    """Do *work* to its end, also where whoever awaits it is cancelled meanwhile."""
    if is_awaited():
        await_(finished(work, cancels=False))
    else:
        work()


def is_awaited() -> bool:
    """Whether this is code in a greenlet that SQLAlchemy runs; whoever has no greenlet has no such code."""
    greenlet = sys.modules.get("greenlet")
    return greenlet is not None and getattr(greenlet.getcurrent(), "__sqlalchemy_greenlet_provider__", False)
