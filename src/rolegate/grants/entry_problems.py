"""What can be wrong with a star, a limit or a permission in an entry, in its words.

Each function adds one finding to a report. `verb` is what an entry does: it "brings" or it "takes away".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.ladders import Ladder
from rolegate.catalog.link_dependencies import chain_help, fits_chain, scope_help
from rolegate.catalog.model import Catalog, Permission
from rolegate.diagnostics import Report, Span, did_you_mean, short
from rolegate.documents.former_name_problems import name_renamed
from rolegate.documents.text import Text
from rolegate.encoding import readable
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.spelled_otherwise import scope_like

_FEW = 6
_MANY = 100


def several_grants(report: Report, span: Span, text: str, parts: Sequence[str]) -> None:
    shown = ", ".join(f"`{part}`" for part in parts[:_FEW]) + (", …" if len(parts) > _FEW else "")
    help = f"write an item for each, all in one column: {shown}"
    report.add("RG307", span, f"`{short(text)}` is not one grant", help)


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
