"""What a grant that was stored under an older catalog is under the one in force.

Nothing that is stored is rewritten when a catalog moves on: its text is read again. What the catalog cannot
give any more sleeps, and says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from rolegate.catalog.grant_syntax import Grant, GrantSyntaxError, parse_grant
from rolegate.catalog.model import Catalog, Group, Node, Permission
from rolegate.catalog.removed_names import RemovedName
from rolegate.diagnostics import Diagnostic, Report, Span, short
from rolegate.grants.domains import Domain
from rolegate.grants.entries import given
from rolegate.grants.former_scopes import with_scope_of_today
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.removed_grants import successors, whole
from rolegate.wording.phrases import SaidName

State = Literal["live", "moved", "inactive", "dormant"]
Reason = Literal[
    "unreadable",
    "unknown",
    "removed",
    "wider",
    "shape",
    "scope",
    "instance",
    "gone",
    "hidden",
    "requires",
    "kind",
    "nothing",
]

REASONS: Mapping[str, Reason] = {
    "RG304": "scope",
    "RG306": "instance",
    "RG307": "unreadable",
    "RG308": "nothing",
    "RG309": "hidden",
    "RG312": "instance",
    "RG315": "requires",
    "RG408": "requires",
    "RG321": "kind",
    "RG355": "kind",
    "RG415": "kind",
    "RG356": "removed",
    **dict.fromkeys(("RG211", "RG212", "RG204", "RG230", "RG231", "RG233", "RG301", "RG317"), "unknown"),
    **dict.fromkeys(("RG401", "RG403"), "unknown"),
}
"""By the code with which a file that has the grant is refused. `kind`: no role of its kind may hold it."""


@dataclass(frozen=True, slots=True)
class StoredGrant:
    """A stored grant under the catalog in force.

    It is `live`; or `moved`, with a former name that was followed; or `inactive`, since its domain does not
    have what it takes, and opens by itself; or `dormant` for a `reason`, and never wakes by itself. `now` has
    the grants as they would be written today, and `because` says why it gives nothing.
    """

    text: str
    state: State
    now: tuple[str, ...] = ()
    reason: Reason | None = None
    because: str = ""


def stored_grant(
    text: str, catalog: Catalog, domain: Domain | None = None, before: Catalog | None = None
) -> StoredGrant:
    """The state of the grant *text*, which is stored for *domain*, or for every domain.

    *before* is the catalog under which it was last read: it tells which scope was the broadest, and what kind
    of thing an instance is. Whatever may hold more than before by a limit that is read otherwise is dormant.
    """
    try:
        grant = parse_grant(text, catalog.marked)
    except GrantSyntaxError as error:
        return StoredGrant(text, "dormant", (), "unreadable", str(error))
    node = catalog.nodes[""] if grant.star and not grant.path else catalog.find(grant.path)
    removed = catalog.removed_name(grant.path) if node is None else None
    if removed is not None:
        return _followed(text, grant, removed, catalog, domain, before)
    if node is None:
        why = f"the catalog does not have `{short(grant.path)}`"
        return StoredGrant(text, "dormant", (), "unknown", why)
    return _read(text, grant, node, catalog, domain, before)


def _followed(
    text: str,
    grant: Grant,
    removed: RemovedName,
    catalog: Catalog,
    domain: Domain | None,
    before: Catalog | None,
) -> StoredGrant:
    """What took the place of what *grant* names: all of it, or nothing."""
    now = tuple(successors(grant, removed, catalog)) if catalog.is_removed(grant.path) else ()
    if not now:
        return StoredGrant(text, "dormant", (), "removed", removed.fate)
    for one in now:
        if one.misfit:
            why = f"`{one.grant}`, which took its place, does not take `{one.misfit}`"
            return StoredGrant(text, "dormant", (), "wider", why)
        kinds = _kinds(one.grant, grant.instance, catalog)
        if kinds and not kinds <= (_kinds(grant, grant.instance, before) if before else set()):
            return _other_kind(text, str(one.grant))
    parts = [stored_grant(str(one.grant), catalog, domain) for one in now]
    asleep = next((part for part in parts if part.state == "dormant"), None)
    if asleep is not None:
        return replace(asleep, text=text)
    shut = parts[0] if all(part.state == "inactive" for part in parts) else None
    texts = tuple(name for part in parts for name in part.now)
    return StoredGrant(
        text, "moved" if shut is None else "inactive", texts, None, "" if shut is None else shut.because
    )


def _read(
    text: str, grant: Grant, node: Node, catalog: Catalog, domain: Domain | None, before: Catalog | None
) -> StoredGrant:
    """The same for a grant whose path is known as *node*."""
    if grant.star is not isinstance(node, Group):
        what = "is a group" if isinstance(node, Group) else "is a single permission"
        return StoredGrant(text, "dormant", (), "shape", f"`{short(grant.path)}` {what}")
    followed = _at_scope_after(text, grant, node, catalog, before)
    if isinstance(followed, StoredGrant):
        return followed
    named = with_scope_of_today(followed, node, Span(""), catalog, Report())
    if named is None:
        return StoredGrant(
            text, "dormant", (), "scope", f"`@{grant.scope}` is not one scope now for all of it"
        )
    moved = grant.path != node.path and grant.path not in catalog.aliases
    today = replace(named, path=node.path if moved else grant.path)
    moved = moved or named.scope != grant.scope
    if isinstance(node, Permission):
        today = whole(_without_lost_limits(today, node, grant.path, before), node)
    report = Report()
    touched = given(GrantEntry(replace(today, path=node.path), text, Span("")), catalog, report)
    fault = next((found for found in report.diagnostics if found.severity == "error"), None)
    if fault is not None or not touched:
        return _asleep(text, fault)
    now = (str(today),)
    if before is not None and grant.instance is not None:
        kinds, old = _kinds(today, today.instance, catalog), _kinds(grant, today.instance, before)
        if old and not kinds <= old:
            return _other_kind(text, now[0])
    if domain is not None:
        if all(p.chain and domain.has_lost(p.chain, today.instance or "*") for p in touched):
            why = f"the instance is removed from domain `{domain.name}`"
            return StoredGrant(text, "dormant", (), "gone", why)
        if not any(domain.offers(p.availability) for p in touched):
            why = domain.lacks(SaidName("code", now[0]), touched[0].availability)
            return StoredGrant(text, "inactive", now, None, why)
    return StoredGrant(text, "moved" if moved else "live", now)


def _at_scope_after(
    text: str, grant: Grant, node: Node, catalog: Catalog, before: Catalog | None
) -> Grant | StoredGrant:
    """*grant*, or with the scope that took the place of a removed one; asleep where that may hold more."""
    inside = (node,) if isinstance(node, Permission) else catalog.below(node.path)
    ladders = (p.ladder for p in inside if p.ladder is not None)
    ladder = next((ladder for ladder in ladders if grant.scope in ladder.removed), None)
    if ladder is None or grant.scope is None:
        return grant
    gone = ladder.removed[grant.scope]
    if gone.becomes is None or not isinstance(node, Permission):
        return StoredGrant(text, "dormant", (), "scope", gone.fate)
    now = ladder.today(gone.becomes)
    old = None if before is None else before.find(grant.path)
    held: tuple[str, ...] = ()
    if isinstance(old, Permission) and old.ladder is not None and grant.scope in old.ladder.scopes:
        held = old.ladder.within(grant.scope)
    if now not in map(ladder.today, held):
        why = f"`@{now}`, which took the place of `@{grant.scope}`, may hold more"
        return StoredGrant(text, "dormant", (), "wider", why)
    return replace(grant, scope=now)


def _asleep(text: str, fault: Diagnostic | None) -> StoredGrant:
    if fault is None:
        return StoredGrant(text, "dormant", (), "nothing", "it gives nothing")
    return StoredGrant(text, "dormant", (), REASONS.get(fault.code, "nothing"), fault.message)


def _kinds(grant: Grant, instance: str | None, catalog: Catalog) -> set[tuple[str, ...]]:
    """The kinds of things that the ids of *instance* may be of, in what *grant* names."""
    depth = sum(part != "*" for part in instance.split("/")) if instance is not None else 0
    node = catalog.find(grant.path) if grant.path else catalog.nodes[""]
    if not depth or node is None:
        return set()
    inside = (node,) if isinstance(node, Permission) else catalog.below(node.path)
    return {p.chain[:depth] for p in inside if len(p.chain) >= depth}


def _other_kind(text: str, now: str) -> StoredGrant:
    return StoredGrant(text, "dormant", (), "instance", f"`{now}` may be about another kind of thing")


def _without_lost_limits(grant: Grant, node: Permission, path: str, before: Catalog | None) -> Grant:
    """*grant* without limits that *node*, once *path*, has no more, if it held everything with them."""
    if grant.instance == "*" and not node.chain:
        grant = replace(grant, instance=None)
    if grant.scope is not None and node.ladder is None and before is not None:
        old = before.find(path)
        if isinstance(old, Permission) and old.ladder is not None and grant.scope == old.ladder.broadest:
            grant = replace(grant, scope=None)
    return grant
