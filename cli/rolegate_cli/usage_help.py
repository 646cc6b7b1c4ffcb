"""What to write instead of a command line that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

_OTHER_COMMANDS = {
    **dict.fromkeys(("verify", "vet"), "validate"),
    **dict.fromkeys(("can", "ask", "enforce", "eval", "query", "authorize"), "check"),
    **dict.fromkeys(("new", "create", "start"), "init"),
    **dict.fromkeys(("why", "trace"), "explain"),
    **dict.fromkeys(("build", "export", "render"), "compile"),
    **dict.fromkeys(("show", "print", "view"), "tree"),
    **dict.fromkeys(("list", "ls", "users", "bindings", "inventory"), "who-can"),
    "instances": "check --list",
    **dict.fromkeys(("fields", "boxes", "permissions"), "tree"),
    **dict.fromkeys(("labels", "translations"), "lint --labels"),
    **dict.fromkeys(("clone", "copy"), "role clone"),
    **dict.fromkeys(("tests", "expect", "assert"), "test"),
    "prove": "test --prove",
    **dict.fromkeys(("mutate", "coverage"), "test --help"),
    "help": "--help",
    "version": "--version",
}
_OTHER_OPTIONS = {
    **dict.fromkeys(("--json", "-j", "--output-format"), "--format json"),
    "--out": "-o",
    "-f": "--format",
    **dict.fromkeys(("-u", "--subject", "--principal", "--who"), "--user"),
    **dict.fromkeys(("-d", "--tenant", "--org", "--workspace", "--namespace", "-n"), "--domain"),
    **dict.fromkeys(("--instance", "--resource", "--object", "--id"), "--on"),
    **dict.fromkeys(("--date", "--time", "--when", "--now"), "--at"),
    "--locale": "--labels",
    **dict.fromkeys(("--lang", "--language"), "--locale"),
    **dict.fromkeys(("--warnings-as-errors", "-W", "--werror", "--fail-on-warnings"), "--strict"),
    **dict.fromkeys(("--file", "--input", "--questions"), "--batch"),
}


_FEW = 3
"""So many commands are named that have an option; of more, none is."""


def other_command(name: str) -> str:
    """The command that is called *name* elsewhere; empty where there is none."""
    return _OTHER_COMMANDS.get(name.casefold(), "")


def usage_message(wrong: click.UsageError) -> str:
    """What *wrong* says in one line, and what to write instead; where that is not known, how to learn it."""
    said = _said(wrong)
    if "; " in said or not wrong.message[:1].isupper():  # those that begin with a capital are click's own
        return said
    path = "rolegate" if wrong.ctx is None else wrong.ctx.command_path
    return f"{said}; `{path} --help` shows how it is called"


def _said(wrong: click.UsageError) -> str:
    options = _options_of(wrong)
    if isinstance(wrong, click.NoSuchOption):
        return f"there is no option `{wrong.option_name}`; {_option_meant(wrong, options)}".removesuffix("; ")
    if isinstance(wrong, click.MissingParameter) and isinstance(wrong.param, click.Argument):
        missing = (wrong.param.metavar or wrong.param.name or "").upper()
        return f"{missing} is missing; write `{_form(wrong)}`"
    if isinstance(wrong, click.MissingParameter) and wrong.param is not None:
        return f"`{wrong.param.opts[0]}` is missing; add `{_with_value(wrong.param)}`"
    if isinstance(wrong, click.BadOptionUsage) and "requires an argument" in wrong.message:
        option = next((one for one in _params_of(wrong) if wrong.option_name in one.opts), None)
        value = _with_value(option, wrong.option_name) if option is not None else f"{wrong.option_name} …"
        return f"`{wrong.option_name}` has no value; write `{value}`"
    message = wrong.format_message()
    if isinstance(wrong, click.BadParameter) and wrong.param is not None:
        return _bad_value(wrong, wrong.param)
    extra = re.search(r"unexpected extra arguments? \((.*)\)", message)
    if extra is not None:
        help = "a subject is `--user ana` or `--role agent`, a scope `--scope my`, an instance `--on Default`"
        return f"`{extra[1]}` is too much; {help if '--user' in options else f'write `{_form(wrong)}`'}"
    return _in_our_voice(message)


def _bad_value(wrong: click.BadParameter, param: click.Parameter) -> str:
    message = wrong.message
    name = param.opts[0] if isinstance(param, click.Option) else (param.metavar or param.name or "").upper()
    name = (param.name or "").upper() if isinstance(param, click.Argument) and "|" in name else name
    refused = re.match(r"'(.*)' is not one of ((?:'[\w-]+'(?:, )?)+)\.?$", message, re.DOTALL)
    if refused is not None:
        choices = refused[2].replace("'", "`")
        return f"{name.strip('[]')} cannot be `{refused[1]}`; choose one of {choices}"
    if isinstance(param.type, click.FloatRange):
        return f"{name} takes a number from {param.type.min:g} to {param.type.max:g}, such as 90"
    if isinstance(param.type, click.IntRange):
        return f"{name} takes a whole number from {param.type.min}, such as {max(3, param.type.min or 0)}"
    a_file = re.fullmatch(r"Directory '(.*)' is a file\.", message)
    if a_file is not None:
        return f"{name}: `{a_file[1]}` is a file; name a folder"
    return f"{name.strip('[]')}: {_in_our_voice(message)}"


def _with_value(param: click.Parameter, name: str = "") -> str:
    """An option as it is written, with what its value stands for."""
    choices = param.type.choices if isinstance(param.type, click.Choice) else ()
    value = "|".join(map(str, choices)) or param.metavar or "…"
    return f"{name or param.opts[0]} {value}"


def _in_our_voice(message: str) -> str:
    """A sentence of click, with `…` around what the user wrote, and without a capital and a full stop."""
    if message[:1].isupper():
        message = re.sub(r"'([^']*)'", r"`\1`", message)
    message = message.removesuffix(".")
    message = re.sub(r"(?:File|Directory|Path) (`[^`]*`) does not exist$", r"there is no \1", message)
    first = message[:1].lower() if message[1:2].islower() or message[1:2] == " " else message[:1]
    return first + message[1:]


def _option_meant(wrong: click.NoSuchOption, options: frozenset[str]) -> str:
    from rolegate.diagnostics import did_you_mean

    meant = _OTHER_OPTIONS.get(wrong.option_name, "")
    if meant.partition(" ")[0] in options:
        return f"write `{meant}`"
    if wrong.option_name.strip("-") in _arguments_of(wrong):
        return f"write `{_form(wrong)}`"
    others = _commands_with(wrong.option_name)
    if len(others) > _FEW:
        return "`--help` lists those of this command"
    if others:
        return "it is an option of " + ", ".join(f"`rolegate {name}`" for name in others)
    return did_you_mean(wrong.option_name, [*options, "--help"], "`--help` lists them")


def _commands_with(option: str) -> list[str]:
    """The commands that have an option of this name."""
    from rolegate_cli.app import COMMANDS, cli

    context = click.Context(cli)
    found = []
    for name in COMMANDS:
        command = cli.get_command(context, name)
        if command is not None and any(option in param.opts for param in command.params):
            found.append(name)
    return found


def _form(wrong: click.UsageError) -> str:
    """How the command of *wrong* is called, with its arguments."""
    path = "rolegate" if wrong.ctx is None else wrong.ctx.command_path
    return " ".join([path, *(name.upper() for name in _arguments_of(wrong))])


def _params_of(wrong: click.UsageError) -> Sequence[click.Parameter]:
    return wrong.ctx.command.params if wrong.ctx is not None else ()


def _arguments_of(wrong: click.UsageError) -> list[str]:
    arguments = [param for param in _params_of(wrong) if isinstance(param, click.Argument)]
    return [(param.metavar or param.name or "").lower() for param in arguments]


def _options_of(wrong: click.UsageError) -> frozenset[str]:
    return frozenset(name for param in _params_of(wrong) for name in param.opts)
