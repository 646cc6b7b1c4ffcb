"""Eight threads that ask while the policy is reloaded all the time: are they right, and how fast?"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import process_time, sleep

from benchmarks.findings import Figure, Section, number
from benchmarks.plan import Plan
from rolegate.gate.gate import Gate

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
    """What some threads did, and how long the processor worked for them and for reloads."""

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

    def run(self, kind: Kind, seconds: float) -> Asking:
        found, stop = Asking(), threading.Event()
        parts = [Asking() for _ in range(kind.threads)]
        workers = [threading.Thread(target=self._ask, args=(part, stop, kind.pause)) for part in parts]
        if kind.reloading:
            workers.append(threading.Thread(target=self._reload, args=(found, stop)))
        start = process_time()
        for worker in workers:
            worker.start()
        stop.wait(seconds)
        stop.set()
        for worker in workers[: kind.threads]:
            worker.join()
        found.seconds = process_time() - start
        for worker in workers[kind.threads :]:
            worker.join()
        for part in parts:
            found.asked += part.asked
            found.wrong += part.wrong
            found.errors += part.errors
        return found

    def _ask(self, part: Asking, stop: threading.Event, pause: float) -> None:
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
                if pause:
                    sleep(pause)
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


@dataclass(frozen=True)
class Kind:
    """A way to ask: how many threads, whether the policy is reloaded, and how long they pause."""

    name: str
    threads: int
    reloading: bool
    pause: float = 0.0


ALONE = Kind("1 thread", 1, False)
MANY = Kind(f"{THREADS} threads, reloads all the time", THREADS, True)
PAUSING = Kind(f"{MANY.name}, with pauses", THREADS, True, 0.002)
KINDS = (
    ALONE,
    Kind(f"{THREADS} threads", THREADS, False),
    Kind("1 thread, reloads all the time", 1, True),
    MANY,
    PAUSING,
)


def measure(plan: Plan) -> list[Section]:
    flipping = Flipping(plan.room("threads"))
    seconds, rounds = (0.3, 1) if plan.quick else (2.0, 9)
    runs: dict[Kind, list[Asking]] = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind in KINDS:
            runs[kind].append(flipping.run(kind, seconds))
    section = Section(
        "Threads", ("who asks", "answers a second of the processor", "wrong", "exceptions", "reloads")
    )
    for kind, found in runs.items():
        counts = (_wrong(found), _failed(found), sum(one.reloads for one in found))
        section.rows.append((kind.name, number(median(one.rate for one in found)), *map(str, counts)))
    tried = runs[MANY] + runs[PAUSING]
    asked = f"{sum(one.asked for one in tried):,} answers, {sum(one.reloads for one in tried):,} reloads"
    ratio = median(many.rate / alone.rate for many, alone in zip(runs[MANY], runs[ALONE], strict=True))
    name = f"{THREADS} threads during reloads"
    section.figures += [
        Figure(f"{name}: wrong answers", 0, _wrong(tried), "", False, asked),
        Figure(f"{name}: exceptions", 0, _failed(tried), "", False),
        Figure(f"{name}: throughput against one thread without", 0.8, ratio),
    ]
    section.notes.append(
        """Each answer is checked. Two rights come and go with each reload; a subject that sees one of
        them without the other counts as wrong. Threads that never wait leave the one that reloads little
        time; where they pause, there are more reloads to be wrong about."""
    )
    return [section]


def _wrong(runs: Sequence[Asking]) -> int:
    return sum(one.wrong for one in runs)


def _failed(runs: Sequence[Asking]) -> int:
    return sum(len(one.errors) for one in runs)
