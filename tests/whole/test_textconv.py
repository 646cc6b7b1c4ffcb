"""`git diff` of compiled policies and role files is readable, with real git."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from git_desk import FILES, Repository, repository
from ready_processes import write_tools
from rolegate.linting.compared_text import compared_text


@pytest.fixture
def desk(tmp_path: Path) -> Repository:
    return repository(tmp_path / "top")


def compiled(desk: Repository) -> str:
    return rolegate.load(desk.folder).compile().policy_text


def test_git_shows_sentences_and_no_white_space(desk: Repository, tmp_path: Path) -> None:
    """One changed line is one changed sentence, and a file that changed its spaces only is not shown."""
    write_tools(tmp_path / "bin")
    csv = desk.top / "policy.csv"
    csv.write_text(compiled(desk), "utf-8")
    (desk.top / ".gitattributes").write_text("policy.csv diff=rolegate\n*.yaml diff=rolegate\n", "utf-8")
    desk.git("config", "diff.rolegate.textconv", f"'{tmp_path}/bin/rolegate' fmt --textconv")
    desk.commit("Compiled")
    desk.write(bindings=FILES["bindings.yaml"].replace("user: dan, role: viewer", "user: dan, role: agent"))
    csv.write_text(compiled(desk), "utf-8")
    desk.write(roles__viewer="role:  viewer\ngrants: [ tickets.show@my ]\n", bindings=FILES["bindings.yaml"])
    shown = [
        line for line in desk.git("diff").splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert shown == ["-beta: user dan has role viewer", "+beta: user dan has role agent"]


def test_each_kind_of_line_has_a_sentence(desk: Repository) -> None:
    """Permissions, memberships, holders, availability; names that are more than a word are quoted."""
    eve = "  - {user: 'eve \\ mallory', role: agent, domain: acme}\n"
    everyone = "  - {everyone: true, role: viewer, domain: emea}\n"
    desk.write(bindings=FILES["bindings.yaml"] + eve + everyone)
    text = compiled(desk)
    told = compared_text(text.encode()).decode().splitlines()
    assert len(told) == len(text.splitlines())
    assert told[:1] == ["# rolegate policy 2"]
    assert {
        "everywhere: role agent may tickets.edit@team",
        "where plan=pro: role boss may tickets.export",
        "acme: user cy may not inboxes.access[Complaints]",
        "acme: user bo is in team sales of acme",
        "acme: team sales of acme has role agent",
        "acme: user `eve \\ mallory` has role agent",
        "emea: everyone has role viewer",
        "acme is where plan=pro",
        "whatever no line allows is denied",
    } <= set(told)


@pytest.mark.parametrize("contents", [b"role: [\n", b"\xff\xfe", b"a: 1\na: 2\n", b""])
def test_what_cannot_be_read_is_compared_as_it_is(contents: bytes) -> None:
    """Whoever compares two versions wants to see the broken one."""
    assert compared_text(contents) == contents


def test_lines_of_another_form_stay_as_they_are() -> None:
    """Nothing is guessed, and nothing is left out."""
    text = "# rolegate policy 9\np, user:%FF, x\np, a, user:%FF, -, c, -, allow\nq, r\n"
    assert compared_text(text.encode()).decode() == text
