"""Eight threads that ask while the policy is reloaded all the time: are they right, and how fast?"""

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
from rolegate.gate import Gate

THREADS, ACTS = 8, 20

_ACTS = ", ".join(f"act{number}: {{title: Act {number}}}" for number in range(ACTS))
FILES = {
    "catalog.yaml": f"""
catalog: flipping
permissions:
  mine: {{permissions: {{{_ACTS}}}}}
  yours: {{permissions: {{{_ACTS}}}}}
  flags: {{permissions: {{left: {{title: Left}}, right: {{title: Right}}}}}}
""",
    "domains.yaml": "domains: {acme: {title: Acme}}\n",
    "bindings.yaml": """
bindings:
  - {user: ana, grants: [mine.*], domain: acme}
  - {user: bo, grants: [yours.*], domain: acme}
""",
}


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
    """A policy set in which two rights come and go together; what else it says never changes."""

    domain, reader = "acme", "ana"

    def __init__(self, folder: Path) -> None:
        for name, text in FILES.items():
            (folder / name).write_text(text, encoding="utf-8")
        self.path = folder / "bindings.yaml"
        once = FILES["bindings.yaml"]
        self.texts = (once, f"{once}  - {{user: ana, grants: [flags.left, flags.right], domain: acme}}\n")
        self.gate = Gate.from_path(folder)
        self.stable = [
            (user, f"{group}.act{number}", (user, group) in (("ana", "mine"), ("bo", "yours")))
            for user in ("ana", "bo")
            for group in ("mine", "yours")
            for number in range(ACTS)
        ] * 5

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
                for user, permission, expected in self.stable:
                    if gate.check(user, permission, domain=domain) is not expected:
                        part.wrong += 1
                # Both rights come and go in one reload, and a subject belongs to one state of the policy.
                subject = gate.subject(self.reader, domain)
                if subject.can("flags.left") is not subject.can("flags.right"):
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
        section.rows.append(
            (
                name,
                number(_rate(each)),
                str(sum(one.wrong for one in each)),
                str(sum(len(one.errors) for one in each)),
                str(sum(one.reloads for one in each)),
            )
        )
    ours = runs[f"{THREADS} threads, reloads all the time"]
    asked = f"{sum(one.asked for one in ours):,} answers, {sum(one.reloads for one in ours)} reloads"
    section.figures += [
        Figure(
            f"{THREADS} threads during reloads: wrong answers",
            0,
            sum(one.wrong for one in ours),
            "",
            False,
            asked,
        ),
        Figure(
            f"{THREADS} threads during reloads: exceptions",
            0,
            sum(len(one.errors) for one in ours),
            "",
            False,
        ),
        Figure(
            f"{THREADS} threads during reloads: throughput against one thread without",
            0.8,
            _rate(ours) / _rate(runs["1 thread"]),
        ),
    ]
    section.notes.append(
        """Each answer is checked. Two rights come and go with each reload; a subject that sees one of
        them without the other counts as wrong."""
    )
    return [section]


def _rate(runs: Sequence[Asking]) -> float:
    return median(one.rate for one in runs)
