"""The names of a policy set that a shell completes on a command line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rolegate import Policy

# INVARIANT: no name that a shell would expand or split is offered; click's bash script does not quote.
_HARMLESS = re.compile(r"[\w@.:/+-]+")


def _from_set(
    names: Callable[[Policy], Iterable[str]],
) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        try:
            import rolegate

            policy = rolegate.load(_argument(ctx, "path", 0))
            return sorted(
                {name for name in names(policy) if name.startswith(incomplete) and _HARMLESS.fullmatch(name)}
            )
        except Exception:  # an error message would appear in the middle of the line that somebody types
            return []

    return complete


def _argument(ctx: click.Context, name: str, position: int) -> str:
    """An argument on the line; click reads none of them when the last option still lacks its value."""
    value = ctx.params.get(name)
    return str(ctx.args[position] if value is None else value)


def _kind(*kinds: str) -> Callable[[Policy], Iterable[str]]:
    return lambda policy: (node.path for node in policy.tree().walk() if node.kind in kinds)


permissions = _from_set(_kind("permission"))
groups = _from_set(_kind("group"))
domains = _from_set(lambda policy: policy.domains)
roles = _from_set(lambda policy: (name for _, name in policy.resolved.roles))
users = _from_set(lambda policy: policy.users)
teams = _from_set(lambda policy: policy.teams)
locales = _from_set(lambda policy: policy.locales)


def scopes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The scopes of the permission that the line names."""

    def held(policy: Policy) -> Iterable[str]:
        asked = policy.catalog.permission(_argument(ctx, "permission", 1))
        return asked.scope_names if asked.ladder else ()

    return _from_set(held)(ctx, param, incomplete)
