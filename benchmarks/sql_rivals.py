"""The contenders that ask a database: SQLite by itself, and through SQLAlchemy Core."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.contender import Loop
from benchmarks.workload import Request, Workload


class Sqlite:
    """One query that the primary keys of both tables answer, in a file, with a connection that is kept."""

    name = "sqlite3, one indexed query"
    where = "plain.db"
    journal = "delete"
    query = (
        "SELECT 1 FROM held JOIN allowed ON allowed.role = held.role AND allowed.domain = held.domain "
        "WHERE held.user = ? AND held.domain = ? AND allowed.obj = ? AND allowed.act = ? LIMIT 1"
    )

    def __init__(self, workload: Workload, folder: Path) -> None:
        where = self.where if self.where == ":memory:" else folder / self.where
        self.connection = sqlite3.connect(where, check_same_thread=False, isolation_level=None)
        self.connection.execute(f"PRAGMA journal_mode = {self.journal}")
        fill_tables(self.connection, workload)

    def ask(self, request: Request) -> bool:
        return self.connection.execute(self.query, request[:4]).fetchone() is not None

    def loop(self, requests: Sequence[Request]) -> tuple[Loop, Loop]:
        execute, query = self.connection.execute, self.query
        asked = [request[:4] for request in requests]

        def ask() -> None:
            for values in asked:
                execute(query, values).fetchone()

        def nothing() -> None:
            for _values in asked:
                pass

        return ask, nothing


class SqliteWal(Sqlite):
    """The same file in write-ahead mode, where a reader takes fewer locks."""

    name = "sqlite3, write-ahead log"
    where = "wal.db"
    journal = "wal"


class SqliteMemory(Sqlite):
    """The same without a file, so without locks: nobody else can change what is asked."""

    name = "sqlite3, in memory"
    where = ":memory:"
    journal = "memory"


class AlchemyCore:
    """The same query through SQLAlchemy Core: a prepared `select` on a connection that is kept."""

    name = "the same through SQLAlchemy Core"

    def __init__(self, workload: Workload, folder: Path) -> None:
        from sqlalchemy import Select, bindparam, create_engine, literal_column, select, table
        from sqlalchemy.sql.expression import column

        connection = sqlite3.connect(folder / "core.db", isolation_level=None)
        fill_tables(connection, workload)
        connection.close()
        engine = create_engine(f"sqlite:///{folder / 'core.db'}")
        held = table("held", column("user"), column("domain"), column("role"))
        rules = table("allowed", column("domain"), column("role"), column("obj"), column("act"))
        self.query: Select[Any] = (
            select(literal_column("1"))
            .select_from(held.join(rules, (rules.c.role == held.c.role) & (rules.c.domain == held.c.domain)))
            .where(
                held.c.user == bindparam("user"),
                held.c.domain == bindparam("domain"),
                rules.c.obj == bindparam("obj"),
                rules.c.act == bindparam("act"),
            )
            .limit(literal_column("1"))
        )
        self.connection = engine.connect()

    def ask(self, request: Request) -> bool:
        return self.connection.execute(self.query, _named(request)).first() is not None

    def loop(self, requests: Sequence[Request]) -> tuple[Loop, Loop]:
        execute, query = self.connection.execute, self.query
        asked = [_named(request) for request in requests]

        def ask() -> None:
            for values in asked:
                execute(query, values).first()

        def nothing() -> None:
            for _values in asked:
                pass

        return ask, nothing


def fill_tables(connection: sqlite3.Connection, workload: Workload) -> None:
    """Tables as one would write them for this question, with the order of columns that finds it fastest."""
    connection.execute(
        "CREATE TABLE held (user TEXT, domain TEXT, role TEXT, "
        "PRIMARY KEY (user, domain, role)) WITHOUT ROWID"
    )
    connection.execute(
        "CREATE TABLE allowed (domain TEXT, role TEXT, obj TEXT, act TEXT, "
        "PRIMARY KEY (domain, role, obj, act)) WITHOUT ROWID"
    )
    rules = list(workload.casbin_rules())
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO allowed VALUES (?, ?, ?, ?)",
        [(domain, role, obj, act) for _, role, domain, obj, act in (r for r in rules if r[0] == "p")],
    )
    connection.executemany(
        "INSERT INTO held VALUES (?, ?, ?)",
        [(user, domain, role) for _, user, role, domain in (r for r in rules if r[0] == "g")],
    )
    connection.execute("COMMIT")
    connection.execute("ANALYZE")


def _named(request: Request) -> dict[str, str]:
    return {"user": request.user, "domain": request.domain, "obj": request.obj, "act": request.act}
