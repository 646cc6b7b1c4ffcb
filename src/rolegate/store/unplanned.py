"""What an application may not apply without a plan: nobody has seen what it would do to tenants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rolegate.errors import InvalidPolicyError, PlanRefusedError
from rolegate.policy.policy import Policy
from rolegate.store import plan_refusals
from rolegate.store.awaited import computed
from rolegate.store.in_force import InForce
from rolegate.store.joined_parts import in_order
from rolegate.store.plan import PlanRefusal
from rolegate.store.store_head import StoreHead
from rolegate.store.store_state import StoreState


@dataclass(frozen=True, slots=True)
class Unplanned:
    """Refuses what a plan would refuse and is certainly a mistake, but for an *other_set* that is meant."""

    other_set: bool = False

    def refuse_other_set(self, head: StoreHead, catalog: str, store: str) -> None:
        """Refuse a set of another name than the one that the store holds.

        Raises:
            PlanRefusedError: when that is not meant.
        """
        if head.catalog not in ("", catalog) and not self.other_set:
            _refuse([plan_refusals.other_catalog(catalog, head.catalog, store)])

    def refuse_losses(self, state: StoreState, after: InForce) -> None:
        """Refuse what leaves names of tenants without a word, or a domain without anybody who manages.

        Raises:
            PlanRefusedError: when a plan would be refused for that.
        """
        catalog, new = after.resolved.catalog, Policy(resolved=after.resolved)
        theirs = {item.identity: item for item in state.theirs}
        nobody = computed(plan_refusals.unmanaged_domains, new)
        if not nobody and not [*plan_refusals.undeclared(after.asleep.values(), theirs, catalog)]:
            return  # whatever was before
        try:
            before = state.in_force()
        except InvalidPolicyError:  # it answers nothing, and nobody manages there
            return
        asleep = {about: one for about, one in after.asleep.items() if about not in before.asleep}
        found = [*plan_refusals.undeclared(in_order(asleep), theirs, catalog)]
        lost = computed(plan_refusals.lost_managers, nobody, Policy(resolved=before.resolved), new)
        _refuse([*found, *plan_refusals.unmanaged(lost)])


def _refuse(refusals: Iterable[PlanRefusal]) -> None:
    found = [*refusals]
    if found:
        reasons = tuple(f"{one.what}: {one.help}" for one in found)
        raise PlanRefusedError("the set is refused", reasons, found[0].code)
