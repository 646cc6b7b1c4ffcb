"""Findings as workflow commands of GitHub, which become annotations, and as the summary of a step."""

from __future__ import annotations

import os

from rolegate.diagnostics import Diagnostic
from rolegate.texts.escaping import in_command, in_command_property, in_markdown, message_in_markdown
from rolegate_cli.output import counted
from rolegate_cli.render.listed_findings import LEVELS, ListedFindings
from rolegate_cli.render.repository_paths import repository_path
from rolegate_cli.stderr import complain

SHOWN = 10
"""How many annotations of a severity GitHub shows for one step."""
MOST = 65_000
"""How many characters of findings a summary has; GitHub refuses one of more than a megabyte."""
LONGEST_CELL = 500


def github_commands(listed: ListedFindings) -> str:
    """A command for each finding, the errors first, since GitHub shows the first ten; then the counts."""
    return "".join(f"{_command(finding)}\n" for finding in listed.errors_first) + f"{listed.summary}\n"


def add_to_summary(text: str) -> None:
    """Add Markdown to the summary of the step, if GitHub runs one; a failure is told and hides nothing."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if file:
        try:
            with open(file, "a", encoding="utf-8") as summary:
                summary.write(text)
        except OSError as error:
            complain(f"the step summary cannot be written: {error.strerror}")


def step_summary(listed: ListedFindings) -> str:
    """The findings as a table in Markdown, the errors first; what is not shown is counted."""
    lines = [f"### rolegate {listed.command}", "", listed.summary, ""]
    for severity in LEVELS:
        number = sum(finding.severity == severity for finding in listed.found)
        if number > SHOWN:
            lines += [f"GitHub shows {SHOWN} of the {counted(number, severity)} as annotations.", ""]
    rows: list[str] = []
    left = MOST
    for finding in listed.errors_first:
        row = _row(finding)
        left -= len(row) + 1
        if left < 0:
            break
        rows.append(row)
    if rows:
        lines += ["| | Where | What |", "|---|---|---|", *rows, ""]
    if len(rows) < len(listed.found):
        more = counted(len(listed.found) - len(rows), "finding")
        lines += [f"{more} more are in the log of this step.", ""]
    return "\n".join(lines) + "\n"


def _command(finding: Diagnostic) -> str:
    """A command; its message has the place as well, because the log shows nothing but the message."""
    file = repository_path(finding.file)
    place = {"file": file, "line": str(finding.line), "col": str(finding.column)}
    properties = {**place, "title": f"{finding.code} {finding.name}"}
    given = ",".join(f"{key}={in_command_property(value)}" for key, value in properties.items())
    said = [f"{file}:{finding.line}:{finding.column}: {finding.message}"]
    said += [f"{other.span}: {other.message}" for other in finding.related]
    if finding.help:
        said.append(f"help: {finding.help}")
    level = "notice" if finding.severity == "note" else finding.severity
    return f"::{level} {given}::{'%0A'.join(map(in_command, said))}"


def _row(finding: Diagnostic) -> str:
    place = in_markdown(f"{_cut(repository_path(finding.file))}:{finding.line}:{finding.column}")
    said = f"{finding.code} {message_in_markdown(_cut(finding.message))}"
    if finding.help:
        said += f"<br>{message_in_markdown(_cut(finding.help))}"
    return f"| {finding.severity} | {place} | {said} |"


def _cut(text: str) -> str:
    """As much of *text* as a row has room for."""
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
