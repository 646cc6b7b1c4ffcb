"""The states of fields in one record, where they follow from whose record it is or on which instance."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from rolegate.answers.fields import FieldState
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.gate.careful_answers import answer_carefully
from rolegate.gate.instance_paths import On, sound_path
from rolegate.gate.raw_question import RawQuestion
from rolegate.gate.record_checks import held_permission, record_check
from rolegate.gate.standing import RecordCheck, Standing
from rolegate.gate.state import GateState
from rolegate.records.check_records import allows, path_in
from rolegate.records.held_permission import HeldPermission, HeldRight
from rolegate.records.user import User

Path = tuple[str, ...] | None
"""An instance by its raw ids; None for one that nothing is held on."""


class StatesByRecord(dict[str, FieldState]):
    """What holds in every record, for fields of which some may be seen or edited in a part of them.

    `plain` has the fields without scopes, `scoped` the permissions to view and to edit each of the others.
    `attributes` hold the path of the instance of a record; None where the group has no instances, or the
    catalog does not name all of them.
    """

    __slots__ = ("attributes", "plain", "scoped")

    def __init__(self, states: Mapping[str, FieldState], group: Group, catalog: Catalog) -> None:
        super().__init__(states)
        fields = [(name, catalog.nodes[path]) for name, path in zip(states, group.children, strict=True)]
        self.plain = tuple((name, node) for name, node in fields if isinstance(node, Permission))
        self.scoped = tuple((name, *node.children) for name, node in fields if isinstance(node, Group))
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
    path: Path = ()
    if on is None and states.attributes is not None:
        path = path_in(states.attributes, record)
        if path is None:  # it is on no instance, and nothing allows that
            return dict.fromkeys(states, "hidden")
    found = dict[str, FieldState](states)
    if path != ():
        path = sound_path(path)
        for name, field in states.plain:
            found[name] = _state_on(field, path, live, standing)
    kept = standing.checks if on is None else {}
    answers: dict[RecordCheck, bool] = {}  # a check is kept for all permissions of which the same is held

    def allowed(half: str) -> bool:
        check = kept.get(half) or _check(half, on, live, standing)
        answer = answers.get(check)
        if answer is None:
            answer = answers[check] = check(record, user)
        return answer

    for name, view, edit in states.scoped:  # what may not be seen, may not be edited
        found[name] = "hidden" if not allowed(view) else "edit" if allowed(edit) else "view"
    return found


def _state_on(field: Permission, path: Path, live: GateState, standing: Standing) -> FieldState:
    """What a field without scopes is on an instance; whoever may edit it may see it."""
    if _holds(field, path, "edit", live, standing):
        return "edit"
    return "view" if _holds(field, path, "view", live, standing) else "hidden"


def _check(half: str, on: On, live: GateState, standing: Standing) -> RecordCheck:
    """The check of records for *half*, the viewing or editing of a field."""
    permission = live.common.catalog.permission(half)
    if on is None or not permission.chain:
        return record_check(live, standing, permission, half)
    held, path = held_permission(live, standing, permission), sound_path(on)
    scopes = [scope for scope in permission.scope_names if _holds(permission, path, scope, live, standing)]
    there = HeldPermission(
        half,
        permission.ladder,
        rights=tuple(map(HeldRight, scopes)),
        domain_attribute=held.domain_attribute,
    )
    return partial(allows, there)


def _holds(permission: Permission, path: Path, scope: str, live: GateState, standing: Standing) -> bool:
    """Whether the user holds *permission* on an instance, whose ids are sound, at one scope."""
    table, name = standing.table, permission.path
    if path is None or len(path) > len(permission.chain) or table is None:
        return False
    view = table.view(name, scope)
    if view is None or name in live.index.hidden:
        raw = RawQuestion(standing.user, name, standing.domain, path, scope)
        return answer_carefully(live, table, raw, standing.mask, standing)
    return view.decide(name, path, standing.mask)
