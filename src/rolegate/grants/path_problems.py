"""What can be wrong with the path of a grant, or of an entry that takes something away, in its words.

Each function adds one finding to a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, islice

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.link_dependencies import fits_chain
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.catalog.removed_names import RemovedName
from rolegate.catalog.scoped_fields import is_field
from rolegate.diagnostics import Report, Span, short
from rolegate.documents.file_kinds import CATALOG
from rolegate.grants.field_problems import fields_meant
from rolegate.grants.removed_grants import Successor
from rolegate.grants.spelled_otherwise import CURLY, scope_like, spelled_otherwise
from rolegate.texts.spelling import nearest

_FEW = 6


def path_unknown(report: Report, span: Span, grant: Grant, catalog: Catalog) -> None:
    negated = grant.path[:1] in ("!", "-", "~")
    bare = replace(grant, path=grant.path[1:].strip()) if negated else grant
    if negated and catalog.find(bare.path) is not None:
        return _negated(report, span, grant, bare)
    otherwise = spelled_otherwise(grant, catalog)
    if otherwise is not None:
        return _path_of_another_system(report, span, grant, otherwise)
    return _path_unknown(report, span, grant, catalog)


def _negated(report: Report, span: Span, grant: Grant, bare: Grant) -> None:
    help = f"an entry has no sign that negates it: a role leaves `{bare}` out, or names it under `except`"
    if grant.path[:1] == "-" and not grant.path[1:2].isspace():
        help = f"write a blank after the `-` of an item, or name `{bare.path}` under `except` to leave it out"
    report.add("RG301", span, f"unknown permission `{grant.path}`", help)


def _path_of_another_system(report: Report, span: Span, grant: Grant, meant: Grant) -> None:
    curly = next((sign for sign in str(grant) if sign in CURLY), None)
    why = "" if curly is None else f"; `{curly}` is not a quote in YAML"
    report.add("RG301", span, f"unknown permission `{grant.path}`", f"write `{meant}`{why}")


_CHOICE = re.compile(r"(.*)[({]([\w-]+(?: *[|,] *[\w-]+)+)[)}]\Z")


def _conditional(path: str, catalog: Catalog) -> str:
    """What to write for a path that is a pattern or a condition of another system; empty for others."""
    choice, bare = _CHOICE.match(path), re.split(r" (?:if|when|where|unless) ", path)[0]
    if choice is not None:
        each_one = [f"`{choice[1]}{part.strip()}`" for part in re.split("[|,]", choice[2])]
        return f"write an entry for each: {', '.join(each_one)}"
    if bare != path and catalog.find(bare) is not None:
        return f"a condition belongs to a scope in the catalog: write `{bare}@…` with that scope"
    return ""


def _path_unknown(report: Report, span: Span, grant: Grant, catalog: Catalog) -> None:
    group, wanted = catalog.find(grant.path.rpartition(".")[0]), Group if grant.star else Permission
    names = chain(
        (path for path, node in catalog.nodes.items() if path and isinstance(node, wanted)),
        () if grant.star else catalog.aliases,
    )
    few = list(islice(names, _FEW + 1))
    help = _conditional(grant.path, catalog) or _meant(grant, nearest(grant.path, chain(few, names)), catalog)
    if not help and isinstance(group, Group) and not grant.star:
        help = _children(group)
    if not help and len(few) <= _FEW:
        help = "choose one of " + ", ".join(f"`{path}`" for path in few)
    noun = "group" if grant.star else "permission"
    help = help or f"{noun}s are declared in {CATALOG.place}"
    report.add("RG301", span, f"unknown {noun} `{grant.path}`", help)


def field_unknown(
    report: Report, span: Span, grant: Grant, fields: Group, catalog: Catalog, verb: str
) -> None:
    """*fields* is the group of the fields that are declared there."""
    head, _, field = grant.path.rpartition(".")
    help = _meant(grant, nearest(grant.path, fields.children), catalog, verb) or _children(fields)
    report.add("RG301", span, f"`{head.removesuffix('.fields')}` has no field `{field}`", help)


def star_on_permission(report: Report, span: Span, grant: Grant, per: bool) -> None:
    """With *per*, the permission is granted per instance."""
    message = f"`{grant.path}` is a single permission and has nothing below it"
    meant = replace(grant, star=False, instance=grant.instance or ("*" if per else None))
    report.add("RG308", span, message, f"write `{meant}`")


def group_without_star(report: Report, span: Span, grant: Grant, group: str) -> None:
    star = replace(grant, path=group, star=True)
    help = f"write `{star}` for all below it, later permissions included, or name single permissions"
    report.add("RG302", span, f"`{grant.path}` is a group", help)


def path_renamed(report: Report, span: Span, grant: Grant, path: str) -> None:
    help = f"write `{replace(grant, path=path)}`"
    report.add("RG311", span, f"`{grant.path}` is now called `{path}`", help)


def path_removed(
    report: Report, span: Span, grant: Grant, removed: RemovedName, now: Sequence[Successor] | None
) -> None:
    """*now* has what the grant has become; None if it names something in a group that was removed."""
    misfit = next((one for one in now or () if one.misfit), None)
    help = "write " + " and ".join(f"`{one.grant}`" for one in now or ())
    if not removed.becomes:
        help = "remove the entry: nothing took its place"
    elif misfit is not None:
        help = f"it has become `{misfit.grant}`, which does not take `{misfit.misfit}`: write what is meant"
    elif not now:
        help = f"{removed.fate}: write what is meant of it"
    inside = f" with `{removed.path}`" if now is None else ""
    report.add("RG356", span, f"`{short(grant.path)}` was removed{inside}", help)


def _children(group: Group) -> str:
    """What is directly in *group*."""
    names = [f"`{path.rpartition('.')[2]}`" for path in group.children[: _FEW * 2]]
    return f"`{group.path}` holds " + ", ".join(names) + (", …" if len(group.children) > _FEW * 2 else "")


def _meant(grant: Grant, close: Iterable[str], catalog: Catalog, verb: str = "brings") -> str:
    """*grant* with each of the paths *close* to its own, and with as much of its limits as fits there."""
    forms = []
    for path in close:
        node, meant = catalog.find(path), replace(grant, path=path)
        if is_field(node, catalog):
            forms += [f"`{form}`" for form in fields_meant(meant, node, catalog, verb)]
            continue
        if isinstance(node, Permission):
            meant = replace(meant, scope=scope_like(grant.scope, node.ladder))
            if not fits_chain(grant.instance or "", node.chain):
                meant = replace(meant, instance=None)
        forms.append(f"`{meant}`")
    return f"did you mean {' or '.join(forms)}?" if forms else ""
