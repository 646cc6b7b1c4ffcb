"""The exit codes, and how whatever ends a command becomes one of them, with a message on stderr."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Sequence

import click

from rolegate_cli.stderr import complain, say

YES, NO, USAGE, INTERNAL = 0, 1, 2, 3
INTERRUPTED, PIPE_CLOSED = 130, 141  # 128 and the number of the signal, as shells have it


class UnreadableInputError(click.ClickException):
    """Input cannot be read, or names something that does not exist."""

    exit_code = USAGE


def exit_code_of(call: Callable[[], int]) -> int:
    """The exit code of *call*; every failure has one, and is reported in one line."""
    try:
        try:
            code = call()
        except click.exceptions.Exit as done:
            code = done.exit_code
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        _silence()
        return PIPE_CLOSED
    except click.UsageError as wrong:
        _usage(wrong)
        return USAGE
    except click.ClickException as wrong:
        complain(wrong.format_message())
        return USAGE
    except Exception as failure:
        return _failed(failure)


def text_arguments(args: Sequence[str]) -> list[str]:
    """*args*, or a usage error if one of them is not text."""
    for number, arg in enumerate(args, 1):
        if any("\ud800" <= char <= "\udfff" for char in arg):
            shown = arg.encode("utf-8", "surrogateescape" if _from_bytes(arg) else "backslashreplace")
            raise click.UsageError(f"argument {number} is not UTF-8 text: {ascii(shown)[1:]}")
    return list(args)


def _failed(failure: Exception) -> int:
    """What the library raises on purpose is for the user to mend; everything else is a bug of ours."""
    with contextlib.suppress(ImportError):
        from rolegate import InvalidPolicyError, RolegateError

        if isinstance(failure, InvalidPolicyError):
            from rolegate_cli.render.diagnostics_text import say_refused

            say_refused(failure.diagnostics)
            return USAGE
        if isinstance(failure, RolegateError):
            complain(str(failure))
            return USAGE
    if isinstance(failure, OSError) and failure.filename is not None:
        complain(f"{failure.filename}: {failure.strerror}")
        return USAGE
    if isinstance(failure, OSError) and failure.strerror:
        _silence()  # an error of a stream, and input streams are handled where they are read
        complain(f"cannot write the output: {failure.strerror}")
        return INTERNAL
    if os.environ.get("ROLEGATE_DEBUG"):
        raise failure
    what = f"{type(failure).__name__}: {failure}".replace("\n", " ")
    complain(
        f"internal error: {what}; this is a bug in rolegate, nothing was decided: "
        "please report it with the traceback that ROLEGATE_DEBUG=1 shows, and the output of `rolegate doctor`"
    )
    return INTERNAL


def _usage(wrong: click.UsageError) -> None:
    if wrong.ctx is not None:
        say(wrong.ctx.get_usage())
        say(f"Try `{wrong.ctx.command_path} --help`.")
        say("")
    complain(wrong.format_message())


def _silence() -> None:
    """Let the interpreter flush its last output to nowhere, since nobody reads it."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _from_bytes(text: str) -> bool:
    return all("\udc80" <= char <= "\udcff" for char in text if "\ud800" <= char <= "\udfff")
