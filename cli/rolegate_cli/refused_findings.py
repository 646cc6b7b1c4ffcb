"""A policy set with errors is told in the form that was asked for, so that a host shows each at its line."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from rolegate_cli.asked_file import write_asked_file

if TYPE_CHECKING:
    from rolegate import Diagnostic

Command = TypeVar("Command", bound=Callable[..., Any])

FOR_HOSTS = ("github", "gitlab", "sarif", "junit")
"""The forms in which a host of repositories looks for findings."""


def refused_findings(command: Command) -> Command:
    """*command*, of which a host gets the errors of a set that cannot be read; stderr has them as well."""

    @functools.wraps(command)
    def with_findings(*, format: str, **rest: Any) -> Any:
        try:
            return command(format=format, **rest)
        except Exception as failure:
            _tell(format, failure)
            raise

    return cast("Command", with_findings)


def _tell(format: str, failure: Exception) -> None:
    from rolegate import InvalidPolicyError

    if format in FOR_HOSTS and isinstance(failure, InvalidPolicyError):
        ctx = click.get_current_context()
        _write(format, ctx.info_name or "", failure.diagnostics)
        write_asked_file(ctx)


def _write(format: str, command: str, diagnostics: tuple[Diagnostic, ...]) -> None:
    from rolegate_cli.output import Output, counted
    from rolegate_cli.render.listed_findings import ListedFindings, write_findings

    errors = tuple(found for found in diagnostics if found.severity == "error")
    summary = f"{counted(len(errors), 'error')}: a policy set with errors answers no questions"
    Output(format).write(write_findings(format, ListedFindings(command, errors, summary=summary)))
