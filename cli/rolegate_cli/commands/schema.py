"""`rolegate schema`: JSON Schemas, with which an editor completes and checks policy files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

import rolegate
from rolegate.texts.escaping import plain
from rolegate_cli.exit_codes import YES
from rolegate_cli.output import Output
from rolegate_cli.read_policy import read_policy
from rolegate_cli.source_argument import SourcePath
from rolegate_cli.write_files import write_all

if TYPE_CHECKING:
    from rolegate.loading.sources import Source


def _kinds() -> list[str]:
    # Imported here, so that the help does not have to wait for it.
    from rolegate.documents.file_kinds import SCHEMA_KINDS

    return list(SCHEMA_KINDS)


def _known(ctx: click.Context, param: click.Parameter, kind: str | None) -> str | None:
    return None if kind is None else str(click.Choice(_kinds()).convert(kind, param, ctx))


def _complete(_: click.Context, __: click.Parameter, typed: str) -> list[str]:
    return [kind for kind in _kinds() if kind.startswith(typed)]


@click.command(
    "schema",
    epilog="Editors read a schema from the first line of a file, e.g. "
    "`# yaml-language-server: $schema=../schemas/role.schema.json`. "
    "Exit codes: 0 printed, 2 wrong usage or the policy set cannot be read.",
)
@click.argument("kind", required=False, callback=_known, shell_complete=_complete)
@click.option(
    "--policy",
    "source",
    metavar="SOURCE",
    type=SourcePath(file_okay=False),
    help="Include the names of this policy set, so that editors complete them.",
)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write <kind>.schema.json files there.",
)
def command(kind: str | None, source: Source | None, folder: Path | None) -> int:
    """Print the JSON Schemas of the files, for editors.

    KIND is catalog, role, domains, domain, bindings, labels, invariants, review, approvals or expectations.
    Without it, one object has the schemas of all kinds.
    """
    schemas = rolegate.json_schemas() if source is None else read_policy(source).json_schemas()
    output = Output("json")
    if folder is None:
        output.answer(schemas if kind is None else schemas[kind])
        return YES
    chosen = schemas if kind is None else {kind: schemas[kind]}
    files = {f"{name}.schema.json": json.dumps(schema, indent=2) + "\n" for name, schema in chosen.items()}
    for written in write_all(folder, files, replace=True):
        output.line(f"wrote {plain(str(written))}")
    return YES
