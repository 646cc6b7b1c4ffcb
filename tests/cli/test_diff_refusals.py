"""Whatever the gate refuses is an error in each format that a host reads, also where it is in no line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sarif_kit.validate import validation_errors

from command_line import rolegate
from git_desk import FILES, Repository, repository

REFUSED: dict[str, tuple[dict[str, str | None], str]] = {
    "rule": ({"review": "approve: sensitive\n"}, "approve: sensitive"),
    "invariant": ({"invariants": None}, 'invariant {"never": ["billing.pay"], "for": ["role:viewer"]}: gone'),
    "unread": ({"approvals": "approvals: [\n"}, "the rules cannot be read: policies/desk/approvals.yaml:2:1"),
    "lifted": (
        {"bindings": FILES["bindings.yaml"].rpartition("  - ")[0]},
        "restriction",
    ),
    "aside": ({"roles__acme__own": "role: own\ngrants: [billing.nope]\n"}, "`own`"),
    "locked": ({"roles__boss": "role: boss\nlocked: true\ngrants: ['*']\n"}, "role boss: locked"),
}
"""What a change writes, and what is said of it."""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = repository(tmp_path / "top")
    made.write(
        invariants="invariants: [{never: billing.pay, for: role:viewer}]\n",
        bindings=FILES["bindings.yaml"].replace("user: cy", "user: eve"),
    )
    made.commit("An invariant")
    monkeypatch.chdir(made.top)
    return made


@pytest.mark.parametrize("kind", sorted(REFUSED))
@pytest.mark.parametrize("sides", [("HEAD",), ("HEAD:policies/desk", "policies/desk")])
def test_a_refusal_is_an_error_in_every_format(desk: Repository, kind: str, sides: tuple[str, ...]) -> None:
    """Nobody gains anything in the files, so no line of the diff says it."""
    files, said = REFUSED[kind]
    desk.write(**files)
    run = {
        format: rolegate("diff", *sides, "--gate", "--format", format)
        for format in ("github", "gitlab", "sarif", "junit")
    }
    assert {format: one.code for format, one in run.items()} == dict.fromkeys(run, 1)
    log = json.loads(run["sarif"].out)
    assert validation_errors(log) == []
    found = {result["message"]["text"]: result["level"] for result in log["runs"][0]["results"]}
    (text,) = [text for text in found if said in text]
    assert text.startswith("refused: ")
    assert found[text] == "error"
    issues = [issue for issue in json.loads(run["gitlab"].out) if issue["description"] == text]
    assert [issue["severity"] for issue in issues] == ["critical"]
    assert "::error " in run["github"].out
    assert "<failure" in run["junit"].out


def test_what_is_approved_is_no_error(desk: Repository) -> None:
    """A rule whose change an approval names is in no format as refused."""
    approval = "{rules: ['approve: sensitive'], reason: x, until: 2999-01-01}"
    desk.write(review="approve: sensitive\n", approvals=f"approvals: [{approval}]\n")
    for format in ("github", "gitlab", "sarif", "junit"):
        run = rolegate("diff", "HEAD", "--gate", "--format", format)
        assert run.code == 0
        assert "refused: " not in run.out
