"""What a shell may complete from the policy set that stands on the line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rolegate import Policy

# INVARIANT: nothing that a shell would expand or split is ever offered; click's bash script does not quote.
_HARMLESS = re.compile(r"[\w@.:/+-]+")


def _from_set(
    names: Callable[[Policy], Iterable[str]],
) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        try:
            import rolegate

            policy = rolegate.load(ctx.params["path"])
            return sorted(
                {each for each in names(policy) if each.startswith(incomplete) and _HARMLESS.fullmatch(each)}
            )
        except Exception:  # a shell in the middle of a line is no place for an error message
            return []

    return complete


def _kind(*kinds: str) -> Callable[[Policy], Iterable[str]]:
    return lambda policy: (node.path for node in policy.tree().walk() if node.kind in kinds)


permissions = _from_set(_kind("permission"))
groups = _from_set(_kind("group"))
domains = _from_set(lambda policy: policy.domains)
roles = _from_set(lambda policy: (name for _, name in policy.resolved.roles))
users = _from_set(lambda policy: policy.snapshot().users.values())
teams = _from_set(lambda policy: (team for each in policy.resolved.domains for team in each.teams))


def scopes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The scopes of the permission on the line."""
    asked = ctx.params.get("permission")
    return _from_set(
        lambda policy: (
            scope for node in policy.tree().walk() if node.path == asked for scope, _, _ in node.ladder
        )
    )(ctx, param, incomplete)
