"""Watches the files of a policy set and calls back when they have changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

_log = logging.getLogger("rolegate")

Fingerprint = tuple[tuple[str, int, int], ...]


class Watcher:
    """Looks at a folder every *interval* seconds, in a daemon thread; `close` ends it.

    A change is acted on once two looks in a row have seen the same files, so that a checkout in progress
    is not read halfway.
    """

    def __init__(self, folder: Path, changed: Callable[[], object], interval: float) -> None:
        self._folder = folder
        self._changed = changed
        self._interval = interval
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rolegate-watch", daemon=True)
        self._seen = fingerprint(folder)
        self._thread.start()

    def close(self) -> None:
        """End the thread; returns when it has ended."""
        self._stop.set()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        last = self._seen
        while not self._stop.wait(self._interval):
            now = fingerprint(self._folder)
            if now != self._seen and now == last:
                self._seen = now
                try:
                    self._changed()
                except Exception:
                    _log.exception("the files changed, but could not be acted on")
            last = now


def fingerprint(folder: Path) -> Fingerprint:
    """Name, time and size of each YAML file; files that vanish meanwhile are left out."""
    found = []
    for path in sorted(folder.rglob("*.y*ml")):
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((path.as_posix(), stat.st_mtime_ns, stat.st_size))
    return tuple(found)
