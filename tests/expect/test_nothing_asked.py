"""An expectation that asks nothing would be met for ever, so it is an error."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

import rolegate
from command_line import rolegate as run
from reading import write

DESK = {
    "catalog.yaml": "catalog: x\npermissions: {a: A, g: {fields: [name, card]}, h: {fields: [note]}}\n",
    "roles/x.yaml": "roles: {r: {grants: [a, g.fields.name@view]}}\n",
    "domains.yaml": "domains: {d: {teams: {crew: [bo]}}}\n",
    "bindings.yaml": "bindings:\n  - {team: crew, role: r, domain: d}\n",
}

WHO = (
    "user: []",
    "user: bo",
    "team: []",
    "role: r",
    "subjects: []",
    "subjects: none",
    "subjects: [none, some]",
)
WHAT = (
    "allow: []",
    "allow: a",
    "deny: []",
    "fields: {}",
    "fields: {g: {}}",
    "fields: {g: {name: view}}",
    "fields: {g: {name: view}, h: {}}",
    "allow: a, fields: {h: {}}",
)


@pytest.mark.parametrize("none", ["{}", "{user: []}", "{team: [], role: []}"])
def test_an_expectation_asks_something_or_is_an_error(tmp_path: Path, none: str) -> None:
    """Whatever of it is empty: nobody of a list, no field of a group, or all of it."""
    used = 0
    for who, what in product(WHO, WHAT):
        lists = f"subjects: {{some: {{user: bo}}{f', none: {none}' if 'none' in who else ''}}}\n"
        tests = f"{lists}access: [{{domain: d, {who}, {what}}}]\n"
        folder = write(tmp_path / "set", {**DESK, "tests/x.yaml": tests})
        try:
            (result,) = rolegate.run_expectations(folder).results
        except rolegate.InvalidExpectationsError:
            continue
        assert result.asked > 0, tests
        assert "none" not in who, tests
        assert "{}" not in what, tests
        used += 1
    assert used == 4  # a user and a role, each with a permission and with a field


def test_what_is_empty_is_said_at_its_place(tmp_path: Path) -> None:
    """The list where it is declared, and the group where it is named."""
    tests = "subjects:\n  none: {user: []}\naccess:\n  - {role: r, allow: a, fields: {h: {}}}\n"
    shown = run("test", write(tmp_path / "set", {**DESK, "tests/x.yaml": tests})).err
    assert "tests/x.yaml:2:3: RG722 expectation.form: the list of subjects names nobody\n" in shown
    assert "tests/x.yaml:4:34: RG722 expectation.form: nothing is expected of the fields of `h`\n" in shown


def test_a_domain_that_is_set_aside_is_said_once(tmp_path: Path) -> None:
    """What is about it cannot be tried, as often as it is named; the one thing to mend is said elsewhere."""
    tests = """
access:
  - {user: ana, domain: beta, allow: show}
  - {user: ana, domain: [acme, beta], deny: show}
who_can:
  - {permission: show, domain: beta, roles: []}
"""
    files = {
        "catalog.yaml": "catalog: c\npermissions: {show: Show}\n",
        "domains.yaml": "domains: {acme: {}, beta: {}}\n",
        "bindings/acme.yaml": "bindings: [{user: ana, grants: [show]}]\n",
        "bindings/beta.yaml": "bindings: [{user: ana, role: gone}]\n",
        "tests/a.yaml": tests,
    }
    said = [one for one in rolegate.validate([write(tmp_path, files)]).diagnostics if one.code == "RG720"]
    assert [3] == [one.line for one in said]
    assert said[0].message.endswith("; the 3 expectations about it are not tried")
