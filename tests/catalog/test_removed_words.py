"""Scopes, ladders, kinds, plans and add-ons that are gone keep their names, and say what took their place."""

from __future__ import annotations

import copy
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given

import rolegate
from drawing import examples
from plain.catalog import Data
from plain.loading import loaded
from plain.strategies import NOW, Files, policy_sets
from plain.writer import write_set
from reading import write
from rolegate import Question, access_diff
from rolegate.codes import CODES

CATALOG = """
catalog: desk
custom_roles: {}
domain_kinds: [client]
plans: [basic]
addons: [stock]
scopes:
  reach: {renamed_from: span, all: {}, mine: {within: all, renamed_from: my}}
resources: {box: Box}
removed_names:
  scopes: {span: {team: {becomes: mine}, group: {}}}
  domain_kinds: {workspace: {becomes: client}}
  plans: {free: {becomes: basic}}
  addons: {store: {becomes: stock}}
  resources: {inbox: {becomes: box}}
permissions:
  show: {title: Show, scopes: span}
  read: {title: Read, per: box}
"""
FILES = {
    "catalog": CATALOG,
    "domains": "domains: {acme: {kind: client, plan: basic, addons: [stock], instances: {box: A}}}\n",
    "roles/agent": "role: agent\ngrants: [show@mine, 'read[*]']\n",
    "bindings": "bindings: [{user: ana, role: agent, domain: acme}]\n",
}


def desk(folder: Path, file: str = "catalog", old: str = "", new: str = "") -> Path:
    """The set with one text of it changed."""
    files = dict(FILES)
    assert old in files[file]
    files[file] = files[file].replace(old, new, 1)
    return write(folder, {f"{name}.yaml": text for name, text in files.items()})


def errors(folder: Path) -> list[tuple[str, str, str]]:
    found = rolegate.validate([folder]).diagnostics
    return [(one.code, one.message, one.help) for one in found if one.severity == "error"]


def test_a_ladder_is_called_by_its_former_name(tmp_path: Path) -> None:
    """A permission, and an entry about its removed scopes, may go on naming it as before, with a warning."""
    found = [(one.code, one.message) for one in rolegate.validate([desk(tmp_path)]).diagnostics]
    assert found == [("RG236", "the ladder of scopes `span` is now called `reach`")] * 2
    policy = rolegate.load(tmp_path)
    assert policy.check("ana", "show", domain="acme", scope="my").allowed
    assert not policy.check("ana", "show", domain="acme", scope="team").allowed


@pytest.mark.parametrize("given", ["[span, other]", "span"])
def test_a_former_name_of_a_ladder_is_one_text_or_several(tmp_path: Path, given: str) -> None:
    """As for everything that is renamed."""
    assert not errors(desk(tmp_path, old="renamed_from: span", new=f"renamed_from: {given}"))


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "help"),
    [
        ("roles/agent", "show@mine", "show@team", "RG304", "`team` was removed and has become `mine`"),
        (
            "roles/agent",
            "show@mine",
            "show@group",
            "RG304",
            "`group` was removed, and nothing took its place",
        ),
        ("domains", "kind: client", "kind: workspace", "RG230", "`workspace` was removed"),
        ("domains", "plan: basic", "plan: free", "RG211", "`free` was removed and has become `basic`"),
        ("domains", "addons: [stock]", "addons: [store]", "RG212", "`store` was removed"),
        ("domains", "box: A", "inbox: A", "RG204", "`inbox` was removed and has become `box`"),
        ("catalog", "per: box", "per: inbox", "RG204", "`inbox` was removed and has become `box`"),
    ],
)
def test_what_names_it_is_told(tmp_path: Path, file: str, old: str, new: str, code: str, help: str) -> None:
    """What took its place may be something else, so it is proposed and not taken."""
    found = errors(desk(tmp_path, file, old, new))[0]
    assert (found[0], found[2][: len(help)]) == (code, help)


def test_a_question_is_told(tmp_path: Path) -> None:
    """A removed scope answers no, with what became of it."""
    decision = rolegate.load(desk(tmp_path)).decide(Question("show", user="ana", domain="acme", scope="team"))
    assert (decision.allowed, decision.notes[0].help) == (False, "`team` was removed and has become `mine`")


@pytest.mark.parametrize(
    ("old", "new", "noun", "name"),
    [
        ("all: {}", "all: {}, team: {within: all}", "scope", "team"),
        ("renamed_from: my", "renamed_from: [my, team]", "scope", "team"),
        ("[client]", "[client, workspace]", "kind of domain", "workspace"),
        ("[client]", "{client: {renamed_from: workspace}}", "kind of domain", "workspace"),
        ("[basic]", "[basic, free]", "plan", "free"),
        ("[stock]", "{stock: {renamed_from: store}}", "add-on", "store"),
        ("box: Box", "box: Box, inbox: Inbox", "resource", "inbox"),
    ],
)
def test_the_name_is_never_used_again(tmp_path: Path, old: str, new: str, noun: str, name: str) -> None:
    """Neither now nor as a former name, for what was written for it would mean something else."""
    found = errors(desk(tmp_path, old=old, new=new))
    assert ("RG234", f"the {noun} `{name}` is removed, and a removed name is never used again") in [
        one[:2] for one in found
    ]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("becomes: mine", "becomes: own", "RG202"),
        ("becomes: client", "becomes: other", "RG230"),
        ("becomes: basic", "becomes: bsic", "RG211"),
        ("becomes: stock", "becomes: stck", "RG212"),
        ("becomes: box", "becomes: bx", "RG204"),
        ("scopes: {span: {team", "scopes: {spam: {team", "RG202"),
    ],
)
def test_what_it_becomes_is_there(tmp_path: Path, old: str, new: str, code: str) -> None:
    """A name that nothing has is reported; so is a ladder that there is not."""
    assert [one[0] for one in errors(desk(tmp_path, old=old, new=new))] == [code]
    assert code in CODES


def test_the_entry_says_what_it_takes(tmp_path: Path) -> None:
    """A value of the wrong kind is told with an example of the right one."""
    (found,) = errors(desk(tmp_path, old="{span: {team: {becomes: mine}, group: {}}}", new="{span: [team]}"))
    assert found[1] == "`span` takes a mapping from name to what it becomes, not a list"


@given(policy_sets())
@examples(10)
def test_renaming_every_ladder_changes_no_line(files: Files) -> None:
    """Permissions that go on naming the former one have the same scopes."""
    renamed = copy.deepcopy(files)
    ladders = renamed["catalog.yaml"].get("scopes", {})
    assume(ladders)
    renamed["catalog.yaml"]["scopes"] = {
        f"new-{name}": {"renamed_from": name, **_written_out(scopes)} for name, scopes in ladders.items()
    }
    with TemporaryDirectory() as top:
        before = loaded(Path(top, "before"), files)
        write_set({name: data for name, data in renamed.items() if "labels" not in name}, Path(top, "after"))
        after = rolegate.load(Path(top, "after"))
        assert after.compile(at=NOW).policy_text == before.compile(at=NOW).policy_text
        assert not access_diff(before, after, at=NOW)


def _written_out(scopes: Data) -> Data:
    if isinstance(scopes, dict):
        return scopes
    return {name: {"within": scopes[at - 1]} if at else {} for at, name in enumerate(scopes)}
