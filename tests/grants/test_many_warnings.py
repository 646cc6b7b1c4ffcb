"""Warnings do not refuse a set, however many there are, and they hide no error."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from counting import times
from reading import write
from rolegate import Question
from rolegate.grants.domain_problems import instance_not_known
from rolegate.grants.set_report import MAX_PROBLEMS

CATALOG = "catalog: x\npermissions: {old: {title: Old, deprecated: true}}\n"
MANY = MAX_PROBLEMS + 500


def lines(number: int) -> str:
    """Bindings, each with a warning of its own."""
    return "bindings:\n" + "".join(f"  - {{user: u{i}, grants: [old]}}\n" for i in range(number))


@pytest.mark.parametrize("number", [MAX_PROBLEMS - 1, MAX_PROBLEMS, MAX_PROBLEMS + 1, MANY])
def test_a_set_with_many_warnings_is_loaded(tmp_path: Path, number: int) -> None:
    """The report has the first thousand, and says how many more there are and where they begin."""
    files = {"catalog.yaml": CATALOG, "bindings.yaml": lines(number)}
    policy = rolegate.load(write(tmp_path, files))
    assert policy.decide(Question("old", user=f"u{number - 1}")).allowed
    shown, more = policy.warnings[:MAX_PROBLEMS], policy.warnings[MAX_PROBLEMS:]
    assert {"RG310"} == {found.code for found in policy.warnings}
    assert min(number, MAX_PROBLEMS) == len(shown)
    left = number - len(shown)
    said = "1 more warning of this kind is" if left == 1 else f"{left} more warnings of this kind are"
    assert ([(f"{said} not shown", MAX_PROBLEMS + 2)] if left else []) == [
        (found.message, found.line) for found in more
    ]
    assert all(found.help for found in more)


def test_a_flood_of_warnings_hides_no_error(tmp_path: Path) -> None:
    """An error that comes after thousands of warnings is reported, and is the only one."""
    bindings = lines(MANY) + "  - {user: last, grants: [nowhere]}\n"
    with pytest.raises(rolegate.InvalidPolicyError) as refused:
        rolegate.load(write(tmp_path, {"catalog.yaml": CATALOG, "bindings.yaml": bindings}))
    errors = [found.code for found in refused.value.diagnostics if found.severity == "error"]
    assert ["RG301"] == errors


INBOXES = """\
catalog: x
resources: {inbox: Inbox}
permissions: {read: {title: Read, per: inbox}}
"""
LOST = ", ".join(f'"read[lost{i}]"' for i in range(MANY))


def test_a_warning_that_is_only_counted_has_no_text(tmp_path: Path) -> None:
    """Past the thousandth, no nearest name is looked for; what is accepted counts apart."""
    last = f"read[lost{MANY - 1}]"
    line = f"user: ana, domain: d, grants: [{LOST}], accept: {{RG418: {{'{last}': they come later}}}}"
    files = {
        "catalog.yaml": INBOXES,
        "domains.yaml": "domains: {d: {instances: {inbox: [kept]}}}\n",
        "bindings.yaml": f"bindings:\n  - {{{line}}}\n  - {{user: ben, domain: d, grants: ['read[gone]']}}\n",
    }
    folder = write(tmp_path, files)
    made = times(instance_not_known, lambda: rolegate.validate([folder]))
    checked = rolegate.validate([folder])
    *shown, more = (found.message for found in checked.diagnostics)
    assert [found.finding.message for found in checked.accepted] == [
        f"domain `d` does not know the inbox `lost{MANY - 1}`"
    ]
    assert (made, len(shown)) == (MAX_PROBLEMS + 1, MAX_PROBLEMS)
    assert more == f"{MANY - MAX_PROBLEMS} more warnings of this kind are not shown"
