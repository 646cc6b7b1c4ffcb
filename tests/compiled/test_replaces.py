"""Lines of a set in which a domain has its own version of a default role: only links differ."""

from __future__ import annotations

from pathlib import Path

from reading import write
from rolegate import CompiledPolicy, load

DEFAULT = "roles: {agent: {grants: [show, edit]}}\n"
OWN = "roles: {own: {domain: acme, replaces: agent, grants: [show]}}\n"
LINES = """bindings:
  - {user: ana, role: agent, domain: acme}
  - {everyone: true, role: agent, domain: b}
  - {team: t, role: agent, domain: firm}
  - {role: agent, restrict: [edit], domain: firm}
"""
FILES = {
    "catalog.yaml": "catalog: demo\npermissions: {show: Show, edit: Edit}\n",
    "domains.yaml": "domains: {b: {}, firm: {teams: {t: []}}, acme: {within: firm}, emea: {within: acme}}\n",
    "roles/default.yaml": DEFAULT,
    "bindings.yaml": LINES,
}


def compiled(folder: Path, **more: str) -> CompiledPolicy:
    return load(write(folder, {**FILES, **more})).compile()


def test_only_links_lead_to_another_role(tmp_path: Path) -> None:
    """Lines of outer domains included; the lines of the default role stay as they are."""
    before = compiled(tmp_path / "a")
    after = compiled(tmp_path / "b", **{"roles/own.yaml": OWN})
    own = {"acme": "role:acme/own", "emea": "role:acme/own"}
    expected = {
        (sub, own.get(dom, role) if role.startswith("role:") else role, dom) for sub, role, dom in before.g
    }
    assert {tuple(link) for link in after.g} == expected
    assert {line for line in after.p if line.sub == "role:agent" and line.eft == "allow"} == {
        line for line in before.p if line.sub == "role:agent" and line.eft == "allow"
    }


def test_a_restriction_on_the_role_names_what_it_means_in_each_domain(tmp_path: Path) -> None:
    """The default role outside, the version where the domain has one and inside it."""
    after = compiled(tmp_path, **{"roles/own.yaml": OWN})
    denied = {(line.dom, line.sub) for line in after.p if line.eft == "deny" and line.act == "edit"}
    assert denied == {("firm", "role:agent"), ("acme", "role:acme/own"), ("emea", "role:acme/own")}
