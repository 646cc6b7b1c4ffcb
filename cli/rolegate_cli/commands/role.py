"""`rolegate role`: role files are written; today a role that holds what another one does."""

from __future__ import annotations

from pathlib import Path

import click

import rolegate
from rolegate.texts.escaping import plain
from rolegate_cli import options
from rolegate_cli.chosen_limits import chosen_limits
from rolegate_cli.complete_names import domains, roles
from rolegate_cli.exit_codes import YES
from rolegate_cli.output import Output
from rolegate_cli.render.diagnostics_text import diagnostic_text

_CODES = "Exit codes: 0 written, 2 not written."


class _Role(click.Group):
    """The commands below `role`; one that does not exist is refused like one of `rolegate`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            ctx.fail(f"there is no command `role {args[0]}`; write `rolegate role clone POLICY OLD NEW`")
        return super().resolve_command(ctx, args)


@click.group("role", cls=_Role, epilog=_CODES, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Write a role that is made from another one."""
    if ctx.invoked_subcommand is None:
        raise click.UsageError("what is to be done? write `rolegate role clone POLICY OLD NEW`")


@command.command(
    "clone",
    epilog="POLICY is the folder of a policy set. Nothing is overwritten; the whole set is checked first. "
    f"{_CODES}",
)
@options.policy_set
@click.argument("old", shell_complete=roles)
@click.argument("new")
@click.option(
    "--domain",
    metavar="DOMAIN",
    help="The domain that gets the new role, and in which OLD is looked up.",
    shell_complete=domains,
)
@click.option("--title", metavar="TITLE", help="The title that people see; without it they see NEW.")
@click.option("--leave-out", is_flag=True, help="Leave out what the new role may never hold.")
@options.output_format("text", "json", file=False)
def clone(
    path: Path, old: str, new: str, domain: str | None, title: str | None, leave_out: bool, format: str
) -> int:
    """Write a role NEW that holds what OLD does, today and later."""
    done = rolegate.clone_role(
        path, old, new, domain=domain, title=title, leave_out=leave_out, limits=chosen_limits()
    )
    output = Output(format)
    if output.json:
        output.answer(done.to_dict())
        return YES
    where = "" if domain is None else f" of domain `{domain}`"
    output.line(plain(f"wrote {done.path}: role `{new}`{where}, a clone of `{old}`"))
    for said, names in (
        ("does not hold", done.left_out),
        ("keys that are not copied", done.not_copied),
        (f"files with a title of `{old}` and none of `{new}`", done.labels),
    ):
        if names:
            output.line(plain(f"  {said}: {', '.join(names)}"))
    for found in done.warnings:
        output.line(diagnostic_text(found, colour=output.colour))
    return YES
