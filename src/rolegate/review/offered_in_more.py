"""Permissions that a change offers in more domains than before, whoever holds them there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from rolegate.catalog.availability import Availability
from rolegate.catalog.former_names import Noun
from rolegate.catalog.model import Catalog
from rolegate.review.paired_permissions import PairedPermission
from rolegate.review.permission_meanings import PermissionMeanings


def offered_in_more(pairs: Iterable[PairedPermission], meanings: PermissionMeanings) -> Iterator[str]:
    """Each permission that a domain may have now and could not before, as a rule of the gate.

    A domain on a plan that is new, or of a new kind, is judged when there is one. A hidden permission is only
    where the domain offers what implies it; one that is no longer hidden is wherever it is available itself.
    """
    old, new = meanings.old, meanings.new
    plans, kinds, addons = (_today(noun, old, new) for noun in ("plan", "kind of domain", "add-on"))
    for pair in pairs:
        if pair.old is None or pair.new is None or pair.is_alias:
            continue
        if pair.old.hidden and not pair.new.hidden:
            yield f"permission {pair.path}: no longer hidden"
        was, now = pair.old.availability, pair.new.availability
        before = Availability(
            None if was.plans is None else _called(was.plans, plans),
            _called(was.addons, addons),
            None if was.kinds is None else _called(was.kinds, kinds),
            frozenset(_called(choice, addons) for choice in was.choices),
        )
        known = replace(
            now,
            plans=None if now.plans is None else now.plans & _called(old.plans, plans),
            kinds=None if now.kinds is None else now.kinds & _called(old.domain_kinds, kinds),
        )
        if not known.implies(before, new.addon_needs):
            where = meanings.offered(pair).removeprefix(" (").removesuffix(")")
            yield f"permission {pair.path}: {where}"


def _today(noun: Noun, old: Catalog, new: Catalog) -> Mapping[str, str]:
    """What names of the older side are called on the newer one, where that is another name."""
    return {**{now: was for was, now in old.former.of(noun).items()}, **new.former.of(noun)}


def _called(names: Iterable[str], today: Mapping[str, str]) -> frozenset[str]:
    return frozenset(today.get(name, name) for name in names)
