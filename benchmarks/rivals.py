"""The contenders: rolegate, Casbin and Cedar here, those that ask a database in `sql_rivals`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.contender import Contender, Loop
from benchmarks.ours import gate_of
from benchmarks.sql_rivals import AlchemyCore, Sqlite, SqliteMemory, SqliteWal
from benchmarks.workload import CASBIN_MODEL, CASBIN_SHARED_MODEL, Request, Workload


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


def _model(workload: Workload) -> str:
    return CASBIN_SHARED_MODEL if workload.shared else CASBIN_MODEL


def _uid(kind: str, name: str) -> dict[str, str]:
    return {"type": kind, "id": name}


def _cedar(request: Request) -> dict[str, Any]:
    return {
        "principal": f'User::"{request.user}"',
        "action": f'Action::"{request.permission}"',
        "resource": f'Org::"{request.domain}"',
        "context": {},
    }
