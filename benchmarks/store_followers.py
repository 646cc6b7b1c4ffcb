"""How long after a commit another process answers by it: alone, and while others write without a pause."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from benchmarks.children import environment
from benchmarks.databases import Database
from benchmarks.tenants import OWNER, Tenants

PATIENCE = 30.0
"""An answer that takes so many seconds is given up."""

_LOOKS = 0.0002
_ASKED = "area0.p0"


def delays(database: Database, changes: int, writers: int) -> list[float]:
    """Seconds between the commit of a change and the new answer of a gate in another process, sorted.

    The clock is that of the machine, which all processes share.
    """
    admin = database.store().admin(OWNER, domain=Tenants.name(0))
    found: list[float] = []
    wanted = [("follow", 0), *(("write", number) for number in range(1, writers + 1))]
    with _processes(database, wanted) as (gate, *_):
        for number in range(changes):
            user = f"followed{number}"
            gate.stdin.write(f"{user}\n")
            gate.stdin.flush()
            admin.assign(user=user, role="role0")
            committed = monotonic()
            found.append(max(0.0, float(gate.stdout.readline() or "nan") - committed))
            admin.revoke(user=user, role="role0")
    return sorted(found)


@contextmanager
def _processes(database: Database, wanted: list[tuple[str, int]]) -> Iterator[list[Any]]:
    """Children that have said that they are ready, and end when nobody writes to them any more."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment()}
    started: list[Any] = []
    try:
        for what, number in wanted:
            command = [sys.executable, "-W", "ignore", "-m", __name__, what, *database.place, str(number)]
            started.append(subprocess.Popen(command, **pipes))  # type: ignore[call-overload]  # noqa: S603
        for process in started:
            if process.stdout.readline() != "ready\n":
                raise AssertionError("a process did not begin")
        yield started
    finally:
        for process in started:
            process.stdin.close()
        for process in started:
            process.wait(PATIENCE)
            process.stdout.close()


def follow(database: Database, _: int) -> None:
    """Say for each user that comes in when they may."""
    import rolegate

    gate, domain = rolegate.Gate.from_store(database.store(), keep=100), Tenants.name(0)
    gate.check("user0", _ASKED, domain=domain)
    while database.tells and gate.status().listening is not True:
        sleep(_LOOKS)
    print("ready", flush=True)
    for line in sys.stdin:
        user, until = line.strip(), monotonic() + PATIENCE
        while not gate.check(user, _ASKED, domain=domain) and monotonic() < until:
            sleep(_LOOKS)
        if monotonic() >= until:
            raise AssertionError("the change did not arrive")
        print(monotonic(), flush=True)
    gate.close()


def write(database: Database, number: int) -> None:
    """Change a tenant again and again."""
    admin = database.store().admin(OWNER, domain=Tenants.name(number))
    ended = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    print("ready", flush=True)
    while not ended.is_set():
        admin.assign(user=f"written{number}", role="role0")
        admin.revoke(user=f"written{number}", role="role0")


def main(arguments: list[str]) -> None:
    what, *place, number = arguments
    {"follow": follow, "write": write}[what](Database(*place), int(number))


if __name__ == "__main__":
    main(sys.argv[1:])
