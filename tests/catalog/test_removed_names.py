"""A removed name is never used again, and whoever still names it is told what it became."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from plain.catalog import Data
from plain.meanings import meanings
from plain.named_catalogs import NAMES, named_catalogs
from plain.writer import write_set
from rolegate import Gate, UnknownNameError

CATALOG = """
scopes: {reach: [all, team, my]}
resources: {inbox: Inbox}
removed:
  tickets.edit: {becomes: [tickets.subject, "tickets.body@my"]}
  desk.export: {}
  reading: {becomes: "inbox.read"}
permissions:
  tickets: {permissions: {subject: {title: Subject, scopes: reach}, body: {title: Body, scopes: reach}}}
  inbox: {permissions: {read: {title: Read, per: inbox}}}
  desk: {renamed_from: help, permissions: {open: Open}}
"""


def found(folder: Path, catalog: str, **files: str) -> list[str]:
    """The codes of what is found in a set of these files."""
    (folder / "catalog.yaml").write_text("catalog: desk\n" + catalog)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return [one.code for one in rolegate.validate([folder]).diagnostics]


def helps(folder: Path, grant: str) -> list[str]:
    """What is to be written in place of *grant*, in a role."""
    (folder / "catalog.yaml").write_text("catalog: desk" + CATALOG)
    (folder / "roles").mkdir(exist_ok=True)
    (folder / "roles" / "all.yaml").write_text(f"roles: {{r: {{grants: ['{grant}']}}}}\n")
    return [f"{one.code} {one.help}" for one in rolegate.validate([folder]).diagnostics]


@pytest.mark.parametrize(
    ("grant", "wanted"),
    [
        ("tickets.edit", "write `tickets.subject@all` and `tickets.body@my`"),
        ("tickets.edit@team", "write `tickets.subject@team` and `tickets.body@my`"),
        (
            "tickets.edit@mine",
            "it has become `tickets.subject`, which does not take `@mine`: write what is meant",
        ),
        ("reading", "write `inbox.read[*]`"),
        ("reading[Sales]", "write `inbox.read[Sales]`"),
        ("reading@my", "it has become `inbox.read`, which does not take `@my`: write what is meant"),
        ("reading[a/b]", "it has become `inbox.read`, which does not take `[a/b]`: write what is meant"),
        ("desk.export", "remove the entry: nothing took its place"),
        ("help.export", "remove the entry: nothing took its place"),
        (
            "tickets.edit.x",
            "`tickets.edit` was removed and has become `tickets.subject` and `tickets.body@my`",
        ),
    ],
)
def test_the_grants_to_write_instead(tmp_path: Path, grant: str, wanted: str) -> None:
    """They have the limits of the old grant; where one does not take them, it would hold more."""
    (only,) = helps(tmp_path, grant)
    assert only.startswith(f"RG356 {wanted}")


@pytest.mark.parametrize(
    "place",
    [
        "bindings: [{user: ana, grants: [desk.export]}]",
        "bindings: [{user: ana, restrict: [desk.export]}]",
        "bindings: [{everyone: true, restrict: [help.export]}]",
    ],
)
def test_lines_that_name_it(tmp_path: Path, place: str) -> None:
    """Lines of bindings are told as roles are, under the former name of the group as well."""
    (tmp_path / "bindings.yaml").write_text(place + "\n")
    codes = [text.split()[0] for text in helps(tmp_path, "desk.open")]
    assert codes == ["RG356"]


@pytest.mark.parametrize("text", ["desk.export", "help.export"])
def test_questions_that_name_it(tmp_path: Path, text: str) -> None:
    """The answer is no and says what the name became, as an error of the gate does."""
    assert helps(tmp_path, "desk.open") == []
    gate = Gate.from_path(tmp_path)
    decision = gate.policy.decide(rolegate.Question(text, user="ana"))
    fate = "`desk.export` was removed, and nothing took its place"
    assert not decision.allowed
    assert fate in str(decision.to_dict())
    with pytest.raises(UnknownNameError) as raised:
        gate.subject("ana").scopes(text)
    assert raised.value.help == fate


@pytest.mark.parametrize("entry", ["desk.gone", "tickets.subject@no", "tickets.*[x]", "desk", "desk.export"])
def test_what_it_became_is_checked(tmp_path: Path, entry: str) -> None:
    """A grant that could not be written in a role cannot take the place of anything, needed or not."""
    assert helps(tmp_path, "desk.open") == []
    text = "catalog: desk" + CATALOG.replace("desk.export: {}", f"desk.export: {{becomes: ['{entry}']}}")
    (tmp_path / "catalog.yaml").write_text(text)
    (only,) = rolegate.validate([tmp_path]).diagnostics
    assert (only.severity, only.line) == ("error", 6)


def test_a_member_of_a_removed_group_may_have_moved(tmp_path: Path) -> None:
    """Its former name says where it went; an alias there would be a new meaning of what was removed."""
    text = "removed: {crm: {}}\npermissions: {people: {permissions: {show: {title: S, %s: crm.show}}}}\n"
    line = "bindings: [{user: ana, grants: [crm.show]}]\n"
    assert found(tmp_path, text % "renamed_from", bindings=line) == ["RG311"]
    assert found(tmp_path, text % "aliases") == ["RG234"]


removed_texts = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(".".join)


@given(named_catalogs(), removed_texts)
@examples(60)
def test_no_removed_name_has_a_meaning(catalog: Data, text: str) -> None:
    """What the catalog calls by the text, directly or by way of a renamed group, is in the way."""
    meant = meanings(catalog)
    with TemporaryDirectory() as folder:
        write_set({"catalog.yaml": catalog}, Path(folder))
        if any(one.severity == "error" for one in rolegate.validate([folder]).diagnostics):
            return
        write_set({"catalog.yaml": {**catalog, "removed": {text: {}}}}, Path(folder))
        codes = {one.code for one in rolegate.validate([folder]).diagnostics if one.severity == "error"}
    used = text in meant or any(alias.startswith(f"{text}.") for alias in aliases(catalog) if alias in meant)
    assert codes == ({"RG234"} if used else set())


def aliases(node: Data) -> set[str]:
    """Every alias below."""
    inner = [node, *node.get("permissions", {}).values()]
    return {*node.get("aliases", [])}.union(*(aliases(one) for one in inner[1:]))
