"""`rolegate compile`: a policy set as files that any Casbin reads."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rolegate.texts.escaping import plain
from rolegate_cli import options
from rolegate_cli.exit_codes import YES
from rolegate_cli.output import Output, counted
from rolegate_cli.read_policy import read_policy
from rolegate_cli.write_files import write_all

if TYPE_CHECKING:
    from rolegate.loading.sources import Source


@click.command(
    "compile",
    epilog="SOURCE is a policy set: a folder, or REVISION:FOLDER as in git. "
    "Without -o the lines of the policy go to stdout, without the model; --format json has both. "
    "Exit codes: 0 compiled, 2 the policy set cannot be read.",
)
@options.source
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write model.conf and policy.csv there.",
)
@options.at
@options.output_format("text", "json", file=False)
def command(source: Source, folder: Path | None, at: datetime | None, format: str) -> int:
    """Write the policy set as plain Casbin files."""
    compiled = read_policy(source, at).compile()
    output = Output(format)
    until = compiled.holds_until.isoformat().replace("+00:00", "Z") if compiled.holds_until else None
    if folder is None:
        if output.json:
            output.answer(
                {"model": compiled.model_text, "policy": compiled.policy_text, "holds_until": until}
            )
        else:
            output.write(compiled.policy_text)
        return YES
    written = write_all(
        folder, {"model.conf": compiled.model_text, "policy.csv": compiled.policy_text}, replace=True
    )
    if output.json:
        output.answer(
            {"written": [str(file) for file in written], "lines": len(compiled.lines), "holds_until": until}
        )
    else:
        for file in written:
            output.line(f"wrote {plain(str(file))}")
        holds = f"until {until}" if until else "without end"
        output.line(f"{counted(len(compiled.lines), 'line')}, valid {holds}")
    return YES
