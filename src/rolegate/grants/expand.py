"""From the text of a grant to the permissions it touches, or a diagnostic."""

from __future__ import annotations

from dataclasses import dataclass

from rolegate.catalog.dependencies import chain_help, fits_chain
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.catalog.syntax import Grant, GrantSyntaxError, parse_grant
from rolegate.diagnostics import Report, Span, did_you_mean
from rolegate.documents.text import Text
from rolegate.grants.rights import Right, covers


@dataclass(frozen=True, slots=True)
class Entry:
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
        return right.path == self.permission.path and right.scope in self.scopes and (
            self.obj is None or covers(self.obj, right.obj) or covers(right.obj, self.obj)
        )

    def takes(self, right: Right) -> bool:
        """Whether *right* is taken whole."""
        return self.hits(right) and (self.obj is None or covers(self.obj, right.obj))


def read_entry(text: Text, catalog: Catalog, report: Report) -> Entry | None:
    """*text* with its path looked up; aliases and former names are replaced by present paths."""
    try:
        grant = parse_grant(text)
    except GrantSyntaxError as error:
        report.add("RG307", text.span, f"`{text}`: {error}", error.help)
        return None
    return look_up(grant, str(text), text.span, catalog, report)


def look_up(grant: Grant, text: str, span: Span, catalog: Catalog, report: Report) -> Entry | None:
    """*grant* with its path looked up."""
    if grant.star and not grant.path:
        return Entry(grant, text, span)
    node = catalog.find(grant.path)
    if node is None:
        names = [path for path in catalog.nodes if path] + list(catalog.aliases)
        report.add("RG301", span, f"unknown permission `{grant.path}`", did_you_mean(grant.path, names))
        return None
    if isinstance(node, Group) != grant.star:
        if grant.star:
            report.add("RG308", span, f"`{grant.path}` is a single permission and has nothing below it",
                       f"write `{str(grant).replace('.*', '', 1)}`")
        else:
            report.add("RG302", span, f"`{grant.path}` is a group",
                       f"write `{node.path}.*` for everything below it, later permissions included")
        return None
    if grant.path != node.path and grant.path not in catalog.aliases:
        report.add("RG311", span, f"`{grant.path}` is now called `{node.path}`", f"write `{node.path}`")
    return Entry(Grant(node.path, grant.star, grant.instance, grant.scope), text, span)


def give(entry: Entry, catalog: Catalog, report: Report) -> tuple[Right, ...]:
    """The rights a grant brings; a scope brings each scope within it."""
    grant = entry.grant
    if not grant.star:
        permission = catalog.permission(grant.path)
        if not _named_whole(entry, permission, report):
            return ()
        touched = [permission]
    else:
        touched = [p for p in catalog.below(grant.path) if p.starred and _takes_limits(p, grant)]
        if not _star_is_sound(entry, touched, report):
            return ()
    rights = []
    for permission in touched:
        obj = (grant.instance or "*") if permission.chain else "-"
        ladder = permission.ladder
        scopes = ladder.within(grant.scope or ladder.broadest) if ladder else ("-",)
        rights += [Right(permission.path, obj, scope) for scope in scopes]
    return tuple(rights)


def take(entry: Entry, catalog: Catalog, report: Report) -> tuple[Take, ...]:
    """What an `except`, `restrict` or `never` entry takes: what it names and everything broader."""
    grant = entry.grant
    if not grant.star:
        permission = catalog.permission(grant.path)
        if not _scope_known(entry, permission, report) or not _instance_fits(entry, permission, report):
            return ()
        touched = [permission]
    else:
        touched = [p for p in catalog.below(grant.path) if _takes_limits(p, grant, longer=True)]
        if not _star_is_sound(entry, touched, report):
            return ()
    taken = []
    for permission in touched:
        obj = grant.instance
        if obj is not None and obj != "*" and obj.count("/") + 1 < len(permission.chain):
            obj += "/*"
        scopes = permission.scope_names
        if permission.ladder and grant.scope is not None:
            scopes = permission.ladder.broader(grant.scope)
        taken.append(Take(permission, None if obj == "*" else obj, scopes))
    return tuple(taken)


def _takes_limits(permission: Permission, grant: Grant, longer: bool = False) -> bool:
    if grant.scope is not None and (permission.ladder is None or grant.scope not in permission.ladder.scopes):
        return False
    if grant.instance is None:
        return True
    if longer and permission.chain and not grant.instance.endswith("*"):
        return grant.instance.count("/") + 1 <= len(permission.chain)
    return fits_chain(grant.instance, permission.chain)


def _star_is_sound(entry: Entry, touched: list[Permission], report: Report) -> bool:
    grant = entry.grant
    if not touched:
        limits = [f"scope `{grant.scope}`"] if grant.scope is not None else []
        limits += ["an instance of this depth"] if grant.instance is not None else []
        report.add("RG308", entry.span, f"`{entry.text}` brings nothing: no permission there takes {' and '.join(limits)}"
                   if limits else f"`{entry.text}` brings nothing: there is nothing a star takes in",
                   "leave the entry away, or name the permissions")
        return False
    named = [part for part in (grant.instance or "*").split("/") if part != "*"]
    kinds = {permission.chain[: len(named)] for permission in touched}
    if named and len(kinds) > 1:
        shown = " and ".join(f"`{'/'.join(each)}`" for each in sorted(kinds))
        report.add("RG312", entry.span, f"`{entry.text}` names one id for {shown}", "use a narrower group for each kind")
        return False
    return True


def _named_whole(entry: Entry, permission: Permission, report: Report) -> bool:
    grant, ladder = entry.grant, permission.ladder
    if permission.hidden:
        report.add("RG309", entry.span, f"`{permission.path}` is hidden: it comes only with what implies it",
                   "grant a permission that implies it")
        return False
    if permission.deprecated:
        report.add("RG310", entry.span, f"`{permission.path}` is deprecated", "grant what replaced it")
    sound = _scope_known(entry, permission, report) and _instance_fits(entry, permission, report)
    if sound and ladder is not None and grant.scope is None:
        forms = ", ".join(f"`{entry.text}@{scope}`" for scope in ladder.scopes)
        report.add("RG303", entry.span, f"`{entry.text}` names no scope", f"write {forms}")
        sound = False
    if sound and permission.chain and grant.instance is None:
        report.add("RG305", entry.span, f"`{entry.text}` names no {permission.chain[-1]}", chain_help(permission.chain))
        sound = False
    return sound


def _scope_known(entry: Entry, permission: Permission, report: Report) -> bool:
    scope, ladder = entry.grant.scope, permission.ladder
    if scope is None or (ladder is not None and scope in ladder.scopes):
        return True
    if ladder is None:
        report.add("RG304", entry.span, f"`{permission.path}` has no scopes", f"leave `@{scope}` away")
    else:
        report.add("RG304", entry.span, f"`{permission.path}` has no scope `{scope}`", did_you_mean(scope, ladder.scopes))
    return False


def _instance_fits(entry: Entry, permission: Permission, report: Report) -> bool:
    instance = entry.grant.instance
    if instance is None or fits_chain(instance, permission.chain):
        return True
    what = "is not per instance" if not permission.chain else f"is per {'/'.join(permission.chain)}"
    report.add("RG306", entry.span, f"`{permission.path}` {what}", chain_help(permission.chain))
    return False
