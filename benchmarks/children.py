"""Figures that need a process of their own: memory and loading, and what an import costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import process_time

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Loaded:
    """What a child process found: time until the first answer could be given, and how much memory grew."""

    seconds: float
    bytes: int


def resident() -> int:
    """Bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def measured(load: Callable[[], object], clock: Callable[[], float] = process_time) -> Loaded:
    """The cost of *load* by a *clock*, with its result still held."""
    import gc

    gc.collect()
    before, start = resident(), clock()
    held = load()
    seconds = clock() - start
    gc.collect()
    grown = resident() - before
    del held
    return Loaded(seconds, grown)


def in_child(loader: str, source: Path, runs: int) -> Loaded:
    """The median of *runs* child processes that run *loader* on *source*."""
    command = [sys.executable, "-m", "benchmarks.loaders", loader, str(source)]
    found = []
    for _ in range(runs):
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment())  # noqa: S603
        found.append(Loaded(**json.loads(done.stdout)))
    return Loaded(median(run.seconds for run in found), int(median(run.bytes for run in found)))


def start_times(statements: Sequence[str], runs: int) -> tuple[float, dict[str, float]]:
    """Seconds of the processor for a bare interpreter, and how much longer it takes with each statement.

    Medians; each round starts one interpreter for each, and compares those of the round.
    """
    bare: list[float] = []
    longer: dict[str, list[float]] = {statement: [] for statement in statements}
    for _ in range(runs):
        bare.append(_start_time("pass"))
        for statement in statements:
            longer[statement].append(_start_time(statement) - bare[-1])
    return median(bare), {statement: median(seconds) for statement, seconds in longer.items()}


def _start_time(statement: str) -> float:
    start = processor_time()
    subprocess.run([sys.executable, "-c", statement], check=True, env=environment())  # noqa: S603
    return processor_time() - start


def modules_after(statement: str) -> set[str]:
    """The top-level modules that are loaded once *statement* has run."""
    code = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment()
    )
    return set(done.stdout.split())


def processor_time() -> float:
    """Seconds that the children that have ended took."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def environment() -> dict[str, str]:
    path = os.pathsep.join(str(ROOT / folder) for folder in ("", "src", "cli"))
    return {**os.environ, "PYTHONPATH": path}
