"""One text has one meaning: whatever the catalog accepts means the same wherever it is written or asked."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given

import rolegate
from drawing import examples
from plain.catalog import Data
from plain.meanings import meanings
from plain.named_catalogs import named_catalogs
from plain.writer import write_set
from rolegate.catalog.model import Group
from rolegate_cli.app import cli


def found(folder: Path, catalog: str, **files: str) -> list[str]:
    """What is found in a set of these files."""
    (folder / "catalog.yaml").write_text("catalog: desk\n" + catalog)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return [
        f"{finding.line}:{finding.column} {finding.code} {finding.message}"
        for finding in rolegate.validate([folder]).diagnostics
    ]


# -- the examples -------------------------------------------------------------------------------------------

RENAMED = """permissions:
  desk: {renamed_from: tickets, permissions: {show: Show, view: {title: View, renamed_from: desk.look}}}
"""


@pytest.mark.parametrize("text", ["tickets.show", "tickets.look", "tickets", "desk.look"])
def test_an_alias_takes_over_no_former_path(tmp_path: Path, text: str) -> None:
    """Neither of a permission below a renamed group, nor of what was renamed there as well."""
    catalog = RENAMED + f"  admin: {{permissions: {{wipe: {{title: Wipe, aliases: [{text}]}}}}}}\n"
    line = "bindings: [{user: ana, grants: [tickets.show]}]\n"
    codes = [text.split()[1] for text in found(tmp_path, catalog, bindings=line) if "RG311" not in text]
    assert codes == ["RG201"]


@pytest.mark.parametrize("new", ["{show: Show}", "{other: Other}", "{x: {permissions: {show: Show}}}"])
def test_a_new_group_takes_over_no_former_path(tmp_path: Path, new: str) -> None:
    """Not even when it holds other permissions: `tickets.*` would mean two things."""
    catalog = RENAMED + f"  tickets: {{permissions: {new}}}\n"
    assert [line.split()[:2] for line in found(tmp_path, catalog)] == [["3:24", "RG201"]]


def test_a_rename_within_a_renamed_group(tmp_path: Path) -> None:
    """What was called `tickets.look` before both were renamed is found under that text, and warned of."""
    line = "bindings: [{user: ana, grants: [tickets.look]}]\n"
    assert found(tmp_path, RENAMED, bindings=line) == ["1:33 RG311 `tickets.look` is now called `desk.view`"]
    policy = rolegate.load(tmp_path)
    answers = {
        p.path: policy.decide(rolegate.Question(p.path, user="ana")).allowed
        for p in policy.catalog.permissions
    }
    assert answers == {"desk.show": False, "desk.view": True}


def test_a_moved_permission_and_a_new_one_in_its_renamed_place(tmp_path: Path) -> None:
    """The former path below a former group is said to be taken, with the two places and a way out."""
    catalog = RENAMED + "  old: {permissions: {show: {title: Show, renamed_from: tickets.show}}}\n"
    (tmp_path / "catalog.yaml").write_text("catalog: desk\n" + catalog)
    (only,) = rolegate.validate([tmp_path]).diagnostics
    assert str(only) == (
        f"{tmp_path}/catalog.yaml:3:24: RG201 path.collision: with the former name `tickets`,"
        " `tickets.show` would stand for `desk.show`; it already stands for `old.show`\n"
        f"  {tmp_path}/catalog.yaml:4:57: `tickets.show` is given to `old.show` here\n"
        "  help: remove one of the two, or list the former paths of what is below `desk` one by one"
    )


def test_the_name_of_a_set_is_no_box_of_it(tmp_path: Path) -> None:
    """In a set called like one of its groups, the box of the group is that of the group alone."""
    catalog = "permissions: {desk: {permissions: {show: Show}}, admin: {permissions: {wipe: Wipe}}}\n"
    assert found(tmp_path, catalog) == []
    policy = rolegate.load(tmp_path)
    nothing = policy.draft()
    assert nothing.tick("desk").grants == ("desk.*",)
    assert nothing.tick(policy.tree().id).grants == ("*",)


def test_a_label_stands_under_the_path_of_today(tmp_path: Path) -> None:
    """Under a former path it is refused, and the path that the text stands for is named."""
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "fr.yaml").write_text("locale: fr\npermissions: {tickets.look: Voir}\n")
    found(tmp_path, RENAMED)
    (only,) = rolegate.validate([tmp_path]).diagnostics
    assert (only.code, only.help) == ("RG216", "write `desk.view`, as it is called in the catalog")


def test_many_renames_within_renames_are_read_at_once(tmp_path: Path) -> None:
    """Sixty groups, each of which lay in the one before under two names, have texts beyond counting."""
    groups = ["  g0: {renamed_from: [u, v], permissions: {p: P}}"]
    groups += [
        f"  g{i}: {{renamed_from: [g{i - 1}.u, g{i - 1}.v], permissions: {{p: P}}}}" for i in range(1, 60)
    ]
    begun = time.perf_counter()
    assert found(tmp_path, "permissions:\n" + "\n".join(groups) + "\n") == []
    assert time.perf_counter() - begun < 2
    node = rolegate.load(tmp_path).catalog.find("u" + ".v.u" * 29 + ".v.p")
    assert node is not None and node.path == "g59.p"


# -- drawn --------------------------------------------------------------------------------------------------


def given_texts(node: Data) -> set[str]:
    """Every alias and former path below."""
    found = set()
    for inner in node.get("permissions", {}).values():
        found |= {*inner.get("renamed_from", []), *inner.get("aliases", []), *given_texts(inner)}
    return found


def scoped(text: str, path: str) -> str:
    """*text* as a grant of *path* has it: a field is granted at a scope."""
    return f"{text}@edit" if ".fields." in path else text


def asked_everywhere(files: Data, meant: dict[str, str], below: dict[str, set[str]]) -> Data:
    """A set that writes each text of *meant* in every place that takes one."""
    leaves = [scoped(text, path) for text, path in meant.items() if path not in below]
    groups = [text for text, path in meant.items() if path in below]
    every = sorted({scoped(path, path) for path in meant.values() if path not in below})
    uses: Data = {"use": {"title": "Use"}}
    for i, text in enumerate(leaves):
        uses |= {f"r{i}": {"title": "R", "requires": text}, f"m{i}": {"title": "M", "implies": text}}
    stars = [*leaves, *(f"{text}.*" for text in groups)]
    lines: list[Data] = []
    roles: Data = {}
    for i, text in enumerate(stars):
        roles |= {
            f"g{i}": {"grants": [text]},
            f"e{i}": {"grants": every, "except": [text]},
        }
        lines += [{"user": f"g{i}", "grants": [text]}]
        lines += [
            {"user": f"r{i}", "grants": every},
            {"user": f"r{i}", "restrict": [text]},
        ]
    catalog = files | {"permissions": files["permissions"] | {"zz": {"title": "Z", "permissions": uses}}}
    return {"catalog.yaml": catalog, "roles/all.yaml": {"roles": roles}, "bindings.yaml": {"bindings": lines}}


@examples(75)
@given(named_catalogs())
def test_every_text_means_one_thing_everywhere(catalog: Data) -> None:
    """Or the catalog is refused as RG201; by a computation that writes all texts out."""
    plain = meanings(catalog)
    clash = any(len(paths) > 1 for paths in plain.values()) or any(
        text in plain[text] for text in given_texts(catalog)
    )
    with TemporaryDirectory() as name:
        folder = write_set({"catalog.yaml": catalog}, Path(name))
        codes = {
            finding.code for finding in rolegate.validate([folder]).diagnostics if finding.severity == "error"
        }
        assert codes == ({"RG201"} if clash else set())
        if clash:
            return
        policy = rolegate.load(folder)
        below = {
            path: {p.path for p in policy.catalog.below(path)}
            for path, node in policy.catalog.nodes.items()
            if isinstance(node, Group) and path
        }
        meant = {text: path for text, (path,) in plain.items()}
        few = dict(sorted(meant.items(), key=lambda item: (item[0].count("."), item[0]))[:40])
        meant = {path: path for path in meant.values()} | few
        said = {"RG311"}
        folder = write_set(asked_everywhere(catalog, meant, below), Path(name) / "all")
        found = rolegate.validate([folder]).diagnostics
        assert {finding.code for finding in found if finding.severity == "error"} == set()
        assert {finding.code for finding in found} - said <= {"RG325"}
        same_in_every_path(rolegate.load(folder), meant, below)


def same_in_every_path(policy: rolegate.Policy, meant: dict[str, str], below: dict[str, set[str]]) -> None:
    """Each text does, wherever it stands, what its path does."""
    every = {path for path in meant.values() if path not in below}
    leaves = [text for text, path in meant.items() if path not in below]
    groups = [text for text, path in meant.items() if path in below]

    def held(kind: str, who: str) -> set[str]:
        subject: Any = {kind: who}
        asked = {path: policy.decide(rolegate.Question(path, **subject)) for path in every}
        return {path for path, decision in asked.items() if decision.allowed}

    gate = rolegate.Gate(policy)
    for i, text in enumerate([*leaves, *groups]):
        named = below.get(meant[text], {meant[text]})
        assert held("role", f"g{i}") == held("user", f"g{i}") == named, text
        assert held("role", f"e{i}") == held("user", f"r{i}") == every - named, text
        star = text if text in leaves else f"{text}.*"
        question = rolegate.Question(star, role=f"g{i}", any=star != text)
        assert policy.decide(question).allowed, text
        ana = gate.subject(f"g{i}")
        assert ana.can_any(star), text
        assert star != text or (ana.can(text) and gate.check(f"g{i}", text)), text
        other = rolegate.Question(star, role=f"e{i}", any=star != text)
        assert not policy.decide(other).allowed, text
    for i, text in enumerate(leaves):
        asked = policy.catalog.permission(f"zz.r{i}").requires, policy.catalog.permission(f"zz.m{i}").implies
        assert [[entry.path for entry in entries] for entries in asked] == [[meant[text]], [meant[text]]]
        holders = {(holder.kind, holder.name) for holder in policy.who_can(meant[text])}
        assert {(holder.kind, holder.name) for holder in policy.who_can(text)} == holders, text
    if leaves:
        ran = CliRunner().invoke(
            cli, ["check", str(policy.path), leaves[-1], "--role", f"g{len(leaves) - 1}"]
        )
        assert (ran.exit_code, ran.output.split(":")[0]) == (0, "allowed")
