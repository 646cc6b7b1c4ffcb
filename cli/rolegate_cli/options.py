"""The arguments and options that several commands share, so that they look and complete alike everywhere."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from rolegate_cli.complete_names import (
    domains,
    instances,
    locales,
    permissions,
    roles,
    scopes,
    teams,
    users,
)
from rolegate_cli.output import OUTPUT_FILE
from rolegate_cli.refused_findings import refused_findings
from rolegate_cli.source_argument import SetPath, SourcePath

if TYPE_CHECKING:
    from rolegate import Policy, Question

    _Param = click.ParamType[datetime]
else:
    _Param = click.ParamType  # generic since click 8.4 only

Command = TypeVar("Command", bound=Callable[..., Any])


class Moment(_Param):
    """An ISO date or date and time; without an offset it is UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        from rolegate.engine.asked_moment import MOMENT_FORMS, parse_moment

        try:
            return parse_moment(value)
        except ValueError:
            self.fail(f"`{value}` is not a valid time; write {MOMENT_FORMS}", param, ctx)


@dataclass(frozen=True, slots=True)
class SubjectOption:
    """Who the question is about: one of the three, or nobody where a command allows that."""

    user: str | None = None
    team: str | None = None
    role: str | None = None

    @property
    def kind(self) -> Literal["user", "team", "role"] | None:
        if self.user is not None:
            return "user"
        return "team" if self.team is not None else "role" if self.role is not None else None

    def to_dict(self) -> dict[str, str]:
        named = {"user": self.user, "team": self.team, "role": self.role}
        return {kind: name for kind, name in named.items() if name is not None}

    def need(self) -> None:
        """Refuse a command line without a subject."""
        if self.kind is None:
            raise click.UsageError("who is the question about? give --user, --team or --role")


policy_set = click.argument("path", metavar="POLICY", type=SetPath(file_okay=False, path_type=Path))
source = click.argument("source", metavar="SOURCE", type=SourcePath(file_okay=False))
sources = click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=SourcePath(file_okay=True))
permission = click.argument("permission", shell_complete=permissions)
domain = click.option("--domain", metavar="DOMAIN", help="The domain to ask in.", shell_complete=domains)
locale = click.option(
    "--locale", metavar="LOCALE", help="The language of the titles, e.g. fr.", shell_complete=locales
)
answer_locale = click.option(
    "--locale",
    metavar="LOCALE",
    help="Answer in this language, with titles; in English with paths when left out.",
    shell_complete=locales,
)
at = click.option(
    "--at",
    type=Moment(),
    metavar="TIME",
    help="The time to ask for, instead of now (ISO; UTC unless it has an offset).",
)


depth = click.option("--depth", type=click.IntRange(0), metavar="N", help="Only so many levels of groups.")


def output_format(*formats: str, file: bool = True) -> Callable[[Command], Command]:
    """The option `--format`, of which the first of *formats* is the default, and `-o` for a *file*."""
    form = click.option(
        "--format",
        "format",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="The form of the output.",
    )
    return (lambda command: form(_output_file(refused_findings(command)))) if file else form


_output_file = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the output there, and not to stdout.",
    expose_value=False,
    callback=lambda ctx, _, value: ctx.meta.__setitem__(OUTPUT_FILE, value),
)


def subject(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --user, --team and --role; the command gets them as one `subject`."""

    @functools.wraps(command)
    def with_subject(*, user: str | None, team: str | None, role: str | None, **rest: Any) -> Any:
        if sum(name is not None for name in (user, team, role)) > 1:
            raise click.UsageError("give only one of --user, --team and --role: a question has one subject")
        return command(subject=SubjectOption(user, team, role), **rest)

    for decorate in (
        click.option(
            "--role", metavar="ROLE", help="A role; a custom role needs its domain.", shell_complete=roles
        ),
        click.option("--team", metavar="TEAM", help="A team.", shell_complete=teams),
        click.option("--user", metavar="USER", help="A user.", shell_complete=users),
    ):
        with_subject = decorate(with_subject)
    return with_subject


@dataclass(frozen=True, slots=True)
class AskedPart:
    """Which instance a question is about, at which scope, and whether some of them are enough."""

    on: tuple[str, ...] | None = None
    scope: str | None = None
    any: bool = False


def limits(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --on, --scope and --any; the command gets them as one `limits`."""

    @functools.wraps(command)
    def with_limits(*, on: str | None, scope: str | None, any_: bool, **rest: Any) -> Any:
        return command(limits=AskedPart(None if on is None else _instance(on), scope, any_), **rest)

    for decorate in (
        click.option(
            "--scope",
            metavar="SCOPE",
            help="The scope; the broadest one when left out.",
            shell_complete=scopes,
        ),
        click.option(
            "--any", "any_", is_flag=True, help="Ask about some instance or scope, instead of all of them."
        ),
        click.option(
            "--on",
            metavar="ID | ID/ID",
            shell_complete=instances,
            help="The instance; every instance when left out. Write % * / inside an id as %25 %2A %2F.",
        ),
    ):
        with_limits = decorate(with_limits)
    return with_limits


def _instance(text: str) -> tuple[str, ...]:
    from rolegate import GrantSyntaxError, parse_instance

    try:
        return parse_instance(text)
    except GrantSyntaxError as wrong:
        raise click.BadParameter(
            f"{wrong}; {wrong.help}" if wrong.help else str(wrong), param_hint="'--on'"
        ) from None


def in_domain(policy: Policy, subject: SubjectOption, domain: str | None) -> str | None:
    """The domain to ask in; in a set with domains, users and teams exist only within one."""
    if domain is None and subject.kind in ("user", "team") and policy.needs_domain:
        raise click.UsageError(
            f"--{subject.kind} needs --domain in this set; its domains are "
            + ", ".join(f"`{name}`" for name in policy.domains)
        )
    return domain


def question(
    policy: Policy, permission: str, subject: SubjectOption, domain: str | None, limits: AskedPart
) -> Question:
    """The question that the command line asks."""
    from rolegate import Question

    _not_a_grant(policy, permission)
    return Question(
        permission=permission,
        user=subject.user,
        team=subject.team,
        role=subject.role,
        domain=in_domain(policy, subject, domain),
        on=limits.on,
        scope=limits.scope,
        any=limits.any,
    )


def _not_a_grant(policy: Policy, text: str) -> None:
    """Refuse a grant such as `tickets.show@my` as a permission: scopes and instances are options here."""
    from rolegate import GrantSyntaxError
    from rolegate.catalog.grant_syntax import parse_grant
    from rolegate.encoding import readable

    if not any(sign in text for sign in "@[") or policy.catalog.find(text) is not None:
        return
    try:
        grant = parse_grant(text, policy.catalog.marked)
    except GrantSyntaxError:
        return
    if policy.catalog.find(grant.path) is None or grant.star:
        return
    on = "" if grant.instance in (None, "*") else f" --on {shlex.quote(readable(str(grant.instance)))}"
    scope = "" if grant.scope is None else f" --scope {grant.scope}"
    raise click.UsageError(f"`{text}` is a grant, and not a permission; write `{grant.path}{on}{scope}`")
