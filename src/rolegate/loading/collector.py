"""The collector of Python, held while one set is read."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Hold:
    """Counts the threads that read; `on` says that the collector was on before the first of them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.readers = 0
        self.on = False

    def take(self) -> None:
        with self.lock:
            if not self.readers:
                self.on = gc.isenabled()
            self.readers += 1
            gc.disable()

    def let_go(self) -> None:
        with self.lock:
            self.readers = max(self.readers - 1, 0)  # in a child it may be the hold of the parent
            if not self.readers and self.on:
                gc.enable()

    def begin_in_child(self) -> None:
        """Only the thread that forked goes on in a child: what the others hold, nobody there lets go."""
        if self.readers and self.on:
            gc.enable()
        self.__init__()  # type: ignore[misc]  # a lock that another thread had would stay locked


_hold = _Hold()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_hold.begin_in_child)


@contextmanager
def collector_held() -> Iterator[None]:
    """In this context nothing looks for circles; after it, the collector is as it was.

    What a set consists of has no circles: to look for them takes up to a third of the time and finds nothing.
    How much is held is bounded by what a set may have. Of several threads, the last one lets go.
    """
    _hold.take()
    try:
        yield
    finally:
        _hold.let_go()
