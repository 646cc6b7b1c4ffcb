"""Whether somebody may make a change: by what everybody holds before it and after it, whatever the change is.

Nobody looks at what a change is called. A clone, an undo, a version of a default role, a draft that was
opened long ago, a team that is joined and a line that ends later are judged by what they give.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime

from rolegate.administration.administered_set import AdministeredSet
from rolegate.administration.judge_managers import EffectsAt, Managers
from rolegate.administration.judge_roles import changed_roles, managing_refusals, role_refusals
from rolegate.administration.judge_tenants import system_refusals, tenant_refusals
from rolegate.administration.managing import Managing
from rolegate.administration.rights_at_moment import RightsAtMoment
from rolegate.administration.tenant_documents import DocumentChange, takes_away
from rolegate.compiled.names import user_name
from rolegate.diagnostics import Diagnostic
from rolegate.giving.may_give import AccessEffect, Giver, Refusal, may_give
from rolegate.grants.binding_moments import moments_of
from rolegate.grants.domains import DEFAULT

_UNKNOWN = frozenset(("RG216", "RG317", "RG401", "RG403", "RG411"))
"""Codes that may only follow from another error, since what is wrong is not there for others."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change: a user, or a named part of the application that signs up and bills, `system`."""

    name: str
    system: bool = False


def judge(
    actor: Actor,
    before: AdministeredSet,
    after: AdministeredSet,
    at: datetime,
    managing: Managing,
) -> tuple[Refusal, ...]:
    """Why *actor* may not make one set of another at a moment; nothing where they may.

    What they hold is that of *before*: what they held when they began with the change is not looked at.
    """
    errors = tuple(_new_errors(before, after))
    sides = (before.resolved, after.resolved, before.in_any_plan, after.in_any_plan)
    if errors or None in sides:
        found = (*errors, *(before.errors if before.resolved is None else ()))
        return tuple(Refusal("invalid", None, finding=error) for error in found or (None,))
    return tuple(dict.fromkeys(_Judging(actor, before, after, at, managing).refusals()))


def judge_each(
    actor: Actor,
    before: AdministeredSet,
    after: AdministeredSet,
    users: Sequence[str],
    at: datetime,
    managing: Managing,
) -> tuple[tuple[Refusal, ...] | None, ...]:
    """For each of *users* why *actor* may not change the lines that name them, where all are others.

    None where that has to be asked alone.
    """
    alone = before.resolved is None or after.resolved is None or before.in_any_plan is None
    if actor.system or alone or after.in_any_plan is None or any(_new_errors(before, after)):
        return (None,) * len(users)
    return tuple(_Judging(actor, before, after, at, managing).by_user(users))


def not_managing(
    actor: Actor, known: AdministeredSet, domains: Iterable[str], at: datetime, managing: Managing
) -> Iterator[Refusal]:
    """Where among *domains* somebody does not manage."""
    sub, manage = user_name(actor.name), managing.to_assign(known.known)
    held = {domain: known.wide(at).of(sub, domain) for domain in sorted(domains)}
    yield from may_give(Giver(sub, held), [AccessEffect(sub, domain) for domain in held], manage)


def _new_errors(before: AdministeredSet, after: AdministeredSet) -> Iterator[Diagnostic]:
    """The errors that the change brings, causes first; those of before are somebody else's."""
    known = {(error.code, error.message) for error in before.errors}
    found = [error for error in after.errors if (error.code, error.message) not in known]
    return iter(sorted(found, key=lambda error: error.code in _UNKNOWN))


@dataclass(slots=True)
class _Judging:
    actor: Actor
    before: AdministeredSet
    after: AdministeredSet
    at: datetime
    managing: Managing
    shared: tuple[EffectsAt, EffectsAt] | None = None
    """The effects in any plan and as plans are, where they are known already."""
    changes: tuple[DocumentChange, ...] = field(init=False)
    moments: tuple[datetime, ...] = field(init=False)
    domains: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.changes = self.before.documents.changes_to(self.after.documents)
        lines = (*self.before.known.bindings, *self.after.known.bindings)
        self.moments = (self.at, *sorted(moment for moment in moments_of(lines) if moment > self.at))
        self.domains = self._domains()

    def refusals(self) -> Iterator[Refusal]:
        if self.actor.system:
            yield from self._of_the_application()
            return
        tenant = tuple(tenant_refusals(self.changes))
        yield from tenant
        if any(refusal.why is not None for refusal in tenant):
            return
        now, manage = self._holds(self.at), self.managing.to_assign(self.before.known)
        touched = {
            change.domain or DEFAULT for change in self.changes if change.name.kind in ("line", "team")
        }
        in_any_plan, as_is = self.effects if self.shared is None else self.shared
        touched |= {effect.domain for changed in in_any_plan.values() for effect in changed}
        yield from may_give(now, [AccessEffect(now.name, domain) for domain in sorted(touched)], manage)
        for moment in self.moments:
            yield from _but_managing(may_give(self._giver(moment), in_any_plan[moment], manage))
            # With every plan, lines that would be wrong then are not there, and deny nothing.
            yield from _but_managing(may_give(self._holds(moment), as_is[moment], manage))
        for pair in changed_roles(self.changes, self.before.known, self.after.known):
            yield from managing_refusals(pair, now, self.before.known, self.after.known, self.managing)
            for moment in self.moments:
                old, new = self.before.held_in_any_plan(moment), self.after.held_in_any_plan(moment)
                found = role_refusals(pair, self._giver(moment), old, new, self.domains)
                yield from _but_managing(found)
        for managers, effects in ((self._managers(), as_is), (self._managers(any_plan=True), in_any_plan)):
            lost = managers.lost(effects)
            yield from managers.outer_refusals(lost, now.name, self.at)
            if lost:
                yield from managers.last_refusals(self.domains, self.moments)

    @property
    def effects(self) -> tuple[EffectsAt, EffectsAt]:
        """Whose access is another one, in any plan and as plans are."""
        return self._effects_in_any_plan(self.domains), self._effects_as_is(self.domains)

    def by_user(self, users: Iterable[str]) -> Iterator[tuple[Refusal, ...] | None]:
        """For each of *users* why the change of the lines that name them may not be made, by itself.

        INVARIANT: what a line says of one user changes what nobody else holds. None where the change by
        itself may have to leave somebody who manages: that is asked alone.
        """
        effects = tuple(map(_by_subject, self.effects))
        for user in users:
            sub, one = user_name(user), copy(self)
            one.changes = tuple(change for change in self.changes if _is_about(change, user))
            in_any_plan, as_is = ({at: there.get(sub, []) for at, there in side.items()} for side in effects)
            one.shared = (in_any_plan, as_is)
            lost = self._managers().lost(as_is) or self._managers(any_plan=True).lost(in_any_plan)
            yield None if lost else tuple(dict.fromkeys(one.refusals()))

    def _of_the_application(self) -> Iterator[Refusal]:
        """It gives nothing, but where nobody could: whoever keeps out those who manage is lifted."""
        refused = tuple(system_refusals(self.changes, self.before.documents, self.after.documents))
        if refused and not self._repairs():
            yield from refused
        if not self.after.known.domains.declared and not any(self.after.documents.of_kind("line")):
            return  # nothing is left of a set without domains, as of a tenant that leaves
        kept = tuple(self._with_the_same_plans())
        as_is, in_any_plan = self._effects_as_is(kept), self._effects_in_any_plan(kept)
        for managers, effects in ((self._managers(), as_is), (self._managers(any_plan=True), in_any_plan)):
            if managers.lost(effects):
                yield from managers.last_refusals(kept, self.moments)
        moved = tuple(name for name in self.domains if name not in kept)
        if self._managers().lost(self._effects_as_is(moved)):
            found = self._managers().last_refusals(moved, self.moments)
            for one in filter(self._is_managed_there, found):
                yield replace(one, reason="plan") if one.reason == "last" else one

    def _is_managed_there(self, refusal: Refusal) -> bool:
        """Whether a domain is there after the change, and has what is managed by in its new plan."""
        domains, catalog = self.after.known.domains, self.after.known.catalog
        name = refusal.domain
        if name is None or name not in domains or refusal.right is None:
            return False
        return domains[name].offers(catalog.permission_of(refusal.right.path).availability)

    def _repairs(self) -> bool:
        """Whether lines alone are others, and somebody manages again in a domain in which nobody did.

        Or those who manage around a domain have again what a line inside took from them; or a domain with
        another plan has somebody who manages, where nobody else goes on with it.
        """
        domains = {change.domain or DEFAULT for change in self.changes}
        lines = [change for change in self.changes if change.name.kind == "line"]
        if len(domains) > 1 or any(change.name.kind not in ("line", "domain") for change in self.changes):
            return False
        domain, managers = domains.pop(), self._managers()
        if len(lines) < len(self.changes):
            given = [one.after or {} for one in lines if one.before is None]
            named = {user_name(one["user"]) for one in given if "user" in one and not takes_away(one)}
            alone = len(named) == len(lines)
            return alone and managers.are_appointed(named, domain, self.moments)
        if managers.come_back(domain, self.moments):
            return True
        lifted = all(one.after is None and one.before and takes_away(one.before) for one in self.changes)
        return lifted and managers.is_theirs(self._effects_as_is(self.domains), domain)

    def _managers(self, *, any_plan: bool = False) -> Managers:
        return Managers(self.before, self.after, self.managing, any_plan)

    def _domains(self) -> tuple[str, ...]:
        """The domains in which something changes, and those inside them."""
        if not self.before.known.domains.declared:
            return (DEFAULT,)
        found: dict[str, None] = {}
        for change in self.changes:
            for one in (self.before.known, self.after.known):
                found |= dict.fromkeys(one.domains.inside(change.domain or ""))
        return tuple(found)

    def _with_the_same_plans(self) -> Iterator[str]:
        """The domains of which nothing changes but the people."""
        own = {change.domain for change in self.changes if change.name.kind == "domain"}
        outward = self.after.known.domains.outward
        return (name for name in self.domains if own.isdisjoint(outward(name)))

    def _effects_as_is(self, domains: Iterable[str]) -> dict[datetime, list[AccessEffect]]:
        """Whose access is another one at each moment, as plans are."""
        wanted = tuple(domains)
        return {one: _effects(self.before.held(one), self.after.held(one), wanted) for one in self.moments}

    def _effects_in_any_plan(self, domains: Iterable[str]) -> dict[datetime, list[AccessEffect]]:
        """The same, as if each domain had every plan."""
        wanted, old, new = tuple(domains), self.before.held_in_any_plan, self.after.held_in_any_plan
        return {one: _effects(old(one), new(one), wanted) for one in self.moments}

    def _giver(self, moment: datetime) -> Giver:
        """What the actor holds at a moment, in whichever plan a domain has."""
        held, sub = self.before.held_in_any_plan(moment), user_name(self.actor.name)
        return Giver(sub, {domain: held.of(sub, domain) for domain in self.domains})

    def _holds(self, moment: datetime) -> Giver:
        """What the actor holds at a moment as plans are."""
        held, sub = self.before.held(moment), user_name(self.actor.name)
        return Giver(sub, {domain: held.of(sub, domain) for domain in self.domains})


def _effects(old: RightsAtMoment, new: RightsAtMoment, domains: Iterable[str]) -> list[AccessEffect]:
    """Whose access is another one."""
    found = []
    for domain in domains:
        for sub in old.unlike(new, domain):
            effect = AccessEffect(sub, domain, old.of(sub, domain), new.of(sub, domain))
            if effect.before != effect.after:
                found.append(effect)
    return found


def _by_subject(effects: EffectsAt) -> dict[datetime, dict[str, list[AccessEffect]]]:
    found: dict[datetime, dict[str, list[AccessEffect]]] = {}
    for moment, changed in effects.items():
        there = found.setdefault(moment, {})
        for effect in changed:
            there.setdefault(effect.subject, []).append(effect)
    return found


def _is_about(change: DocumentChange, user: str) -> bool:
    return any(side is not None and side.get("user") == user for side in (change.before, change.after))


def _but_managing(refusals: Iterable[Refusal]) -> Iterator[Refusal]:
    """Those that are about what is given; whether the actor manages is asked of what they hold now."""
    return (refusal for refusal in refusals if refusal.reason != "manage")
