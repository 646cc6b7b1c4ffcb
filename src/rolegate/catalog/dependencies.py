"""`requires`, `implies` and `recommends`: what they name, and that they can be followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice, pairwise

from rolegate.catalog.grant_syntax import GrantSyntaxError, parse_grant
from rolegate.catalog.hidden import impliers, may_depend, may_imply, warn_of_unreachable
from rolegate.catalog.ladders import Ladder
from rolegate.catalog.model import Catalog, Dependency, Node, Permission
from rolegate.diagnostics import RelatedSpan, Report, did_you_mean
from rolegate.documents.catalog_file import NodeShape
from rolegate.documents.text import Text
from rolegate.encoding import readable
from rolegate.spelling import nearest

_ENOUGH = 12


def link(
    catalog: Catalog,
    shapes: Mapping[str, NodeShape],
    headers: Mapping[str, tuple[str, ...]],
    report: Report,
) -> Catalog:
    """*catalog* with the dependencies of its permissions resolved and checked."""
    nodes: dict[str, Node] = dict(catalog.nodes)
    for path, shape in shapes.items():
        permission = catalog.nodes[path]
        if not isinstance(permission, Permission):
            continue
        switches = (
            []
            if permission.hidden
            else [Dependency(header, None, None, header, permission.span) for header in headers[path]]
        )
        named = _read(catalog, permission, shape.requires, "requires", report)
        nodes[path] = replace(
            permission,
            requires=(*(each for each in switches if each.wanted not in {d.wanted for d in named}), *named),
            implies=_read(catalog, permission, shape.implies, "implies", report),
            recommends=_read(catalog, permission, shape.recommends, "recommends", report),
        )
    linked = replace(catalog, nodes=nodes)
    _refuse_cycles(linked, "requires", report)
    _refuse_cycles(linked, "implies", report)
    _check_availability(linked, report)
    if not report.failed:  # an `implies` that was left out would make it look so
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
    entries = []
    for text in texts:
        try:
            grant = parse_grant(text)
        except GrantSyntaxError as error:
            report.add(error.code, text.span, f"`{text}`: {error}", error.help)
            continue
        target = None if grant.star else catalog.find(grant.path)
        if grant.star or (target is not None and not isinstance(target, Permission)):
            group = grant.path or "*"
            report.add(
                "RG209",
                text.span,
                f"`{key}` of `{owner.path}` names the group `{group}`",
                "name single permissions: a dependency that grew by itself would surprise",
            )
        elif target is None:
            paths = (node.path for node in catalog.permissions)
            report.add(
                "RG207",
                text.span,
                f"`{key}` of `{owner.path}` names an unknown permission `{grant.path}`",
                did_you_mean(grant.path, paths) or "write the whole path, such as `tickets.show`",
            )
        elif target.path == owner.path:
            report.add("RG208", text.span, f"`{owner.path}` {key} itself", "remove the entry")
        elif (
            not {owner.path, target.path} & catalog.unclear
            and (key == "implies" or may_depend(owner, target, key, text, report))
            and _limits_fit(owner, target, grant.instance, grant.scope, key, text, report)
        ):
            entries.append(Dependency(target.path, grant.instance, grant.scope, str(text), text.span))
    return tuple(entries)


def _limits_fit(
    owner: Permission,
    target: Permission,
    instance: str | None,
    scope: str | None,
    key: str,
    text: Text,
    report: Report,
) -> bool:
    """Whether the scope and the instance of the target are clear, whoever holds the owner."""
    if scope is not None and (target.ladder is None or scope not in target.ladder.scopes):
        help = scope_help(scope, target.ladder)
        report.add("RG304", text.span, f"`{target.path}` has no scope `{scope}`", help)
        return False
    if instance is not None and not fits_chain(instance, target.chain):
        help = chain_help(target.chain, instance)
        report.add("RG306", text.span, f"`[{readable(instance)}]` does not fit `{target.path}`", help)
        return False
    if key != "implies":
        return True
    if scope is None and target.ladder is not None and target.ladder is not owner.ladder:
        report.add(
            "RG209",
            text.span,
            f"`{owner.path}` implies `{target.path}` at no clear scope",
            f"the two share no scopes: name one, e.g. `{text}@{target.ladder.broadest}`",
        )
        return False
    if instance is None and target.chain and target.chain[:1] != owner.chain[:1]:
        suffix = "" if scope is None else f"@{scope}"
        report.add(
            "RG209",
            text.span,
            f"`{owner.path}` implies `{target.path}` for no clear instance",
            f"the two share no resource: name one, e.g. `{target.path}[*]{suffix}`",
        )
        return False
    return may_imply(owner, target, instance, text, report)


def fits_chain(instance: str, chain: tuple[str, ...]) -> bool:
    """Whether an instance path names what a permission with *chain* is granted on.

    A path names as many parts as the chain has kinds; one that ends in a star means everything below it.
    """
    parts = instance.count("/") + 1
    return parts <= len(chain) if instance.endswith("*") else parts == len(chain)


def scope_help(scope: str, ladder: Ladder | None) -> str:
    """What to write instead of *scope*, which is none of *ladder*."""
    if ladder is None:
        return "it has no scopes: leave out `@…`"
    close = nearest(scope, ladder.scopes)
    if close:
        return "did you mean " + " or ".join(f"`{each}`" for each in close) + "?"
    names = [f"`{each}`" for each in islice(ladder.scopes, _ENOUGH)]
    return "its scopes are " + ", ".join(names) + (", …" if len(ladder.scopes) > _ENOUGH else "")


def chain_help(chain: tuple[str, ...], instance: str = "") -> str:
    """How to name what a permission with *chain* is granted on, instead of by *instance*."""
    if not chain:
        return "leave out `[…]`"
    path = "/".join(chain)
    outer = [f"`[{'/'.join(chain[:depth])}/*]`" for depth in range(len(chain) - 1, 0, -1)]
    every = ", ".join(outer) + " or `[*]`" if outer else "`[*]`"
    slash = "; a `/` that belongs to an id is written `%2F`" if instance.count("/") >= len(chain) else ""
    return f"write `[{path}]`, or {every} for every {chain[-1]}{slash}"


def _refuse_cycles(catalog: Catalog, key: str, report: Report) -> None:
    graph = {p.path: dict.fromkeys(entry.path for entry in getattr(p, key)) for p in catalog.permissions}
    for around in _circles(graph):
        _report_cycle(catalog, key, around, report)


def _circles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """A few of the circles in *graph*, each with its steps in order; one walk, and no recursion."""
    found: list[list[str]] = []
    done: set[str] = set()
    for start in graph:
        path: dict[str, Iterator[str]] = {} if start in done else {start: iter(graph[start])}
        while path:
            here = next(reversed(path))
            step = next(path[here], None)
            if step is None:
                done.add(here)
                del path[here]
            elif step in path:
                walked = list(path)
                found.append(walked[walked.index(step) :])
                if len(found) == _ENOUGH:
                    return found
            elif step not in done:
                path[step] = iter(graph.get(step, ()))
    return found


def _report_cycle(catalog: Catalog, key: str, around: list[str], report: Report) -> None:
    """Tell the circle from the permission of it that is declared first."""
    first = min(range(len(around)), key=lambda i: catalog.permission(around[i]).span)
    paths = [*around[first:], *around[: first + 1]]
    links = [
        next(entry for entry in getattr(catalog.permission(one), key) if entry.path == other)
        for one, other in pairwise(paths)
    ]
    shown = paths if len(paths) <= _ENOUGH else [*paths[:4], "…", *paths[-2:]]
    places = [
        RelatedSpan(link.span, f"`{path}` {key} `{link.path}` here")
        for path, link in zip(paths[1:_ENOUGH], links[1:_ENOUGH], strict=False)
    ]
    help = "remove one of the entries"
    if any(link.span == catalog.permission(path).span for path, link in zip(paths, links, strict=False)):
        help += "; what stands below a `header` requires it by itself"
    report.add(
        "RG208",
        links[0].span,
        f"`{paths[0]}` {key} itself: " + " -> ".join(f"`{p}`" for p in shown),
        help,
        places,
    )


def _check_availability(catalog: Catalog, report: Report) -> None:
    for permission in catalog.permissions:
        for entry in (*permission.requires, *permission.implies):
            other = catalog.permission(entry.path)
            if not permission.availability.implies(other.availability):
                report.add(
                    "RG210",
                    entry.span,
                    f"`{permission.path}` is available where `{other.path}`, which it needs, is not",
                    f"`{other.path}` needs {other.availability.in_words}:"
                    f" let `{permission.path}` need that as well",
                )


def _check_manage(catalog: Catalog, report: Report) -> None:
    manage = catalog.custom_roles.manage
    if not isinstance(manage, Text):
        return
    node = catalog.find(manage)
    if node is None:
        paths = (each.path for each in catalog.permissions)
        report.add(
            "RG301",
            manage.span,
            f"`manage` names an unknown permission `{manage}`",
            did_you_mean(manage, paths) or "write the path of one permission, such as `roles.edit`",
        )
    elif not isinstance(node, Permission):
        report.add(
            "RG302",
            manage.span,
            f"`manage` names the group `{manage}`",
            "write the one permission whose holders edit roles",
        )
