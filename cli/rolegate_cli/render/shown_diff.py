"""An access diff in each format of `rolegate diff`: of two sets, or of every set of a repository."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rolegate_cli.output import Output

if TYPE_CHECKING:
    from rolegate.review.access_diff import AccessDiff
    from rolegate.review.compared_routes import ComparedRoutes
    from rolegate.review.gate_verdict import GateVerdict
    from rolegate.review.sets_diff import SetsDiff
    from rolegate_cli.render.diff_findings import AccessFinding

FORMATS = ("text", "json", "markdown", "html", "sarif", "github", "gitlab", "junit")


def show_diff(
    format: str,
    diff: AccessDiff,
    verdict: GateVerdict | None,
    routes: ComparedRoutes | None,
    command: str,
) -> None:
    """Write what changes between two sets; *command* says how to see what a comment has no room for."""
    from rolegate.review.diff_markdown import diff_markdown
    from rolegate.review.verdict_text import refused_routes, verdict_lines, verdict_markdown

    lost = 0 if routes is None else routes.refused
    output = Output(format)
    if output.json:
        output.answer((diff.to_dict() if verdict is None else verdict.to_dict()) | _joined(routes, verdict))
    elif format == "text":
        from rolegate.review.diff_text import diff_lines

        judged = () if verdict is None else ("", *verdict_lines(verdict, routes=lost))
        _lines(output, (*diff_lines(diff), *judged, *(() if routes is None else routes.report())))
    elif format == "html":
        from rolegate.review.diff_html import diff_html

        output.write(diff_html(diff, verdict, routes))
    else:
        from rolegate_cli.render.diff_findings import diff_findings

        top = refused_routes(lost) if verdict is None else verdict_markdown(verdict, routes=lost)
        comment = diff_markdown(diff, top, command, "" if routes is None else routes.markdown())
        _for_hosts(output, format, diff_findings(diff, verdict, routes), comment)


def show_sets(format: str, found: SetsDiff, routes: ComparedRoutes | None) -> None:
    """Write what changes in every set of a repository."""
    output = Output(format)
    if output.json:
        output.answer(found.to_dict() | _joined(routes, found.gated or None))
    elif format == "text":
        from rolegate.review.sets_text import sets_lines

        _lines(output, sets_lines(found, routes))
    elif format == "html":
        from rolegate.review.sets_html import sets_html

        output.write(sets_html(found, routes))
    else:
        from rolegate.review.sets_text import sets_markdown
        from rolegate_cli.render.diff_findings import sets_findings

        _for_hosts(output, format, sets_findings(found, routes), sets_markdown(found, routes))


def _for_hosts(output: Output, format: str, found: Sequence[AccessFinding], comment: str) -> None:
    """What hosts of repositories read: a comment, or findings."""
    if format == "markdown":
        output.write(comment)
    elif format == "sarif":
        from rolegate_cli.render.diff_sarif import access_sarif

        output.write(access_sarif(found))
    elif format == "junit":
        from rolegate_cli.render.diff_for_hosts import access_suites

        output.write(access_suites(found))
    elif format == "gitlab":
        from rolegate_cli.render.diff_for_hosts import access_quality

        output.write(access_quality(found))
    else:
        from rolegate_cli.output import counted
        from rolegate_cli.render.diff_for_hosts import access_commands

        errors = sum(finding.level == "error" for finding in found)
        summary = f"{counted(len(found), 'finding')} about access, {counted(errors, 'error')}"
        output.write(access_commands(found, summary, comment))


def _joined(routes: ComparedRoutes | None, gated: object) -> dict[str, Any]:
    return {} if routes is None else routes.to_dict(gate=gated is not None)


def _lines(output: Output, lines: Iterable[str]) -> None:
    from rolegate_cli.render.diff_colours import coloured

    for line in lines:
        output.line(coloured(output, line))
