"""Each rule of lint finds what it is for, at its place, and says nothing where it should not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

import rolegate
from reading import write
from repository import ROOT
from rolegate import LintSettings
from rolegate.codes import CODES, is_lint
from rolegate.linting.lint_rules import RULES
from steps import NOW

CATALOG = """catalog: demo
plans: [free]
scopes: {reach: [all, team, my]}
resources: {inbox: Inbox}
permissions:
  desk: {permissions: {ask: Ask, tell: {title: Tell, implies: desk.ask}}}
  tickets:
    permissions: {show: {title: Show, scopes: reach}, edit: {title: Edit, scopes: reach}}
  boxes: {permissions: {open: {title: Open, per: inbox}}}
"""
DOMAINS = (
    "domains: {acme: {plan: free, teams: {sales: [bo]}, instances: {inbox: [a, b]}}, beta: {plan: free}}\n"
)

LINE = "bindings:\n  - {user: ana, domain: acme, grants: "

FOUND = {
    "a scope that another one includes": (
        {"roles/x.yaml": "role: x\ngrants: [tickets.show@all, tickets.show@my]\n"},
        ["RG800 roles/x.yaml:2 `tickets.show@my`"],
    ),
    "what a grant implies": (
        {"roles/x.yaml": "role: x\ngrants: [desk.ask, desk.tell]\n"},
        ["RG800 roles/x.yaml:2 `desk.ask`"],
    ),
    "what a parent gives": (
        {
            "roles/x.yaml": "role: x\ngrants: desk.*\n",
            "roles/w.yaml": "role: w\nextends: x\ngrants: [desk.ask]\n",
        },
        ["RG800 roles/w.yaml:3 `desk.ask`", "RG804 roles/x.yaml:1 role `x`"],
    ),
    "a star within a star": (
        {"roles/x.yaml": 'role: x\ngrants: ["*", desk.*]\n'},
        ["RG800 roles/x.yaml:2 `desk.*`"],
    ),
    "the later one of two equal grants": (
        {"roles/x.yaml": "role: x\ngrants: [desk.ask, desk.ask]\n"},
        ["RG800 roles/x.yaml:2 `desk.ask`"],
    ),
    "a grant of which an exception leaves nothing": (
        {"roles/x.yaml": "role: x\ngrants: [desk.ask, 'boxes.open[*]']\nexcept: [desk.ask]\n"},
        ["RG800 roles/x.yaml:2 `desk.ask`"],
    ),
    "a grant of a line": (
        {"bindings.yaml": LINE + "['boxes.open[*]', 'boxes.open[a]']}\n"},
        ["RG800 bindings.yaml:2 `boxes.open[a]`"],
    ),
    "not a star that grows where names do not": (
        {"roles/x.yaml": "role: x\ngrants: [tickets.show@all, tickets.edit@all, tickets.*@my]\n"},
        [],
    ),
    "every instance by name, which covers none of the others": (
        {"bindings.yaml": LINE + "['boxes.open[b]', 'boxes.open[a]']}\n"},
        ["RG806 bindings.yaml:2 all"],
    ),
    "not some of the instances": (
        {"bindings.yaml": LINE.replace("acme", "beta") + "['boxes.open[b]', 'boxes.open[a]']}\n"},
        [],
    ),
    "an exception within another": (
        {"roles/x.yaml": "role: x\ngrants: [desk.*, tickets.*]\nexcept: [tickets.edit@team, tickets.edit]\n"},
        ["RG801 roles/x.yaml:3 `tickets.edit@team`"],
    ),
    "not exceptions that go together": (
        {"roles/x.yaml": "role: x\ngrants: [tickets.*]\nexcept: [tickets.edit@team, tickets.show]\n"},
        [],
    ),
    "a role without a line": (
        {
            "roles/x.yaml": "role: x\ngrants: [desk.ask]\n",
            "roles/w.yaml": "role: w\nextends: x\ngrants: [tickets.*]\n",
            "roles/z.yaml": "role: z\ngrants: [desk.tell]\n",
            "bindings.yaml": "bindings:\n  - {user: ana, role: w, domain: acme}\n",
        },
        ["RG802 roles/z.yaml:1 nobody"],
    ),
    "a role whose lines are over": (
        {
            "roles/x.yaml": "role: x\ngrants: [desk.ask]\n",
            "roles/w.yaml": "role: w\ngrants: [tickets.*]\n",
            "bindings.yaml": "bindings:\n  - {user: ana, role: x, domain: acme, until: 2026-01-01}\n"
            "  - {team: sales, role: w, domain: acme, from: 2029-01-01}\n",
        },
        ["RG422 bindings.yaml:2 the", "RG802 roles/x.yaml:1 nobody"],
    ),
    "not a role in whose place somebody has a version": (
        {
            "roles/x.yaml": "role: x\ngrants: [desk.ask]\n",
            "roles/w.yaml": "role: w\ndomain: acme\nreplaces: x\ngrants: [desk.tell]\n",
            "bindings.yaml": "bindings:\n  - {user: ana, role: x, domain: acme}\n",
        },
        [],
    ),
    "roles that say the same otherwise": (
        {"roles/x.yaml": "role: x\ngrants: [desk.*]\n", "roles/w.yaml": "role: w\ngrants: [desk.tell]\n"},
        ["RG804 roles/x.yaml:1 role `x`"],
    ),
    "not the roles of two domains": (
        {
            "roles/x.yaml": "role: x\ndomain: acme\ngrants: [desk.ask]\n",
            "roles/w.yaml": "role: w\ndomain: beta\ngrants: [desk.ask]\n",
        },
        [],
    ),
    "a custom role like a default one": (
        {
            "roles/x.yaml": "role: x\ngrants: [desk.ask]\n",
            "roles/w.yaml": "role: w\ndomain: beta\ngrants: [desk.ask]\n",
        },
        ["RG805 roles/w.yaml:1 role `w`"],
    ),
    "a version that does not differ": (
        {
            "roles/x.yaml": "role: x\ngrants: [desk.ask]\n",
            "roles/w.yaml": "role: w\nreplaces: x\ndomain: beta\ngrants: [desk.ask]\n",
        },
        ["RG805 roles/w.yaml:1 role `w`"],
    ),
    "not a role whose holders are restricted": (
        {
            "roles/x.yaml": "roles: {x: {grants: [desk.ask]}, v: {grants: [desk.ask]}}\n",
            "roles/w.yaml": "role: w\ndomain: beta\ngrants: [desk.ask]\n",
            "bindings.yaml": "bindings:\n  - {role: x, restrict: [desk.*], domain: acme}\n"
            "  - {role: w, restrict: [desk.*], domain: beta}\n",
        },
        [],
    ),
    "lines that end within a month": (
        {
            "bindings.yaml": "bindings:\n  - {user: a, grants: [desk.ask], domain: acme, until: 2026-07-15}\n"
            "  - {user: bo, restrict: [desk.ask], domain: acme, until: 2026-06-16}\n"
            "  - {user: cy, grants: [desk.ask], domain: acme, until: 2026-07-16}\n",
        },
        ["RG809 bindings.yaml:2 the", "RG809 bindings.yaml:3 the"],
    ),
}


def found(folder: Path, files: dict[str, str], settings: LintSettings | None = None) -> list[str]:
    """What lint finds, as `code file:line word`; of permissions that nobody holds, nothing."""
    write(folder, {"catalog.yaml": CATALOG, "domains.yaml": DOMAINS, **files})
    off = LintSettings({"RG803": "off", "RG409": "off"}) if settings is None else settings
    result = rolegate.lint([folder], at=NOW, settings=off)
    shown = []
    for one in result.diagnostics:
        file = one.file.removeprefix(f"{folder.as_posix()}/")
        words = one.message.split(" ")
        shown.append(f"{one.code} {file}:{one.line} {' '.join(words[: 1 + (words[0] == 'role')])}")
    return sorted(shown)


@pytest.mark.parametrize("about", FOUND)
def test_what_a_rule_finds(about: str, tmp_path: Path) -> None:
    """Exactly this, and nothing else."""
    files, expected = FOUND[about]
    assert found(tmp_path, files) == expected


def test_a_permission_that_nothing_grants(tmp_path: Path) -> None:
    """In no role and in no line; a set that grants nothing at all is a catalog, and no finding."""
    write(tmp_path, {"catalog.yaml": CATALOG, "domains.yaml": DOMAINS})
    assert rolegate.lint([tmp_path], at=NOW, settings=LintSettings()).diagnostics == ()
    lines = f"{LINE}['boxes.open[a]', desk.tell, tickets.show@my]}}\n"
    (tmp_path / "bindings.yaml").write_text(lines, encoding="utf-8")
    (unheld,) = rolegate.lint([tmp_path], at=NOW, settings=LintSettings()).diagnostics
    assert (unheld.code, unheld.line, unheld.severity) == ("RG803", 8, "note")
    assert "`tickets.edit`" in unheld.message


def test_the_rules_are_the_codes_of_lint() -> None:
    """Each code of lint has a rule, in the order of the codes, and each is a warning, which files accept."""
    assert [rule.code for rule in RULES] == [code for code in sorted(CODES) if is_lint(code)]
    assert {CODES[rule.code].severity for rule in RULES} == {"warning"}


ACCEPTED = "role: x\ngrants: [desk.tell, desk.ask]\naccept: {RG800: {desk.ask: said out loud}}\n"


def test_a_file_accepts_what_lint_finds(tmp_path: Path) -> None:
    """With its reason; `validate`, which does not look for it, does not call the acceptance unused."""
    assert found(tmp_path, {"roles/x.yaml": ACCEPTED}) == []
    (accepted,) = rolegate.lint([tmp_path], at=NOW).accepted
    assert (accepted.finding.code, accepted.reason) == ("RG800", "said out loud")
    assert rolegate.validate([tmp_path]).diagnostics == ()


def test_an_acceptance_that_accepts_nothing_is_found(tmp_path: Path) -> None:
    """Unless its rule is off everywhere, and so is not looked for."""
    files = {"roles/x.yaml": ACCEPTED.replace("[desk.tell, desk.ask]", "[desk.ask]")}
    assert found(tmp_path, files) == ["RG125 roles/x.yaml:3 nothing"]
    assert found(tmp_path, files, LintSettings({"RG800": "off", "RG803": "off"})) == []


def test_a_set_with_errors_is_not_looked_at(tmp_path: Path) -> None:
    """What is wrong comes first."""
    files = {"roles/x.yaml": "role: x\ngrants: [desk.aks]\n"}
    assert found(tmp_path, files) == []
    result = rolegate.lint([tmp_path], settings=LintSettings(fail_level="off"))
    assert (result.ok, result.sets) == (False, ())
    assert [error.code for one in result.refused for error in one.errors] == ["RG301"]


def test_lint_looks_from_a_moment(tmp_path: Path) -> None:
    """A line ends soon as seen from then."""
    files = {
        "bindings.yaml": "bindings:\n  - {user: a, grants: [desk.ask], domain: acme, until: 2030-01-01}\n"
    }
    assert found(tmp_path, files) == []
    then = datetime(2029, 12, 20, tzinfo=UTC)
    codes = [one.code for one in rolegate.lint([tmp_path], at=then, settings=LintSettings()).diagnostics]
    assert "RG809" in codes


def test_our_own_policies_are_clean() -> None:
    """What is meant in them is accepted, with the reason."""
    result = rolegate.lint([ROOT / "policies"], at=NOW, settings=LintSettings())
    assert [str(one) for one in result.diagnostics] == []
    assert {one.finding.code for one in result.accepted} >= {"RG800", "RG805"}
