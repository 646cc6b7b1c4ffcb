"""Roles that extend each other two thousand times, which is deeper than Python recurses."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from rolegate import Gate, Policy

LEVELS = 2000
LAST = f"r{LEVELS - 1}"
CATALOG = """
catalog: deep
scopes: {reach: [all, my]}
permissions: {show: {scopes: reach}, edit: {scopes: reach}}
"""


def write(folder: Path, first: str, middle: str = "") -> Path:
    """A chain of roles of the domain `acme`; *first* has the entries of the first role, *middle* of one."""
    said = {0: f"{first}, ", LEVELS // 2: middle}
    chain = "".join(
        f"  r{n}: {{{said.get(n, '')}domain: acme{f', extends: r{n - 1}' if n else ''}}}\n"
        for n in range(LEVELS)
    )
    (folder / "roles").mkdir(parents=True)
    (folder / "catalog.yaml").write_text(CATALOG)
    (folder / "domains.yaml").write_text("domains: {acme: {}, beta: {}}\n")
    (folder / "roles" / "all.yaml").write_text(f"roles:\n{chain}  agent: {{grants: [show@all]}}\n")
    (folder / "bindings.yaml").write_text(
        f"bindings:\n- {{user: ana, role: {LAST}, domain: acme}}\n- {{user: bo, role: agent, domain: beta}}\n"
    )
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chain whose first role grants everything, and loses a permission halfway."""
    return write(tmp_path_factory.mktemp("deep") / "set", "grants: ['*@my']", "except: [edit], ")


@pytest.fixture(scope="module")
def policy(folder: Path) -> Policy:
    """The chain, loaded."""
    return rolegate.load(folder)


def test_a_gate_answers_in_every_domain(policy: Policy) -> None:
    """A chain of custom roles does not keep a gate from starting, for its own domain or for another one."""
    gate = Gate(policy)
    assert gate.check("ana", "show", domain="acme", scope="my")
    assert not gate.check("ana", "edit", domain="acme", scope="my")
    assert gate.check("bo", "show", domain="beta")
    assert gate.reload()


def test_reasons_come_from_the_first_role(policy: Policy) -> None:
    """An explanation names the first role of the chain, and a denial ends as well."""
    granted = policy.explain("ana", "show", domain="acme", scope="my")
    assert granted.decision.allowed
    assert "roles/all.yaml:2:" in str(granted)
    assert not policy.explain("ana", "edit", domain="acme").decision.allowed


def test_every_role_of_the_chain_is_listed(policy: Policy) -> None:
    """Each of them holds the permission, and is in compiled lines."""
    found = policy.who_can("show", domain="acme", scope="my")
    assert sum(holder.kind == "role" for holder in found) >= LEVELS
    assert policy.compile().policy_text.count("/r") >= LEVELS


def test_a_chain_is_validated(folder: Path) -> None:
    """Nothing is wrong with it."""
    assert [
        found.code for found in rolegate.validate([folder]).diagnostics if found.severity == "error"
    ] == []


def test_a_policy_is_compared_with_its_like(policy: Policy, folder: Path) -> None:
    """Each pair of roles is looked at once, however many extend them."""
    assert policy == rolegate.load(folder)


def test_what_a_change_at_the_beginning_does_at_the_end(policy: Policy, tmp_path: Path) -> None:
    """A right less in the first role is one less for whoever has the last."""
    less = rolegate.load(write(tmp_path / "set", "grants: [edit@my]", "except: [edit], "))
    diff = rolegate.access_diff(policy, less)
    assert any("ana" in str(subject) for subject in diff.subjects)
