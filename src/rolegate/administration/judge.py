"""Whether somebody may make a change: by what everybody holds before it and after it, whatever the change is.

Nobody looks at what a change is called. A clone, an undo, a version of a default role, a draft that was
opened long ago, a team that is joined and a line that ends later are judged by what they give.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from rolegate.administration.administered_set import AdministeredSet
from rolegate.administration.judge_roles import changed_roles, managing_refusals, role_refusals
from rolegate.administration.judge_tenants import system_refusals, tenant_refusals
from rolegate.administration.managing import Managing
from rolegate.administration.rights_at_moment import RightsAtMoment
from rolegate.administration.tenant_documents import DocumentChange
from rolegate.compiled.names import is_user, user_name
from rolegate.diagnostics import Diagnostic
from rolegate.giving.may_give import AccessEffect, Giver, Refusal, may_give
from rolegate.giving.timed_rights import TimedRight
from rolegate.grants.binding_moments import moments_of
from rolegate.grants.domains import DEFAULT
from rolegate.grants.rights import Right


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


def _new_errors(before: AdministeredSet, after: AdministeredSet) -> Iterator[Diagnostic]:
    """The errors that the change brings; those of before are somebody else's."""
    known = {(error.code, error.message) for error in before.errors}
    return (error for error in after.errors if (error.code, error.message) not in known)


@dataclass(slots=True)
class _Judging:
    actor: Actor
    before: AdministeredSet
    after: AdministeredSet
    at: datetime
    managing: Managing
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
            yield from system_refusals(self.changes, self.before.documents, self.after.documents)
            yield from self._nobody_left(self._with_the_same_plans())
            return
        yield from tenant_refusals(self.changes)
        now, manage = self._holds(self.at), self.managing.to_assign(self.before.known)
        touched = {
            change.domain or DEFAULT for change in self.changes if change.name.kind in ("line", "team")
        }
        before, after = self.before, self.after
        effects = {
            moment: self._effects(before.held_in_any_plan(moment), after.held_in_any_plan(moment))
            for moment in self.moments
        }
        touched |= {effect.domain for changed in effects.values() for effect in changed}
        yield from may_give(now, [AccessEffect(now.name, domain) for domain in sorted(touched)], manage)
        for moment, changed in effects.items():
            yield from _but_managing(may_give(self._giver(moment), changed, manage))
            # With every plan, lines that would be wrong then are not there, and deny nothing.
            as_is = self._effects(before.held(moment), after.held(moment))
            yield from _but_managing(may_give(self._holds(moment), as_is, manage))
        for pair in changed_roles(self.changes, self.before.known, self.after.known):
            yield from managing_refusals(pair, now, self.before.known, self.after.known, self.managing)
            for moment in self.moments:
                old, new = self.before.held_in_any_plan(moment), self.after.held_in_any_plan(moment)
                found = role_refusals(pair, self._giver(moment), old, new, self.domains)
                yield from _but_managing(found)
        yield from self._nobody_left(self.domains)

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

    def _effects(self, old: RightsAtMoment, new: RightsAtMoment) -> list[AccessEffect]:
        """Whose access is another one."""
        found = []
        for domain in self.domains:
            for sub in old.unlike(new, domain):
                effect = AccessEffect(sub, domain, old.of(sub, domain), new.of(sub, domain))
                if effect.before != effect.after:
                    found.append(effect)
        return found

    def _giver(self, moment: datetime) -> Giver:
        """What the actor holds at a moment, in whichever plan a domain has."""
        held, sub = self.before.held_in_any_plan(moment), user_name(self.actor.name)
        return Giver(sub, {domain: held.of(sub, domain) for domain in self.domains})

    def _holds(self, moment: datetime) -> Giver:
        """What the actor holds at a moment as plans are."""
        held, sub = self.before.held(moment), user_name(self.actor.name)
        return Giver(sub, {domain: held.of(sub, domain) for domain in self.domains})

    def _nobody_left(self, domains: Iterable[str]) -> Iterator[Refusal]:
        """Domains in which somebody manages now and without end, and after the change nobody does."""
        for manage in self.managing.to_keep(self.before.known):
            for domain in domains:
                there = domain in self.after.known.domains and self._managed(self.before, domain, manage)
                if there and not self._managed(self.after, domain, manage):
                    yield Refusal("last", domain, manage)

    def _managed(self, side: AdministeredSet, domain: str, manage: Right) -> bool:
        """Whether one and the same user manages in a domain at each moment from now on."""
        held = [side.held(moment) for moment in self.moments]
        wanted, path = TimedRight(manage), manage.path
        return any(
            all(one.about(sub, domain, path).covers(wanted) for one in held)
            for sub in side.held(self.at).people(domain)
            if is_user(sub)
        )


def _but_managing(refusals: Iterable[Refusal]) -> Iterator[Refusal]:
    """Those that are about what is given; whether the actor manages is asked of what they hold now."""
    return (refusal for refusal in refusals if refusal.reason != "manage")
