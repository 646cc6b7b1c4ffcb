"""Role files of one company: what reading, linting and asking them costs, and what a gate on them holds."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.children import Loaded, measured
from benchmarks.findings import Figure, Section, duration, megabytes, number
from benchmarks.loaders import COLUMNS, TABLE
from benchmarks.plan import Plan
from benchmarks.role_files import write_role_files

if TYPE_CHECKING:
    import rolegate

FILES, FEWER = 10_000, 2_000
AT_100K = 845
"""So many roles have about 100,000 compiled lines."""


def company(plan: Plan) -> list[Section]:
    """Ten thousand role files against PyYAML's C loader, and the memory of a gate at 100,000 lines."""
    files = FEWER if plan.quick else FILES
    folder = plan.room("company")
    write_role_files(folder, files)
    # In turns, so that a machine that slows down does so for all of them.
    turns = [
        {way: _child("benchmarks.role_files", way, folder) for way in TITLES} for _ in range(plan.children)
    ]
    longest = max(child["importing"] for turn in turns for child in turn.values())

    def times(way: str, beside: str) -> float:
        return median(turn[way]["seconds"] / turn[beside]["seconds"] for turn in turns)

    section = Section("Role files of one company", ("files", "what", "seconds", "against PyYAML"))
    for way, title in TITLES.items():
        seconds = median(turn[way]["seconds"] for turn in turns)
        section.rows.append((f"{files:,}", title, duration(seconds), number(times(way, "yaml"))))
    section.notes.append(
        f"""Processor time of a process each, with everything imported: that takes {duration(longest)} at
        most. Memory is the growth of a process that has everything imported, for about 100,000 lines: the
        gate is made from YAML, keeps where everything is written, and has explained a denial; the enforcer
        reads the compiled lines of the same files."""
    )
    rival, ours = _memory(plan)
    section.rows.append(("845", "memory of Enforcer + sqlalchemy-adapter", megabytes(rival.bytes), ""))
    section.rows.append(("845", "memory of a gate from YAML", megabytes(ours.bytes), ""))
    section.figures += [
        _at_most("validate of 10,000 role files, against PyYAML's C loader", 3, times("validate", "yaml")),
        _at_most("lint of 10,000 role files, against the same", 4, times("lint", "yaml")),
        _at_most("Gate.from_path of role files, against validate", 1.5, times("gate", "validate")),
        Figure(
            "memory of a gate from YAML at 100k, against Enforcer + adapter",
            7,
            rival.bytes / max(1, ours.bytes),
            "times less",
            note=f"{megabytes(ours.bytes)} to {megabytes(rival.bytes)}",
        ),
    ]
    return [section]


def _at_most(name: str, limit: float, value: float) -> Figure:
    return Figure(name, limit, value, at_least=False)


TITLES = {
    "yaml": "PyYAML's C loader on each file",
    "validate": "rolegate.validate",
    "lint": "rolegate.lint",
    "gate": "Gate.from_path",
}


def _memory(plan: Plan) -> tuple[Loaded, Loaded]:
    """What an enforcer and a gate hold of the same files."""
    folder = plan.room("company-100k")
    write_role_files(folder, AT_100K)
    beside = plan.room("company-lines")
    _child("benchmarks.company_files", "write", folder, beside)
    rival = _child("benchmarks.company_files", "enforcer", beside)
    ours = _child("benchmarks.company_files", "gate", folder)
    return _loaded(rival), _loaded(ours)


def _loaded(found: dict[str, float]) -> Loaded:
    return Loaded(found["seconds"], int(found["bytes"]))


def _child(module: str, *arguments: str | Path) -> dict[str, float]:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    found: dict[str, float] = json.loads(done.stdout)
    return found


def write_lines(folder: Path, beside: Path) -> int:
    """The compiled lines of the files in *folder* as a table, and the model, *beside* it; how many."""
    import rolegate

    compiled = rolegate.load(folder).compile()
    (beside / "model.conf").write_text(compiled.model_text, encoding="utf-8")
    connection = sqlite3.connect(beside / "lines.db")
    lines = compiled.lines
    with connection:
        connection.execute(TABLE)
        for section, line in lines:
            columns = COLUMNS[section]
            marks = ", ".join("?" * (len(columns) + 1))
            statement = f"INSERT INTO casbin_rule (ptype, {', '.join(columns)}) VALUES ({marks})"  # noqa: S608
            connection.execute(statement, (section, *line))
    connection.close()
    return len(lines)


def enforcer(folder: Path) -> Loaded:
    """A stock enforcer with the adapter, on the lines in *folder*."""
    import casbin
    from sqlalchemy import create_engine
    from sqlalchemy_adapter import Adapter

    adapter = Adapter(create_engine(f"sqlite:///{folder / 'lines.db'}"))
    return measured(lambda: casbin.Enforcer(str(folder / "model.conf"), adapter))


def gate(folder: Path) -> Loaded:
    """A gate on the files in *folder*; another one was made and asked before, so everything is imported."""
    import rolegate

    warm = folder.parent / f"{folder.name}-warm"
    if not warm.exists():
        write_role_files(warm, 2)
    rolegate.Gate.from_path(warm).explain("ana", "m0.p0")
    return measured(lambda: explained(rolegate.Gate.from_path(folder)))


def explained(gate: rolegate.Gate) -> rolegate.Gate:
    """The gate, once it has said why it denies something, and what would change that."""
    why = gate.explain("ana", "m0.p0")
    if why.decision.allowed or not why.nearest:
        raise AssertionError(str(why))
    return gate


def main(arguments: Sequence[str]) -> dict[str, float]:
    """Write the lines, or measure what a gate or an enforcer holds."""
    what, *paths = arguments
    if what == "write":
        return {"lines": write_lines(*map(Path, paths))}
    return asdict({"enforcer": enforcer, "gate": gate}[what](Path(paths[0])))


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
