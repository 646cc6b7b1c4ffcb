"""`rolegate import`: a policy of another program becomes a policy set; today one of Casbin."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rolegate_cli import options
from rolegate_cli.chosen_limits import chosen_limits
from rolegate_cli.exit_codes import NO, YES, UnreadableInputError
from rolegate_cli.import_progress import ImportProgress
from rolegate_cli.output import Output
from rolegate_cli.render.import_text import write_import
from rolegate_cli.write_files import occupied, write_all

if TYPE_CHECKING:
    from rolegate.importing.casbin_table import CasbinTable

_CODES = (
    "Exit codes: 0 the set answers as Casbin does; 1 something is not granted, or answered differently; "
    "2 nothing is imported."
)


class _Import(click.Group):
    """The commands below `import`; one that does not exist is refused like one of `rolegate`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            ctx.fail(f"there is no command `import {args[0]}`; write `rolegate import casbin MODEL POLICY`")
        return super().resolve_command(ctx, args)


@click.group("import", cls=_Import, epilog=_CODES, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Make a policy set of a Casbin policy."""
    if ctx.invoked_subcommand is None:
        raise click.UsageError("what is to be imported? write `rolegate import casbin MODEL POLICY`")


class _Name(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.4 only
    """A text of the source, and the name that it gets."""

    name = "text=name"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        text, equals, name = str(value).rpartition("=")
        if not equals or not text:
            self.fail(f"`{value}` is not a name; write `TEXT=NAME`, such as `/api/users=users`", param, ctx)
        return text, name


@command.command(
    "casbin",
    epilog="MODEL is a model.conf, POLICY its policy.csv; in place of POLICY, --database reads a table. "
    f"DIR has to be new or empty. {_CODES}",
)
@click.argument("model", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("policy", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the set there, with mapping.json; without it, only the report is printed.",
)
@click.option(
    "--database",
    "variable",
    metavar="VARIABLE",
    help="Read a table: the environment variable that has the URL of its database.",
)
@click.option("--table", metavar="NAME", default="casbin_rule", show_default=True, help="The table to read.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="SHAPE",
    help="Objects of this shape are instances: /invoice/{id}, or invoice:{id...} with all that follows.",
)
@click.option(
    "--object",
    "objects",
    multiple=True,
    metavar="TEXT",
    help="An object that no line names, and patterns match.",
)
@click.option(
    "--action",
    "actions",
    multiple=True,
    metavar="TEXT",
    help="An action that no line names, and patterns match.",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    type=_Name(),
    metavar="TEXT=NAME",
    help="The name in paths of an object, a kind or an action.",
)
@click.option("--catalog", default="imported", show_default=True, metavar="NAME", help="The name of the set.")
@click.option(
    "--questions",
    type=click.IntRange(1),
    metavar="N",
    help="Ask both engines so many questions at most; 20000, and fewer of many lines, when left out.",
)
@options.output_format("text", "json", file=False)
def casbin(
    model: Path,
    policy: Path | None,
    folder: Path | None,
    variable: str | None,
    table: str,
    kinds: tuple[str, ...],
    objects: tuple[str, ...],
    actions: tuple[str, ...],
    names: tuple[tuple[str, str], ...],
    catalog: str,
    questions: int | None,
    format: str,
) -> int:
    """Make a policy set that answers as a Casbin policy does, and ask both."""
    import rolegate

    if (policy is None) == (variable is None):
        raise click.UsageError("name the lines: POLICY, a file, or `--database VARIABLE` for a table")
    if folder is not None and occupied(folder):
        raise UnreadableInputError(f"{folder} is not empty, so nothing was written; name a new folder")
    with ImportProgress() as progress:
        done = rolegate.import_casbin(
            model,
            policy if variable is None else _rows(variable, table),  # type: ignore[arg-type]
            name=catalog,
            kinds=kinds,
            objects=objects,
            actions=actions,
            names=dict(names),
            questions=questions,
            limits=chosen_limits(),
            progress=progress.show,
        )
    written = write_all(folder, done.files, replace=False) if folder is not None else ()
    write_import(Output(format), done, written)
    return YES if done.ok else NO


def _rows(variable: str, table: str) -> CasbinTable:
    from rolegate.importing.casbin_table import read_casbin_table

    url = os.environ.get(variable)
    if not url:
        raise UnreadableInputError(f"the environment variable {variable} is not set; put the URL there")
    return read_casbin_table(url, table)
