"""From resolved grants to Casbin lines."""

from __future__ import annotations

from pathlib import Path

from rolegate.compiled.lines import NOTHING, PLine
from steps import NOW, compiled_of

FILES = {
    "catalog.yaml": """
catalog: demo
scopes: {reach: [all, team, my]}
resources: {inbox: Inbox}
permissions:
  show: {title: Show, scopes: reach}
  edit: {title: Edit, scopes: reach, requires: show}
  access: {title: Access, per: inbox}
""",
    "roles/agent.yaml": "role: agent\ngrants: [show@team, edit@my, 'access[*]']\n",
    "domains.yaml": "domains: {acme: {teams: {sales: [ana]}}}\n",
    "bindings.yaml": "bindings:\n  - {team: sales, role: agent, domain: acme}\n",
}


def with_bindings(*lines: str) -> dict[str, str]:
    """The files with these bindings after the first one."""
    return {**FILES, "bindings.yaml": FILES["bindings.yaml"] + "".join(f"  - {line}\n" for line in lines)}


def test_the_empty_request_is_denied_by_a_line(tmp_path: Path) -> None:
    """Casbin allows it on an empty policy."""
    compiled = compiled_of(tmp_path, {"catalog.yaml": FILES["catalog.yaml"]})
    assert (PLine(*NOTHING),) == tuple(compiled.p)


def test_a_role_has_a_line_for_each_scope(tmp_path: Path) -> None:
    """A matcher compares scopes and does not need the ladder."""
    lines = {
        (line.obj, line.act, line.scope) for line in compiled_of(tmp_path, FILES).p if line.eft == "allow"
    }
    assert {("-", "show", "team"), ("-", "show", "my"), ("-", "edit", "my"), ("*", "access", "-")} == lines


def test_members_and_roles_are_lines_of_their_domain(tmp_path: Path) -> None:
    """A user is in a team, and the team has the role."""
    assert {("user:ana", "team:acme/sales", "acme"), ("team:acme/sales", "role:agent", "acme")} <= set(
        compiled_of(tmp_path, FILES).g
    )


def test_a_restriction_denies_what_is_broader_and_what_requires_it(tmp_path: Path) -> None:
    """`edit` requires `show`, so whoever loses `show` at a scope loses `edit` there."""
    compiled = compiled_of(tmp_path, with_bindings("{user: ana, restrict: [show@team], domain: acme}"))
    denied = {
        (line.act, line.scope): source.why for line, source in compiled.p.items() if line.sub == "user:ana"
    }
    assert {("show", "team"), ("show", "all"), ("edit", "team"), ("edit", "all")} == set(denied)
    assert "restrict" == denied["show", "all"]
    assert "requires" == denied["edit", "team"]


def test_every_line_knows_where_it_was_written(tmp_path: Path) -> None:
    """File and line, except for the constant one."""
    compiled = compiled_of(tmp_path, with_bindings("{user: bo, grants: [show@my], domain: acme}"))
    sources = [*compiled.p.values(), *compiled.g.values()]
    named = [Path(source.span.file).name for source in sources if source.why != "constant"]
    assert {"agent.yaml", "bindings.yaml", "domains.yaml"} == set(named)
    (own,) = (source for line, source in compiled.p.items() if line.sub.startswith("user:bo"))
    assert ("grants", 3) == (own.why, own.span.line)


def test_lines_are_sorted_whatever_the_order_of_the_files(tmp_path: Path) -> None:
    """The same meaning gives the same bytes."""
    first = "{user: bo, role: agent, domain: acme}"
    second = "{user: cy, role: agent, domain: acme}"
    one = compiled_of(tmp_path / "one", with_bindings(first, second))
    other = compiled_of(tmp_path / "other", with_bindings(second, first))
    assert one.policy_text == other.policy_text
    assert list(one.p) == sorted(one.p) and list(one.g) == sorted(one.g)


def test_a_line_holds_until_the_next_binding_ends(tmp_path: Path) -> None:
    """One that has ended is not compiled, and says nothing about the time."""
    files = with_bindings(
        "{user: bo, role: agent, domain: acme, until: 2026-06-20}",
        "{user: cy, role: agent, domain: acme, until: 2026-06-01}",
    )
    compiled = compiled_of(tmp_path, files)
    assert NOW.replace(day=20, hour=0) == compiled.holds_until
    holders = {line.sub for line in compiled.g if line.role == "role:agent"}
    assert {"user:bo", "team:acme/sales"} == holders
