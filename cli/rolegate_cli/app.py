"""The command `rolegate`: the table of its commands, each of which is imported when it is used."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from rolegate_cli import exit_codes
from rolegate_cli.asked_file import write_asked_file

# INVARIANT: `rolegate --help` needs this table alone; a test compares it with the commands.
SECTIONS: dict[str, dict[str, str]] = {
    "Write a policy set": {
        "init": "Write a small working policy set to start from.",
        "validate": "Report everything that is wrong in policy sets.",
        "lint": "Report what is valid and questionable.",
        "fmt": "Write files in one form.",
        "schema": "Print the JSON Schemas of the files, for editors.",
        "role": "Write a role that is made from another one.",
        "import": "Make a policy set of a Casbin policy.",
    },
    "Review a change": {
        "diff": "Say who gains and who loses access by a change.",
        "test": "Say whether a policy set answers what is expected of it.",
        "report": "Write one web page that says who may do what.",
        "log": "Say which commits gave access, and which took it away.",
    },
    "Ask": {
        "check": "Say whether a subject may do something.",
        "explain": "Say why, or what would have to change.",
        "who-can": "List who may do something, or who has what.",
        "tree": "Show the permissions as a tree of checkboxes.",
        "matrix": "Show roles against permissions.",
    },
    "Run": {
        "compile": "Write the policy set as plain Casbin files.",
        "store": "Keep a policy set in a database.",
    },
    "Care": {
        "doctor": "Check the installation, a policy set, or compiled files.",
        "completion": "Print the script that completes commands in a shell.",
    },
}
COMMANDS = {name: text for section in SECTIONS.values() for name, text in section.items()}

EPILOG = """\b
Exit codes:
  0  yes, or nothing to report
  1  no, or findings
  2  wrong usage, or input that cannot be read, such as a policy set with errors
  3  internal error

\b
Results go to stdout, everything else to stderr.
Colour follows the terminal, NO_COLOR and FORCE_COLOR.
Completion in bash (similar in zsh and fish):
  eval "$(rolegate completion bash)"
"""


class LazyGroup(click.Group):
    """A group that knows its commands by name, and imports one when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module("rolegate_cli.commands." + cmd_name.replace("-", "_"))
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from rolegate.diagnostics import did_you_mean
            from rolegate_cli.usage_help import other_command

            if other_command(name):
                ctx.fail(f"there is no command `{name}`; write `rolegate {other_command(name)}`")
            all_commands = "the commands are " + ", ".join(COMMANDS)
            ctx.fail(f"there is no command `{name}`; {did_you_mean(name, COMMANDS, all_commands)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        width = max(map(len, COMMANDS))
        for section, commands in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(name.ljust(width), text) for name, text in commands.items()])

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        names = [
            click.shell_completion.CompletionItem(name, help=text)
            for name, text in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def main(self, args: Sequence[str] | None = None, *_: Any, **__: Any) -> Any:
        """Run and exit; click's own `main` has one exit code for every failure, and we have four."""

        def call() -> int:
            asked = os.environ.get("_ROLEGATE_COMPLETE")
            if asked:
                from click.shell_completion import shell_complete

                return shell_complete(self, {}, "rolegate", "_ROLEGATE_COMPLETE", asked)
            for stream in (sys.stdout, sys.stderr):
                if hasattr(stream, "reconfigure"):
                    stream.reconfigure(errors="backslashreplace")
            given = exit_codes.text_arguments(sys.argv[1:] if args is None else args)
            if not given:
                click.echo(self.get_help(click.Context(self, info_name="rolegate")), err=True)
                return exit_codes.USAGE
            with self.make_context("rolegate", given, obj=tuple(given)) as ctx:
                try:
                    code = self.invoke(ctx)
                except click.exceptions.Exit as done:
                    code = done.exit_code
                write_asked_file(ctx)
            return code if isinstance(code, int) else exit_codes.YES

        as_json = exit_codes.wants_json(sys.argv[1:] if args is None else args)
        sys.exit(exit_codes.exit_code_of(call, as_json))


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"rolegate {version('rolegate')}")
        except PackageNotFoundError:
            click.echo("rolegate (not installed: run from its source)")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
)
def cli() -> None:
    """Authorization as code on Casbin: who may do what, as YAML in git."""
