"""`rolegate test` and `rolegate diff` for hosts of repositories: what fails is at its line in each form."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from xml.etree.ElementTree import Element

import jsonschema
import pytest
from junitparser import JUnitXml
from sarif_kit.validate import validation_errors

from command_line import rolegate
from git_desk import repository
from hostile_strings import HOSTILE_TEXTS
from reading import write
from report_models import CODE_QUALITY, junit_root
from rolegate.texts.escaping import in_json
from workflow_commands import workflow_commands

SET = {
    "catalog.yaml": "catalog: x\npermissions: {a: A, b: B, c: C}\n",
    "roles/r.yaml": "role: r\ngrants: [a, c]\n",
    "bindings.yaml": "bindings: [{user: ana, role: r}]\n",
    "tests/x.yaml": "access:\n"
    "  - {name: fine, user: ana, allow: a, deny: b}\n"
    "  - {name: wrong, user: ana, allow: b, deny: a}\n",
}
FORMATS = ("github", "gitlab", "sarif", "junit")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A set in a repository; the top of it is the current folder."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True, timeout=60)
    monkeypatch.chdir(tmp_path)
    return write(tmp_path / "desk", SET)


def places(*command: str) -> dict[str, list[tuple[str, int]]]:
    """Where each form says that something fails, as a file and a line."""
    texts = {name: rolegate(*command, "--format", name).out for name in FORMATS}
    issues = json.loads(texts["gitlab"])
    jsonschema.validate(issues, CODE_QUALITY)
    log = json.loads(texts["sarif"])
    assert [] == validation_errors(log)
    spots = [result["locations"][0]["physicalLocation"] for result in log["runs"][0]["results"]]
    commands = [found.properties for found in workflow_commands(texts["github"])]
    return {
        "github": [(found["file"], int(found["line"])) for found in commands],
        "gitlab": [(found["location"]["path"], found["location"]["lines"]["begin"]) for found in issues],
        "sarif": [(spot["artifactLocation"]["uri"], spot["region"]["startLine"]) for spot in spots],
    }


def failures(text: str) -> list[Element]:
    """The cases that fail, of a file that Jenkins and the field's own reader take."""
    root = junit_root(text)
    read = JUnitXml.fromstring(text.encode())
    assert int(root.attrib["tests"]) == sum(len(list(suite)) for suite in read)
    failed = [case for case in root.iter("testcase") if case.find("failure") is not None]
    assert int(root.attrib["failures"]) == len(failed)
    return failed


def test_what_is_not_met_is_at_its_line(folder: Path) -> None:
    """Each answer once, with the lines that are the reason; the exit code is that of the text."""
    wrong = [("desk/tests/x.yaml", 3)] * 2
    assert places("test", "desk") == {"github": wrong, "gitlab": wrong, "sarif": wrong}
    run = rolegate("test", "desk", "--format", "github")
    assert run.code == 1
    first, second = workflow_commands(run.out)
    assert first.properties["title"] == "RG723 expectation.unmet"
    assert "wrong: user `ana` may not use `b`, and should" in first.message
    assert second.message.splitlines()[-1] == "desk/roles/r.yaml:2:10: role `r` grants `a`"
    assert run.out.splitlines()[-1] == "1 policy set: 2 expectations, 4 answers: 1 not met"


def test_nothing_is_found_where_all_is_met(folder: Path) -> None:
    """Then the exit code is 0, and the forms are valid and empty."""
    write(folder, {**SET, "tests/x.yaml": "access:\n  - {user: ana, allow: [a, c], deny: b}\n"})
    assert places("test", "desk") == {"github": [], "gitlab": [], "sarif": []}
    assert {rolegate("test", "desk", "--format", name).code for name in FORMATS} == {0}


def test_a_mutant_that_survives_is_a_failure(folder: Path) -> None:
    """Nothing asks about `c`, so its grant may get lost; that is at the grant, in TAP and JUnit as well."""
    write(folder, {**SET, "tests/x.yaml": "access:\n  - {user: ana, allow: a, deny: b}\n"})
    survived = [("desk/roles/r.yaml", 2)]
    assert places("test", "desk", "--mutate") == {"github": survived, "gitlab": survived, "sarif": survived}
    run = rolegate("test", "desk", "--mutate", "--format", "github")
    (command,) = workflow_commands(run.out)
    assert (run.code, command.properties["title"]) == (1, "RG724 expectation.survivor")
    (failed,) = failures(rolegate("test", "desk", "--mutate", "--format", "junit").out)
    assert (failed.attrib["file"], failed.attrib["line"]) == ("desk/roles/r.yaml", "2")
    lines = rolegate("test", "desk", "--mutate", "--format", "tap").out.splitlines()
    assert lines[1] == "1..2"
    assert lines[2].startswith("ok 1 - ")
    assert lines[3] == f"not ok 2 - {failed.attrib['name']}"


@pytest.mark.parametrize("name", HOSTILE_TEXTS)
def test_hostile_names_of_expectations_change_no_form(folder: Path, name: str) -> None:
    """A name from outside stays in its place, whatever it contains."""
    text = "access:\n  - {name: " + json.dumps(name) + ", user: ana, allow: b}\n"
    write(folder, {**SET, "tests/x.yaml": text})
    run = rolegate("test", "desk", "--format", "github")
    if run.code == 2:  # no expectation can have this name
        assert "RG" in run.err
        return
    assert len(workflow_commands(run.out)) == 1
    assert places("test", "desk")["sarif"] == [("desk/tests/x.yaml", 2)]
    (issue,) = json.loads(rolegate("test", "desk", "--format", "gitlab").out)
    assert issue["description"] == in_json(issue["description"])


def test_prove_has_no_such_forms(folder: Path) -> None:
    """A sentence has no line in a file."""
    for name in ("github", "gitlab", "sarif", "junit", "tap"):
        run = rolegate("test", "desk", "--prove", "never a for users", "--format", name)
        assert (run.code, run.out) == (2, "")
        assert "--format text or json" in run.err


def test_a_gain_is_a_case_of_a_diff(folder: Path) -> None:
    """It fails where the gate refuses it; without a gain there is one case, which passes."""
    bindings = "bindings: [{user: ana, role: r}, {user: bo, role: r}]\n"
    write(folder.parent / "new", {**SET, "bindings.yaml": bindings})
    told = rolegate("diff", "desk", "new", "--format", "junit")
    assert (told.code, failures(told.out)) == (0, [])
    assert "user bo in default gains access" in told.out
    refused = rolegate("diff", "desk", "new", "--format", "junit", "--gate")
    (failed,) = failures(refused.out)
    assert (refused.code, failed.attrib["classname"]) == (1, "new/bindings.yaml")
    same = rolegate("diff", "desk", "desk", "--format", "junit", "--gate")
    assert (same.code, failures(same.out)) == (0, [])
    assert int(junit_root(same.out).attrib["tests"]) == 1


@pytest.mark.parametrize("name", HOSTILE_TEXTS)
def test_hostile_users_change_no_case(folder: Path, name: str) -> None:
    """Whoever gains is told in one case, whatever the name contains."""
    bindings = "bindings: [{user: " + json.dumps(name) + ", role: r}]\n"
    write(folder.parent / "new", {**SET, "bindings.yaml": bindings})
    run = rolegate("diff", "desk", "new", "--format", "junit", "--gate")
    if run.code == 2:  # no user can have this name
        assert "RG" in run.err
        return
    assert len(failures(run.out)) == 1


def names_of(text: str) -> list[tuple[str, str]]:
    """What tells the cases of a file from each other, for a host that takes two of one name for one."""
    return [(case.attrib["classname"], case.attrib["name"]) for case in junit_root(text).iter("testcase")]


def test_no_two_cases_have_one_name(folder: Path) -> None:
    """GitLab looks at the first of them alone, which may be the one that passes."""
    tests = "access:\n  - {user: ana, allow: a}\n  - {user: ana, allow: b}\n"
    lines = "bindings:\n  - {user: ana, role: r}\n  - {user: bo, role: r}\n  - {user: cy, role: r}\n"
    write(folder, {**SET, "bindings.yaml": lines, "tests/x.yaml": tests})
    named = names_of(rolegate("test", "desk", "--mutate", "--format", "junit").out)
    assert len(named) == len(set(named)) > 2
    domains = {"domains.yaml": "domains: {acme: {}, beta: {}}\n"}
    old = "bindings: [{user: ana, role: r, domain: acme}, {user: bo, grants: [a], domain: beta}]\n"
    new = f"{old[:-2]}, {{user: bo, role: r, domain: acme}}, {{user: bo, role: r, domain: beta}}]\n"
    write(folder, {**SET, **domains, "bindings.yaml": old})
    write(folder.parent / "new", {**SET, **domains, "bindings.yaml": new})
    named = names_of(rolegate("diff", "desk", "new", "--format", "junit", "--gate").out)
    assert len(named) == len(set(named)) > 1


def test_paths_are_seen_from_the_top_in_each_form(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the command runs."""
    (folder.parent / "deep").mkdir()
    monkeypatch.chdir(folder.parent / "deep")
    (failed,) = failures(rolegate("test", "../desk", "--format", "junit").out)
    assert failed.attrib["file"] == failed.attrib["classname"] == "desk/tests/x.yaml"


def test_too_little_coverage_fails_in_each_form(folder: Path) -> None:
    """It is at the catalog of the set, and says whose answers nothing looks at."""
    write(folder, {**SET, "tests/x.yaml": "access:\n  - {user: ana, allow: a}\n"})
    little = ("test", "desk", "--cover-min", "90")
    spot = [("desk/catalog.yaml", 1)]
    assert places(*little) == {"github": spot, "gitlab": spot, "sarif": spot}
    run = rolegate(*little, "--format", "github")
    (command,) = workflow_commands(run.out)
    assert (run.code, command.properties["title"]) == (1, "RG725 expectation.coverage")
    assert "user `ana`" in command.message
    (failed,) = failures(rolegate(*little, "--format", "junit").out)
    assert (failed.attrib["name"], failed.attrib["file"]) == ("coverage", "desk/catalog.yaml")
    assert "not ok 2 - coverage" in rolegate(*little, "--format", "tap").out.splitlines()
    assert places("test", "desk", "--cover-min", "1") == {"github": [], "gitlab": [], "sarif": []}


BROKEN = {**SET, "tests/x.yaml": "access:\n  - {name: fine, user: ana, allow: a}\n  - {user: ana, alow: b}\n"}
"""A set whose expectations have a mistake; the other one is `SET`."""


@pytest.mark.parametrize("asked", [("desk", "other"), ("other", "desk"), (".",)])
def test_expectations_with_a_mistake_are_a_finding_and_the_other_sets_are_run(
    folder: Path, asked: tuple[str, ...]
) -> None:
    """At its line in each form; the exit code says that something was not run."""
    write(folder.parent / "other", BROKEN)
    wrong, mistake = [("desk/tests/x.yaml", 3)] * 2, ("other/tests/x.yaml", 3)
    found = places("test", *asked)
    assert {name: sorted(spots) for name, spots in found.items()} == {
        name: [*wrong, mistake] for name in found
    }
    for name in (*FORMATS, "tap", "json", "text"):
        run = rolegate("test", *asked, "--format", name)
        assert run.code == 2
        assert "the expectations of `other` have 1 error, so none of them was run" in run.err
        assert "wrong" in run.out
    names = [case.attrib["classname"] for case in failures(rolegate("test", *asked, "--format", "junit").out)]
    assert sorted(names) == ["desk/tests/x.yaml", "other/tests/x.yaml"]
    lines = rolegate("test", *asked, "--format", "tap").out.splitlines()
    assert ("1..3" in lines, sum(line.startswith("not ok") for line in lines)) == (True, 2)
    told = rolegate("test", *asked, "--format", "json").json
    assert (told["ok"], told["exit_code"], [one["source"] for one in told["sets"]]) == (False, 2, ["desk"])
    assert [(one["file"], one["line"]) for one in told["diagnostics"]] == [mistake]


def test_no_list_of_other_sets_stays_unwritten(folder: Path) -> None:
    """A set with a mistake is left as it is."""
    text = "access: []\nholds:\n  - {user: ana, exactly: [b]}\n"
    write(folder, {**SET, "tests/x.yaml": text})
    write(folder.parent / "broken", {**SET, "roles/r.yaml": "role: r\ngrants: [aa]\n"})
    run = rolegate("test", "broken", "desk", "--write", "--format", "github")
    assert (run.code, "wrote 1 list in desk/tests/x.yaml" in run.err) == (2, True)
    (command,) = workflow_commands(run.out)
    assert command.properties["file"] == "broken/roles/r.yaml"


@pytest.mark.parametrize("more", [(), ("--fix",)])
def test_lint_looks_at_the_sets_without_errors(folder: Path, more: tuple[str, ...]) -> None:
    """The errors of the other one are findings at their lines, whatever the level that fails."""
    write(folder, {**SET, "roles/r.yaml": "role: r\ngrants: [a, c]\nexcept: [b]\n"})
    write(folder.parent / "broken", {**SET, "roles/r.yaml": "role: r\ngrants: [aa]\n"})
    mistake = ("broken/roles/r.yaml", 2)
    found = places("lint", "broken", "desk", "--fail-level", "off", *more)
    for spots in found.values():
        assert mistake in spots
        assert {file.partition("/")[0] for file, _ in spots} == {"broken", "desk"}
    run = rolegate("lint", "broken", "desk", "--fail-level", "off")
    assert (run.code, "desk/" in run.out, "RG301" in run.out) == (2, True, False)
    assert "the policy set `broken` has 1 error" in run.err
    told = rolegate("lint", "broken", "desk", "--format", "json").json
    assert (told["ok"], told["exit_code"], told["sets"]) == (False, 2, ["desk"])
    assert "RG301" in [one["code"] for one in told["diagnostics"]]


def test_a_diff_of_a_set_with_errors_is_a_finding(folder: Path) -> None:
    """Nothing is compared, and the file that `-o` names has the errors of the set as well."""
    write(folder.parent / "new", {**SET, "roles/r.yaml": "role: r\ngrants: [aa]\n"})
    spot = [("new/roles/r.yaml", 2)]
    assert places("diff", "desk", "new") == {"github": spot, "gitlab": spot, "sarif": spot}
    run = rolegate("diff", "desk", "new", "--format", "sarif", "-o", "found.sarif")
    assert (run.code, "has 1 error, so it answers no questions" in run.err) == (2, True)
    assert "RG301" in (folder.parent / "found.sarif").read_text("utf-8")
    assert len(failures(rolegate("diff", "desk", "new", "--format", "junit").out)) == 1


def test_a_diff_of_every_set_tells_the_errors_of_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is compared, and nobody has to mend one set to hear of the next."""
    desk = repository(tmp_path / "top")
    monkeypatch.chdir(desk.top)
    for name in ("one", "other"):
        write(desk.top / name, SET)
    desk.commit("Sound")
    for name in ("one", "other"):
        write(desk.top / name, {**SET, "roles/r.yaml": "role: r\ngrants: [aa]\n"})
    spots = [("one/roles/r.yaml", 2), ("other/roles/r.yaml", 2)]
    assert places("diff", "HEAD") == {"github": spots, "gitlab": spots, "sarif": spots}
    run = rolegate("diff", "HEAD", "--gate", "--format", "json")
    assert (run.code, len(run.json["diagnostics"])) == (2, 2)


@pytest.mark.parametrize(
    "asked", [("test", "--prove", "never b for role:r"), ("lint", "--labels", "en")], ids=["prove", "labels"]
)
def test_what_is_asked_of_each_set_is_asked_of_those_without_errors(
    folder: Path, asked: tuple[str, ...]
) -> None:
    """The others have the answer, and the exit code says that one has none."""
    write(folder.parent / "broken", {**SET, "roles/r.yaml": "role: r\ngrants: [aa]\n"})
    command, *options = asked
    alone, both = (rolegate(command, *sets, *options) for sets in (("desk",), ("broken", "desk")))
    assert (alone.code, both.code, both.out) == (0, 2, alone.out)
    assert "the policy set `broken` has 1 error" in both.err
    told = rolegate(command, "broken", "desk", *options, "--format", "json").json
    assert (told["ok"], told["exit_code"], len(told["diagnostics"])) == (False, 2, 1)
    assert [one["source"] for one in told["proofs" if command == "test" else "sets"]] == ["desk"]
