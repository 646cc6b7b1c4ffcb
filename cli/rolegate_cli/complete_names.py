"""The names of a policy set that a shell completes on a command line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

from rolegate_cli.chosen_limits import chosen_limits

if TYPE_CHECKING:
    from rolegate import Policy

# INVARIANT: no name that a shell would expand or split is offered; click's bash script does not quote.
_HARMLESS = re.compile(r"[\w@.:/+-]+")


Complete = Callable[[click.Context, click.Parameter, str], list[str]]
Names = Callable[["Policy", click.Context], Iterable[str]]


def _from_set(names: Names) -> Complete:
    """Completes what *names* gives for the set and for what else is on the line."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        try:
            import rolegate

            policy = rolegate.load_source(_source(ctx), limits=chosen_limits())
            return sorted(
                {
                    name
                    for name in names(policy, ctx)
                    if name.startswith(incomplete) and _HARMLESS.fullmatch(name)
                }
            )
        except Exception:  # an error message would appear in the middle of the line that somebody types
            return []

    return complete


def _source(ctx: click.Context) -> str:
    """The policy set on the line; the first one, of a command that takes several."""
    several = ctx.params.get("sources")
    return str(several[0]) if several else _argument(ctx, "source", 0)


def _argument(ctx: click.Context, name: str, position: int) -> str:
    """An argument on the line; click reads none of them when the last option still lacks its value."""
    value = ctx.params.get(name)
    return str(ctx.args[position] if value is None else value)


def _domain(policy: Policy, ctx: click.Context) -> str | None:
    """The domain on the line, or the only one there is."""
    named: str | None = ctx.params.get("domain")
    return named if named is not None or policy.needs_domain else policy.domains[0]


def _permissions(policy: Policy, ctx: click.Context) -> Iterable[str]:
    """Those that can be asked about; with `--list`, those that are held on instances."""
    listed = ctx.params.get("listed", False)
    shown = (leaf for leaf in policy.catalog.permissions if not leaf.hidden)
    return (leaf.path for leaf in shown if leaf.chain or not listed)


def _paths(policy: Policy, _: click.Context) -> Iterable[str]:
    """The groups and permissions that a tree shows."""
    hidden = {leaf.path for leaf in policy.catalog.permissions if leaf.hidden}
    return (path for path in policy.catalog.nodes if path and path not in hidden)


def _roles(policy: Policy, ctx: click.Context) -> Iterable[str]:
    """Those that can be asked about: a custom role only in a domain that has it."""
    domain = _domain(policy, ctx)
    if domain is not None:
        return policy.roles_of(domain)
    return (name for owner, name in policy.resolved.roles if owner is None)


def _teams(policy: Policy, ctx: click.Context) -> Iterable[str]:
    domain, domains = _domain(policy, ctx), policy.resolved.domains
    if domain is None:
        return policy.teams
    return (team for outer in domains.outward(domain) for team in domains[outer].teams)


def _users(policy: Policy, ctx: click.Context) -> Iterable[str]:
    domain = _domain(policy, ctx)
    return policy.users if domain is None else policy.snapshot().index.tables[domain].users


def _instances(policy: Policy, ctx: click.Context) -> Iterable[str]:
    """The known ids that the permission on the line is per, from the outermost kind inwards."""
    from rolegate.encoding import readable

    asked = policy.catalog.permission_of(_argument(ctx, "permission", 1))
    domain, domains = _domain(policy, ctx), policy.resolved.domains
    for name in domains.names if domain is None else (domain,):
        for kind in asked.chain:
            yield from map(readable, domains[name].instances.get(kind, ()))


def _scopes(policy: Policy, ctx: click.Context) -> Iterable[str]:
    """The scopes of the permission on the line."""
    asked = policy.catalog.permission_of(_argument(ctx, "permission", 1))
    return asked.scope_names if asked.ladder else ()


permissions = _from_set(_permissions)
paths = _from_set(_paths)
domains = _from_set(lambda policy, _: policy.domains)
roles = _from_set(_roles)
users = _from_set(_users)
teams = _from_set(_teams)
locales = _from_set(lambda policy, _: policy.locales)
instances = _from_set(_instances)
scopes = _from_set(_scopes)
