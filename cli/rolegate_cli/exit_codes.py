"""The exit codes, and how whatever ends a command becomes one of them, with a message on stderr."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import click

from rolegate_cli.stderr import complain

if TYPE_CHECKING:
    from rolegate import Diagnostic
    from rolegate.loading.refused_sets import RefusedSet

YES, NO, USAGE, INTERNAL = 0, 1, 2, 3
INTERRUPTED, PIPE_CLOSED = 130, 141  # 128 and the number of the signal, as shells have it


class UnreadableInputError(click.ClickException):
    """Input cannot be read, or names something that does not exist."""

    exit_code = USAGE


def exit_code_of(call: Callable[[], int], as_json: bool = False) -> int:
    """The exit code of *call*; every failure has one, and is reported in one line.

    With *as_json*, a program waits for an object on stdout: it is told there as well.
    """
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
        return _told(USAGE, _usage(wrong), as_json)
    except click.ClickException as wrong:
        complain(wrong.format_message())
        return _told(USAGE, wrong.format_message(), as_json)
    except Exception as failure:
        return _failed(failure, as_json)


def wants_json(args: Sequence[str]) -> bool:
    """Whether *args* ask for JSON, also where something else is wrong with them."""
    given = list(args[: args.index("--")] if "--" in args else args)
    pairs = pairwise(given)
    return "--format=json" in given or ("--format", "json") in pairs


def _told(code: int, message: str, as_json: bool, diagnostics: Sequence[Diagnostic] = ()) -> int:
    """*code*, with the object that tells it where one is waited for."""
    if as_json:
        from rolegate_cli.output import Output

        found = [finding.to_dict() for finding in diagnostics]
        with contextlib.suppress(OSError):
            output = Output("json")
            output.answer({"error": message, "exit_code": code, "diagnostics": found})
            output.flush()
    return code


def refused_json(said: Iterable[str], refused: Iterable[RefusedSet]) -> dict[str, object]:
    """What an object says of sets that cannot be read, where others are in it as well."""
    found = [error.to_dict() for one in refused for error in one.errors]
    return {"error": "; ".join(said), "exit_code": USAGE, "diagnostics": found}


def text_arguments(args: Sequence[str]) -> list[str]:
    """*args*, or a usage error if one of them is not text."""
    for number, arg in enumerate(args, 1):
        if any("\ud800" <= char <= "\udfff" for char in arg):
            shown = arg.encode("utf-8", "surrogateescape" if _from_bytes(arg) else "backslashreplace")
            raise click.UsageError(f"argument {number} is not UTF-8 text: {ascii(shown)[1:]}")
    return list(args)


def _failed(failure: Exception, as_json: bool) -> int:
    """What the library raises on purpose is for the user to mend; everything else is a bug of ours."""
    with contextlib.suppress(ImportError):
        from rolegate import InvalidPolicyError, RolegateError
        from rolegate.lazy_names import OPTIONAL

        missing = (failure.name or "").partition(".")[0] if isinstance(failure, ModuleNotFoundError) else ""
        if missing in OPTIONAL:
            message = f"this needs {OPTIONAL[missing]}: run `pip install 'rolegate[sqlalchemy]'`"
            complain(message)
            return _told(USAGE, message, as_json)
        if isinstance(failure, InvalidPolicyError):
            from rolegate.loading.refused_sets import RefusedSet
            from rolegate_cli.render.diagnostics_text import say_refused

            said = say_refused(RefusedSet.of(failure))
            return _told(USAGE, said, as_json, failure.diagnostics)
        if isinstance(failure, RolegateError):
            complain(str(failure))
            return _told(USAGE, str(failure), as_json)
    if isinstance(failure, OSError) and failure.filename is not None:
        message = f"{failure.filename}: {failure.strerror}"
        complain(message)
        return _told(USAGE, message, as_json)
    if isinstance(failure, OSError) and failure.strerror:
        _silence()  # an error of a stream, and input streams are handled where they are read
        complain(f"cannot write the output: {failure.strerror}")
        return INTERNAL
    if os.environ.get("ROLEGATE_DEBUG"):
        raise failure
    what = f"{type(failure).__name__}: {failure}".replace("\n", " ")
    message = (
        f"internal error: {what}; this is a bug in rolegate, nothing was decided: "
        "please report it with the traceback that ROLEGATE_DEBUG=1 shows, and the output of `rolegate doctor`"
    )
    complain(message)
    return _told(INTERNAL, message, as_json)


def _usage(wrong: click.UsageError) -> str:
    from rolegate_cli.usage_help import usage_message

    message = usage_message(wrong)
    complain(message)
    return message


def _silence() -> None:
    """Let the interpreter flush its last output to nowhere, since nobody reads it."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _from_bytes(text: str) -> bool:
    return all("\udc80" <= char <= "\udcff" for char in text if "\ud800" <= char <= "\udfff")
