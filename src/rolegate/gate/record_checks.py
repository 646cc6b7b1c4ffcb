"""The checks of records: made once for whoever holds the same of a permission, and kept."""

from __future__ import annotations

from typing import Any

from rolegate.catalog.model import Permission
from rolegate.gate.record_warnings import warn_if_mixed
from rolegate.gate.standing import RecordCheck, Standing
from rolegate.gate.state import GateState
from rolegate.records.compiled_check import compiled_check
from rolegate.records.held_by_subject import held_of
from rolegate.records.held_permission import HeldPermission


def held_permission(live: GateState, standing: Standing, permission: Permission) -> HeldPermission:
    """What a user holds of *permission*."""
    warn_if_mixed(live)
    views = standing.table.views if standing.table is not None else {}
    return held_of(permission, standing.mask, views, live.common.catalog)


def record_check(live: GateState, standing: Standing, wanted: Permission, named: str) -> RecordCheck:
    """The check of records for a permission that was *named* by its path or another text."""
    key = (standing.granted, standing.mask, wanted.path)
    check = live.kept.checks.get(key)
    if check is None:
        held = held_permission(live, standing, wanted)
        alike = alike_key(held)
        check = live.kept.alike.get(alike) or live.kept.alike.put(alike, compiled_check(held))
        live.kept.checks.put(key, check)
    if is_own(named, live):
        standing.checks[named] = check
    return check


def alike_key(held: HeldPermission) -> tuple[Any, ...]:
    """Equal for what is allowed in the same records, whichever permission it is.

    A check names no permission: what it would complain of by name, it complains of when it is made.
    """
    said = held.rights, held.denied, held.domain_attribute
    return (id(held.ladder), held.chain, *said, *map(alike_key, held.others))


def is_own(permission: object, live: GateState) -> bool:
    """Whether a text for a permission is written in the policy: there are only so many of these."""
    known = live.common.catalog.nodes, live.index.depth
    return type(permission) is str and any(permission in texts for texts in known)
