"""Lines for everyone, and for restrictions on the holders of a role."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from reading import write
from repository import ROOT
from rolegate import CompiledPolicy, load

FILES = {
    "catalog.yaml": """
catalog: demo
resources: {inbox: Inbox}
permissions:
  access: {title: Access, per: inbox}
  send: {title: Send, requires: access}
  show: Show
""",
    "roles/all.yaml": """
roles:
  guest: {grants: [show, send, "access[A]"]}
  agent: {grants: [show, "access[*]"]}
""",
    "domains.yaml": "domains: {acme: {teams: {sales: [ana]}}, inner: {within: acme}}\n",
}


def compiled(folder: Path, *lines: str) -> CompiledPolicy:
    text = "bindings:\n" + "".join(f"  - {line}\n" for line in lines)
    return load(write(folder, {**FILES, "bindings.yaml": text})).compile()


def denied(policy: CompiledPolicy, dom: str) -> set[tuple[str, str, str]]:
    return {(line.sub, line.act, line.obj) for line in policy.p if line.eft == "deny" and line.dom == dom}


def test_a_role_for_everyone_is_one_link_a_domain(tmp_path: Path) -> None:
    """However much it grants."""
    policy = compiled(tmp_path, "{everyone: true, role: guest, domain: acme}")
    links = [("user:*", "role:guest", "acme"), ("user:*", "role:guest", "inner")]
    assert [tuple(link) for link in policy.g if link.sub == "user:*"] == links
    assert not [line for line in policy.p if line.sub == "user:*"]


def test_a_restriction_on_everyone_is_denied_to_everyone(tmp_path: Path) -> None:
    """In its domain and inside it, with what requires it."""
    policy = compiled(tmp_path, "{everyone: true, restrict: [access], domain: acme}")
    expected = {("user:*", "access", "*"), ("user:*", "send", "-")}
    assert denied(policy, "acme") == denied(policy, "inner") == expected


def test_a_right_without_what_it_requires_is_not_given(tmp_path: Path) -> None:
    """Where restrictions leave nothing that serves, what is left of the role is written out.

    A denial of `send` would also reach bo, who has an inbox by a line of his own.
    """
    policy = compiled(
        tmp_path,
        "{everyone: true, role: guest, domain: acme}",
        '{everyone: true, restrict: ["access[A]"], domain: inner}',
        '{user: bo, grants: [send, "access[B]"], domain: inner}',
    )
    given = {
        (line.act, line.obj)
        for line in policy.p
        if (line.sub, line.dom, line.eft) == ("user:*", "inner", "allow")
    }
    assert given == {("show", "-"), ("access", "A")}
    assert denied(policy, "inner") == {("user:*", "access", "A"), ("user:*", "access", ":every")}
    links = {tuple(link) for link in policy.g if link.sub == "user:*"}
    assert links == {("user:*", "role:guest", "acme"), ("user:*", "role:guest@", "inner")}


def test_a_restriction_on_a_role_is_denied_to_the_role_and_its_copies(tmp_path: Path) -> None:
    """To those that somebody has in that domain; nothing is denied elsewhere."""
    policy = compiled(
        tmp_path,
        "{user: ana, role: agent, domain: acme}",
        "{user: bo, role: agent, domain: acme, only: {inbox: [A]}, rest: keep}",
        "{user: cy, role: agent, domain: inner, only: {inbox: [B]}, rest: drop}",
        "{role: agent, restrict: [show], domain: acme}",
    )
    subs = {sub for sub, _, _ in denied(policy, "acme")}
    assert subs == {"role:agent", "role:agent@inbox/A", "role:agent@-:inbox"}
    assert {sub for sub, _, _ in denied(policy, "inner")} == {"role:agent", "role:agent@inbox/B"}
    assert not denied(policy, "*")


def test_a_restriction_on_a_role_takes_along_for_each_holder(tmp_path: Path) -> None:
    """Who has an inbox left keeps sending; who has none does not, whether named or through a team."""
    policy = compiled(
        tmp_path,
        "{user: bo, role: guest, domain: acme}",
        "{team: sales, role: guest, domain: acme}",
        "{user: cy, role: guest, domain: acme}",
        '{user: cy, grants: ["access[C]"], domain: acme}',
        '{role: guest, restrict: ["access[A]"], domain: acme}',
    )
    losing = {sub for sub, act, _ in denied(policy, "acme") if act == "send"}
    assert losing == {"user:ana", "user:bo"}


def test_every_instance_at_once_needs_one_scope_that_has_them_all(tmp_path: Path) -> None:
    """Each integration is served at some scope, and no scope has all of them any more."""
    catalog = """
catalog: demo
scopes: {queue: {all: {}, mine: {within: all}, free: {within: all}}}
resources: {inte: Integration}
permissions:
  see: {title: See, per: inte, scopes: queue}
  use: {title: Use, per: inte, requires: see}
  run: {title: Run, per: inte, requires: use}
"""
    lines = """
bindings:
  - {user: ana, grants: ["see[*]@free", "see[one]@mine", "use[*]", "run[*]"]}
  - {user: ana, restrict: ["see[one]@free"]}
"""
    policy = load(write(tmp_path, {"catalog.yaml": catalog, "bindings.yaml": lines}))
    for path in ("use", "run"):
        for on, allowed in ((None, False), ("one", True), ("two", True)):
            assert policy.check("ana", path, on=on).allowed is allowed
    assert denied(policy.compile(), "default") >= {("user:ana", path, ":every") for path in ("use", "run")}


def test_a_client_of_casbin_refuses_an_empty_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the code of the how-to; Casbin itself counts `user:` as one of everyone, and rolegate does not."""
    policy = compiled(tmp_path / "set", "{everyone: true, role: guest, domain: acme}")
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "model.conf").write_text(policy.model_text, encoding="utf-8")
    (tmp_path / "build" / "policy.csv").write_text(policy.policy_text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "how-to" / "compiled-files.md").read_text(encoding="utf-8")
    code = re.search(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert code is not None
    names: dict[str, Any] = {}
    exec("\n".join(line for line in code[1].splitlines() if not line.startswith("assert ")), names)
    assert names["enforcer"].enforce("user:", "acme", "-", "show", "-")
    assert names["may"]("stranger", "acme", "show")
    with pytest.raises(ValueError, match="an empty user is nobody"):
        names["may"]("", "acme", "show")
    assert not load(tmp_path / "set").check("", "show", domain="acme")
