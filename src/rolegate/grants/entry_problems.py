"""What can be wrong with a grant, or with an entry of `except`, `restrict` or `never`, in its words.

Each function adds one finding to a report. `verb` is what an entry does: it "brings" or it "takes away".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.ladders import Ladder
from rolegate.catalog.link_dependencies import chain_help, fits_chain, scope_help
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.catalog.removed_names import RemovedName
from rolegate.catalog.scoped_fields import is_field
from rolegate.diagnostics import Report, Span, did_you_mean, short
from rolegate.documents.file_kinds import CATALOG
from rolegate.documents.former_name_problems import name_renamed
from rolegate.documents.text import Text
from rolegate.encoding import readable
from rolegate.grants.field_problems import fields_meant
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.removed_grants import Successor
from rolegate.grants.spelled_otherwise import CURLY, scope_like, spelled_otherwise
from rolegate.texts.spelling import nearest

_FEW = 6
_MANY = 100

# -- paths ---------------------------------------------------------------------------------------------------


def several_grants(report: Report, span: Span, text: str, parts: Sequence[str]) -> None:
    shown = ", ".join(f"`{part}`" for part in parts[:_FEW]) + (", …" if len(parts) > _FEW else "")
    help = f"write an item for each, all in one column: {shown}"
    report.add("RG307", span, f"`{short(text)}` is not one grant", help)


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


# -- stars ---------------------------------------------------------------------------------------------------


def star_does_nothing(report: Report, entry: GrantEntry, below: Sequence[Permission], verb: str) -> None:
    """None of the permissions *below* has what the entry is limited to, or stars pass over all of them."""
    message = f"`{entry.text}` {verb} nothing: {_why_nothing(entry.grant, below)}"
    report.add("RG308", entry.span, message, _limits_there(entry.grant, below))


def star_of_hidden(
    report: Report, entry: GrantEntry, below: Sequence[Permission], catalog: Catalog, verb: str
) -> None:
    message = f"`{entry.text}` {verb} nothing: everything below it is hidden"
    report.add("RG308", entry.span, message, _impliers_help(below, catalog, verb))


def star_mixes_kinds(report: Report, entry: GrantEntry, examples: Mapping[tuple[str, ...], str]) -> None:
    """*examples* has a permission for each of the chains that the one instance would belong to."""
    shown = " and ".join(f"`{'/'.join(kinds)}`" for kinds in islice(examples, _FEW))
    named = " and ".join(f"`{path}`" for path in islice(examples.values(), 3))
    help = f"name the permissions, or a narrower group for each kind: {named} take different kinds"
    report.add("RG312", entry.span, f"`{entry.text}` would name {shown} by one id", help)


def _why_nothing(grant: Grant, below: Sequence[Permission]) -> str:
    passed = [p for p in below if _takes_limits(p, grant)]
    if passed:
        found = {
            "deprecated": any(p.deprecated for p in passed),
            "hidden": any(p.hidden for p in passed),
            "granted by name only": any(p.by_name for p in passed),
        }
        limits = str(replace(grant, path="", star=True))[1:]
        which = f" that takes `{limits}`" if limits else ""
        return f"everything below it{which} is " + " or ".join(word for word in found if found[word])
    if grant.scope is not None and not any(p.ladder and grant.scope in p.ladder.scopes for p in below):
        return f"no permission there has a scope `{grant.scope}`"
    if grant.instance is not None and not any(p.chain for p in below):
        return "no permission there is per instance"
    return f"no permission there takes `{str(replace(grant, path='', star=True))[1:]}`"


def _takes_limits(permission: Permission, grant: Grant) -> bool:
    ladder = permission.ladder
    at = grant.scope is None or (ladder is not None and grant.scope in ladder.scopes)
    return at and (grant.instance is None or fits_chain(grant.instance, permission.chain))


def _limits_there(grant: Grant, below: Sequence[Permission]) -> str:
    """What may be written instead, given the permissions *below* the star."""
    if any(_takes_limits(p, grant) for p in below):
        return "remove the entry, or name the permissions"
    ladders = {p.ladder.name: p.ladder for p in below if p.ladder}
    if grant.scope is not None and not any(grant.scope in ladder.scopes for ladder in ladders.values()):
        scopes = (scope for ladder in ladders.values() for scope in ladder.scopes)
        return did_you_mean(grant.scope, scopes) or "leave out `@…`, or remove the entry"
    chains = dict.fromkeys(p.chain for p in below if p.chain)
    forms = [f"`[{'/'.join(kinds)}]`" for kinds in chains]
    return f"write {' or '.join(forms)}" if forms else "leave out `[…]`, or remove the entry"


# -- single permissions --------------------------------------------------------------------------------------


def hidden_granted(report: Report, entry: GrantEntry, permission: Permission) -> None:
    message = f"`{permission.path}` is hidden: it comes only with what implies it"
    report.add("RG309", entry.span, message, "grant a permission that implies it")


def hidden_taken(report: Report, entry: GrantEntry, permission: Permission, catalog: Catalog) -> None:
    message = f"`{permission.path}` is hidden: it goes only with what implies it"
    report.add("RG309", entry.span, message, _impliers_help([permission], catalog, "takes away"))


def permission_deprecated(report: Report, entry: GrantEntry, permission: Permission) -> None:
    report.add("RG310", entry.span, f"`{permission.path}` is deprecated", "grant what replaced it")


def scope_missing(report: Report, entry: GrantEntry, permission: Permission, ladder: Ladder) -> None:
    instance = entry.grant.instance
    if instance is None and permission.chain:
        instance = "/".join(permission.chain)
    few = islice(ladder.scopes, _FEW)
    forms = [f"`{replace(entry.grant, instance=instance, scope=scope)}`" for scope in few]
    shown = " or ".join(forms) + (" …" if len(ladder.scopes) > _FEW else "")
    report.add("RG303", entry.span, f"`{entry.text}` names no scope", f"write {shown}")


def instance_missing(report: Report, entry: GrantEntry, permission: Permission) -> None:
    kind, scope = permission.chain[-1], "" if entry.grant.scope is None else f"@{entry.grant.scope}"
    one = f"`{permission.path}[{'/'.join(permission.chain)}]{scope}` for one"
    every = f"`{permission.path}[*]{scope}` for every {kind}, later ones included"
    report.add("RG305", entry.span, f"`{entry.text}` names no {kind}", f"write {one}, or {every}")


def scope_not_taken(report: Report, entry: GrantEntry, permission: Permission, scope: str) -> None:
    report.add("RG304", entry.span, f"`{permission.path}` has no scopes", f"leave out `@{scope}`")


def scope_renamed(report: Report, span: Span, grant: Grant, now: str) -> None:
    name_renamed(report, Text(grant.scope or "", span), "scope", now, f"write `{replace(grant, scope=now)}`")


def scope_means_several(report: Report, span: Span, grant: Grant, apart: Sequence[Grant]) -> None:
    """*apart* has what the star named, one by one: a star at a name of today would take in more."""
    more = f" and {len(apart) - _FEW} more, each by its name" if len(apart) > _FEW else ""
    help = f"write {' and '.join(f'`{one}`' for one in apart[:_FEW])}{more}" if apart else "remove the entry"
    message = f"the scope `{grant.scope}` has another name now for a part of `{replace(grant, scope=None)}`"
    report.add("RG235", span, message, help)


def scope_unknown(
    report: Report, entry: GrantEntry, permission: Permission, ladder: Ladder, scope: str
) -> None:
    message = f"`{permission.path}` has no scope `{short(scope)}`"
    help = scope_help(scope, ladder)
    meant = scope_like(scope, ladder)
    if meant is not None:
        help = f"write `{replace(entry.grant, scope=meant)}`"
    report.add("RG304", entry.span, message, help)


def instance_misfit(report: Report, entry: GrantEntry, permission: Permission, instance: str) -> None:
    what = f"is per {'/'.join(permission.chain)}" if permission.chain else "is not per instance"
    message = f"`{permission.path}` {what}, so `[{readable(instance)}]` does not fit"
    scope = scope_like(readable(instance), permission.ladder) if not permission.chain else None
    help = chain_help(permission.chain, instance)
    if scope is not None and entry.grant.scope is None:
        help = f"write `{replace(entry.grant, instance=None, scope=scope)}`"
    report.add("RG306", entry.span, message, help)


def _impliers_help(hidden: Iterable[Permission], catalog: Catalog, verb: str) -> str:
    """What to write in place of *hidden* permissions: the visible ones that imply them."""
    impliers = (found for permission in hidden for found in catalog.impliers.get(permission.path, ()))
    names = list(dict.fromkeys(implier.path for implier in islice(impliers, _MANY)))
    shown = ", ".join(f"`{name}`" for name in names[:_FEW]) + (", …" if len(names) > _FEW else "")
    what = "grant what implies it" if verb == "brings" else "take away what implies it"
    return f"{what}: {shown}" if names else "remove the entry"
