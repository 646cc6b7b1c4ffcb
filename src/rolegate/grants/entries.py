"""From the text of a grant to the permissions it touches, or a diagnostic."""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from rolegate.catalog.dependencies import chain_help, fits_chain, scope_help
from rolegate.catalog.grant_syntax import Grant, GrantSyntaxError, parse_grant
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.diagnostics import Report, Span, did_you_mean
from rolegate.documents.text import Text
from rolegate.encoding import readable
from rolegate.grants.rights import Right, covers, down
from rolegate.spelling import nearest

_FEW = 6
_STAR, _TAKE = 4, 10
"""Steps for each permission below a star that is granted, and below one that is taken away."""


@dataclass(frozen=True, slots=True)
class GrantEntry:
    """A grant that was read: where it stands, and its present, canonical form."""

    grant: Grant
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Take:
    """A part of a permission that is taken away; None means all of that half."""

    permission: Permission
    obj: str | None
    scopes: tuple[str, ...]

    def hits(self, right: Right) -> bool:
        """Whether *right* reaches into what is taken, as the same or something broader or narrower."""
        return (
            right.path == self.permission.path
            and right.scope in self.scopes
            and (self.obj is None or covers(self.obj, right.obj) or covers(right.obj, self.obj))
        )

    def takes(self, right: Right) -> bool:
        """Whether *right* is taken whole."""
        return self.hits(right) and (self.obj is None or covers(self.obj, right.obj))


def read_entry(text: Text, catalog: Catalog, report: Report) -> GrantEntry | None:
    """*text* with its path looked up; aliases and former names are replaced by present paths."""
    try:
        grant = parse_grant(text)
    except GrantSyntaxError as error:
        report.add(error.code, text.span, f"`{text}`: {error}", error.help)
        return None
    return look_up(grant, str(text), text.span, catalog, report)


def look_up(grant: Grant, text: str, span: Span, catalog: Catalog, report: Report) -> GrantEntry | None:
    """*grant* with its path looked up."""
    if grant.star and not grant.path:
        return GrantEntry(grant, text, span)
    node = catalog.find(grant.path)
    if node is None:
        _unknown_path(grant, span, catalog, report)
        return None
    if isinstance(node, Group) != grant.star:
        if grant.star:
            report.add(
                "RG308",
                span,
                f"`{grant.path}` is a single permission and has nothing below it",
                f"write `{replace(grant, star=False)}`",
            )
        else:
            report.add(
                "RG302",
                span,
                f"`{grant.path}` is a group",
                f"write `{replace(grant, path=node.path, star=True)}` for all below it, later permissions"
                " included, or name single permissions",
            )
        return None
    if grant.path != node.path and grant.path not in catalog.aliases:
        help = f"write `{replace(grant, path=node.path)}`"
        report.add("RG311", span, f"`{grant.path}` is now called `{node.path}`", help)
    return GrantEntry(Grant(node.path, grant.star, grant.instance, grant.scope), text, span)


def _unknown_path(grant: Grant, span: Span, catalog: Catalog, report: Report) -> None:
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
    report.add("RG301", span, f"unknown {noun} `{grant.path}`", help or f"the {noun}s stand in catalog.yaml")


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


def given(entry: GrantEntry, catalog: Catalog, report: Report) -> list[Permission]:
    """The permissions of which a grant brings something."""
    grant = entry.grant
    if not grant.star:
        permission = catalog.permission(grant.path)
        whole = permission.path not in catalog.unclear and _named_whole(entry, permission, report)
        return [permission] if whole else []
    below = catalog.below(grant.path)
    report.steps(_STAR * len(below), f"`{entry.text}`", entry.span)
    touched = [p for p in below if not (p.deprecated or p.hidden)]
    if grant.scope is not None or grant.instance is not None:
        touched = [p for p in touched if takes_limits(p, grant)]
    return touched if _star_is_sound(entry, touched, catalog, report, "brings") else []


def give(entry: GrantEntry, catalog: Catalog, report: Report) -> tuple[Right, ...]:
    """The rights a grant brings; a scope brings each scope within it."""
    touched = given(entry, catalog, report)
    return tuple(right for each in touched for right in rights_of(entry.grant, each))


def rights_of(grant: Grant, permission: Permission, held: Container[Right] = ()) -> Iterable[Right]:
    """What *grant* brings of one permission that it touches, less what is *held* with all within it."""
    if permission.ladder is None and not permission.chain:
        whole = Right(permission.path, "-", "-")
        return () if whole in held else (whole,)
    obj = (grant.instance or "*") if permission.chain else "-"
    scope = (grant.scope or permission.ladder.broadest) if permission.ladder else "-"
    return down(Right(permission.path, obj, scope), permission, held)


def take(entry: GrantEntry, catalog: Catalog, report: Report, *, hidden: bool = False) -> tuple[Take, ...]:
    """What an `except`, `restrict` or `never` entry takes: what it names and everything broader.

    Only with *hidden*, as for `never`, it may name hidden permissions, and its stars take them in.
    """
    grant = entry.grant
    if not grant.star:
        permission = catalog.permission(grant.path)
        if permission.path in catalog.unclear:
            return ()
        if permission.hidden and not hidden:
            _refuse_hidden(entry, permission, catalog, report)
            return ()
        if not _limits_fit(entry, permission, report):
            return ()
        touched = [permission]
    else:
        below = catalog.below(grant.path)
        report.steps(_TAKE * len(below), f"`{entry.text}`", entry.span)
        below = tuple(p for p in below if hidden or not p.hidden)
        touched = [p for p in below if takes_limits(p, grant, longer=True)]
        if not _star_is_sound(entry, touched, catalog, report, "takes away", hidden):
            return ()
    taken = []
    for permission in touched:
        obj = grant.instance
        if obj is not None and not obj.endswith("*") and obj.count("/") + 1 < len(permission.chain):
            obj += "/*"
        scopes = permission.scope_names
        if permission.ladder and grant.scope is not None:
            scopes = permission.ladder.broader(grant.scope)
            report.steps(len(scopes), f"`{entry.text}`", entry.span)
        taken.append(Take(permission, None if obj == "*" else obj, scopes))
    return tuple(taken)


def takes_limits(permission: Permission, grant: Grant, longer: bool = False) -> bool:
    """Whether a star with the limits of *grant* touches *permission*; *longer*: also by an outer instance."""
    if grant.scope is not None and (permission.ladder is None or grant.scope not in permission.ladder.scopes):
        return False
    if grant.instance is None:
        return True
    if longer:
        return grant.instance.count("/") + 1 <= len(permission.chain)
    return fits_chain(grant.instance, permission.chain)


def _star_is_sound(
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


def _refuse_hidden(entry: GrantEntry, permission: Permission, catalog: Catalog, report: Report) -> None:
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


def _named_whole(entry: GrantEntry, permission: Permission, report: Report) -> bool:
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
    if not _limits_fit(entry, permission, report):
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


def _limits_fit(entry: GrantEntry, permission: Permission, report: Report) -> bool:
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
