"""Gains as SARIF: results that the schema accepts, at the line that gives them, and the same tomorrow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sarif_kit.validate import validation_errors

from command_line import rolegate
from git_desk import FILES, Repository, repository
from hostile_strings import HOSTILE_TEXTS
from rolegate.encoding import MAX_USER
from workflow_commands import workflow_commands


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = repository(tmp_path / "top")
    monkeypatch.chdir(made.top)
    return made


def results(*options: str) -> list[dict[str, Any]]:
    """The results of a comparison with HEAD, from a log that the schema of OASIS accepts."""
    run = rolegate("diff", "HEAD:policies/desk", "policies/desk", "--format", "sarif", *options)
    log = json.loads(run.out)
    assert [] == validation_errors(log)
    return list(log["runs"][0]["results"])


def test_a_gain_is_a_result_at_its_line(desk: Repository) -> None:
    """A loss is none; the fingerprint stays when lines move."""
    desk.write(
        roles__viewer="role: viewer\ngrants: [tickets.show@team]\n", roles__boss="role: boss\ngrants: []\n"
    )
    found = results()
    assert {result["ruleId"] for result in found} == {"access/gain"}
    assert found[0]["message"]["text"] == "role viewer gains access: ↑ tickets.show  @my → @team"
    (place,) = found[0]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "policies/desk/roles/viewer.yaml"
    assert place["physicalLocation"]["region"]["startLine"] == 2
    desk.write(roles__viewer="# Reads.\n\nrole: viewer\ngrants: [tickets.show@team]\n")
    moved = results()
    assert moved[0]["locations"] != found[0]["locations"]
    assert [r["partialFingerprints"] for r in moved] == [r["partialFingerprints"] for r in found]


def approving(users: str) -> str:
    """A file that approves what each of *users* sees as a viewer of acme."""
    gains = "domain: [acme, emea], gains: [tickets.show@my]"
    return f"approvals:\n  - {{user: {users}, {gains}, reason: x, until: 2999-01-01}}\n"


def test_what_the_gate_refuses_is_an_error(desk: Repository) -> None:
    """What is approved is a note."""
    desk.write(
        bindings=FILES["bindings.yaml"] + "  - {user: eve, role: viewer, domain: acme}\n"
        "  - {user: fay, role: viewer, domain: acme}\n",
        approvals=approving("eve"),
    )
    levels = {result["message"]["text"].partition(" in ")[0]: result["level"] for result in results("--gate")}
    assert levels == {"2 users: eve, fay": "error"}
    desk.write(approvals=approving("[eve, fay]"))
    assert {result["level"] for result in results("--gate")} == {"note"}


def test_hostile_names_change_no_result(desk: Repository) -> None:
    """Each name that a user can have is one result, on one line, without a link."""
    lines = [
        {
            "user": text,
            "role": "viewer",
            "domain": "beta",
            "until": f"2999-01-{number % 28 + 1:02}T{number // 28:02}:00",
        }
        for number, text in enumerate(HOSTILE_TEXTS)
        if len(text.encode("utf-8", "replace")) * 3 < MAX_USER and text.isprintable() and text.strip()
    ]
    assert len(lines) > 40
    desk.write(bindings=FILES["bindings.yaml"] + "".join(f"  - {json.dumps(line)}\n" for line in lines))
    found = results()
    assert len(found) == len(lines)
    for result in found:
        text = result["message"]["text"]
        assert text.isprintable()
        assert "](" not in text
    run = rolegate("diff", "HEAD", "--format", "github")
    assert len(workflow_commands(run.out)) == len(run.out.splitlines()) - 1 == len(lines)
    issues = json.loads(rolegate("diff", "HEAD", "--format", "gitlab").out)
    assert len({issue["fingerprint"] for issue in issues}) == len(lines)
    assert all(issue["description"].isprintable() for issue in issues)
