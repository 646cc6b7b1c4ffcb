"""The two locks of the room, in the order in which they are taken; asking a question takes neither."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import iscoroutinefunction
from typing import Any

TABLES = threading.RLock()
"""Held while lines, links and the tables made of them change together; never while anything is read."""


class ChangeLock:
    """Lets one call at a time change an enforcer. Watchers are told after the outermost call is over."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._thread: int | None = None
        self._notices: list[Callable[[], Any]] = []

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the calls of other threads; tell watchers at the end, when the lock is free again."""
        notices: list[Callable[[], Any]] = []
        self._lock.acquire()
        outermost = self._thread is None
        self._thread = threading.get_ident()
        try:
            yield
        finally:
            if outermost:
                self._thread = None
                notices, self._notices = self._notices, []
            self._lock.release()
            for notice in notices:
                notice()

    def deferred(self, watcher: Any) -> Any:
        """*watcher*, with its calls put off if this thread is in the middle of a change."""
        if watcher is None or self._thread != threading.get_ident():
            return watcher
        return DeferredWatcher(watcher, self._notices)


class DeferredWatcher:
    """A watcher whose calls wait until the enforcer has released its lock.

    A watcher may wait for another thread that reloads the policy, and that thread needs the lock.
    """

    def __init__(self, watcher: Any, notices: list[Callable[[], Any]]) -> None:
        self._watcher, self._notices = watcher, notices

    def __bool__(self) -> bool:
        return bool(self._watcher)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._watcher, name)
        if not callable(value) or iscoroutinefunction(value):
            return value  # no lock is held while a coroutine waits
        return lambda *args, **kwargs: self._notices.append(lambda: value(*args, **kwargs))
