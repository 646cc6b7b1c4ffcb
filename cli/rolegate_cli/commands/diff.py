"""`rolegate diff`: what a change of a policy set does to people's access."""

from __future__ import annotations

from datetime import datetime

import click

import rolegate
from rolegate_cli import options
from rolegate_cli.compared_routes import compared_routes
from rolegate_cli.compared_sources import compared_revisions, compared_sets, show_sets
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.output import Output
from rolegate_cli.source_argument import complete_source


@click.command(
    "diff",
    epilog="OLD and NEW are policy sets: a folder, or REVISION:FOLDER as in git, with FOLDER seen from the "
    "top of the repository. With REVISION..REVISION, a REVISION or a FOLDER alone, every set that changed is "
    "compared: between the two, with the files as they are, or with HEAD. "
    "Exit codes: 0 compared, 1 with --exit-code if access changes or with --gate if it is refused, "
    "or with --routes if a route lost its guard, 2 a source cannot be read.",
)
@click.argument("old", metavar="OLD", shell_complete=complete_source)
@click.argument("new", metavar="[NEW]", required=False, shell_complete=complete_source)
@click.option("--exit-code", is_flag=True, help="End with 1 if somebody's access changes.")
@click.option("--gate", is_flag=True, help="Refuse what the rules of OLD do not allow, and end with 1.")
@click.option(
    "--routes",
    metavar="FILE",
    help="Join the change with this file of routes, and end with 1 if a route is less guarded than before.",
)
@options.at
@options.output_format("text", "json", "markdown", "html", "sarif")
def command(
    old: str,
    new: str | None,
    exit_code: bool,
    gate: bool,
    routes: str | None,
    at: datetime | None,
    format: str,
) -> int:
    """Say who gains and who loses access by a change."""
    revisions = compared_revisions(old, new)
    if routes is not None and (revisions is not None or format in ("html", "sarif")):
        raise click.UsageError("--routes takes two policy sets, and the formats text, json and markdown")
    if revisions is not None:
        found = show_sets(revisions, format, at, gate=gate)
        return NO if not found.allowed or (exit_code and found) else YES
    from rolegate.review.diff_markdown import diff_markdown
    from rolegate.review.diff_text import diff_lines
    from rolegate.review.verdict_text import refused_routes, verdict_lines, verdict_markdown

    sides = compared_sets(old, new or old, routes=routes is not None)
    verdict = rolegate.judge_change(*sides, at=at) if gate else None
    diff = verdict.diff if verdict is not None else rolegate.access_diff(*sides, at=at)
    changed = None if routes is None else compared_routes(routes, (old, new or old), diff, sides[1], at)
    lost = 0 if changed is None else changed.refused
    output = Output(format)
    if output.json:
        joined = {} if changed is None else changed.to_dict(gate=gate)
        output.answer((diff.to_dict() if verdict is None else verdict.to_dict()) | joined)
    elif format == "markdown":
        top = refused_routes(lost) if verdict is None else verdict_markdown(verdict, routes=lost)
        end = "" if changed is None else changed.markdown()
        output.write(diff_markdown(diff, top, f"rolegate diff {old} {new}", end))
    elif format == "html":
        from rolegate.review.diff_html import diff_html

        output.write(diff_html(diff, verdict))
    elif format == "sarif":
        from rolegate_cli.render.diff_sarif import diff_sarif

        output.write(diff_sarif(diff, verdict))
    else:
        judged = () if verdict is None else ("", *verdict_lines(verdict, routes=lost))
        for line in (*diff_lines(diff), *judged, *(() if changed is None else changed.report())):
            output.line(line)
    if lost:
        return NO
    refused = verdict is not None and not verdict
    return NO if refused or (exit_code and diff) else YES
