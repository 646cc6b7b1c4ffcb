"""What an application may not apply without a plan: nobody has seen what it would do to tenants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rolegate.encoding import encode
from rolegate.errors import PlanRefusedError
from rolegate.store import plan_refusals
from rolegate.store.in_force import InForce
from rolegate.store.item import Item
from rolegate.store.joined_parts import in_order
from rolegate.store.plan import PlanRefusal
from rolegate.store.store_head import StoreHead


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

    def refuse_lost_domains(self, stored: Sequence[Item], after: InForce) -> None:
        """Refuse a set that does not say what became of a domain in which tenants made something.

        Raises:
            PlanRefusedError: when there is one, and nobody said so by `removed_names` or `renamed_from`.
        """
        domains = after.resolved.domains
        there = {encode(name) for name in (*domains.names, *domains.former)}
        lost = {item.key for item in stored if item.kind == "domain" and item.owner == "files"} - there
        asleep = (one for one in in_order(after.asleep) if one.identity[0] in lost)
        theirs = {item.identity: item for item in stored if item.owner != "files"}
        _refuse([*plan_refusals.undeclared(asleep, theirs, after.resolved.catalog)])


def _refuse(refusals: Iterable[PlanRefusal]) -> None:
    found = [*refusals]
    if found:
        reasons = tuple(f"{one.what}: {one.help}" for one in found)
        raise PlanRefusedError("the set is refused", reasons, found[0].code)
