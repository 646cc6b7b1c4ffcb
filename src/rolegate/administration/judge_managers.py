"""Who manages: some of them are left, and whoever manages around a domain goes on managing in it.

Nobody could make changes that reach inside otherwise, nor take back what keeps them out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from rolegate.administration.administered_set import AdministeredSet
from rolegate.administration.managing import Managing
from rolegate.administration.rights_at_moment import RightsAtMoment
from rolegate.compiled.names import is_user
from rolegate.giving.may_give import AccessEffect, Refusal
from rolegate.giving.timed_rights import TimedRight
from rolegate.grants.rights import Right

EffectsAt = Mapping[datetime, Sequence[AccessEffect]]
"""Whose access is another one at each moment."""


class LostManaging(NamedTuple):
    """Somebody managed in a domain at a moment, and does not any more."""

    subject: str
    domain: str
    manage: Right
    moment: datetime


@dataclass(frozen=True, slots=True)
class Managers:
    """Those who manage before a change and after it: as plans are, or as if each domain had every plan.

    Somebody manages who holds one of the managing permissions, all of it.
    """

    before: AdministeredSet
    after: AdministeredSet
    managing: Managing
    any_plan: bool = False

    def lost(self, effects: EffectsAt) -> tuple[LostManaging, ...]:
        """Who loses what by these effects."""
        wanted = [(manage, TimedRight(manage)) for manage in self.managing.rights(self.before.known)]
        return tuple(
            LostManaging(effect.subject, effect.domain, manage, moment)
            for moment, changed in effects.items()
            for effect in changed
            for manage, whole in wanted
            if effect.before.covers(whole) and not effect.after.covers(whole)
        )

    def outer_refusals(self, lost: Iterable[LostManaging], giver: str, at: datetime) -> Iterator[Refusal]:
        """Where managing is taken in a domain from somebody who goes on managing around it.

        Who manages there as well, as *giver* at a moment, may do so.
        """
        for subject, domain, manage, moment in lost:
            whole = TimedRight(manage)
            old, new = self._wide(self.before, moment), self._wide(self.after, moment)
            for outer in self.before.known.domains.outward(domain)[1:]:
                kept = old.of(subject, outer).covers(whole) and new.of(subject, outer).covers(whole)
                if kept and not self.before.wide(at).of(giver, outer).covers(whole):
                    yield Refusal("outer", domain, manage)

    def last_refusals(self, domains: Iterable[str], moments: Sequence[datetime]) -> Iterator[Refusal]:
        """Where somebody manages now and without end, and after the change nobody does.

        So it is for each domain, and for it together with those around it.
        """
        for manage in self.managing.to_keep(self.before.known):
            for domain in domains:
                chain = self.after.known.domains.outward(domain)
                for size in range(1, len(chain) + 1):
                    if self._managed(self.before, chain[:size], manage, moments) and not self._managed(
                        self.after, chain[:size], manage, moments
                    ):
                        yield Refusal("last" if size == 1 else "apart", domain, manage)
                        break

    def come_back(self, domain: str, moments: Sequence[datetime]) -> bool:
        """Whether nobody manages in a domain before the change, and somebody does after it."""
        return any(
            self._managed(self.after, (domain,), manage, moments)
            and not self._managed(self.before, (domain,), manage, moments)
            for manage in self.managing.to_keep(self.before.known)
        )

    def are_appointed(self, users: Collection[str], domain: str, moments: Sequence[datetime]) -> bool:
        """Whether nobody goes on managing in a domain but *users*, who all do after the change."""
        here, kept = (domain,), self.managing.to_keep(self.before.known)
        return bool(kept) and all(
            set(self._who(self.after, here, manage, moments)) >= set(users)
            and set(self._who(self.before, here, manage, moments)).isdisjoint(
                set(self._who(self.after, here, manage, moments)).difference(users)
            )
            for manage in kept
        )

    def is_theirs(self, effects: EffectsAt, domain: str) -> bool:
        """Whether all who gain something manage around *domain*, and hold there what they gain."""
        outer = self.before.known.domains.outward(domain)[1:]
        manage = [TimedRight(right) for right in self.managing.to_keep(self.before.known)]
        return all(
            any(
                held.covers(gained, effect.after.denied) and any(map(held.covers, manage))
                for held in (self._wide(self.before, moment).of(effect.subject, one) for one in outer)
            )
            for moment, changed in effects.items()
            for effect in changed
            for gained in effect.gained
        )

    def _managed(
        self, side: AdministeredSet, domains: Sequence[str], manage: Right, moments: Sequence[datetime]
    ) -> bool:
        """Whether one and the same user manages in all of these domains at each moment from now on."""
        return any(self._who(side, domains, manage, moments))

    def _who(
        self, side: AdministeredSet, domains: Sequence[str], manage: Right, moments: Sequence[datetime]
    ) -> Iterator[str]:
        """The users who manage in all of these domains at each moment from now on."""
        if not all(domain in side.known.domains for domain in domains):
            return
        whole, path = TimedRight(manage), manage.path
        held = [self._wide(side, moment) for moment in moments]
        for sub in held[0].people(domains[0]):
            if is_user(sub) and all(
                one.about(sub, domain, path).covers(whole) for domain in domains for one in held
            ):
                yield sub

    def _wide(self, side: AdministeredSet, moment: datetime) -> RightsAtMoment:
        return side.wide(moment, any_plan=self.any_plan)
