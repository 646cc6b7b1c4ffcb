"""The contenders. Each has its own form of the policy, its own form of a question, and a loop that asks.

A loop is written out for each contender, so that no time is spent in a wrapper; what an empty loop over the
same questions takes is subtracted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from benchmarks.ours import gate_of
from benchmarks.workload import CASBIN_MODEL, CASBIN_SHARED_MODEL, Request, Workload

Loop = Callable[[], None]


class Contender(Protocol):
    """Answers questions about one workload."""

    name: str

    def ask(self, request: Request) -> bool:
        """The answer to one question."""
        ...

    def loop(self, requests: Sequence[Request]) -> tuple[Loop, Loop]:
        """Asks all of *requests*, and does the same without asking."""
        ...


class Rolegate:
    name = "rolegate"

    def __init__(self, workload: Workload, _folder: Path) -> None:
        self.gate = gate_of(workload)

    def ask(self, request: Request) -> bool:
        return self.gate.check(request.user, request.permission, domain=request.domain)

    def loop(self, requests: Sequence[Request]) -> tuple[Loop, Loop]:
        return _keyword_loop(self.gate.check, requests)


class EmptyMethod:
    """A method with the signature of `Gate.check` that does nothing: what a call costs in Python."""

    name = "empty Python method"

    def __init__(self, workload: Workload | None = None, folder: Path | None = None) -> None: ...

    def check(
        self,
        user: str,  # noqa: ARG002
        permission: str,  # noqa: ARG002
        *,
        domain: str | None = None,  # noqa: ARG002
        on: str | None = None,  # noqa: ARG002
        scope: str | None = None,  # noqa: ARG002
    ) -> bool:
        return True

    def ask(self, request: Request) -> bool:
        return self.check(request.user, request.permission, domain=request.domain)

    def loop(self, requests: Sequence[Request]) -> tuple[Loop, Loop]:
        return _keyword_loop(self.check, requests)


def _keyword_loop(check: Callable[..., bool], requests: Sequence[Request]) -> tuple[Loop, Loop]:
    asked = [(request.user, request.permission, request.domain) for request in requests]

    def ask() -> None:
        for user, permission, domain in asked:
            check(user, permission, domain=domain)

    def nothing() -> None:
        for _user, _permission, _domain in asked:
            pass

    return ask, nothing


class CasbinEnforcer:
    """`casbin.Enforcer` with the matcher of the documentation."""

    name = "casbin Enforcer"

    def __init__(self, workload: Workload, _folder: Path) -> None:
        self.enforcer = with_rules(enforcer(workload), workload.casbin_rules())

    def ask(self, request: Request) -> bool:
        return bool(self.enforcer.enforce(*request[:4]))

    def loop(self, requests: Sequence[Request]) -> tuple[Loop, Loop]:
        enforce = self.enforcer.enforce
        asked = [request[:4] for request in requests]

        def ask() -> None:
            for user, domain, obj, act in asked:
                enforce(user, domain, obj, act)

        def nothing() -> None:
            for _user, _domain, _obj, _act in asked:
                pass

        return ask, nothing


class CasbinFast(CasbinEnforcer):
    """`casbin.FastEnforcer` keyed by all a question names, so that one line is left to match."""

    name = "casbin FastEnforcer, best keys"

    def __init__(self, workload: Workload, _folder: Path) -> None:
        from casbin import FastEnforcer
        from casbin.model import FastModel

        keys = (2, 3) if workload.shared else (1, 2, 3)
        model = FastModel(keys)
        model.load_model_from_text(_model(workload))
        self.enforcer = with_rules(FastEnforcer(model, cache_key_order=keys), workload.casbin_rules())


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


class Cedar:
    """`cedarpy` with one policy per role, permissions in a group per role, everything parsed once."""

    name = "cedarpy, grouped policies"

    def __init__(self, workload: Workload, _folder: Path) -> None:
        import json

        from cedarpy import Entities, PolicySet, is_authorized

        policies: list[str] = []
        entities: list[dict[str, Any]] = []
        for role, permissions in enumerate(workload.permissions):
            entities.append({"uid": _uid("Action", f"role{role}"), "attrs": {}, "parents": []})
            for obj, act in permissions:
                parents = [_uid("Action", f"role{role}")]
                entities.append({"uid": _uid("Action", f"{obj}.{act}"), "attrs": {}, "parents": parents})
        for domain in workload.domain_names:
            for role in range(len(workload.permissions)):
                group = "*" if workload.shared else domain
                if not workload.shared or domain == workload.domain_names[0]:
                    where = "" if workload.shared else f' == Org::"{domain}"'
                    who, what = f'Role::"{group}/role{role}"', f'Action::"role{role}"'
                    policies.append(f"permit(principal in {who}, action in {what}, resource{where});")
                parents = [_uid("Role", f"{group}/role{role}")]
                entities.append(
                    {"uid": _uid("User", workload.user(domain, role)), "attrs": {}, "parents": parents}
                )
        self._authorize = is_authorized
        self._policies = PolicySet.from_str("\n".join(policies))
        self._entities = Entities.from_json_str(json.dumps(entities))

    def ask(self, request: Request) -> bool:
        return bool(self._authorize(_cedar(request), self._policies, self._entities).allowed)

    def loop(self, requests: Sequence[Request]) -> tuple[Loop, Loop]:
        authorize, policies, entities = self._authorize, self._policies, self._entities
        asked = [_cedar(request) for request in requests]

        def ask() -> None:
            for values in asked:
                authorize(values, policies, entities)

        def nothing() -> None:
            for _values in asked:
                pass

        return ask, nothing


CONTENDERS: tuple[Callable[[Workload, Path], Contender], ...] = (
    Rolegate,
    EmptyMethod,
    CasbinEnforcer,
    CasbinFast,
    Sqlite,
    SqliteWal,
    SqliteMemory,
    AlchemyCore,
    Cedar,
)


def enforcer(workload: Workload) -> Any:
    """A `casbin.Enforcer` without lines."""
    import casbin

    return casbin.Enforcer(casbin.Enforcer.new_model(text=_model(workload)))


def with_rules(enforcer: Any, rules: Iterable[tuple[str, ...]]) -> Any:
    """*enforcer* with *rules*, put in without a search for each in the others."""
    model = enforcer.get_model().model
    for section, *values in rules:
        model[section][section].policy.append(values)
    enforcer.build_role_links()
    return enforcer


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


def _model(workload: Workload) -> str:
    return CASBIN_SHARED_MODEL if workload.shared else CASBIN_MODEL


def _named(request: Request) -> dict[str, str]:
    return {"user": request.user, "domain": request.domain, "obj": request.obj, "act": request.act}


def _uid(kind: str, name: str) -> dict[str, str]:
    return {"type": kind, "id": name}


def _cedar(request: Request) -> dict[str, Any]:
    return {
        "principal": f'User::"{request.user}"',
        "action": f'Action::"{request.permission}"',
        "resource": f'Org::"{request.domain}"',
        "context": {},
    }
