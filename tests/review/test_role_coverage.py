"""A default role counts once, and by itself in each domain that makes a difference to it."""

from __future__ import annotations

from pathlib import Path

import rolegate
from command_line import rolegate as run
from reading import write

SET = {
    "catalog.yaml": "catalog: x\nplans: [free, pro]\npermissions: {a: A, b: {title: B, plans: [pro]}}\n",
    "domains.yaml": "domains:\n  alike: {plan: pro}\n  free: {plan: free}\n"
    "  strict: {plan: pro}\n  own: {plan: pro}\n",
    "roles/x.yaml": "roles: {r: {grants: [a, b]}, low: {grants: [a]}}\n",
    "roles/own/ours.yaml": "role: ours\nreplaces: low\ngrants: [b]\n",
    "bindings.yaml": "bindings:\n  - {role: r, restrict: a, domain: strict}\n",
}


def covered(folder: Path, tests: str) -> dict[tuple[str, str | None], tuple[int, int]]:
    """The cells of each role, and how many of them are covered."""
    found = rolegate.run_expectations(write(folder / "set", {**SET, "tests/x.yaml": tests}), coverage=True)
    assert found.ok
    assert found.coverage is not None
    subjects = [subject for subject in found.coverage.subjects if subject.kind == "role"]
    return {(subject.name, subject.domain): (subject.covered, subject.cells) for subject in subjects}


def test_a_role_counts_where_a_domain_makes_a_difference(tmp_path: Path) -> None:
    """A plan and a restriction do; where all lines are those of everywhere, the role counts once."""
    found = covered(tmp_path, "access: [{role: r, allow: [a, b]}]\n")
    assert found == {
        ("low", None): (0, 2),
        ("r", None): (2, 2),
        ("r", "free"): (0, 2),
        ("r", "strict"): (0, 2),
        ("ours", "own"): (0, 2),
    }


def test_a_role_that_is_asked_in_a_domain_covers_what_it_is_asked_for(tmp_path: Path) -> None:
    """In a domain of its own its answers there, and elsewhere those of everywhere."""
    strict = "access: [{role: r, domain: strict, allow: b, deny: a}, {role: r, domain: free, deny: b}]\n"
    found = covered(tmp_path, strict)
    assert (found["r", "strict"], found["r", "free"], found["r", None]) == ((2, 2), (1, 2), (0, 2))
    assert covered(tmp_path, "access: [{role: r, domain: alike, allow: b}]\n")["r", None] == (1, 2)


def test_the_list_of_a_role_in_a_domain_is_what_it_holds_there(tmp_path: Path) -> None:
    """Whether it counts there by itself or not."""
    lists = (
        "holds:\n"
        "  - {role: r, domain: alike, exactly: [a, b]}\n"
        "  - {role: r, domain: free, exactly: [a]}\n"
        "  - {role: r, domain: strict, exactly: [b]}\n"
        "  - {role: low, domain: own, exactly: [b]}\n"
        "  - {role: low, domain: free, exactly: [a]}\n"
    )
    assert all(part == whole for part, whole in covered(tmp_path, lists).values())


def test_without_domains_a_restriction_makes_a_difference(tmp_path: Path) -> None:
    """A role that is asked in no domain is asked beside the restriction, so both have lists."""
    files = {
        "catalog.yaml": SET["catalog.yaml"],
        "roles/x.yaml": SET["roles/x.yaml"],
        "bindings.yaml": "bindings:\n  - {role: r, restrict: a}\n",
    }
    folder = write(tmp_path / "set", files)
    rolegate.write_expectations(folder, everybody=True)
    text = (folder / "tests" / "holds.yaml").read_text("utf-8")
    assert "- role: r\n    exactly:\n      - a\n      - b\n" in text
    assert "- role: r\n    domain: default\n    exactly:\n      - b\n" in text
    found = rolegate.run_expectations(folder, coverage=True)
    assert found.coverage is not None
    assert (found.ok, found.coverage.percent) == (True, 100.0)


def test_what_is_expected_at_another_time_says_so(tmp_path: Path) -> None:
    """It does not count, and the reason is not that nothing is expected."""
    text = "at: 2030-01-01\naccess: [{role: r, allow: [a, b]}]\nholds: [{role: low, exactly: [a]}]\n"
    line = "  - {user: x, role: r, domain: own, until: 2029-01-01}\n"
    files = {**SET, "bindings.yaml": SET["bindings.yaml"] + line, "tests/x.yaml": text}
    folder = write(tmp_path / "set", files)
    now = run("test", folder, "--coverage", "--at", "2028-01-01").out
    for role in ("r", "low"):
        assert f"  role `{role}`: 0 of 2: expected at another time, see `--at`\n" in now
    assert "another time" not in run("test", folder, "--coverage", "--at", "2030-01-01").out


def test_domains_of_which_the_same_is_said_share_a_line(tmp_path: Path) -> None:
    """Of a role that is restricted in one and lacks a plan in the other, nothing is asked in either."""
    text = "access: [{role: r, allow: [a, b]}]\n"
    shown = run("test", write(tmp_path / "set", {**SET, "tests/x.yaml": text}), "--coverage").out
    assert "  role `r` in `free`, `strict`: 0 of 2: no expectation is about the subject\n" in shown


def test_a_team_counts_where_its_name_means_it(tmp_path: Path) -> None:
    """Nobody can ask about a team where an inner domain has one of that name; the rest can be covered."""
    files = {
        "catalog.yaml": SET["catalog.yaml"],
        "roles/x.yaml": SET["roles/x.yaml"],
        "domains.yaml": "domains:\n  outer: {plan: pro, teams: {care: [ana, {team: night}], night: [bo]}}\n"
        "  inner: {within: outer, teams: {care: [cy]}}\n  innermost: {within: inner}\n",
        "bindings.yaml": "bindings:\n  - {team: care, role: r, domain: outer}\n"
        "  - {team: care, grants: a, domain: inner}\n",
    }
    folder = write(tmp_path / "set", files)
    rolegate.write_expectations(folder, everybody=True)
    found = rolegate.run_expectations(folder, coverage=True)
    assert found.coverage is not None
    assert (found.ok, found.coverage.percent) == (True, 100.0)
    places = [(subject.name, subject.domain) for subject in found.coverage.subjects if subject.kind == "team"]
    domains = ("inner", "innermost", "outer")
    assert sorted(places) == [(team, domain) for team in ("care", "night") for domain in domains]
