"""A warning that names one of several is accepted by that name alone: whoever comes later is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from repository import CASES

LEADS = {
    "catalog.yaml": "catalog: demo\ncustom_roles: {manage: desk.rule, never: [desk.rule]}\n"
    "records: {separate: true}\n"
    "permissions: {desk: {permissions: {ask: Ask, rule: Rule}}}\n",
    "roles/all.yaml": "roles:\n  agent: {grants: [desk.ask, desk.rule]}\n  lead: {extends: agent}\n"
    "  boss: {extends: lead}\n  own: {domain: acme, grants: [desk.ask]}\n",
    "domains.yaml": "domains: {acme: {teams: {leads: [lea]}}}\n",
}


def lines(*more: str) -> str:
    """A file of bindings."""
    return "bindings:\n" + "".join(f"  - {line}\n" for line in more)


def found(folder: Path, files: dict[str, str]) -> tuple[list[str], list[str]]:
    """The codes that are reported, and those that are accepted, with the entries that they name."""
    validation = rolegate.validate([write(folder, files)])
    reported = [f"{one.code} {one.entry}".strip() for one in validation.diagnostics]
    return reported, [f"{one.finding.code} {one.finding.entry}".strip() for one in validation.accepted]


@pytest.mark.parametrize(
    ("line", "later", "first", "second"),
    [
        (
            '{role: agent, restrict: [desk.ask], domain: acme, accept: {RG417: {lead: "they ask"}}}',
            ["{user: bo, role: lead, domain: acme}", "{user: cy, role: boss, domain: acme}"],
            "RG417 lead",
            "RG417 boss",
        ),
        (
            '{team: leads, role: agent, domain: acme, accept: {RG329: {lea: "she leads"}}}',
            ["{user: lea, role: own, domain: acme}", "{user: bo, role: own, domain: acme}"],
            "RG329 lea",
            "RG329 bo",
        ),
        (
            '{everyone: true, role: agent, domain: acme, accept: {RG329: {lea: "she leads"}}}',
            ["{user: lea, role: own, domain: acme}", "{user: bo, role: own, domain: acme}"],
            "RG329 lea",
            "RG329 bo",
        ),
    ],
    ids=["an heir", "a user of a team", "one of everyone"],
)
def test_an_heir_or_a_user_who_comes_later_is_reported(
    tmp_path: Path, line: str, later: list[str], first: str, second: str
) -> None:
    """A finding that names one of several is accepted by that name alone."""
    files = {**LEADS, "bindings.yaml": lines(line, later[0])}
    assert found(tmp_path, files) == ([], [first])
    files["domains.yaml"] = LEADS["domains.yaml"].replace("[lea]", "[lea, bo]")
    files["bindings.yaml"] = lines(line, *later)
    assert found(tmp_path, files) == ([second], [first])


def test_a_reason_without_a_name_is_not_enough_for_one_of_several(tmp_path: Path) -> None:
    """It would accept whoever comes later; the help says which name to write."""
    line = "{team: leads, role: agent, domain: acme, accept: {RG329: she leads}}"
    files = {**LEADS, "bindings.yaml": lines(line, "{user: lea, role: own, domain: acme}")}
    assert found(tmp_path, files) == (["RG329 lea", "RG125"], [])
    (unused,) = [one for one in rolegate.validate([tmp_path]).diagnostics if one.code == "RG125"]
    assert unused.help == 'the warning is about the entry `lea`: write `RG329: {"lea": "…"}`'


def test_a_line_of_one_user_is_accepted_as_a_whole(tmp_path: Path) -> None:
    """Nobody can be added to it."""
    line = "{user: lea, role: agent, domain: acme, accept: {RG329: she leads}}"
    files = {**LEADS, "bindings.yaml": lines(line, "{user: lea, role: own, domain: acme}")}
    assert found(tmp_path, files) == ([], ["RG329"])


@pytest.mark.parametrize(
    "case", sorted(place.parent for place in CASES.glob("*/catalog.yaml")), ids=lambda case: case.name
)
def test_warnings_of_one_place_are_told_apart(case: Path) -> None:
    """No acceptance is of two warnings: those with one code and one place name different entries."""
    warnings = [one for one in rolegate.validate([case]).diagnostics if one.severity == "warning"]
    told_apart = {(one.code, one.span, one.entry) for one in warnings}
    assert [one.entry for one in warnings] == [one.to_dict()["entry"] for one in warnings]
    assert len(told_apart) == len(warnings)


def test_what_a_star_lacks_later_is_reported(tmp_path: Path) -> None:
    """A warning about two permissions is accepted by both: a star may come to grant more of them."""
    catalog = """catalog: demo
permissions:
  show: Show
  desk: {permissions: {ask: {title: Ask, recommends: show}}}
"""
    role = 'role: x\ngrants: ["desk.*"]\naccept: {RG316: {desk.ask without show: "no list yet"}}\n'
    files = {"catalog.yaml": catalog, "roles/x.yaml": role}
    assert found(tmp_path, files) == ([], ["RG316 desk.ask without show"])
    files["catalog.yaml"] = catalog.replace("{ask:", "{tell: {title: Tell, recommends: show}, ask:")
    assert found(tmp_path, files) == (["RG316 desk.tell without show"], ["RG316 desk.ask without show"])


def test_what_a_narrowed_line_implies_later_is_reported(tmp_path: Path) -> None:
    """The catalog may come to imply more than the instances that the line names."""
    catalog = """catalog: demo
resources: {inbox: Inbox}
permissions:
  access: {title: Access, per: inbox}
  answer: {title: Answer, per: inbox}
  supervise: {title: Supervise, implies: "access[*]"}
"""
    accept = '{RG412: {supervise implies access: "she looks after all"}}'
    line = (
        f"{{user: ana, role: agent, domain: acme, only: {{inbox: [Default]}}, rest: keep, accept: {accept}}}"
    )
    files = {
        "catalog.yaml": catalog,
        "roles/x.yaml": "role: agent\ngrants: [supervise]\n",
        "domains.yaml": "domains: {acme: {}}\n",
        "bindings.yaml": lines(line),
    }
    assert found(tmp_path, files) == ([], ["RG412 supervise implies access"])
    files["catalog.yaml"] = catalog.replace('"access[*]"}', '["access[*]", "answer[*]"]}')
    assert found(tmp_path, files) == (["RG412 supervise implies answer"], ["RG412 supervise implies access"])
