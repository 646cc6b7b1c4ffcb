"""Waits for what another thread or process does."""

from __future__ import annotations

import time
from collections.abc import Callable


def happens(fact: Callable[[], bool]) -> bool:
    """Whether *fact* comes true, given time enough."""
    deadline = time.monotonic() + 20
    while not fact():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
