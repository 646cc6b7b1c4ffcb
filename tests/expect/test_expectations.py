"""Expectations: what each form of them asks, and what is not as expected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

import rolegate
from reading import write
from repository import ROOT
from rolegate.documents.expectations_file import (
    ExpectationsShape,
    ExpectedAccessShape,
    ExpectedHoldersShape,
    ExpectedRightsShape,
    ExpectedSubjectsShape,
    ExpectedTreeShape,
)
from rolegate.documents.shape import Shape

DESK = {
    "catalog.yaml": """
catalog: desk
plans: [free, pro]
scopes: {reach: [all, team, my]}
resources: {inbox: Inbox}
permissions:
  tickets:
    permissions:
      show: {title: Show, scopes: reach}
      reply: {title: Reply, scopes: reach}
      export: {title: Export, plans: [pro]}
      erase: {title: Erase, by_name: true}
  inboxes:
    permissions:
      open: {title: Open, per: inbox}
      read: {title: Read, per: inbox, scopes: reach}
""",
    "roles/all.yaml": """
roles:
  agent: {grants: [tickets.show@team, tickets.reply@my, "inboxes.open[Default]", "inboxes.read[Default]@my"]}
  admin: {grants: "*"}
""",
    "domains.yaml": """
domains:
  acme: {plan: pro, teams: {crew: [bo, cy]}, instances: {inbox: [Default, Sales]}}
  beta: {plan: free}
""",
    "bindings.yaml": """
bindings:
  - {user: ana, role: admin, domain: acme}
  - {team: crew, role: agent, domain: acme}
  - {user: cy, restrict: tickets.reply, domain: acme}
  - {user: dan, role: agent, domain: acme, until: 2030-01-01}
  - {user: eli, role: admin, domain: beta}
""",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("desk"), DESK)


def run(desk: Path, text: str, **more: str) -> rolegate.ExpectationRun:
    """What comes of the expectations in *text*, and in *more* files."""
    for old in (desk / "tests").glob("*.yaml"):
        old.unlink()
    write(desk, {**DESK, "tests/x.yaml": text, **{f"tests/{name}.yaml": body for name, body in more.items()}})
    return rolegate.run_expectations(desk)


def unmet(desk: Path, text: str) -> list[str]:
    return [answer.message for result in run(desk, text).results for answer in result.unmet]


def errors(desk: Path, text: str, **more: str) -> list[str]:
    """The findings, each with its line and what it quotes first; `validate` has the same."""
    with pytest.raises(rolegate.InvalidExpectationsError) as raised:
        run(desk, text, **more)
    found = raised.value.diagnostics
    validated = rolegate.validate([desk]).diagnostics
    assert found == tuple(one for one in validated if one.severity == "error")
    return [f"{one.line} {one.code} {(re.findall('`(.+?)`', one.message) or [''])[0]}" for one in found]


TRUE = {
    "a path without limits": "allow: 'inboxes.open[Default]'",
    "a scope": "allow: [tickets.show@team, tickets.show@my]",
    "a broader scope is denied": "deny: tickets.show@all",
    "no scope is denied at all": "deny: tickets.export",
    "an instance": "deny: 'inboxes.open[Sales]'",
    "an instance at a scope": "deny: ['inboxes.read[Sales]', 'inboxes.read[Default]@team']",
    "any instance at one scope": "deny: ['inboxes.read@team', 'inboxes.read[*]@all']",
    "on": "{on: Default, allow: [inboxes.open, inboxes.read@my]}",
    "on others": "{on: [Sales, Later], deny: [inboxes.open, inboxes.read]}",
    "a star at a scope": "deny: tickets.*@all",
    "a star on an instance": "deny: 'inboxes.*[Sales]'",
    "by name": "deny: tickets.erase",
}
FALSE = {
    "the broadest scope": (
        "allow: tickets.show",
        "may not use `tickets.show`, and should: no grant covers it",
    ),
    "any scope": ("deny: tickets.show", "may use some of `tickets.show`, and should not"),
    "any instance": ("deny: inboxes.open", "may use some of `inboxes.open`, and should not"),
    "any instance by star": ("deny: 'inboxes.open[*]'", "may use some of `inboxes.open`, and should not"),
    "any instance at the scope": (
        "deny: inboxes.read@my",
        "may use some of `inboxes.read@my`, and should not",
    ),
    "any scope on an instance": (
        "deny: 'inboxes.read[Default]'",
        "may use some of `inboxes.read[Default]`, and should not",
    ),
    "every instance": (
        "allow: inboxes.open",
        "may not use `inboxes.open`, and should: no grant covers it",
    ),
}


def of_agents(said: str) -> str:
    inner = said.strip("{}") if said.startswith("{") else said
    return f"access:\n  - {{domain: acme, team: crew, user: bo, {inner}}}\n"


@pytest.mark.parametrize("said", TRUE.values(), ids=TRUE)
def test_what_is_so_is_met(desk: Path, said: str) -> None:
    """`allow` names all of something, `deny` any of it; a scope leaves those within it alone."""
    assert unmet(desk, of_agents(said)) == []


@pytest.mark.parametrize(("said", "message"), FALSE.values(), ids=FALSE)
def test_what_is_not_so_is_told(desk: Path, said: str, message: str) -> None:
    """For each subject, in words."""
    who = ("user `bo` in `acme`", "team `crew` in `acme`")
    assert unmet(desk, of_agents(said)) == [f"{one} {message}" for one in who]


def test_a_star_is_what_a_grant_of_it_gives(desk: Path) -> None:
    """An admin has everything there is in the domain; nobody who holds any of it is denied the star."""
    text = "access: [{domain: [acme, beta], role: admin, allow: '*', deny: tickets.erase}]"
    assert unmet(desk, text) == []
    only = unmet(desk, "access: [{domain: beta, role: admin, deny: 'tickets.*'}]")
    assert [message.split("`")[5] for message in only] == ["tickets.show", "tickets.reply"]


def test_lists_of_subjects_are_shared_by_files(desk: Path) -> None:
    """And each domain that is named is asked in."""
    lists = "subjects: {people: {user: [bo, cy]}, others: {everyone: true, role: agent}}"
    text = (
        "access:\n"
        "  - {domain: acme, subjects: [people, others], deny: tickets.export}\n"
        "  - {domain: acme, subjects: people, allow: tickets.reply@my}\n"
    )
    first, second = run(desk, text, lists=lists).results
    assert (first.met, first.asked, second.asked) == (True, 4, 2)
    (cy,) = second.unmet
    assert cy.message.endswith("and should: restricted by `tickets.reply`")
    assert (cy.span.line, [step.file.rpartition("/")[2] for step in cy.because]) == (3, ["bindings.yaml"])


def test_an_expectation_has_a_time(desk: Path) -> None:
    """A date begins in the zone of the domain; a run has a time for the others."""
    text = "access:\n  - {domain: acme, user: dan, %s: tickets.show@my, at: %s}\n"
    assert unmet(desk, text % ("allow", "2029-12-31")) == []
    assert unmet(desk, text % ("deny", "2030-01-01")) == []
    assert len(unmet(desk, text % ("deny", "2029-12-31T23:59:59Z"))) == 1


def test_a_list_of_holders_is_the_whole_list(desk: Path) -> None:
    """One too many and one too few are told, each with its reason; what is left out is not compared."""
    text = "who_can: [{domain: acme, permission: tickets.reply@my, users: [ana, cy], at: 2031-01-01}]"
    bo, cy = run(desk, text).results[0].unmet
    assert bo.message == "user `bo` may use `tickets.reply@my`, and is not listed"
    assert [step.text for step in bo.because][-1] == "role `agent` grants `tickets.reply@my`"
    assert (
        cy.message == "user `cy` is listed, and may not use `tickets.reply@my`: restricted by `tickets.reply`"
    )
    whole = "users: [ana, bo], teams: crew, roles: [admin, agent], everyone: false"
    line = "who_can: [{domain: acme, permission: tickets.reply@my, %s, at: 2031-01-01}]"
    assert unmet(desk, line % whole) == []
    assert unmet(desk, line % "roles: [agent], teams: []") == [
        "team `crew` may use `tickets.reply@my`, and is not listed",
        "role `admin` may use `tickets.reply@my`, and is not listed",
    ]
    assert unmet(desk, line % "everyone: true") == [
        "not everyone may use `tickets.reply@my`, and everyone should: no grant covers it"
    ]
    some = "who_can: [{domain: acme, permission: inboxes.open, any: %s, roles: %s}]"
    assert unmet(desk, some % ("true", "[admin, agent]")) == unmet(desk, some % ("false", "admin")) == []


def test_what_is_held_is_the_whole_list(desk: Path) -> None:
    """Each part at its broadest; one too many and one too few are told, each with its reason."""
    of_agents = "tickets.show@team, tickets.reply@my, 'inboxes.open[Default]', 'inboxes.read[Default]@my'"
    line = "holds: [{%s, exactly: [%s]}]"
    assert unmet(desk, line % ("role: agent", of_agents)) == []
    assert unmet(desk, line % ("domain: acme, everyone: true", "")) == []
    broader = of_agents.replace("show@team", "show@all")
    more, less = run(desk, line % ("domain: acme, user: bo", broader)).results[0].unmet
    assert more.message == "`tickets.show@team` is held, and is not listed"
    assert more.because[-1].text == "role `agent` grants `tickets.show@team`"
    assert less.message == "`tickets.show@all` is listed, and is not held like this"
    restricted = of_agents.replace("tickets.reply@my, ", "")
    assert unmet(desk, line % ("domain: acme, user: cy", restricted)) == []
    assert unmet(desk, line % ("domain: acme, user: dan, at: 2030-01-01", "")) == []


@pytest.mark.parametrize(
    "text",
    [
        "who_can: [{permission: tickets.erase, domain: acme, everyone: true}]",
        "access: [{everyone: true, domain: acme, allow: tickets.erase}]",
    ],
)
def test_what_would_let_everyone_is_a_line_for_everyone(desk: Path, text: str) -> None:
    """A user whom no file names has no id to write into a line."""
    ((result,),) = [run(desk, text).results]
    (answer,) = result.unmet
    assert answer.nearest
    assert [True] * len(answer.nearest) == ['add {"everyone": true, ' in one for one in answer.nearest]


def test_everyone_is_not_passed_over(tmp_path: Path) -> None:
    """Beside a list of users, what everyone may do is one too many."""
    line = "  - {everyone: true, grants: tickets.show@my, domain: acme}\n"
    text = "who_can: [{domain: acme, permission: tickets.show@my, users: [ana, bo, cy, dan]%s}]"
    for more, count in (("", 1), (", everyone: false", 1), (", everyone: true", 0)):
        files = {**DESK, "bindings.yaml": DESK["bindings.yaml"] + line, "tests/x.yaml": text % more}
        (result,) = rolegate.run_expectations(write(tmp_path, files)).results
        assert len(result.unmet) == count
        assert all("everyone may use" in answer.message for answer in result.unmet)


BROKEN: Mapping[str, tuple[str, list[str]]] = {
    "a permission": ("access: [{domain: acme, user: bo, deny: tickets.shwo@my}]", ["RG720 tickets.shwo"]),
    "a scope": ("access: [{domain: acme, user: bo, deny: tickets.show@mine}]", ["RG720 tickets.show"]),
    "no scope": ("access: [{domain: acme, user: bo, deny: tickets.export@my}]", ["RG720 tickets.export"]),
    "no instance": (
        "access: [{domain: acme, user: bo, on: D, deny: tickets.export}]",
        ["RG720 tickets.export"],
    ),
    "twice": (
        "access: [{domain: acme, user: bo, on: D, deny: 'inboxes.open[D]'}]",
        ["RG722 inboxes.open[D]"],
    ),
    "a group": ("access: [{domain: acme, user: bo, deny: tickets}]", ["RG720 tickets"]),
    "a star": ("access: [{domain: acme, user: bo, deny: ticket.*}]", ["RG720 ticket.*"]),
    "an empty star": ("access: [{domain: acme, user: bo, deny: 'tickets.*[D]'}]", ["RG720 tickets.*[D]"]),
    "grammar": ("access: [{domain: acme, user: bo, deny: 'tickets.show@'}]", ["RG720 tickets.show@"]),
    "on": ("access: [{domain: acme, user: bo, on: 'a/*/b', deny: inboxes.open}]", ["RG720 a/*/b"]),
    "a user": ("access: [{domain: acme, user: bob, deny: tickets.erase}]", ["RG721 bob"]),
    "a team": ("access: [{domain: acme, team: crw, deny: tickets.erase}]", ["RG720 crw"]),
    "a role": ("access: [{role: agnt, deny: tickets.erase}]", ["RG720 agnt"]),
    "a domain": ("access: [{domain: acm, user: bo, deny: tickets.erase}]", ["RG720 acm"]),
    "no domain": ("access: [{user: bo, deny: tickets.erase}]", ["RG720 "]),
    "a list": ("access: [{domain: acme, subjects: x, deny: tickets.erase}]", ["RG720 x"]),
    "nobody": ("access: [{domain: acme, deny: tickets.erase}]", ["RG722 "]),
    "nothing": ("access: [{domain: acme, user: bo}]", ["RG722 "]),
    "not everyone": (
        "access: [{domain: acme, everyone: false, deny: tickets.erase}]",
        ["RG722 everyone: false"],
    ),
    "no holders": ("who_can: [{domain: acme, permission: tickets.erase}]", ["RG722 "]),
    "a holder": ("who_can: [{domain: acme, permission: tickets.erase, users: bob}]", ["RG721 bob"]),
    "a role that holds": (
        "who_can: [{domain: acme, permission: tickets.erase, roles: agnt}]",
        ["RG720 agnt"],
    ),
    "holders of a star": ("who_can: [{domain: acme, permission: tickets.*, users: []}]", ["RG720 tickets.*"]),
    "two who hold": ("holds: [{domain: acme, user: bo, role: agent, exactly: []}]", ["RG722 "]),
    "nobody who holds": ("holds: [{domain: acme, exactly: []}]", ["RG722 "]),
    "a user who holds": ("holds: [{domain: acme, user: bob, exactly: []}]", ["RG721 bob"]),
    "a key": ("acces: []", ["RG112 acces"]),
    "a moment": ("access: [{domain: acme, user: bo, at: soon, deny: tickets.erase}]", ["RG405 soon"]),
}


@pytest.mark.parametrize(("text", "found"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_asked_is_an_error(desk: Path, text: str, found: list[str]) -> None:
    """It would be denied, and so be as expected for ever."""
    assert errors(desk, text) == [f"1 {one}" for one in found]
    assert {"RG322"} == {one.code for one in rolegate.load(desk).warnings}


def test_lists_of_one_name_are_an_error(desk: Path) -> None:
    """All files of the folder share them."""
    text = "subjects: {a: {user: bo}}\naccess: [{domain: acme, subjects: a, deny: tickets.erase}]"
    assert errors(desk, text, y="subjects: {a: {user: cy}}") == ["1 RG722 a"]


def test_some_of_them_are_run(desk: Path) -> None:
    """By a part of a name or a file, or by a pattern."""
    text = "access:\n" + "".join(
        f"  - {{name: {name}, domain: acme, user: bo, deny: tickets.erase}}\n" for name in ("one", "two")
    )
    run(desk, text, y=text)
    for only, count in (("one", 2), ("y.yaml", 2), ("*x.yaml", 2), ("t?o", 2), ("three", 0), ("e", 4)):
        found = rolegate.run_expectations(desk, only=[only])
        assert (len(found.results), found.passed_over) == (count, 4 - count), only


def test_each_key_is_in_the_reference() -> None:
    """The page has a table for each mapping, with all of its keys."""
    page = (ROOT / "docs" / "reference" / "expectations.md").read_text(encoding="utf-8")
    sections = dict(
        zip(re.findall("(?m)^# .*|^## .*", page), re.split("(?m)^# .*|^## .*", page)[1:], strict=True)
    )
    shapes: dict[str, type[Shape]] = {
        "# Expectations": ExpectationsShape,
        "## `access`": ExpectedAccessShape,
        "## `subjects`": ExpectedSubjectsShape,
        "## `who_can`": ExpectedHoldersShape,
        "## `holds`": ExpectedRightsShape,
        "## `trees`": ExpectedTreeShape,
    }
    for title, shape in shapes.items():
        rows = [line.split("|")[1] for line in sections[title].splitlines() if line.startswith("| `")]
        keys = {key for row in rows for key in re.findall("`([a-z_]+)`", row)}
        assert keys == set(shape.keys()), title
