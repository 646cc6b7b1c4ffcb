"""`rolegate init`: a small working policy set to start from."""

from __future__ import annotations

import shlex
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from rolegate.texts.escaping import plain
from rolegate_cli.exit_codes import YES, UnreadableInputError
from rolegate_cli.output import Output
from rolegate_cli.write_files import occupied, write_all


@click.command(
    "init",
    epilog="Nothing is overwritten: DIR must be new or empty. Exit codes: 0 written, 2 not written.",
)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def command(folder: Path) -> int:
    """Write a small working policy set to start from."""
    if occupied(folder):
        raise UnreadableInputError(f"{folder} is not empty, so nothing was written; name a new folder")
    written = write_all(
        folder, dict(sorted(_texts(files("rolegate_cli") / "starter", "").items())), replace=False
    )
    output = Output()
    for file in written:
        output.line(f"wrote {plain(str(file))}")
    here = plain(shlex.quote(str(folder)))
    steps = {
        f"rolegate validate {here}": "after each change",
        f"rolegate tree {here} --role agent": "what a role holds",
        f"rolegate check {here} tickets.reply --user bo --domain acme --scope team": "may Bo reply?",
        f"rolegate explain {here} tickets.delete --user bo --domain acme": "why may Bo not delete?",
        f"rolegate compile {here} -o build": "model.conf and policy.csv, for any Casbin",
    }
    width = max(map(len, steps))
    output.line()
    output.line("Next:")
    for step, why in steps.items():
        output.line(f"  {step.ljust(width)}  {output.style('# ' + why, dim=True)}")
    return YES


def _texts(source: Traversable, prefix: str) -> dict[str, str]:
    """Every file of the starter set, by its path."""
    texts: dict[str, str] = {}
    for entry in source.iterdir():
        if entry.is_dir():
            texts |= _texts(entry, f"{prefix}{entry.name}/")
        else:
            texts[prefix + entry.name] = entry.read_text("utf-8")
    return texts
