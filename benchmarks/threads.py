"""Eight threads that ask while the policy is reloaded all the time: are the answers right, and how many are there?"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.findings import Figure, Section, number
from benchmarks.plan import Plan
from benchmarks.workload import Request, Workload, write_yaml
from rolegate.gate import Gate

THREADS = 8


@dataclass
class Asking:
    """What some threads did in a stretch of time."""

    asked: int = 0
    wrong: int = 0
    reloads: int = 0
    seconds: float = 0.0
    errors: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.asked / self.seconds


class Flipping:
    """A policy set in which one grant comes and goes; what else it says never changes."""

    def __init__(self, folder: Path) -> None:
        self.workload = Workload(1)
        self.domain = self.workload.domain_names[0]
        write_yaml(self.workload, folder)
        self.path = folder / "roles" / f"{self.domain}.yaml"
        once = self.path.read_text(encoding="utf-8")
        more = once.replace("[area3.*]", "[area3.*, area4.item00.edit, area4.item01.edit]")
        self.texts = (once, more)
        self.gate = Gate.from_path(folder)
        self.reader = self.workload.user(self.domain, 3)
        self.stable: list[tuple[Request, bool]] = [
            (request, allowed)
            for allowed in (True, False)
            for request in self.workload.requests(200, allowed=allowed)
            if request.obj not in ("area4.item00", "area4.item01")
        ]

    def reload(self, number: int) -> bool:
        """Write the other text and load it."""
        fresh = self.path.with_suffix(".new")
        fresh.write_text(self.texts[number % 2], encoding="utf-8")
        os.replace(fresh, self.path)
        return self.gate.reload()

    def run(self, threads: int, seconds: float, *, reloading: bool) -> Asking:
        found, stop = Asking(), threading.Event()
        parts = [Asking() for _ in range(threads)]
        workers = [threading.Thread(target=self._ask, args=(part, stop)) for part in parts]
        if reloading:
            workers.append(threading.Thread(target=self._reload, args=(found, stop)))
        start = perf_counter()
        for worker in workers:
            worker.start()
        stop.wait(seconds)
        stop.set()
        for worker in workers[:threads]:
            worker.join()
        found.seconds = perf_counter() - start
        for worker in workers[threads:]:
            worker.join()
        for part in parts:
            found.asked += part.asked
            found.wrong += part.wrong
            found.errors += part.errors
        return found

    def _ask(self, part: Asking, stop: threading.Event) -> None:
        gate, domain = self.gate, self.domain
        try:
            while not stop.is_set():
                for request, expected in self.stable:
                    if gate.check(request.user, request.permission, domain=request.domain) is not expected:
                        part.wrong += 1
                # Both rights come and go in one reload, and a subject belongs to one state of the policy.
                subject = gate.subject(self.reader, domain)
                if subject.can("area4.item00.edit") is not subject.can("area4.item01.edit"):
                    part.wrong += 1
                part.asked += len(self.stable) + 2
        except Exception as error:
            part.errors.append(repr(error))

    def _reload(self, found: Asking, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                if not self.reload(found.reloads):
                    found.errors.append("a reload was refused")
                found.reloads += 1
        except Exception as error:
            found.errors.append(repr(error))


def measure(plan: Plan) -> list[Section]:
    flipping = Flipping(plan.room("threads"))
    seconds = 0.5 if plan.quick else 3.0
    kinds = {
        "1 thread": (1, False),
        f"{THREADS} threads": (THREADS, False),
        "1 thread, reloads all the time": (1, True),
        f"{THREADS} threads, reloads all the time": (THREADS, True),
    }
    runs: dict[str, list[Asking]] = {name: [] for name in kinds}
    for _ in range(1 if plan.quick else 5):
        for name, (threads, reloading) in kinds.items():
            runs[name].append(flipping.run(threads, seconds, reloading=reloading))
    section = Section("Threads", ("who asks", "answers a second", "wrong", "exceptions", "reloads"))
    for name, each in runs.items():
        section.rows.append((
            name, number(_rate(each)), str(sum(one.wrong for one in each)),
            str(sum(len(one.errors) for one in each)), str(sum(one.reloads for one in each)),
        ))
    ours = runs[f"{THREADS} threads, reloads all the time"]
    asked = f"{sum(one.asked for one in ours):,} answers, {sum(one.reloads for one in ours)} reloads"
    section.figures += [
        Figure(f"{THREADS} threads during reloads: wrong answers", 0, sum(one.wrong for one in ours), "", False, asked),
        Figure(f"{THREADS} threads during reloads: exceptions", 0, sum(len(one.errors) for one in ours), "", False),
        Figure(f"{THREADS} threads during reloads: throughput against one thread without", 0.8, _rate(ours) / _rate(runs["1 thread"])),
    ]
    section.notes.append("""Each answer is checked. Two rights come and go with each reload; a subject that sees one of them
    without the other counts as wrong.""")
    return [section]


def _rate(runs: Sequence[Asking]) -> float:
    return median(one.rate for one in runs)
