"""Ten thousand role files of one company: what reading costs, against PyYAML's C loader on the same text.

Run as a program, one way of reading is measured in a process of its own.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

import yaml

import rolegate
from rolegate import Limits

MODULES, PLAIN, SCOPED, PER_INBOX = 30, 4, 4, 2
"""A module has so many permissions of each form: 300 altogether."""
BASES = 6


def role_files(number: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """The files of a set with *number* roles of some 150 compiled lines each, by name."""
    yield "catalog.yaml", _catalog()
    for base in range(BASES):
        stars = ", ".join(f"m{(base * 5 + i) % MODULES}.*@team" for i in range(6))
        yield f"roles/base{base}.yaml", f"role: base{base}\ntitle: Base {base}\ngrants: [{stars}]\n"
    chosen = random.Random(seed)  # noqa: S311
    for role in range(number):
        yield f"roles/r{role}.yaml", _role(role, chosen)


def _catalog() -> str:
    lines = [
        "catalog: company",
        "scopes:",
        "  reach: [all, team, my]",
        "resources: {inbox: Inbox}",
        "permissions:",
    ]
    for module in range(MODULES):
        lines += [f"  m{module}:", f"    title: Module {module}", "    permissions:"]
        lines += [f"      p{i}: Plain {i}" for i in range(PLAIN)]
        lines += [f"      s{i}: {{title: Scoped {i}, scopes: reach}}" for i in range(SCOPED)]
        lines += [f"      i{i}: {{title: Inbox {i}, per: inbox}}" for i in range(PER_INBOX)]
    return "\n".join(lines) + "\n"


def _role(number: int, chosen: random.Random) -> str:
    base = chosen.randrange(BASES)
    modules = chosen.sample(range(MODULES), 9)
    lines = [f"role: r{number}", f"title: Role {number}", f"extends: [base{base}]", "grants:"]
    lines += [f"  - m{module}.*" for module in modules[:4]]
    lines += [f"  - m{module}.s{chosen.randrange(SCOPED)}@all" for module in modules[4:7]]
    lines += [f"  - m{module}.i0[inbox{chosen.randrange(200)}]" for module in modules[7:]]
    lines += ["except:", f"  - m{modules[0]}.p0", f'  - "m{modules[1]}.*@all"']
    return "\n".join(lines) + "\n"


def write_role_files(folder: Path, number: int) -> None:
    """Write the set below *folder*."""
    (folder / "roles").mkdir(parents=True)
    for name, text in role_files(number):
        (folder / name).write_text(text, encoding="utf-8")


def read_plainly(folder: Path) -> int:
    """PyYAML's C loader on each file; how many there are."""
    files = [folder / "catalog.yaml", *sorted((folder / "roles").iterdir())]
    for file in files:
        yaml.load(file.read_bytes(), yaml.CSafeLoader)
    return len(files)


def measure(way: str, folder: Path) -> dict[str, float]:
    """Seconds of processor time, without and for what is imported, and megabytes that are held at most."""
    import resource

    start = time.process_time()
    run = _way(way)
    begin = time.process_time()
    kept = run(folder, Limits.large())
    seconds = time.process_time() - begin
    del kept
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "importing": begin - start, "megabytes": held}


def _way(way: str) -> Callable[[Path, Limits], object]:
    """One way of reading a set, with all that it needs imported, as PyYAML is."""
    if way == "yaml":
        return lambda folder, _: read_plainly(folder)
    if way == "validate":
        validate = rolegate.validate
        return lambda folder, limits: validate([folder], limits=limits)
    if way == "lint":
        lint, settings = rolegate.lint, rolegate.LintSettings()
        return lambda folder, limits: lint([folder], settings=settings, limits=limits)
    import_module("rolegate.policy.policy")
    gate = rolegate.Gate
    return lambda folder, limits: gate.from_path(folder, limits=limits)


def main(arguments: Sequence[str]) -> dict[str, float]:
    """Write the files, or read them in one way."""
    what, folder, *number = arguments
    if what == "write":
        write_role_files(Path(folder), int(number[0]))
        return {}
    return measure(what, Path(folder))


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
