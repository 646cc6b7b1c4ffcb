"""A clone holds what the old role does, today and later, or it is not written."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import rolegate
from command_line import rolegate as run
from drawn_role_files import HOSTILE
from reading import write
from rolegate.diagnostics import Report
from rolegate.documents.capture import read_files
from rolegate.loading.load import resolve_files

CATALOG = """\
catalog: demo
plans: [free, pro]
domain_kinds: [organization, workspace]
scopes: {reach: [all, my]}
role_kinds:
  guest: {title: Guest, may: [cards.*], never: [cards.close]}
custom_roles: {plans: [pro], never: [settings.*, cards.none]}
permissions:
  cards:
    permissions:
      show: {title: Show, scopes: reach}
      edit: {title: Edit, scopes: reach, requires: cards.show}
      close: Close
      old: {title: Old, deprecated: true}
      none: None
  settings: {permissions: {see: See, change: {title: Change, requires: settings.see}}}
"""
FILES = {
    "catalog.yaml": CATALOG,
    "domains.yaml": "domains:\n  acme: {kind: organization, plan: pro}\n"
    "  north: {kind: workspace, within: acme}\n  beta: {kind: workspace, plan: free}\n",
    "roles/all.yaml": """\
# Roles that everybody has.
roles:
  reader: {title: Reader, grants: [cards.show@all], description: Reads.}
  editor:
    title: Editor
    source: The document
    assumed: Much
    extends: reader
    grants: [cards.edit@my, cards.old]   # not all of them
    accept: {RG310: {cards.old: until spring}}
  chief: {title: Chief, locked: true, grants: ["*"], except: [cards.edit@all]}
  guest: {title: Guest, kind: guest, grants: [cards.show@my]}
  half: {title: Half, grants: [settings.change, settings.see]}
""",
    "roles/acme/reader.yaml": "role: acme_reader\nreplaces: reader\nextends: reader\ngrants: [cards.close]\n",
    "roles/acme/lead.yaml": "role: lead\ntitle: Lead\nextends: editor\n",
    "labels/fr.yaml": "locale: fr\nroles: {editor: Rédacteur}\n",
    "labels/sv.yaml": "locale: sv\nroles: {chief: Chef, half: Halv}\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, FILES)


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def rights(folder: Path, role: str, domain: str | None = None) -> set[object]:
    resolved, _ = resolve_files(read_files(folder), Report())
    assert resolved is not None
    return set(resolved.roles[domain, role].rights)


def test_a_clone_has_a_file_of_its_own(folder: Path) -> None:
    """What is about the old role stays behind and is told; what is accepted of it is accepted again."""
    before = files(folder)
    done = rolegate.clone_role(folder, "editor", "second", title="Second editor")
    text = (
        "role: second\ntitle: Second editor\nextends: reader\nclone_of: editor\ngrants:\n"
        "  - cards.edit@my\n  - cards.old\naccept:\n  RG310:\n    cards.old: until spring\n"
    )
    assert files(folder) == {**before, "roles/second.yaml": text.encode()}
    assert done.path == folder / "roles" / "second.yaml"
    assert (done.left_out, done.not_copied, done.labels) == ((), ("source", "assumed"), ("labels/fr.yaml",))
    assert done.warnings == ()
    assert rolegate.validate([folder]).diagnostics == ()


@pytest.mark.parametrize("role", ["reader", "editor", "chief", "guest", "half"])
def test_a_clone_holds_the_same_after_any_addition(role: str, folder: Path) -> None:
    """To the catalog, and to what the old role extends."""
    rolegate.clone_role(folder, role, "second", title="Another")
    assert rights(folder, role) == rights(folder, "second") != set()
    later = CATALOG.replace("      close: Close\n", "      close: Close\n      later: Later\n")
    (folder / "catalog.yaml").write_text(later.replace("{see: See,", "{see: See, more: More,"))
    roles = folder / "roles" / "all.yaml"
    now = "grants: [cards.show@all"
    if role == "editor":
        roles.write_text(roles.read_text().replace(f"{now}]", f"{now}, cards.later]"))
    assert rights(folder, role) == rights(folder, "second")
    assert ("cards.later" in str(rights(folder, "second"))) == (role in ("editor", "chief"))


def test_what_a_custom_role_may_never_hold_is_refused_or_left_out(folder: Path) -> None:
    """Nothing is dropped unless somebody says so; then it is told, and no exception is written in vain."""
    before = files(folder)
    with pytest.raises(rolegate.EditError, match=r"(?s)--leave-out.*RG321") as refused:
        rolegate.clone_role(folder, "chief", "boss", domain="acme")
    assert {one.code for one in refused.value.diagnostics} == {"RG321"}
    assert files(folder) == before
    done = rolegate.clone_role(folder, "chief", "boss", domain="acme", leave_out=True)
    assert (done.left_out, done.not_copied) == (("settings.*", "cards.none"), ("locked",))
    assert rights(folder, "boss", "acme") < rights(folder, "chief")
    (folder / "catalog.yaml").write_text(
        CATALOG.replace("none: None", "none: {title: None, deprecated: true}")
    )
    done = rolegate.clone_role(folder, "chief", "boss2", domain="acme", leave_out=True)
    assert done.left_out == ("settings.*",)
    assert done.parts.excepted == ("cards.edit@all", "settings.*")


REFUSED = {
    "a name that is taken": (("reader", "editor", None), "RG319"),
    "a name that a custom role has": (("reader", "lead", "acme"), "RG319"),
    "a domain without custom roles": (("reader", "x2", "beta"), "domain `beta` has no custom roles"),
    "a role that is left with nothing": (("half", "x2", "acme"), "RG321"),
    "a parent that means another role there": (("editor", "x2", "acme"), "`reader`, which it extends"),
    "a role that replaces another": (("reader", "x2", "acme"), "`reader`, which it extends"),
    "an empty name": (("reader", "", None), "cannot be the name of a role"),
    "a long name": (("reader", "x" * 300, None), "RG115"),
    "half of a character": (("reader", "\ud800", None), "half of a"),
    "its own name": (("reader", "reader", None), "RG319|RG318"),
}


@pytest.mark.parametrize(("asked", "why"), REFUSED.values(), ids=REFUSED)
def test_what_would_not_be_a_clone_is_not_written(
    asked: tuple[str, str, str | None], why: str, folder: Path
) -> None:
    """The error says why, and the set is as it was."""
    before = files(folder)
    old, new, domain = asked
    with pytest.raises(rolegate.EditError, match=why):
        rolegate.clone_role(folder, old, new, domain=domain)
    assert files(folder) == before


def test_a_clone_that_nothing_is_left_of_is_not_written(folder: Path) -> None:
    """Everything that the old role holds is out of reach."""
    with pytest.raises(rolegate.EditError, match="nothing would be left"):
        rolegate.clone_role(folder, "half", "x2", domain="acme", leave_out=True)
    assert not (folder / "roles" / "acme" / "x2.yaml").exists()


def test_unknown_names_are_refused(folder: Path) -> None:
    """With the nearest ones, or with the domain that is missing."""
    with pytest.raises(rolegate.UnknownNameError, match="did you mean `reader`"):
        rolegate.clone_role(folder, "raeder", "x2")
    with pytest.raises(rolegate.UnknownNameError, match="it is a role of `acme`: name the domain as well"):
        rolegate.clone_role(folder, "lead", "x2")
    with pytest.raises(rolegate.UnknownNameError, match="unknown domain"):
        rolegate.clone_role(folder, "reader", "x2", domain="acne")


def test_a_clone_inside_holds_what_the_outer_role_does(folder: Path) -> None:
    """A custom role of an outer domain is cloned into an inner one."""
    (folder / "roles" / "acme" / "lead.yaml").write_text("role: lead\ngrants: [cards.close]\n")
    done = rolegate.clone_role(folder, "lead", "inner", domain="north")
    assert done.path == folder / "roles" / "north" / "inner.yaml"
    assert rights(folder, "inner", "north") == rights(folder, "lead", "acme")


def test_hostile_names_and_titles_make_a_file_or_a_clear_refusal(folder: Path) -> None:
    """The file is below the folder of roles, says the name exactly, and nothing else is touched."""
    before = files(folder)
    random.seed(4)
    for number, text in enumerate((*random.sample(HOSTILE, 6), "../../x", ".hidden", "a/b", "x\0y", "CON")):
        new = text or "empty"
        done = rolegate.clone_role(folder, "guest", new, title=f"{text} {number}")
        assert done.path.parent == folder / "roles"
        assert not done.path.name.startswith(".")
        read = rolegate.read_role(folder, new).parts
        assert (read.name, read.title, read.clone_of) == (new, f"{text} {number}", "guest")
        done.path.unlink()
    assert files(folder) == before


def test_the_command_says_what_was_written(folder: Path) -> None:
    """As text and as JSON; a refusal is one on stderr, and the code is 2."""
    done = run("role", "clone", folder, "editor", "second", "--title", "Second")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        f"wrote {folder}/roles/second.yaml: role `second`, a clone of `editor`\n"
        "  keys that are not copied: source, assumed\n"
        "  files with a title of `editor` and none of `second`: labels/fr.yaml\n"
    )
    boss = ("role", "clone", folder, "chief", "boss", "--domain", "acme")
    done = run(*boss, "--leave-out", "--format", "json")
    assert (done.code, done.json["left_out"], done.json["warnings"]) == (0, ["settings.*", "cards.none"], [])
    assert done.json["file"] == f"{folder.as_posix()}/roles/acme/boss.yaml"
    done = run(*boss)
    assert (done.code, done.out) == (2, "")
    assert "RG319" in done.err
    done = run("role", "clone", folder, "editor", "third", "--title", "Editor")
    assert "RG348 role.same-title" in done.out
    taken = f"{folder.as_posix()}/roles/acme/boss.yaml:1:7: `boss` is declared here"
    assert taken in run(*boss).err and "rolegate role clone" in run("role", "copy", folder, "a", "b").err
    assert (run("role").code, "rolegate role clone POLICY OLD NEW" in run("role").err) == (2, True)


@pytest.mark.parametrize(
    ("custom", "guest", "expected"),
    [
        ("", "", "guest"),
        ("manage: settings.see, ", "", None),
        ("manage: settings.see, ", "manage: settings.see, ", "guest"),
    ],
)
def test_a_clone_is_of_a_kind_that_people_make(
    tmp_path: Path, custom: str, guest: str, expected: str | None
) -> None:
    """Where nobody makes guests and people make custom roles, a clone of the guest is a custom role."""
    catalog = CATALOG.replace("{title: Guest, ", f"{{title: Guest, {guest}").replace(
        "custom_roles: {", f"custom_roles: {{{custom}"
    )
    folder = write(tmp_path / "set", {**FILES, "catalog.yaml": catalog})
    done = rolegate.clone_role(folder, "guest", "visitor", domain="acme", title="Visitor")
    assert (expected, ("kind",) if expected is None else ()) == (done.parts.kind, done.not_copied)
    assert "guest" == rolegate.clone_role(folder, "guest", "second", title="Second").parts.kind
