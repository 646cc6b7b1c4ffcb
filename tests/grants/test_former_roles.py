"""A role keeps its meaning under a former name, wherever a role is named."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import given

import rolegate
from drawing import examples
from plain.catalog import Data
from plain.strategies import Files, policy_sets
from renamed_sets import renamed
from rolegate import Question, read_role
from rolegate.diagnostics import Report
from rolegate.grants.resolve_bindings import bind_again
from rolegate.grants.roles import RoleTable

KEYS = ("role", "extends", "replaces", "clone_of")


def was(name: str) -> str:
    return f"{name}~"


def called(node: Data, key: str = "") -> Data:
    """*node* with the former name of each role."""
    if isinstance(node, dict):
        return {name: called(inner, name) for name, inner in node.items()}
    if isinstance(node, list):
        return [called(inner, key) for inner in node]
    return was(node) if key in KEYS and isinstance(node, str) else node


def named(node: Data) -> int:
    """How often a role is named in *node*."""
    if isinstance(node, dict):
        found = [[inner] if isinstance(inner, str) else inner for key, inner in node.items() if key in KEYS]
        return sum(map(len, found)) + sum(named(inner) for key, inner in node.items() if key not in KEYS)
    return sum(map(named, node)) if isinstance(node, list) else 0


def before_and_between(files: Files) -> tuple[Files, Files, int]:
    """The set in which roles had other names; the one that renames them alone; how often it names one."""
    before = {name: called(data) for name, data in files.items()}
    between = copy.deepcopy(before)
    used = 0
    for name, data in between.items():
        used += named(data)
        if name.startswith("roles/"):
            data["renamed_from"] = [data["role"]]
            data["role"] = files[name]["role"]
            used -= 1
    return before, between, used


@given(policy_sets())
@examples(10)
def test_renaming_every_role_changes_nothing(files: Files) -> None:
    """The lines are those of the new names, the old questions have their answers, and the diff is empty."""
    before, between, used = before_and_between(files)
    found = renamed(files, between, before, asks=200)
    assert (used, []) == (found.told, found.changed)


CATALOG = "catalog: desk\ncustom_roles: {}\npermissions: {show: Show, edit: Edit, pay: Pay}\n"
ROLES = """roles:
  agent: {grants: show, renamed_from: [helper, aide]}
  boss: {extends: helper, grants: edit}
  lead: {domain: acme, replaces: helper, grants: [show, pay], renamed_from: chief}
"""
BINDINGS = """bindings:
  - {user: ana, role: helper, domain: acme}
  - {user: bo, role: aide, domain: beta}
  - {role: chief, restrict: pay, domain: inner}
"""


def desk(folder: Path, roles: str = ROLES, bindings: str = BINDINGS, **more: str) -> Path:
    files = {"domains": "domains: {acme: {}, inner: {within: acme}, beta: {}}\n", **more}
    for name, text in {"catalog": CATALOG, "roles/all": roles, "bindings": bindings, **files}.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_a_former_name_means_the_version_of_a_domain(tmp_path: Path) -> None:
    """As the name of today does, in lines and in questions."""
    policy = rolegate.load(desk(tmp_path))
    answers = [
        [policy.check("ana", path, domain="acme").allowed for path in ("show", "pay")],
        [policy.check("ana", path, domain="inner").allowed for path in ("show", "pay")],
        [policy.decide(Question("pay", role="helper", domain=name)).allowed for name in ("acme", "beta")],
        [policy.decide(Question("edit", role=name)).allowed for name in ("boss", "helper")],
    ]
    assert answers == [[True, True], [True, False], [True, False], [True, False]]
    assert {line.role for line in policy.bindings(role="aide")} == {"agent"}
    assert [holder.name for holder in policy.who_can("pay", domain="acme") if holder.kind == "role"] == [
        "agent"
    ]


def test_a_limited_line_is_read_again_by_the_name_of_today(tmp_path: Path) -> None:
    """It keeps its role where roles are worked out anew, which knows no former names."""
    catalog = CATALOG.replace(
        "permissions: {", "resources: {box: Box}\npermissions: {read: {title: Read, per: box}, "
    )
    line = "bindings: [{user: ana, role: helper, domain: beta, only: {box: [a]}, rest: drop}]\n"
    roles = ROLES.replace("{grants: show,", "{grants: [show, 'read[*]'],")
    resolved = rolegate.load(desk(tmp_path, roles, line, catalog=catalog)).resolved
    plain = RoleTable(resolved.roles.by_key, resolved.roles.versions)
    report = Report()
    (again,) = bind_again(resolved.bindings, resolved.catalog, resolved.domains, plain, report)
    assert (again.role_named, report.diagnostics) == ("agent", [])


def test_a_lost_former_name_is_one_finding(tmp_path: Path) -> None:
    """What is called by it may be named in the part that could not be read."""
    desk(tmp_path, ROLES.replace("[helper, aide]", "[helper, !lost aide]"))
    codes = [found.code for found in rolegate.validate([tmp_path]).diagnostics]
    assert [code for code in codes if code != "RG236"] == ["RG106"]


def test_a_role_that_is_set_aside_keeps_its_former_names(tmp_path: Path) -> None:
    """Lines that name it grant nothing, and stop nobody else's."""
    own = "role: clerk\ndomain: beta\nrenamed_from: typist\ngrants: [shw]\n"
    lines = BINDINGS + "  - {user: cy, role: typist, domain: beta}\n"
    policy = rolegate.load(desk(tmp_path, bindings=lines, **{"roles/clerk": own}))
    assert [(part.domain, part.role) for part in policy.set_aside] == [("beta", "clerk")]
    assert policy.check("ana", "show", domain="acme").allowed


@pytest.mark.parametrize(
    ("domain", "former", "code"),
    [
        ("", "boss", "RG235"),
        ("", "aide", "RG235"),
        ("domain: acme\n", "boss", "RG235"),
        ("domain: inner\n", "chief", "RG235"),
        ("domain: beta\n", "chief", None),
        ("", "chief", "RG235"),
    ],
)
def test_one_name_means_one_role_where_it_is_seen(
    tmp_path: Path, domain: str, former: str, code: str | None
) -> None:
    """A former name is neither another role's name nor its former name; two tenants may have the same."""
    desk(tmp_path, **{"roles/clerk": f"role: clerk\n{domain}renamed_from: {former}\ngrants: edit\n"})
    codes = {found.code for found in rolegate.validate([tmp_path]).diagnostics if found.severity == "error"}
    assert codes == ({code} if code else set())


def test_a_tenants_role_that_meets_a_former_name_is_the_tenants_fault(tmp_path: Path) -> None:
    """The domain is set aside, and the others go on."""
    desk(tmp_path, **{"roles/aide": "role: aide\ndomain: beta\ngrants: edit\n"})
    policy = rolegate.load(tmp_path)
    assert [part.domain for part in policy.set_aside] == ["beta"]
    assert policy.check("ana", "show", domain="acme").allowed


def test_a_clone_has_no_former_names(tmp_path: Path) -> None:
    """The old role keeps them, and is named as it is called now."""
    made = rolegate.clone_role(desk(tmp_path), "helper", "copy")
    assert (made.parts.renamed_from, made.parts.clone_of) == ((), "agent")
    assert "renamed_from" in made.not_copied


def test_a_draft_that_is_saved_keeps_former_names(tmp_path: Path) -> None:
    """They stay in the file, as what a draft does not know of."""
    desk(tmp_path, "role: agent\nrenamed_from: helper\ngrants: show\n", "bindings: []\n")
    role = read_role(tmp_path, "helper")
    role.save(rolegate.load(tmp_path).draft("helper").tick("edit"))
    assert (tmp_path / "roles/all.yaml").read_text().splitlines()[:2] == [
        "role: agent",
        "renamed_from: helper",
    ]


def test_expectations_and_invariants_follow_a_former_name(tmp_path: Path) -> None:
    """Each warns, and is decided as with the new name."""
    told = {
        "tests/desk": "access: [{role: helper, allow: show, deny: edit}]\n"
        "who_can: [{permission: pay, domain: beta, roles: []}]\n",
        "invariants": "invariants: [{never: edit, for: ['role:aide']}]\n",
    }
    found = rolegate.validate([desk(tmp_path, **told)]).diagnostics
    assert sorted(Path(one.file).name for one in found if "now called" in one.message and one.line == 1) == [
        "desk.yaml",
        "invariants.yaml",
    ]
    assert {one.code for one in found} == {"RG236"}
