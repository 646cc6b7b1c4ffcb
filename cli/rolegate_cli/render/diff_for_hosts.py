"""What people gain by a change, as annotations of GitHub, a Code Quality report of GitLab, and JUnit XML."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rolegate.texts.escaping import in_command, in_command_property, in_json, in_xml
from rolegate_cli.output import dumps
from rolegate_cli.render.diff_findings import AccessFinding, errors_first
from rolegate_cli.render.github_commands import add_to_summary
from rolegate_cli.render.junit_suites import XML_HEAD, passed_suite, xml_element, xml_text
from rolegate_cli.render.repository_paths import repository_path

_SEVERITIES = {"error": "critical", "warning": "major", "note": "info"}


def access_commands(found: Sequence[AccessFinding], summary: str, comment: str) -> str:
    """A workflow command for each finding, the errors first, as GitHub shows the first ten; then *summary*.

    The summary of the step gets *comment*, which is Markdown.
    """
    add_to_summary(f"{comment}\n")
    return "".join(f"{_command(finding)}\n" for finding in errors_first(found)) + f"{in_command(summary)}\n"


def _command(finding: AccessFinding) -> str:
    file, line, column = repository_path(finding.span.file), str(finding.span.line), finding.span.column
    properties = {"file": file, "line": line, "col": str(column), "title": finding.rule}
    given = ",".join(f"{key}={in_command_property(value)}" for key, value in properties.items())
    name = "notice" if finding.level == "note" else finding.level
    # The log shows nothing but the message, so it has the place as well.
    return f"::{name} {given}::{in_command(f'{file}:{line}:{column}: {finding.text}')}"


def access_quality(found: Sequence[AccessFinding]) -> str:
    """A list of findings, the errors first; GitLab knows one again by its fingerprint."""
    return dumps([_issue(finding) for finding in errors_first(found)], sys.stdout) + "\n"


def _issue(finding: AccessFinding) -> dict[str, object]:
    place = finding.span
    return {
        "type": "issue",
        "check_name": finding.rule,
        "description": in_json(finding.text),
        "categories": ["Security"],
        "severity": _SEVERITIES[finding.level],
        "fingerprint": finding.fingerprint[:32],
        "location": {"path": in_json(repository_path(place.file)), "lines": {"begin": place.line}},
    }


def access_suites(found: Sequence[AccessFinding]) -> str:
    """A suite for each file in which somebody gains access, and a case for each gain; errors fail."""
    by_file: dict[str, list[AccessFinding]] = {}
    for finding in found:
        by_file.setdefault(repository_path(finding.span.file), []).append(finding)
    suites = [_suite(file, here) for file, here in by_file.items()] or [passed_suite("diff", ".")]
    counts = {"name": "rolegate diff", "tests": len(found) or 1, **_counts(found)}
    return "\n".join([XML_HEAD, *xml_element("testsuites", counts, suites)]) + "\n"


def _suite(file: str, found: Sequence[AccessFinding]) -> list[str]:
    counts = {"name": file, "tests": len(found), **_counts(found), "file": file}
    return xml_element("testsuite", counts, [_case(file, finding) for finding in found])


def _counts(found: Sequence[AccessFinding]) -> dict[str, int]:
    return {"failures": sum(finding.level == "error" for finding in found), "errors": 0}


def _case(file: str, finding: AccessFinding) -> list[str]:
    # Who gains is part of the name: hosts take two cases of one name for one.
    place = f"{finding.span.line}:{finding.span.column}"
    said = in_xml(f"{file}:{place}: {finding.text}")
    if finding.level == "error":
        inside = xml_text("failure", {"type": finding.rule, "message": finding.text}, said)
    else:
        inside = xml_text("system-out", {}, said)
    return xml_element("testcase", {"classname": file, "name": f"{place} {finding.text}"}, [[inside]])
