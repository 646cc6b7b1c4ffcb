"""A grant at a former name of a scope, under the name of today."""

from __future__ import annotations

from dataclasses import replace

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.model import Catalog, Node, Permission
from rolegate.diagnostics import Report, Span
from rolegate.grants import entry_problems


def with_scope_of_today(
    grant: Grant, node: Node, span: Span, catalog: Catalog, report: Report
) -> Grant | None:
    """*grant*, about *node*, with its scope as it is called now; a former name is reported.

    None where the scope has two names now, each for some of what a star names.
    """
    scope = grant.scope
    if scope is None or not any(scope in ladder.former for ladder in catalog.ladders.values()):
        return grant
    inside = (node,) if isinstance(node, Permission) else catalog.below(node.path)
    report.steps(len(inside), f"`{grant}`", span)
    ladders = {p.ladder.name: p.ladder for p in inside if p.ladder is not None}
    now = dict.fromkeys(ladder.today(scope) for ladder in ladders.values() if ladder.has(scope))
    if len(now) > 1:
        entry_problems.scope_means_several(report, span, grant, tuple(now))
        return None
    for name in now:
        if name != scope:
            entry_problems.scope_renamed(report, span, grant, name)
            grant = replace(grant, scope=name)
    return grant
