"""`rolegate schema`: JSON Schemas, with which an editor completes and checks policy files."""

from __future__ import annotations

import json
from pathlib import Path

import click

import rolegate
from rolegate_cli.exit_codes import YES
from rolegate_cli.output import Output
from rolegate_cli.write_files import write_all

KINDS = ("catalog", "role", "domains", "bindings", "labels")


@click.command(
    "schema",
    epilog="Editors read a schema from the first line of a file, e.g. "
    "`# yaml-language-server: $schema=../schemas/role.schema.json`. "
    "Exit codes: 0 printed, 2 wrong usage or the policy set cannot be read.",
)
@click.argument("kind", required=False, type=click.Choice(KINDS))
@click.option(
    "--policy",
    "path",
    metavar="POLICY",
    type=click.Path(file_okay=False, path_type=Path),
    help="Include the permissions of this policy set, so that editors complete them.",
)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write <kind>.schema.json files there.",
)
def command(kind: str | None, path: Path | None, folder: Path | None) -> int:
    """Print the JSON Schemas of the files, for editors.

    With KIND it is the schema of that kind of file, otherwise one object with all of them by kind.
    """
    schemas = rolegate.schemas() if path is None else rolegate.schema_for(rolegate.load(path))
    output = Output("json")
    if folder is None:
        output.answer(schemas if kind is None else schemas[kind])
        return YES
    chosen = schemas if kind is None else {kind: schemas[kind]}
    files = {f"{name}.schema.json": json.dumps(schema, indent=2) + "\n" for name, schema in chosen.items()}
    for written in write_all(folder, files, replace=True):
        output.line(f"wrote {written}")
    return YES
