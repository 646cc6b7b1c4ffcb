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


@pytest.mark.parametrize(
    ("before", "after", "unknown"),
    [
        ("[{inbox}]", "[?]", True),
        ("[?]", "[{inbox}]", True),
        ("[{inbox}]", "[{box}]", False),
        ("[?]", "[?] and tickets.show", False),
    ],
)
def test_an_instance_that_a_function_looks_up_is_not_known(
    desk: Repository, before: str, after: str, unknown: bool
) -> None:
    """It may be that of the path or another one: the report says so, in each form for people."""
    write(desk, {"/a/{inbox}": f"inboxes.access{before}"})
    desk.commit("Before")
    path = "/a/{box}" if "{box}" in after else "/a/{inbox}"
    write(desk, {path: f"inboxes.access{after}"})
    for form in ("text", "markdown", "html"):
        run = asked("--format", form)
        assert run.code == (before == "[{inbox}]" and after == "[?]")
        assert ("is what a function looks up" in run.out) is unknown, form
    (known,) = asked("--format", "json").json["routes"] or [{}]
    assert known.get("looked_up", False) is unknown


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


def test_a_folder_is_no_file_of_routes(desk: Repository) -> None:
    """The message names what was given, in one line."""
    run = rolegate("diff", *SIDES, "--routes", ".")
    assert (run.code, run.out, run.err) == (2, "", "rolegate: `.` cannot be read: is a directory\n")


def test_less_guards_and_routes_that_are_gone_are_no_loss(desk: Repository) -> None:
    """What nobody can call any more, and what asks for more, is told and passes."""
    write(desk, {"/edit": "tickets.edit and signed in", "/menu": "tickets.show"})
    run = asked()
    assert (run.code, "GET /pay  billing.pay and signed in → gone" in run.out) == (0, True)


def test_the_file_is_the_same_one_however_it_is_written(
    desk: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path from the root of the disk, one from a folder below, and one through a link from elsewhere."""
    write(desk, BEFORE | {"/edit": "public"})
    (desk.top.parent / "link").symlink_to(desk.top)
    sides = (f"HEAD:{SIDES[1]}", str(desk.folder))
    for path in (str(desk.top / "routes.lock"), "../link/routes.lock", "../routes.lock"):
        if path == "../routes.lock":
            monkeypatch.chdir(desk.top / "policies")
        run = rolegate("diff", *sides, "--routes", path)
        assert (run.code, "! GET /edit  tickets.edit → public" in run.out) == (1, True)
    outside = desk.top.parent / "routes.lock"
    outside.write_bytes((desk.top / "routes.lock").read_bytes())
    run = rolegate("diff", *sides, "--routes", str(outside))
    assert (run.code, "lies outside the repository" in run.err) == (2, True)


@pytest.mark.parametrize("folder", ["other", ".", "policies"])
def test_a_folder_that_becomes_a_link_does_not_hide_the_older_side(desk: Repository, folder: str) -> None:
    """Where it leads nothing was before, so each open route would pass as new."""
    for name in ("conf", "other"):
        (desk.top / name).mkdir()
    (desk.top / "routes.lock").rename(desk.top / "conf" / "routes.lock")
    desk.commit("Routes in a folder")
    (desk.top / "conf" / "routes.lock").unlink()
    (desk.top / "conf").rmdir()
    (desk.top / "conf").symlink_to(folder)
    (desk.top / folder / "routes.lock").write_text("# rolegate routes 1\nGET /edit -> public\n", "utf-8")
    for path in ("conf/routes.lock", "./policies/../conf/routes.lock", str(desk.top / "conf/routes.lock")):
        run = rolegate("diff", *SIDES, "--routes", path)
        assert (run.code, run.out) == (2, "")
        assert "and a change may lead it elsewhere; name the file without it" in run.err


@pytest.mark.parametrize("is_link", [False, True])
def test_an_older_side_without_the_file_is_said(desk: Repository, is_link: bool) -> None:
    """A link there is no file; every route counts as new, in each format."""
    lock = desk.top / "routes.lock"
    lock.unlink()
    if is_link:
        lock.symlink_to("elsewhere.lock")
    desk.commit("No routes")
    lock.unlink(missing_ok=True)
    write(desk, {"/edit": "public"})
    said = "there was no file of routes before the change, so every route counts as new"
    assert said in asked().out
    assert said in asked("--format", "markdown").out
    assert asked("--format", "json").json["routes_before"] is False


def test_a_route_that_moves_and_is_open_is_refused(desk: Repository) -> None:
    """With other names of parameters, and in another place; a guard in another place is no loss."""
    write(desk, {"/t/{id}": "tickets.edit", "/pay": "billing.pay"})
    desk.commit("Tickets")
    write(desk, {"/t/{pk}": "public", "/pay": "billing.pay"})
    run = asked()
    assert (run.code, run.out.splitlines()[3:5]) == (
        1,
        ["  ! GET /t/{pk}  tickets.edit → public", "      called before: GET /t/{id}"],
    )
    write(desk, {"/other": "public", "/pay": "billing.pay"})
    run = asked("--format", "json")
    assert run.code == 1
    assert [known.get("instead") for known in run.json["routes"]] == [["GET /t/{id}"], None]
    assert "refused: it may answer in the place of `GET /t/{id}`, which asked for more" in asked().out
    write(desk, {"/other": "tickets.edit", "/pay": "billing.pay"})
    assert asked().code == 0


def test_the_verdict_says_that_routes_are_refused(desk: Repository) -> None:
    """Neither format says above a refused route that the change is allowed."""
    write(desk, BEFORE | {"/edit": "public"})
    text, comment = asked("--gate"), asked("--gate", "--format", "markdown")
    assert (text.code, comment.code) == (1, 1)
    assert "allowed" not in f"{text.out}{comment.out}".lower()
    assert text.out.splitlines()[2] == "refused: 1 route is less guarded than before"
    first = "**❌ Refused: 1 route is less guarded than before.**"
    assert comment.out.splitlines()[0] == first
    assert asked("--format", "markdown").out.splitlines()[0] == first


def test_a_comment_about_many_routes_counts_those_that_do_not_fit(desk: Repository) -> None:
    """It has at most 65,000 characters, and begins with those that are refused."""
    write(desk, {f"/{n}/{'x' * 900}": "nothing" for n in range(300)})
    comment = asked("--format", "markdown").out
    assert len(comment) <= 65_000
    block = comment.split("```")[1].strip().splitlines()
    assert block[0].startswith("! GET /0/")
    assert block[-1] == f"and {3 * 300 + 3 - (len(block) - 1)} more lines"


def test_a_route_for_all_methods_is_compared_with_each_that_it_takes_the_place_of(desk: Repository) -> None:
    """The guard of one of them does not hide that another one asked for more, and the other way round."""
    lock = desk.top / "routes.lock"
    lock.write_text("# rolegate routes 1\nGET /t -> tickets.show@my\nPOST /t -> billing.pay\n", "utf-8")
    desk.commit("Two")
    lock.write_text("# rolegate routes 1\nANY /t -> tickets.show@my\n", "utf-8")
    run = asked()
    assert (run.code, "! ANY /t  billing.pay → tickets.show@my" in run.out) == (1, True)
    desk.commit("Any")
    lock.write_text("# rolegate routes 1\nGET /t -> tickets.show@my\nPOST /t -> signed in\n", "utf-8")
    assert asked().out.count("refused: the route is less guarded than before") == 1
