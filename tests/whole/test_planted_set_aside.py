"""The comparison of broken sets with the plain evaluator is worth something: it finds planted faults."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

import rolegate
from plain.asking import Rolegate, Stock, differences, questions
from plain.evaluator import Evaluator
from plain.strategies import NOW, Files
from plain.writer import write_set
from rolegate.codes import CODES
from rolegate.documents.roles_file import RoleBody
from rolegate.documents.text import Text
from rolegate.grants import inheritance
from rolegate.grants.only import Copy
from rolegate.grants.only_reader import OnlyReader
from rolegate.grants.roles import Role
from rolegate.loading import without_parts

SET = """
catalog.yaml:
  catalog: broken
  resources: {inbox: Inbox}
  permissions: {show: Show, edit: Edit, reply: {title: Reply, per: inbox}}
domains.yaml:
  domains:
    org: {}
    acme: {within: org, teams: {sales: [ana]}}
    ws: {within: acme}
    beta: {within: org}
roles/agent.yaml: {role: agent, grants: [show, edit, "reply[*]"]}
roles/lead.yaml: {role: lead, domain: acme, grants: [edit, "reply[One]"]}
roles/chief.yaml: {role: chief, domain: ws, extends: lead, grants: [show]}
bindings.yaml:
  bindings:
    - {user: cy, role: agent, domain: org}
    - {user: di, role: agent, domain: acme}
    - {user: ed, role: chief, domain: ws}
    - {user: ana, role: agent, domain: acme}
    - {team: sales, role: lead, domain: acme}
    - {user: bo, role: agent, domain: acme}
    - {user: bo, role: lead, domain: acme, only: {inbox: [One]}, rest: keep}
    - {role: lead, restrict: [show], domain: acme}
    - {user: fi, role: agent, domain: beta}
bindings/ws.yaml:
  bindings:
    - {user: di, restrict: [edit], domain: ws}
"""


def wrong(
    folder: Path, name: str, change: dict[str, Any], broken: tuple[str, str | None]
) -> dict[str, list[str]]:
    """The questions answered otherwise than expected where the file *name* is broken by *change*."""
    files: Files = yaml.load(SET, Loader=yaml.CBaseLoader)
    own = files.pop("bindings/ws.yaml")
    joined = deepcopy(files)
    joined["bindings.yaml"]["bindings"] += own["bindings"]
    plain = Evaluator(joined, NOW, [broken])
    files["bindings/ws.yaml"] = own
    files[name] = {**files[name], **change}
    policy = rolegate.load(write_set(files, folder / "set"))
    made = policy.compile(at=NOW)
    stock = Stock(made.model_text, made.policy_text, folder / "compiled", plain)
    asks = questions(joined, plain, some=(False,))
    return {
        "rolegate": differences(plain.answer, Rolegate(policy, NOW).answer, asks),
        "casbin": differences(plain.answer, stock.answer, asks),
    }


LEAD = ("roles/lead.yaml", {"grants": ["edti"]}, ("acme", "lead"))
LINES = ("bindings/ws.yaml", {"bindings": [{"user": "di", "restrict": ["edit"], "onyl": {}}]}, ("ws", None))


@pytest.mark.parametrize("fault", [LEAD, LINES], ids=["role", "domain"])
def test_nothing_is_found_where_nothing_was_planted(tmp_path: Path, fault: tuple[Any, Any, Any]) -> None:
    """Without a fault of rolegate there is no difference."""
    assert wrong(tmp_path, *fault) == {"rolegate": [], "casbin": []}


def test_a_broken_line_that_is_left_out_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What it takes away is given back."""
    monkeypatch.setitem(CODES, "RG112", replace(CODES["RG112"], severity="warning"))
    assert all(wrong(tmp_path, *LINES).values())


def test_a_role_that_goes_with_its_lines_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody holds it any more, so the restriction on its holders reaches nobody."""

    def without(documents: Any, aside: Any, dark: Any) -> Iterator[tuple[Text, RoleBody]]:
        yield from ((name, body) for name, body in documents.roles if name not in ("lead", "chief"))

    of = without_parts.Reduced.of

    def reduced(documents: Any, aside: Any) -> without_parts.Reduced:
        lines = [line for line in documents.bindings if line.role not in ("lead", "chief")]
        return of(replace(documents, bindings=tuple(lines)), aside)

    monkeypatch.setattr(without_parts, "_roles", without)
    monkeypatch.setattr("rolegate.loading.tenant_faults.Reduced.of", reduced)
    assert all(wrong(tmp_path, *LEAD).values())


def test_a_role_that_extends_it_and_grants_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It goes with the role that it extends."""
    monkeypatch.setattr(inheritance, "_extends_aside", lambda *_: None)
    assert all(wrong(tmp_path, *LEAD).values())


def test_lost_holders_through_only_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """They have a copy in which nothing is left."""
    copies = OnlyReader.copies

    def without(self: OnlyReader, role: Role, *details: Any, keep: bool) -> tuple[Copy, ...]:
        return () if role.aside is not None else copies(self, role, *details, keep=keep)

    monkeypatch.setattr(OnlyReader, "copies", without)
    assert all(wrong(tmp_path, *LEAD).values())
