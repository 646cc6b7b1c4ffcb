"""Ways to get a policy ready for questions; run as a program, one of them is measured.

Everything that is not the policy is there before: modules are imported, the catalog is loaded.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.children import measured
from benchmarks.workload import CASBIN_MODEL, CASBIN_SHARED_MODEL, Workload, write_yaml
from rolegate.compiled.lines import HEADER, NOTHING, with_last_line
from rolegate.compiled.read_lines import WIDTHS

TABLE = (
    "CREATE TABLE casbin_rule (id INTEGER PRIMARY KEY, ptype VARCHAR(255), v0 VARCHAR(255), v1 VARCHAR(255), "
    "v2 VARCHAR(255), v3 VARCHAR(255), v4 VARCHAR(255), v5 VARCHAR(255))"
)

END = ("p", *NOTHING)

COLUMNS = {section: tuple(f"v{number}" for number in range(width)) for section, width in WIDTHS.items()}

Loader = Callable[[Path], Callable[[], object]]
"""Prepares what has to be there before, and gives what is measured."""


# -- the sources --------------------------------------------------------------------------------------------


def write_sources(workload: Workload, folder: Path, *, yaml: bool = True) -> None:
    """The policy of *workload* in every form a loader reads."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("casbin", workload.casbin_rules()), ("rolegate", workload.compiled_rows())):
        lines = list(rows)
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            if name == "casbin":
                file.writelines(f"{', '.join(line)}\n" for line in lines)
            else:  # in the order of compiled files
                ordered = sorted(line for line in lines if line != END)
                above = "\n".join([HEADER, *map(", ".join, ordered)])
                file.write(with_last_line(f"{above}\n"))
        connection = sqlite3.connect(folder / f"{name}.db")
        with connection:
            connection.execute(TABLE)
            connection.executemany(
                "INSERT INTO casbin_rule (ptype, v0, v1, v2, v3, v4, v5) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(*line, *[None] * (7 - len(line))) for line in lines],
            )
        connection.close()
    (folder / "model.conf").write_text(
        CASBIN_SHARED_MODEL if workload.shared else CASBIN_MODEL, encoding="utf-8"
    )
    if yaml:
        write_yaml(workload, folder / "yaml")


# -- the loaders --------------------------------------------------------------------------------------------


def enforcer_csv(folder: Path) -> Callable[[], object]:
    import casbin

    return lambda: casbin.Enforcer(str(folder / "model.conf"), str(folder / "casbin.csv"))


def enforcer_adapter(folder: Path) -> Callable[[], object]:
    import casbin
    from sqlalchemy import create_engine
    from sqlalchemy_adapter import Adapter

    adapter = Adapter(create_engine(f"sqlite:///{folder / 'casbin.db'}"))
    return lambda: casbin.Enforcer(str(folder / "model.conf"), adapter)


def index_database(folder: Path) -> Callable[[], object]:
    from benchmarks.ours import index_of
    from rolegate.compiled.read_lines import read_rows, read_sections

    connection = sqlite3.connect(folder / "rolegate.db")
    index_of(read_rows(()))
    queries = {
        section: f"SELECT {', '.join(columns)} FROM casbin_rule WHERE ptype = ?"  # noqa: S608
        for section, columns in COLUMNS.items()
    }
    return lambda: index_of(read_sections(lambda section: connection.execute(queries[section], (section,))))


def index_core(folder: Path) -> Callable[[], object]:
    from sqlalchemy import MetaData, Table, create_engine, select

    from benchmarks.ours import index_of
    from rolegate.compiled.read_lines import read_rows, read_sections

    connection = create_engine(f"sqlite:///{folder / 'rolegate.db'}").connect()
    rules = Table("casbin_rule", MetaData(), autoload_with=connection)
    queries = {
        section: select(*[rules.c[name] for name in columns]).where(rules.c.ptype == section)
        for section, columns in COLUMNS.items()
    }
    index_of(read_rows(()))
    return lambda: index_of(read_sections(lambda section: connection.execute(queries[section])))


def index_csv(folder: Path) -> Callable[[], object]:
    from benchmarks.ours import index_of
    from rolegate.compiled.read_lines import CompiledFiles, read_policy, read_rows

    index_of(read_rows(()))
    files = CompiledFiles(folder.as_posix(), lambda _: (folder / "rolegate.csv").open("rb"))
    return lambda: index_of(read_policy(files))


def gate_yaml(folder: Path) -> Callable[[], object]:
    import rolegate

    return lambda: rolegate.Gate.from_path(folder / "yaml")


LOADERS: dict[str, Loader] = {
    "enforcer-csv": enforcer_csv,
    "enforcer-adapter": enforcer_adapter,
    "index-database": index_database,
    "index-core": index_core,
    "index-csv": index_csv,
    "gate-yaml": gate_yaml,
}


def main(arguments: list[str]) -> None:
    loader, folder = arguments
    found: dict[str, Any] = asdict(measured(LOADERS[loader](Path(folder))))
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
