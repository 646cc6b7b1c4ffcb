"""Lists, trees, fields and checks of records: worked out once for whoever holds the same, and kept.

Keys are texts of the policy itself (paths, aliases, scopes), so what strangers ask is not remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rolegate.answers.fields import FieldState, fields
from rolegate.answers.instances import AllowedInstances, instances
from rolegate.catalog.labels import words_of
from rolegate.catalog.model import Permission
from rolegate.engine.domain_table import DomainTable
from rolegate.engine.question import Question
from rolegate.engine.views import view_key
from rolegate.gate.instance_paths import On
from rolegate.gate.record_warnings import warn_if_mixed
from rolegate.gate.standing import RecordCheck, Standing
from rolegate.gate.state import GateState
from rolegate.records.compiled_check import compiled_check, of_domain
from rolegate.records.held_by_subject import held_of
from rolegate.records.held_permission import HeldPermission
from rolegate.records.protect_fields import ForeignStates, KnownStates, refuse_no_record
from rolegate.records.user import User
from rolegate.tree.draw_boxes import draw_tree
from rolegate.tree.tree_node import TreeNode

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def held_permission(live: GateState, standing: Standing, permission: Permission) -> HeldPermission:
    """What a user holds of *permission*."""
    warn_if_mixed(live)
    views = standing.table.views if standing.table is not None else {}
    return held_of(permission, standing.mask, views, live.policy.catalog)


def record_check(live: GateState, standing: Standing, wanted: Permission, named: str) -> RecordCheck:
    """The check of records for a permission that was *named* by its path or another text."""
    key = (standing.granted, standing.mask, wanted.path)
    check = live.kept.checks.get(key)
    if check is None:
        check = live.kept.checks.put(key, compiled_check(held_permission(live, standing, wanted)))
    if _is_own(named, live):
        standing.checks[named] = check
    return check


def row_criterion(
    live: GateState, standing: Standing, permission: str, model: type[Any], user: User
) -> ColumnElement[bool]:
    """The criterion on the rows of a mapped class or an alias; what is made for a class is kept."""
    wanted = live.policy.catalog.permission_of(permission)
    if not isinstance(model, type):
        from rolegate.records import where

        return where(held_permission(live, standing, wanted), model, user)
    key = (standing.granted, standing.dom, standing.mask, wanted.path, model)
    make = live.kept.criteria.get(key)
    if make is not None:
        made = make(user)
    else:
        from rolegate.records.criterion_template import template

        made, make = template(held_permission(live, standing, wanted), model, user)
        live.kept.criteria.put(key, make)
    if not user.attributes and _is_own(permission, live):
        standing.criteria[permission, model] = made
    return made


def field_states(live: GateState, standing: Standing, group: str, on: On) -> Mapping[str, FieldState]:
    """The fields of *group*; nobody may change what is given."""
    keeps = on is None and standing.known and type(group) is str and group in live.policy.catalog.nodes
    key = (standing.granted, standing.mask, group)
    found = live.kept.fields.get(key) if keeps else None
    if found is None:
        question = Question(group, user=standing.user, domain=standing.domain, on=on)
        found = KnownStates(fields(group, question, standing.snapshot))
    if keeps:
        standing.fields[group] = live.kept.fields.put(key, found)
    return found


def states_in(
    record: Any, states: Mapping[str, FieldState], live: GateState, user: User
) -> Mapping[str, FieldState]:
    """The *states* of fields in a record: all hidden if it belongs to another domain, or is not there.

    Raises:
        RecordError: for what is no record, and for one that does not say its domain.
    """
    if record is None:
        return dict.fromkeys(states, "hidden")
    kind = type(record)
    if kind is not dict and not hasattr(kind, "_sa_class_manager"):
        refuse_no_record(record)
    name = live.kept.domain_attribute
    if name is None or of_domain(name, record, user):
        return states
    return ForeignStates(dict.fromkeys(states, "hidden"))


def listed_instances(
    live: GateState, standing: Standing, permission: str, scope: str | None
) -> AllowedInstances:
    """The known instances on which *permission* may be used."""
    keeps = standing.known and _is_own(permission, live) and (scope is None or type(scope) is str)
    key = (standing.acts, permission, scope) if keeps else None
    found = live.kept.instances.get(key) if key is not None else None
    if found is None:
        question = Question(permission, user=standing.user, domain=standing.domain, scope=scope)
        found = instances(question, standing.snapshot)
    if key is not None:
        standing.instances[permission, scope] = live.kept.instances.put(key, found)
    return found


def drawn_tree(live: GateState, standing: Standing, locale: str | None) -> TreeNode:
    """The tree of checkboxes in a language."""
    key: Any = None
    if standing.known:
        # What the set does not tell apart, such as `fr` and `fr-CA`, is one language.
        layers = words_of(live.policy.resolved.labels, locale).layers
        key = (standing.acts, tuple(str(layer.locale) for layer in layers))
    found = live.kept.trees.get(key) if key is not None else None
    if found is None:
        first = next(live.policy.catalog.permissions).path
        question = Question(first, user=standing.user, domain=standing.domain)
        found = draw_tree(question, standing.snapshot, locale)
        if key is not None:
            live.kept.trees.put(key, found)
    return found


def held_paths(live: GateState, table: DomainTable | None, mask: int) -> frozenset[str]:
    """Every permission that the bits of *mask* may use at some scope, on some instance."""
    if table is None:
        return frozenset()
    reaches, contested = table.granted.reaches
    held = frozenset().union(*[paths for bits, paths in reaches if bits & mask])
    if contested:
        held -= {path for path in held & contested if not _some(live, table, path, mask)}
    impliers = live.policy.catalog.impliers
    return held.union(
        path for path, found in impliers.items() if any(implier.path in held for implier in found)
    )


def _some(live: GateState, table: DomainTable, path: str, mask: int) -> bool:
    scopes = live.policy.catalog.permission(path).scope_names
    views = (table.views.get(view_key(scope)) for scope in scopes)
    return any(view.some(path, None, mask) for view in views if view is not None)


def _is_own(permission: object, live: GateState) -> bool:
    """Whether a text for a permission is written in the policy: there are only so many of these."""
    known = live.policy.catalog.nodes, live.index.depth
    return type(permission) is str and any(permission in texts for texts in known)
