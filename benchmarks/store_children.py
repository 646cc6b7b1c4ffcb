"""What is measured of a store in a process of its own; run as a program, one of it.

Times are those of a clock, unlike those of other parts: a database works in processes of its own, and what
is committed waits for the disk.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any

from benchmarks.children import Loaded, environment, measured, resident
from benchmarks.databases import Database
from benchmarks.store_changes import changes, stock_model
from benchmarks.tenants import Tenants, questions, write_files
from rolegate.store.databases import writing
from rolegate.store.store import Store
from rolegate.store.write_rules import write_rules


def in_store(what: str, database: Database, number: int = 0) -> Any:
    """What a child process finds out about the store in *database*."""
    command = [sys.executable, "-W", "ignore", "-m", __spec__.name, what, *database.place, str(number)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment())  # noqa: S603
    return json.loads(done.stdout)


def _timed(call: Callable[[], object]) -> Loaded:
    return measured(call, perf_counter)


def _connected(store: Store) -> Store:
    """*store* with a connection that is open, and rolegate imported whole."""
    import rolegate

    rolegate.Gate.from_store  # noqa: B018 - it is imported when it is named
    with store.reading() as snapshot:
        assert snapshot.revision  # noqa: S101
    return store


# -- what is measured ---------------------------------------------------------------------------------------


def gate(database: Database, domains: int) -> dict[str, Any]:
    """A store to a gate that has answered, and the first questions in all of its domains."""
    import rolegate

    store, every = _connected(database.store()), list(questions(Tenants(domains)))

    def load() -> rolegate.Gate:
        made = rolegate.Gate.from_store(store, watch=False)
        assert made.check("user0", "area0.p0", domain=Tenants.name(0))  # noqa: S101
        made_gates.append(made)
        return made

    made_gates: list[rolegate.Gate] = []
    found = _timed(load)
    first = _timed(lambda: [made_gates[0].check(who, what, domain=where) for who, what, where in every])
    return {**asdict(found), "first": first.seconds}


def adapter(database: Database, _: int) -> dict[str, Any]:
    """The same rows to a model of Casbin, by the stock adapter."""
    from sqlalchemy_adapter import Adapter

    store = _connected(database.store())
    engine = store.engine.execution_options(schema_translate_map={None: database.schema or None})
    stock, model = Adapter(engine, create_table=False), stock_model()
    return asdict(_timed(lambda: stock.load_policy(model)))


def save_policy(database: Database, _: int) -> dict[str, Any]:
    """The rules of a model to committed rows, by the stock adapter, which deletes those of before."""
    from sqlalchemy_adapter import Adapter

    store = _connected(database.store())
    engine = store.engine.execution_options(schema_translate_map={None: database.schema or None})
    model = stock_model()
    Adapter(engine, create_table=False).load_policy(model)
    stock = Adapter(engine, table_name="saved_rule")
    return asdict(_timed(lambda: stock.save_policy(model)))


def write_rows(database: Database, _: int) -> dict[str, Any]:
    """Compiled rows to committed rows of a store, indexes included."""
    with _connected(database.store()).reading() as snapshot:
        rows = sorted(snapshot.rules(), key=str)
    store = database.beside("written_").store()
    store.create()

    def write() -> None:
        with writing(store.engine) as connection:
            write_rules(connection, store.tables, rows, {})

    found = _timed(write)
    store.tables.metadata.drop_all(store.engine)
    return asdict(found)


def followed(database: Database, asked: int) -> dict[str, Any]:
    """A gate that has been asked about so many tenants, and may keep more: time for one, and memory."""
    import rolegate

    store = _connected(database.store())
    made = rolegate.Gate.from_store(store, watch=False, keep=10 * asked)
    every = list(questions(Tenants(asked)))
    found = _timed(
        lambda: [made.check(user, permission, domain=domain) for user, permission, domain in every]
    )
    return {"seconds": found.seconds / asked, "bytes": found.bytes}


def plan(database: Database, more: int) -> dict[str, Any]:
    """The plan of a set with other titles; with one permission *more*, which all owners gain."""
    store = _connected(database.store())
    with tempfile.TemporaryDirectory() as folder:
        wanted = write_files(Path(folder), "Another", "more" if more else "")
        before = resident()
        found = _timed(lambda: store.plan(str(wanted)))
        most = getrusage(RUSAGE_SELF).ru_maxrss * 1024
        return {"seconds": found.seconds, "bytes": most - before}


MEASURED: dict[str, Callable[[Database, int], Any]] = {
    "gate": gate,
    "adapter": adapter,
    "save-policy": save_policy,
    "write-rows": write_rows,
    "followed": followed,
    "plan": plan,
    "changes": changes,
}


def main(arguments: list[str]) -> None:
    what, *place, number = arguments
    print(json.dumps(MEASURED[what](Database(*place), int(number))))


if __name__ == "__main__":
    main(sys.argv[1:])
