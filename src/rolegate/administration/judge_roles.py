"""Whether somebody may change the roles that a change makes others, holders or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rolegate.administration.managing import Managing, RoleAction
from rolegate.administration.rights_at_moment import RightsAtMoment
from rolegate.administration.tenant_documents import DocumentChange, listed
from rolegate.catalog.role_kind import RoleKind
from rolegate.compiled.names import of_role
from rolegate.giving.may_give import GivenRole, Giver, Refusal, may_edit
from rolegate.giving.timed_rights import TimedRights
from rolegate.grants.domains import DEFAULT
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role, visible
from rolegate.wording.phrases import Phrase, SaidName


@dataclass(frozen=True, slots=True)
class RolePair:
    """What a role of a domain was, and what it is: None for a new one, and for one that is gone.

    What the name of a default role means in a domain is such a role: its version, where it has one.
    """

    home: str | None
    before: Role | None
    after: Role | None

    @property
    def action(self) -> RoleAction:
        if self.before is None:
            return "create"
        return "delete" if self.after is None else "edit"


def changed_roles(changes: Iterable[DocumentChange], before: Resolved, after: Resolved) -> Iterator[RolePair]:
    """The roles that are others, each with what it was."""
    found = [change for change in changes if change.name.kind == "role"]
    renamed = {
        (change.domain, str(former)): change.name.name
        for change in found
        if change.before is None and change.after is not None
        for former in listed(change.after.get("renamed_from"))
    }
    new_names = {(domain, name) for (domain, _), name in renamed.items()}
    for name, old, new in found:
        if new is None and (name.domain, name.name) in renamed:
            now = after.roles.get((name.domain, renamed[name.domain, name.name]))
            yield RolePair(name.domain, before.roles.get((name.domain, name.name)), now)
            continue
        replaced = dict.fromkeys(one.get("replaces") for one in (old, new) if one is not None)
        if old is None or new is None or len(replaced) > 1:
            for default in filter(None, replaced):
                pair = (_meant(side, str(default), name.domain) for side in (before, after))
                yield RolePair(name.domain, *pair)
            if any(replaced) and (old is None or new is None):
                continue
        if old is None and (name.domain, name.name) in new_names and _was_there(name.domain, renamed, before):
            continue
        key = (name.domain, name.name)
        yield RolePair(name.domain, before.roles.get(key), after.roles.get(key))


def _was_there(domain: str | None, renamed: dict[tuple[str | None, str], str], before: Resolved) -> bool:
    return any(home == domain and (home, old) in before.roles for home, old in renamed)


def _meant(resolved: Resolved, name: str, domain: str | None) -> Role | None:
    """The role that *name* means in a domain."""
    key = visible(resolved.roles, name, domain, resolved.domains)
    return None if key is None else resolved.roles.get(key)


def managing_refusals(
    pair: RolePair, held: Giver, before: Resolved, after: Resolved, managing: Managing
) -> tuple[Refusal, ...]:
    """Why somebody who holds *held* now may not change a role, whatever it holds."""
    home = _home(pair, before)
    if home is None:
        return (Refusal("locked", None),)

    def managed(role: Role | None, resolved: Resolved) -> GivenRole | None:
        if role is None:
            return None
        manage = managing.to_change(role, pair.action, home, resolved)
        return GivenRole(home, manage=manage, locked=role.locked)

    found = may_edit(held, managed(pair.before, before), managed(pair.after, after))
    kind = next((one.kind for one in (pair.after, pair.before) if one is not None), None)
    lacks = None if kind is None else _lacks(kind, home, after)
    return tuple(
        replace(one, why=lacks) if one.reason == "manage" and one.right is None else one for one in found
    )


def _lacks(kind: RoleKind, domain: str, resolved: Resolved) -> Phrase | None:
    """That a domain has no roles of *kind*; None where it has."""
    if domain not in resolved.domains or resolved.domains[domain].offers(kind.availability):
        return None
    there = resolved.domains[domain]
    roles = Phrase("custom_roles")
    if kind.name is not None:
        roles = Phrase("roles_of_kind", kind=SaidName("kind_of_role", kind.name))
    if there.plan is not None and there.plan not in (kind.availability.plans or (there.plan,)):
        return Phrase("plan_without", plan=SaidName("plan", there.plan), roles=roles)
    return Phrase("domain_without", roles=roles)


def role_refusals(
    pair: RolePair, giver: Giver, old: RightsAtMoment, new: RightsAtMoment, domains: Sequence[str]
) -> Iterator[Refusal]:
    """Why *giver* may not make a role hold what it comes to hold, in its domain and inside it.

    Inside it, only what a role cannot hold in its own domain is looked at.
    """
    home = pair.home or DEFAULT
    at_home = _sides(pair, old, new, home)
    paths = {one.right.path for _, held in at_home for one in held.allowed}
    seen = {home: at_home}
    for domain in domains:
        if domain != home:
            (role, held), (later, held_later) = _sides(pair, old, new, domain)
            seen[domain] = (role, _without(held, paths)), (later, _without(held_later, paths))
    narrowed = _is_narrowed(seen.values())
    for domain, sides in seen.items():
        found = may_edit(giver, *_given(sides, domain))
        yield from (one for one in found if not (narrowed and one.reason == "stronger"))


def _home(pair: RolePair, resolved: Resolved) -> str | None:
    """Where a role is edited; None for one that all domains share."""
    return pair.home if resolved.domains.declared else DEFAULT


_Sides = tuple[tuple[Role | None, TimedRights], tuple[Role | None, TimedRights]]
"""A role before and after, each with what it holds."""


def _sides(pair: RolePair, old: RightsAtMoment, new: RightsAtMoment, domain: str) -> _Sides:
    return (
        (pair.before, _holding(pair.before, old, domain)),
        (pair.after, _holding(pair.after, new, domain)),
    )


def _is_narrowed(seen: Iterable[_Sides]) -> bool:
    """Whether a role loses something in some domain, and comes to hold nothing in any."""
    pairs = [(old, new) for (_, old), (_, new) in seen]
    gained = any(any(new.beyond(old)) for old, new in pairs)
    return not gained and any(any(old.beyond(new)) for old, new in pairs)


def _holding(role: Role | None, held: RightsAtMoment, domain: str) -> TimedRights:
    return TimedRights() if role is None else held.of(of_role(role), domain)


def _without(held: TimedRights, paths: Iterable[str]) -> TimedRights:
    kept = frozenset(one for one in held.allowed if one.right.path not in paths)
    return TimedRights(kept, held.denied)


def _given(sides: _Sides, domain: str) -> tuple[GivenRole | None, GivenRole | None]:
    before, after = (None if role is None else GivenRole(domain, held) for role, held in sides)
    return before, after
