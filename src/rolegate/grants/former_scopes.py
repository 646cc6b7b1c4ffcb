"""A grant at a former name of a scope, under the name of today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.ladders import scopes_today
from rolegate.catalog.link_dependencies import fits_chain
from rolegate.catalog.model import Catalog, Node, Permission
from rolegate.diagnostics import Report, Span
from rolegate.grants import entry_problems
from rolegate.grants.removed_grants import whole


def with_scope_of_today(
    grant: Grant, node: Node, span: Span, catalog: Catalog, report: Report, *, brings: bool = True
) -> Grant | None:
    """*grant*, about *node*, with its scope as it is called now; a former name is reported.

    None where no scope of today is what it was for all that a star names. *brings* is False for what takes
    away.
    """
    scope = grant.scope
    if scope is None or not any(scope in ladder.former for ladder in catalog.ladders.values()):
        return grant
    inside = (node,) if isinstance(node, Permission) else catalog.below(node.path)
    report.steps(len(inside), f"`{grant}`", span)
    now = scopes_today(scope, (p.ladder for p in inside if p.ladder is not None))
    if len(now) > 1:
        entry_problems.scope_means_several(report, span, grant, tuple(_apart(grant, inside, brings)))
        return None
    for name in now:
        if name != scope:
            entry_problems.scope_renamed(report, span, grant, name)
            grant = replace(grant, scope=name)
    return grant


def _apart(grant: Grant, inside: Iterable[Permission], brings: bool) -> Iterator[Grant]:
    """*grant* for each permission that has, or had, its scope, under the names of today.

    What brings leaves out a ladder in which another scope has got this name: it may be older than that.
    """
    assert grant.scope is not None  # noqa: S101 - callers hold a grant at a scope
    for p in inside:
        if p.hidden or p.ladder is None or not p.ladder.has(grant.scope):
            continue
        if brings and (not p.starred or grant.scope in p.ladder.former.values()):
            continue
        instance = grant.instance
        if instance is not None and not brings and instance.count("/") + 1 < len(p.chain):
            instance = instance if instance.endswith("*") else f"{instance}/*"
        if instance is None or fits_chain(instance, p.chain):
            yield whole(Grant(p.path, False, instance, p.ladder.today(grant.scope)), p)
