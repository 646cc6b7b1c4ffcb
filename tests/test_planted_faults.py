"""The comparison with the plain evaluator is worth something: it finds five planted compiler faults."""

from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from plain.asking import Rolegate, Stock, differences, questions
from plain.evaluator import Evaluator
from plain.loading import loaded
from plain.strategies import NOW, Files
from rolegate.compiled import compile as compiler
from rolegate.compiled import lines
from rolegate.grants.rights import Right, widest

SET = """
catalog.yaml:
  catalog: planted
  plans: [free, pro]
  scopes: {reach: [all, team, my]}
  resources: {inbox: Inbox}
  permissions:
    show: {title: Show, scopes: reach}
    reply: {title: Reply, per: inbox}
    bill: {title: Bill, plans: [pro]}
roles/agent.yaml: {role: agent, grants: ["show@all", "reply[*]", bill]}
domains.yaml:
  domains:
    acme: {plan: pro, teams: {sales: [ana]}}
    birch: {plan: free, teams: {sales: [bo]}}
bindings.yaml:
  bindings:
    - {team: sales, role: agent, domain: acme}
    - {team: sales, grants: ["show@my", bill], domain: birch}
    - {user: "a b", grants: ["reply[x y]"], domain: acme}
    - {user: cy, role: agent, domain: birch}
    - {user: ana, restrict: ["reply[Default]", "show@team"], domain: acme}
"""


def wrong(folder: Path) -> dict[str, list[str]]:
    """The questions that rolegate, and those that Casbin, answers otherwise than the plain evaluator."""
    files: Files = yaml.load(SET, Loader=yaml.BaseLoader)
    plain = Evaluator(files, NOW)
    policy = loaded(folder / "set", files)
    made = policy.compile(at=NOW)
    stock = Stock(made.model_text, made.policy_text, folder / "compiled", plain)
    asks = [ask for ask in questions(files, plain) if not ask.any]
    return {
        "rolegate": differences(plain.answer, Rolegate(policy, NOW).answer, asks),
        "casbin": differences(plain.answer, stock.answer, asks),
    }


def test_nothing_is_found_where_nothing_was_planted(tmp_path: Path) -> None:
    """Without a fault there is no difference."""
    assert wrong(tmp_path) == {"rolegate": [], "casbin": []}


def found(tmp_path: Path) -> None:
    """Casbin, which reads the compiled lines, gives the fault away."""
    assert wrong(tmp_path)["casbin"]


def test_a_lost_deny_line_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The line that denies "every inbox" where one of them is restricted."""
    monkeypatch.setattr(compiler, "blocked_objects", lambda obj: [obj])
    found(tmp_path)


def test_a_scope_that_is_not_expanded_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`show@all` without its lines for team and my."""

    def broadest_only(rights: Iterable[Right]) -> list[Right]:
        return [right for right in widest(rights) if right.scope in ("-", "all")]

    monkeypatch.setattr(compiler, "widest", broadest_only)
    found(tmp_path)


def test_a_gate_that_is_ignored_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every plan has everything."""
    monkeypatch.setattr(compiler._Lines, "_open", lambda self, path, domain: True)
    found(tmp_path)


def test_an_id_that_is_not_encoded_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`a b` as it is."""
    monkeypatch.setattr(lines, "encode", lambda text: text)
    found(tmp_path)


def test_a_team_mixed_up_between_domains_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The lines of birch's sales for the sales of acme."""
    team_name = lines.team_name
    monkeypatch.setattr(lines, "team_name", lambda team, domain: team_name(team, "acme"))
    found(tmp_path)
