"""Whether grants fit the catalog: what is wrong with them, and what to write instead."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.link_dependencies import chain_help, fits_chain, scope_help
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.diagnostics import Report, Span, did_you_mean
from rolegate.encoding import readable
from rolegate.grants.grant_entry import GrantEntry
from rolegate.spelling import nearest

_FEW = 6


def unknown_path(grant: Grant, span: Span, catalog: Catalog, report: Report) -> None:
    head, _, tail = grant.path.rpartition(".")
    group, owner = catalog.find(head), head.removesuffix(".fields")
    if isinstance(group, Group) and owner != head and not grant.star:
        close = nearest(grant.path, group.children)
        report.add(
            "RG301", span, f"`{owner}` has no field `{tail}`", _meant(grant, close, catalog) or _held(group)
        )
        return
    wanted = Group if grant.star else Permission
    names = itertools.chain(
        (path for path, node in catalog.nodes.items() if path and isinstance(node, wanted)),
        () if grant.star else catalog.aliases,
    )
    few = list(itertools.islice(names, _FEW + 1))
    help = _meant(grant, nearest(grant.path, itertools.chain(few, names)), catalog)
    if not help and isinstance(group, Group) and not grant.star:
        help = _held(group)
    if not help and len(few) <= _FEW:
        help = "choose one of " + ", ".join(f"`{path}`" for path in few)
    noun = "group" if grant.star else "permission"
    report.add(
        "RG301", span, f"unknown {noun} `{grant.path}`", help or f"{noun}s are declared in catalog.yaml"
    )


def _held(group: Group) -> str:
    names = [f"`{path.rpartition('.')[2]}`" for path in group.children[: _FEW * 2]]
    return f"`{group.path}` holds " + ", ".join(names) + (", …" if len(group.children) > _FEW * 2 else "")


def _meant(grant: Grant, close: Iterable[str], catalog: Catalog) -> str:
    """*grant* for each of the paths *close* to its own, with as much of its limits as fits there."""
    forms = []
    for path in close:
        node, meant = catalog.find(path), replace(grant, path=path)
        if isinstance(node, Permission):
            if node.ladder is None or grant.scope not in node.ladder.scopes:
                meant = replace(meant, scope=None)
            if not fits_chain(grant.instance or "", node.chain):
                meant = replace(meant, instance=None)
        forms.append(f"`{meant}`")
    return f"did you mean {' or '.join(forms)}?" if forms else ""


def star_is_sound(
    entry: GrantEntry,
    touched: list[Permission],
    catalog: Catalog,
    report: Report,
    verb: str,
    hidden: bool = False,
) -> bool:
    grant = entry.grant
    if not touched:
        below = catalog.below(grant.path)
        if not any(p.path in catalog.unclear for p in below):
            why, help = _no_limits(grant, below), _limits_there(grant, below)
            if not (hidden or catalog.shown(grant.path)):
                why, help = ": everything below it is hidden", _impliers_help(below, catalog, verb)
            report.add("RG308", entry.span, f"`{entry.text}` {verb} nothing{why}", help)
        return False
    named = [part for part in (grant.instance or "*").split("/") if part != "*"]
    kinds = dict.fromkeys(permission.chain[: len(named)] for permission in touched if named)
    if len(kinds) > 1:
        kinds = dict.fromkeys(itertools.islice(kinds, _FEW))
        shown = " and ".join(f"`{'/'.join(each)}`" for each in kinds)
        examples = [next(p.path for p in touched if p.chain[: len(named)] == kind) for kind in kinds]
        report.add(
            "RG312",
            entry.span,
            f"`{entry.text}` would name {shown} by one id",
            "name the permissions, or a narrower group for each kind: "
            + " and ".join(f"`{path}`" for path in examples[:3])
            + " take different kinds",
        )
        return False
    return True


def _no_limits(grant: Grant, below: Sequence[Permission]) -> str:
    """Why a star with the limits of *grant* touches nothing."""
    if grant.scope is not None and not any(p.ladder and grant.scope in p.ladder.scopes for p in below):
        return f": no permission there has a scope `{grant.scope}`"
    if grant.instance is not None and not any(p.chain for p in below):
        return ": no permission there is per instance"
    if grant.instance is not None:
        return f": no permission there takes `{str(replace(grant, path='', star=True))[1:]}`"
    deprecated = "" if all(p.hidden for p in below) else "deprecated or "
    return f": everything below it is {deprecated}hidden"


def refuse_hidden(entry: GrantEntry, permission: Permission, catalog: Catalog, report: Report) -> None:
    report.add(
        "RG309",
        entry.span,
        f"`{permission.path}` is hidden: it goes only with what implies it",
        _impliers_help([permission], catalog, "takes away"),
    )


def _impliers_help(hidden: Iterable[Permission], catalog: Catalog, verb: str) -> str:
    """What to write in place of *hidden* permissions: the visible ones that imply them."""
    impliers = (each for permission in hidden for each in catalog.impliers.get(permission.path, ()))
    names = list(dict.fromkeys(implier.path for implier in impliers))
    shown = ", ".join(f"`{name}`" for name in names[:_FEW]) + (", …" if len(names) > _FEW else "")
    what = "grant what implies it" if verb == "brings" else "take away what implies it"
    return f"{what}: {shown}" if names else "remove the entry"


def _limits_there(grant: Grant, below: Iterable[Permission]) -> str:
    """What may be written instead."""
    ladders = {p.ladder.name: p.ladder for p in below if p.ladder}
    scopes = dict.fromkeys(scope for ladder in ladders.values() for scope in ladder.scopes)
    if grant.scope is not None and grant.scope not in scopes:
        return did_you_mean(grant.scope, scopes) or "leave out `@…`, or remove the entry"
    chains = dict.fromkeys(p.chain for p in below if p.chain)
    if grant.instance is not None:
        forms = [f"`[{'/'.join(chain)}]`" for chain in chains]
        return f"write {' or '.join(forms)}" if forms else "leave out `[…]`, or remove the entry"
    return "remove the entry, or name the permissions"


def named_whole(entry: GrantEntry, permission: Permission, report: Report) -> bool:
    grant, ladder, chain = entry.grant, permission.ladder, permission.chain
    if permission.hidden:
        report.add(
            "RG309",
            entry.span,
            f"`{permission.path}` is hidden: it comes only with what implies it",
            "grant a permission that implies it",
        )
        return False
    if permission.deprecated:
        report.add("RG310", entry.span, f"`{permission.path}` is deprecated", "grant what replaced it")
    if not limits_fit(entry, permission, report):
        return False
    instance = grant.instance if grant.instance is not None or not chain else "/".join(chain)
    if ladder is not None and grant.scope is None:
        few = itertools.islice(ladder.scopes, _FEW)
        forms = [f"`{replace(grant, instance=instance, scope=scope)}`" for scope in few]
        shown = " or ".join(forms) + (" …" if len(ladder.scopes) > _FEW else "")
        report.add("RG303", entry.span, f"`{entry.text}` names no scope", f"write {shown}")
    elif chain and grant.instance is None:
        scope = "" if grant.scope is None else f"@{grant.scope}"
        every = f"`{permission.path}[*]{scope}` for every {chain[-1]}, later ones included"
        report.add(
            "RG305",
            entry.span,
            f"`{entry.text}` names no {chain[-1]}",
            f"write `{permission.path}[{instance}]{scope}` for one, or {every}",
        )
    return (ladder is None or grant.scope is not None) and (not chain or grant.instance is not None)


def limits_fit(entry: GrantEntry, permission: Permission, report: Report) -> bool:
    """Whether the permission has the scope, and takes the instance, that the entry names."""
    scope, ladder, instance = entry.grant.scope, permission.ladder, entry.grant.instance
    known = scope is None or (ladder is not None and scope in ladder.scopes)
    if not known and ladder is None:
        report.add("RG304", entry.span, f"`{permission.path}` has no scopes", f"leave out `@{scope}`")
    elif not known and ladder is not None:
        report.add(
            "RG304",
            entry.span,
            f"`{permission.path}` has no scope `{scope}`",
            scope_help(scope or "", ladder),
        )
    fits = instance is None or fits_chain(instance, permission.chain)
    if not fits:
        what = f"is per {'/'.join(permission.chain)}" if permission.chain else "is not per instance"
        report.add(
            "RG306",
            entry.span,
            f"`{permission.path}` {what}, so `[{readable(instance or '')}]` does not fit",
            chain_help(permission.chain, instance or ""),
        )
    return known and fits
