"""`requires`, `implies` and `recommends`: what each entry names, and whether it can be followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice, pairwise

from rolegate.catalog import dependency_problems as problems
from rolegate.catalog.circles import some_circles
from rolegate.catalog.dependency_entries import Dependency
from rolegate.catalog.grant_syntax import GrantSyntaxError, parse_grant
from rolegate.catalog.hidden import impliers, may_depend, may_imply, warn_of_unreachable
from rolegate.catalog.ladders import Ladder
from rolegate.catalog.model import Catalog, Group, Node, Permission
from rolegate.catalog.problems import grant_unreadable, manage_names_group, manage_unknown
from rolegate.catalog.scoped_fields import halves_meant, is_field
from rolegate.diagnostics import RelatedSpan, Report
from rolegate.documents.catalog_file import NodeShape
from rolegate.documents.text import Text
from rolegate.texts.spelling import nearest

_ENOUGH = 12


def link(catalog: Catalog, shapes: Mapping[str, NodeShape], report: Report) -> Catalog:
    """*catalog* with the dependencies of its permissions resolved and checked.

    What its permissions require so far are the headers around them.
    """
    nodes: dict[str, Node] = dict(catalog.nodes)
    for path, shape in shapes.items():
        permission = catalog.nodes[path]
        if not isinstance(permission, Permission):
            continue
        if not (shape.requires or shape.implies or shape.recommends):
            continue
        named = _read(catalog, permission, shape.requires, "requires", report)
        wanted = {entry.wanted for entry in named}
        nodes[path] = replace(
            permission,
            requires=(*(switch for switch in permission.requires if switch.wanted not in wanted), *named),
            implies=_read(catalog, permission, shape.implies, "implies", report),
            recommends=_read(catalog, permission, shape.recommends, "recommends", report),
        )
    linked = replace(catalog, nodes=nodes)
    _refuse_cycles(linked, "requires", report)
    _refuse_cycles(linked, "implies", report)
    _check_availability(linked, report)
    if not report.failed:  # without an `implies` that was reported, a permission could look unreachable
        linked = replace(linked, impliers=impliers(linked, report))
        warn_of_unreachable(linked, report)
    _check_manage(linked, report)
    required_by: dict[str, list[tuple[str, Dependency]]] = {}
    for permission in linked.permissions:
        for entry in permission.requires:
            required_by.setdefault(entry.path, []).append((permission.path, entry))
    return replace(linked, required_by={path: tuple(found) for path, found in required_by.items()})


def _read(
    catalog: Catalog, owner: Permission, texts: list[Text], key: str, report: Report
) -> tuple[Dependency, ...]:
    """The entries under *key* of a permission, without those that were reported."""
    found = (_dependency(catalog, owner, text, key, report) for text in texts)
    return tuple(entry for entry in found if entry is not None)


def _dependency(
    catalog: Catalog, owner: Permission, text: Text, key: str, report: Report
) -> Dependency | None:
    try:
        grant = parse_grant(text, catalog.marked)
    except GrantSyntaxError as error:
        grant_unreadable(report, text, error)
        return None
    target = None if grant.star else catalog.find(grant.path)
    if grant.star or isinstance(target, Group):
        halves = halves_meant(target, grant.scope) if is_field(target, catalog) else ()
        problems.names_group(report, text, key, owner.path, grant.path or "*", halves)
    elif target is None:
        paths = (permission.path for permission in catalog.permissions)
        fate = catalog.fate(grant.path)
        beside = f"{owner.path.rpartition('.')[0]}.{grant.path.removeprefix('.')}"
        beside = beside if isinstance(catalog.find(beside), Permission) else ""
        problems.target_unknown(report, text, key, owner.path, grant.path, paths, fate, beside)
    elif target.path == owner.path:
        problems.names_itself(report, text, key, owner.path)
    elif (
        not (catalog.unclear and {owner.path, target.path} & catalog.unclear)
        and (_names_both if key == "implies" else may_depend)(owner, target, key, text, report)
        and _limits_fit(owner, target, grant.instance, grant.scope, key, text, report)
    ):
        return Dependency(target.path, grant.instance, grant.scope, str(text), text.span)
    return None


def _names_both(owner: Permission, target: Permission, key: str, text: Text, report: Report) -> bool:
    """Whether no star brings *target* by way of *owner*, if *target* is granted by name only."""
    if target.by_name and not owner.by_name:
        problems.target_by_name(report, text, key, owner, target.path)
    return owner.by_name or not target.by_name


def _limits_fit(
    owner: Permission,
    target: Permission,
    instance: str | None,
    scope: str | None,
    key: str,
    text: Text,
    report: Report,
) -> bool:
    """Whether the scope and the instance of the target are clear, however the owner is held."""
    if scope is not None and (target.ladder is None or scope not in target.ladder.scopes):
        problems.scope_unknown(report, text, target.path, scope, scope_help(scope, target.ladder))
        return False
    if instance is not None and not fits_chain(instance, target.chain):
        problems.instance_misfit(report, text, target.path, instance, chain_help(target.chain, instance))
        return False
    if key != "implies":
        return True
    if scope is None and target.ladder is not None and target.ladder is not owner.ladder:
        problems.implied_scope_unclear(report, text, owner.path, target.path, target.ladder.broadest)
        return False
    if instance is None and target.chain and target.chain[:1] != owner.chain[:1]:
        problems.implied_instance_unclear(report, text, owner.path, target.path, scope)
        return False
    return may_imply(owner, target, instance, text, report)


def fits_chain(instance: str, chain: tuple[str, ...]) -> bool:
    """Whether an instance path names what a permission with *chain* is granted on.

    A path has as many parts as the chain has kinds, or fewer if it ends with a star.
    """
    parts = instance.count("/") + 1
    return parts <= len(chain) if instance.endswith("*") else parts == len(chain)


def scope_help(scope: str, ladder: Ladder | None) -> str:
    """What to write instead of *scope*, which is not a scope of *ladder*."""
    if ladder is None:
        return "it has no scopes: leave out `@…`"
    if scope in ladder.removed:
        return ladder.removed[scope].fate
    if scope in ladder.former:
        return f"write `{ladder.today(scope)}`, as it is called now"
    close = nearest(scope, ladder.scopes)
    if close:
        return "did you mean " + " or ".join(f"`{name}`" for name in close) + "?"
    names = [f"`{name}`" for name in islice(ladder.scopes, _ENOUGH)]
    return "its scopes are " + ", ".join(names) + (", …" if len(ladder.scopes) > _ENOUGH else "")


def chain_help(chain: tuple[str, ...], instance: str = "") -> str:
    """How to name what a permission with *chain* is granted on, instead of *instance*."""
    if not chain:
        return "leave out `[…]`"
    path = "/".join(chain)
    deepest = len(chain) - 1
    outer = [f"`[{'/'.join(chain[:depth])}/*]`" for depth in range(deepest, max(0, deepest - _ENOUGH), -1)]
    every = ", ".join(outer) + " or `[*]`" if outer else "`[*]`"
    slash = "; a `/` that belongs to an id is written `%2F`" if instance.count("/") >= len(chain) else ""
    return f"write `[{path}]`, or {every} for every {chain[-1]}{slash}"


def _refuse_cycles(catalog: Catalog, key: str, report: Report) -> None:
    found = ((permission.path, getattr(permission, key)) for permission in catalog.permissions)
    graph = {path: dict.fromkeys(entry.path for entry in entries) for path, entries in found if entries}
    for around in some_circles(graph):
        _report_cycle(catalog, key, around, report)


def _report_cycle(catalog: Catalog, key: str, around: list[str], report: Report) -> None:
    """Report a circle, beginning with its permission that is declared first."""
    first = min(range(len(around)), key=lambda i: catalog.permission(around[i]).span)
    paths = [*around[first:], *around[: first + 1]]
    links = [
        next(entry for entry in getattr(catalog.permission(one), key) if entry.path == other)
        for one, other in pairwise(paths)
    ]
    by_header = any(
        link.span == catalog.permission(path).span for path, link in zip(paths, links, strict=False)
    )
    shown = paths if len(paths) <= _ENOUGH else [*paths[:4], "…", *paths[-2:]]
    places = [
        RelatedSpan(link.span, f"`{path}` {key} `{link.path}` here")
        for path, link in zip(paths[1:_ENOUGH], links[1:_ENOUGH], strict=False)
    ]
    problems.circle(report, links[0].span, key, shown, places, by_header)


def _check_availability(catalog: Catalog, report: Report) -> None:
    for permission in catalog.permissions:
        for entry in permission.requires:
            other = catalog.permission(entry.path)
            if not _available_with(permission, other, entry, catalog, report):
                problems.less_available(report, entry.span, permission, other)
        for entry in permission.implies:
            other = catalog.permission(entry.path)
            # A visible one is held where it is available; a hidden one is held exactly where this one is.
            if other.hidden and not _available_with(permission, other, entry, catalog, report):
                problems.less_available(report, entry.span, permission, other)
            elif not permission.availability.meets(other.availability):
                problems.never_together(report, entry.span, permission.path, other.path)


def _available_with(
    permission: Permission, other: Permission, entry: Dependency, catalog: Catalog, report: Report
) -> bool:
    """Whether *other* is available wherever *permission*, which names it in *entry*, is."""
    if permission.availability == other.availability:
        return True
    report.steps(permission.availability.effort(other.availability), f"`{permission.path}`", entry.span)
    return permission.availability.implies(other.availability, catalog.addon_needs)


def _check_manage(catalog: Catalog, report: Report) -> None:
    for kind in catalog.kinds_of_roles:
        manage = kind.manage
        if not isinstance(manage, Text):
            continue
        node = catalog.find(manage)
        if node is None:
            paths = (permission.path for permission in catalog.permissions)
            manage_unknown(report, manage, paths, catalog.fate(manage))
        elif not isinstance(node, Permission):
            manage_names_group(report, manage)
