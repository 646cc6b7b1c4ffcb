"""A scope keeps its meaning under a former name, in grants and in questions."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import given

import rolegate
from drawing import examples
from plain.catalog import Data
from plain.strategies import NOW, Files, policy_sets
from renamed_sets import renamed
from rolegate import Gate, Question, access_diff
from rolegate.review.diff_text import diff_lines
from rolegate.review.stored_grants import stored_grant

GRANTS = ("grants", "except", "restrict", "may", "never", "requires", "implies")


def before_and_between(files: Files) -> tuple[Files, Files]:
    """The set in which scopes had other names, and the one that renames them and says the former ones."""
    ladders = files["catalog.yaml"].get("scopes", {})
    names = {name for scopes in ladders.values() for name in scopes}

    def called(node: Data, key: str = "") -> Data:
        if isinstance(node, dict):
            return {name: called(inner, name) for name, inner in node.items()}
        if isinstance(node, list):
            return [called(inner, key) for inner in node]
        path, at, scope = node.rpartition("@") if key in GRANTS and isinstance(node, str) else ("", "", "")
        return f"{path}@was-{scope}" if at and scope in names else node

    before = {name: called(data) for name, data in files.items()}
    between = copy.deepcopy(before)
    old, new = before["catalog.yaml"], between["catalog.yaml"]
    for ladder, scopes in ladders.items():
        bodies = _bodies(scopes)
        old["scopes"][ladder] = {
            f"was-{name}": {key: f"was-{value}" if key == "within" else value for key, value in body.items()}
            for name, body in bodies.items()
        }
        new["scopes"][ladder] = {
            name: {**body, "renamed_from": f"was-{name}"} for name, body in bodies.items()
        }
    new["permissions"] = copy.deepcopy(files["catalog.yaml"]["permissions"])
    return before, between


def _bodies(scopes: Data) -> Data:
    if isinstance(scopes, dict):
        return {name: body if isinstance(body, dict) else {"title": body} for name, body in scopes.items()}
    return {
        name: {"within": scopes[number - 1]} if number else {"title": name}
        for number, name in enumerate(scopes)
    }


@given(policy_sets())
@examples(10)
def test_renaming_every_scope_changes_nothing(files: Files) -> None:
    """The lines are those of the new names, the old questions have their answers, and the diff is empty."""
    before, between = before_and_between(files)
    assert [] == renamed(files, between, before, asks=300).changed


CATALOG = """catalog: desk
scopes:
  reach: {all: {title: All}, group: {within: all, renamed_from: [team, crew]}, my: {within: group}}
  other: [all, team, my]
custom_roles: {never: [tickets.close@crew]}
removed: {tickets.edit: {becomes: tickets.show}}
permissions:
  tickets:
    permissions:
      show: {title: Show, scopes: reach}
      close: {title: Close, scopes: reach}
      hide: {title: Hide, scopes: reach, hidden: true}
      list: {title: List, scopes: reach, implies: tickets.hide}
  contacts: {title: Contacts, permissions: {show: {title: Show, scopes: other}}}
"""


def desk(folder: Path, catalog: str = CATALOG, roles: str = "", bindings: str = "[]") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "roles").mkdir(exist_ok=True)
    (folder / "catalog.yaml").write_text(catalog)
    (folder / "roles/all.yaml").write_text(roles or "role: agent\ngrants: [tickets.*@team]\n")
    (folder / "bindings.yaml").write_text(f"bindings: {bindings}\n")
    return folder


def told(folder: Path) -> list[tuple[str, str, str]]:
    found = rolegate.validate([folder]).diagnostics
    return [(Path(one.file).name, one.code, one.help) for one in found]


def test_each_place_that_names_a_former_scope_is_told(tmp_path: Path) -> None:
    """With the whole grant to write; what names the scope of another ladder is left alone."""
    roles = "role: agent\ngrants: [tickets.show@team, tickets.*@crew, contacts.show@team]\n"
    lines = "[{user: ana, role: agent}, {user: ana, restrict: tickets.close@crew}]"
    assert told(desk(tmp_path, roles=roles, bindings=lines)) == [
        ("bindings.yaml", "RG236", "write `tickets.close@group`"),
        ("catalog.yaml", "RG236", "write `tickets.close@group`"),
        ("all.yaml", "RG236", "write `tickets.show@group`"),
        ("all.yaml", "RG236", "write `tickets.*@group`"),
    ]


def test_a_star_over_two_meanings_is_refused(tmp_path: Path) -> None:
    """One ladder renamed the scope and the other did not: no star at one name says what it meant."""
    assert told(desk(tmp_path, roles="role: agent\ngrants: ['*@team']\n")) == [
        ("catalog.yaml", "RG236", "write `tickets.close@group`"),
        (
            "all.yaml",
            "RG235",
            "write `tickets.show@group` and `tickets.close@group` and `tickets.list@group` and "
            "`contacts.show@team`",
        ),
    ]


TWO = """catalog: desk
scopes: {a: {all: {}, team: {within: all, renamed_from: [group]}}, b: [all, team, my]}
resources: {box: Box}
restrictions: {calm: {restrict: ["t.*@group"]}}
removed: {old: {becomes: t.*}, older: {becomes: t.show}}
permissions:
  t:
    permissions:
      show: {title: Show, scopes: a}
      edit: {title: Edit, scopes: b}
      read: {title: Read, scopes: a, per: box}
      burn: {title: Burn, scopes: a, by_name: true}
"""


def test_a_star_takes_in_no_ladder_that_never_had_the_scope(tmp_path: Path) -> None:
    """Although it has a scope of the new name; what to write says no more, and takes away no less."""
    roles = "roles: {r: {grants: 't.*@group'}, s: {grants: 't.*[x]@group'}, t: {grants: t.show@group}}\n"
    assert [one for one in told(desk(tmp_path, TWO, roles)) if one[1] == "RG235"] == [
        ("catalog.yaml", "RG235", "write `t.show@team` and `t.read[*]@team` and `t.burn@team`"),
        ("all.yaml", "RG235", "write `t.show@team` and `t.read[*]@team`"),
        ("all.yaml", "RG235", "write `t.read[x]@team`"),
    ]
    apart = "roles: {r: {grants: [t.show@team, 't.read[*]@team']}}\n"
    catalog = TWO.replace('"t.*@group"', 't.show@team, "t.read[*]@team", t.burn@team')
    policy = rolegate.load(desk(tmp_path, catalog, apart, "[{user: ana, role: r}]"))
    assert policy.warnings == ()
    assert policy.check("ana", "t.show", scope="team").allowed
    assert not policy.check("ana", "t.edit", scope="team").allowed


def test_what_to_write_is_valid_where_names_were_exchanged(tmp_path: Path) -> None:
    """It has no hidden permission, and brings nothing at a scope that has got the name only now."""
    catalog = """catalog: desk
scopes:
  a: {all: {}, team: {within: all, renamed_from: [group]}}
  b: {all: {}, my: {within: all, renamed_from: [team]}}
permissions:
  show: {title: Show, scopes: a, implies: [seen]}
  seen: {title: Seen, scopes: a, hidden: true}
  edit: {title: Edit, scopes: b}
"""
    roles = "role: r\ngrants: ['*@team']\n"
    lines = "[{user: ana, role: r}, {user: ana, restrict: ['*@team']}]"
    found = [one for one in told(desk(tmp_path, catalog, roles, lines)) if one[1] == "RG235"]
    assert found == [
        ("bindings.yaml", "RG235", "write `show@team` and `edit@my`"),
        ("all.yaml", "RG235", "write `edit@my`"),
    ]
    lines = "[{user: ana, role: r}, {user: ana, restrict: [show@team, edit@my]}]"
    policy = rolegate.load(desk(tmp_path, catalog, "role: r\ngrants: [edit@my]\n", lines))
    assert policy.warnings == ()


def test_a_long_list_of_what_a_star_named_is_cut(tmp_path: Path) -> None:
    """It says how many more there are."""
    more = "".join(f"      p{number}: {{title: P, scopes: a}}\n" for number in range(9))
    (found,) = [
        one
        for one in told(desk(tmp_path, TWO + more, "role: r\ngrants: 't.*@group'\n"))
        if one[0] == "all.yaml"
    ]
    assert found[2].startswith("write `t.show@team` and ")
    assert found[2].endswith(" and 5 more, each by its name")


def test_what_took_the_place_of_a_removed_name_is_no_wider(tmp_path: Path) -> None:
    """A star over ladders that call the scope otherwise does not take the old one."""
    catalog = TWO.replace('restrictions: {calm: {restrict: ["t.*@group"]}}\n', "")
    assert told(desk(tmp_path, catalog, "role: r\ngrants: [old@group, older@group]\n")) == [
        ("all.yaml", "RG356", "it has become `t.*`, which does not take `@group`: write what is meant"),
        ("all.yaml", "RG356", "write `t.show@team`"),
    ]
    read = rolegate.load(desk(tmp_path, catalog, "role: r\ngrants: t.show@team\n")).catalog
    stored = {text: stored_grant(text, read) for text in ("t.*@group", "old@group", "older@group")}
    assert {text: (one.state, one.now) for text, one in stored.items()} == {
        "t.*@group": ("dormant", ()),
        "old@group": ("dormant", ()),
        "older@group": ("moved", ("t.show@team",)),
    }


@pytest.mark.parametrize(
    "other", ["my: {within: group, renamed_from: crew}", "crew: {within: group}", "my: {renamed_from: my}"]
)
def test_a_former_name_of_two_scopes_is_refused(tmp_path: Path, other: str) -> None:
    """Within one ladder; another one may have the name."""
    codes = [code for _, code, _ in told(desk(tmp_path, CATALOG.replace("my: {within: group}", other)))]
    assert "RG235" in codes


def test_the_dependencies_of_a_catalog_are_written_anew(tmp_path: Path) -> None:
    """They are declared in the file that renames the scope, so a former name in them is an error."""
    catalog = CATALOG.replace("implies: tickets.hide", "implies: tickets.hide@team")
    assert ("catalog.yaml", "RG304", "write `group`, as it is called now") in told(desk(tmp_path, catalog))


def test_a_gate_is_asked_at_a_former_scope(tmp_path: Path) -> None:
    """As fast as at one of today, also about what is hidden; the other ladder keeps its own scope."""
    gate = Gate.from_path(
        desk(tmp_path, bindings="[{user: ana, role: agent}, {user: bo, grants: contacts.show@team}]")
    )
    asked = [
        ("ana", "tickets.show"),
        ("ana", "tickets.hide"),
        ("bo", "contacts.show"),
        ("bo", "tickets.show"),
    ]
    assert [gate.check(user, path, scope="team") for user, path in asked] == [True, True, True, False]
    assert [gate.check(user, path, scope="crew") for user, path in asked] == [True, True, False, False]
    assert not gate.check("ana", "tickets.show", scope="all")
    policy = rolegate.load(tmp_path)
    assert [
        holder.name for holder in policy.who_can("tickets.show", scope="crew") if holder.kind == "user"
    ] == ["ana"]
    text = str(policy.explain_question(Question("tickets.show", role="agent", scope="crew")))
    assert "@crew" not in text


def test_a_stored_grant_at_a_former_scope_is_moved(tmp_path: Path) -> None:
    """A star that would need two names now is dormant."""
    catalog = rolegate.load(desk(tmp_path)).catalog
    read = {
        text: stored_grant(text, catalog) for text in ("tickets.show@team", "tickets.edit@crew", "*@team")
    }
    assert {text: (one.state, one.now) for text, one in read.items()} == {
        "tickets.show@team": ("moved", ("tickets.show@group",)),
        "tickets.edit@crew": ("moved", ("tickets.show@group",)),
        "*@team": ("dormant", ()),
    }


LADDER = "catalog: desk\nscopes: {reach: SCOPES}\npermissions: {show: {title: Show, scopes: reach}}\n"
RENAMED = "{all: All, group: {within: all, renamed_from: team}, my: {within: group}}"


@pytest.mark.parametrize(
    ("scopes", "change"),
    [
        (RENAMED, ["nobody's access changes"]),
        (
            "{every: Every, all: {within: every}, team: {within: all}, my: {within: team}}",
            ["role boss", "  ↓ show  @all with @every → @all without @every"],
        ),
        (
            "{all: All, my: {within: all}, team: {within: my}}",
            ["role agent", "  ↓ show  @team with @my → @team without @my"],
        ),
        (
            "{all: All, team: {within: all, renamed_from: my}, my: {within: team, renamed_from: team}}",
            ["RG235"],
        ),
    ],
)
def test_what_a_ladder_does_to_access_is_computed(tmp_path: Path, scopes: str, change: list[str]) -> None:
    """A name alone changes nothing; a scope above all, or two that are swapped, is told."""
    roles = "roles: {agent: {grants: show@team}, boss: {grants: show@all}}\n"
    for number, made in enumerate(("[all, team, my]", scopes)):
        desk(tmp_path / str(number), LADDER.replace("SCOPES", made), roles)
    codes = {code for _, code, _ in told(tmp_path / "1")} - {"RG236"}
    if codes:
        assert sorted(codes) == change
        return
    diff = access_diff(rolegate.load(tmp_path / "0"), rolegate.load(tmp_path / "1"), at=NOW)
    assert list(diff_lines(diff, reasons=False)) == change
