"""Processes that write without end, until they are killed at a moment that nobody chooses."""

from __future__ import annotations

import os
import random
import signal
import struct
import time
from collections.abc import Callable

TURNS = 3
"""A writer is killed within the time of so many turns."""


def kill_while(work: Callable[[], None], draw: random.Random) -> None:
    """Do *work* again and again in another process, and kill that some time after the first one is done.

    The process is forked, so that it begins at once. It is never left otherwise than by being killed: what it
    has of this process, connections included, is not closed.
    """
    ready, begins = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            started = time.monotonic()
            work()
            os.write(begins, struct.pack("d", time.monotonic() - started))
            while True:
                work()
        finally:  # work failed: its process ends in a way that shows
            os._exit(1)
    try:
        os.close(begins)
        told = os.read(ready, 8)
        if told:
            time.sleep(draw.random() * TURNS * struct.unpack("d", told)[0])
            os.kill(child, signal.SIGKILL)
    finally:
        os.close(ready)
        _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
