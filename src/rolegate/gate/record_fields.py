"""The states of fields in one record, where they follow from whose record it is or on which instance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rolegate.answers.fields import FieldState
from rolegate.catalog.ladders import FIELD_LADDER
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.gate.careful_answers import answer_carefully
from rolegate.gate.instance_paths import On, sound_path
from rolegate.gate.raw_question import RawQuestion
from rolegate.gate.record_checks import held_permission, record_check
from rolegate.gate.standing import Standing
from rolegate.gate.state import GateState
from rolegate.records.check_records import allows, path_in
from rolegate.records.held_permission import HeldPermission, HeldRight
from rolegate.records.user import User

SEEN: tuple[FieldState, FieldState] = "view", "edit"
"""What a field is if its permissions are allowed, in their order: what may not be seen, may not be edited."""


class StatesByRecord(dict[str, FieldState]):
    """What holds in every record, for fields of which some may be seen or edited in a part of them.

    `attributes` hold the path of the instance of a record; None where the group has no instances, or the
    catalog does not name all of them.
    """

    __slots__ = ("attributes", "fields")

    def __init__(self, states: Mapping[str, FieldState], group: Group, catalog: Catalog) -> None:
        super().__init__(states)
        self.fields = tuple(catalog.nodes[path] for path in group.children)
        self.attributes = _attributes(group, catalog)


def by_record(group: Group, catalog: Catalog) -> bool:
    """Whether a record says more of the fields of *group* than what holds in every record."""
    scoped = any(isinstance(catalog.nodes[path], Group) for path in group.children)
    return scoped or _attributes(group, catalog) is not None


def _attributes(group: Group, catalog: Catalog) -> tuple[str, ...] | None:
    names = [catalog.resources[kind].attribute for kind in group.chain]
    known = tuple(name for name in names if name is not None)
    return known if known and len(known) == len(names) else None


def states_of_record(
    states: StatesByRecord, record: Any, on: On, live: GateState, standing: Standing, user: User
) -> Mapping[str, FieldState]:
    """The states in *record*, a record of the user's domain, on its instance or on that which *on* names.

    *states* are those on the instance *on*, without a record.

    Raises:
        UndefinedScopeError, RecordError: as when the record is checked.
    """
    path: tuple[str, ...] | None = ()
    if on is None and states.attributes is not None:
        path = path_in(states.attributes, record)
        if path is None:  # it is on no instance, and nothing allows that
            return dict.fromkeys(states, "hidden")
    found: dict[str, FieldState] = {}
    for (name, state), field in zip(states.items(), states.fields, strict=True):
        if isinstance(field, Group):
            found[name] = "hidden"
            for half, seen in zip(field.children, SEEN, strict=True):
                if not _allowed(half, record, on, live, standing, user):
                    break
                found[name] = seen
        elif path:
            held = [scope for scope in FIELD_LADDER.scopes if _holds(field, path, scope, live, standing)]
            found[name] = "edit" if "edit" in held else "view" if held else "hidden"
        else:
            found[name] = state
    return found


def _allowed(path: str, record: Any, on: On, live: GateState, standing: Standing, user: User) -> bool:
    """Whether *path*, the viewing or editing of a field, is allowed in *record*."""
    check = standing.checks.get(path) if on is None else None
    if check is not None:
        return check(record, user)
    permission = live.policy.catalog.permission(path)
    if on is None or not permission.chain:
        return record_check(live, standing, permission, path)(record, user)
    held = held_permission(live, standing, permission)
    scopes = [scope for scope in permission.scope_names if _holds(permission, on, scope, live, standing)]
    there = HeldPermission(
        path,
        permission.ladder,
        rights=tuple(map(HeldRight, scopes)),
        domain_attribute=held.domain_attribute,
    )
    return allows(there, record, user)


def _holds(permission: Permission, on: On, scope: str, live: GateState, standing: Standing) -> bool:
    """Whether the user holds *permission* on an instance at one scope."""
    if sound_path(on, len(permission.chain)) is None or standing.table is None:
        return False
    raw = RawQuestion(standing.user, permission.path, standing.domain, on, scope)
    return answer_carefully(live, standing.table, raw, standing.mask, standing)
