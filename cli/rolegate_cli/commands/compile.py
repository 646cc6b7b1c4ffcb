"""`rolegate compile`: the policy as files that any Casbin reads."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

import rolegate
from rolegate_cli import options
from rolegate_cli.files import write_all
from rolegate_cli.guard import YES
from rolegate_cli.output import Output, counted


@click.command(
    "compile",
    epilog="Without -o the policy goes to stdout and the model is left out (--format json has both). "
    "Exit codes: 0 compiled, 2 the set cannot be read.",
)
@options.policy_set
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write model.conf and policy.csv there.",
)
@options.at
@options.output_format("text", "json")
def command(path: Path, folder: Path | None, at: datetime | None, format: str) -> int:
    """Write the policy as plain Casbin files."""
    compiled = rolegate.load(path, at=at).compile()
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
            {"written": [str(each) for each in written], "lines": len(compiled.lines), "holds_until": until}
        )
    else:
        for each in written:
            output.line(f"wrote {each}")
        holds = f"until {until}" if until else "without end"
        output.line(f"{counted(len(compiled.lines), 'line')}, valid {holds}")
    return YES
