"""`rolegate diff --routes`: who may now call a route, and which route lost its guard."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Run, rolegate
from git_desk import FILES, Repository, repository

BEFORE = {"/edit": "tickets.edit", "/pay": "billing.pay and signed in", "/menu": "signed in"}
SIDES = ("HEAD:policies/desk", "policies/desk")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = repository(tmp_path / "top")
    monkeypatch.chdir(made.top)
    write(made, BEFORE)
    made.commit("Routes")
    return made


def write(desk: Repository, routes: dict[str, str]) -> None:
    lines = [f"GET {path} -> {guard}\n" for path, guard in sorted(routes.items())]
    (desk.top / "routes.lock").write_text("# rolegate routes 1\n" + "".join(lines), "utf-8")


def asked(*more: str) -> Run:
    return rolegate("diff", *SIDES, "--routes", "routes.lock", *more)


def test_a_route_with_another_guard_says_who_may_call_it(desk: Repository) -> None:
    """With a guard of the same kind nothing is refused."""
    write(desk, BEFORE | {"/edit": "billing.refund", "/new": "gone.gone"})
    run = asked()
    assert run.code == 0
    assert run.out.splitlines()[2:] == [
        "routes:",
        "  ~ GET /edit  tickets.edit → billing.refund",
        "      may be called by: user ana in acme, emea; role boss in acme, beta, emea",
        "  ~ GET /new  new → gone.gone",
        "      may be called by: nobody, since the policy does not have `gone.gone`",
    ]


def test_a_change_of_the_policy_names_the_routes_that_it_opens(desk: Repository) -> None:
    """Though the file of routes is the same."""
    desk.write(bindings=FILES["bindings.yaml"].replace("user: dan, role: viewer", "user: dan, role: agent"))
    run = asked("--format", "json")
    assert [(known["route"], known["unguarded"]) for known in run.json["routes"]] == [("GET /edit", False)]
    assert "user dan in beta" in run.json["routes"][0]["callers"][0]


@pytest.mark.parametrize(
    "changed",
    [
        {"/edit": "nothing"},
        {"/edit": "public"},
        {"/edit": "signed in"},
        {"/pay": "billing.pay"},
        {"/pay": "signed in"},
        {"/menu": "public"},
        {"/fresh": "nothing"},
    ],
)
def test_a_route_that_lost_its_guard_fails(desk: Repository, changed: dict[str, str]) -> None:
    """Or a part of it; whether the gate is asked or not, and nothing in the policy changes."""
    write(desk, BEFORE | changed)
    run = asked()
    assert run.code == 1
    assert run.out.count("refused: the route is less guarded than before") == 1
    gate = asked("--gate", "--format", "json")
    assert (gate.code, gate.json["allowed"]) == (1, False)
    assert "### Routes" in asked("--format", "markdown").out


def test_a_file_that_is_gone_or_broken_is_never_passed_over(desk: Repository) -> None:
    """It ends with 2, as does a side without a revision and a format that cannot say it."""
    path = desk.top / "routes.lock"
    path.write_text("GET /edit -> nothing\n", "utf-8")
    runs = [asked(), asked("--format", "sarif"), rolegate("diff", "HEAD", "--routes", "routes.lock")]
    path.unlink()
    runs += [asked(), rolegate("diff", "policies/desk", "policies/desk", "--routes", "routes.lock")]
    assert [(run.code, run.out) for run in runs] == [(2, "")] * 5


def test_less_guards_and_routes_that_are_gone_are_no_loss(desk: Repository) -> None:
    """What nobody can call any more, and what asks for more, is told and passes."""
    write(desk, {"/edit": "tickets.edit and signed in", "/menu": "tickets.show"})
    run = asked()
    assert (run.code, "GET /pay  billing.pay and signed in → gone" in run.out) == (0, True)
