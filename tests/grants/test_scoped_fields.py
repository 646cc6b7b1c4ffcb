"""A field gets scopes: what the findings say to write keeps what a restriction took, and is valid."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import rolegate
from reading import write

BEFORE, AFTER = "{name: Name, pay: Pay}", "{name: Name, pay: {title: Pay, scopes: reach}}"


def files(fields: str, grants: list[str], restrict: list[str]) -> dict[str, str]:
    """A set with these *fields*, in which ana has *grants* and is restricted."""
    lines = [f"{{user: ana, grants: {grants}}}", f"{{user: ana, restrict: {restrict}}}"]
    per = "per: team, " if "[" in "".join(grants) else ""
    return {
        "catalog.yaml": "catalog: demo\nscopes: {reach: [all, team, my]}\nresources: {team: Team}\n"
        f"permissions: {{staff: {{{per}fields: {fields}}}}}\n",
        "domains.yaml": "domains: {default: {instances: {team: [a]}}}\n",
        "bindings.yaml": "bindings:\n" + "".join(f"  - {line[:-1]}, domain: default}}\n" for line in lines),
    }


@pytest.mark.parametrize(
    ("grant", "restrict"),
    [
        ("staff.fields.pay@edit", "staff.fields.pay@edit"),
        ("staff.fields.pay@edit", "staff.fields.pay@view"),
        ("staff.fields.pay@edit", "staff.fields.pay"),
        ("staff.fields.pay@view", "staff.fields.pay@view"),
        ("staff.fields.*@edit", "staff.fields.*@edit"),
        ("staff.fields.*@edit", "staff.*@view"),
        ("staff.fields.pay[a]@edit", "staff.fields.pay[a]@edit"),
        ("staff.fields.pay[*]@edit", "staff.fields.pay[*]@view"),
    ],
)
def test_a_restriction_goes_on_taking_what_it_took(tmp_path: Path, grant: str, restrict: str) -> None:
    """In each record: as written in the help line, or the set answers no questions."""
    before = rolegate.load(write(tmp_path / "before", files(BEFORE, [grant], [restrict])))
    on = "a" if "[" in grant else None
    taken = {
        scope: not before.check("ana", "staff.fields.pay", scope=scope, on=on, domain="default")
        for scope in ("view", "edit")
    }
    assert taken["edit"]
    path = write(tmp_path / "after", files(AFTER, [grant], [restrict]))
    found = [finding for finding in rolegate.validate([path]).diagnostics if finding.severity == "error"]
    assert {finding.code for finding in found} <= {"RG302", "RG335"}
    helps = {finding.span.line: re.findall(r"`([^`]+)`", finding.help or "") for finding in found}
    assert 3 in helps  # the line that restricts
    # Who had it by a star has to get it by name to have anything that can be lost.
    grants = [helps[2][0] if 2 in helps else grant, "staff.fields.pay.edit" + ("[*]" if on else "") + "@all"]
    kept = [restrict] if found[-1].code == "RG335" else []
    written = files(AFTER, grants, [*kept, *helps[3]])
    after = rolegate.load(write(tmp_path / "written", written))
    for half, lost in taken.items():
        for scope in ("all", "team", "my"):
            answer = after.check("ana", f"staff.fields.pay.{half}", scope=scope, on=on, domain="default")
            assert lost is not answer.allowed, (half, scope)
