"""Lists, trees, fields and checks of records: worked out once for whoever holds the same, and kept.

Keys are texts of the policy itself (paths, aliases, scopes), so what strangers ask is not remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rolegate.answers.fields import FieldState, fields, fields_of
from rolegate.answers.instances import AllowedInstances, instances
from rolegate.catalog.labels import words_of
from rolegate.engine.domain_table import DomainTable
from rolegate.engine.question import Question
from rolegate.engine.views import view_key
from rolegate.gate.instance_paths import On
from rolegate.gate.record_checks import held_permission, is_own
from rolegate.gate.record_fields import StatesByRecord, by_record, states_of_record
from rolegate.gate.standing import Standing
from rolegate.gate.state import GateState
from rolegate.records.compiled_check import of_domain
from rolegate.records.protect_fields import ForeignStates, KnownStates, refuse_no_record
from rolegate.records.user import User
from rolegate.tree.draw_boxes import draw_tree
from rolegate.tree.tree_node import TreeNode

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def row_criterion(
    live: GateState, standing: Standing, permission: str, model: type[Any], user: User
) -> ColumnElement[bool]:
    """The criterion on the rows of a mapped class or an alias; what is made for a class is kept."""
    wanted = live.common.catalog.permission_of(permission)
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
    if not user.attributes and is_own(permission, live):
        standing.criteria[permission, model] = made
    return made


def field_states(live: GateState, standing: Standing, group: str, on: On) -> Mapping[str, FieldState]:
    """The fields of *group*; nobody may change what is given."""
    keeps = on is None and standing.known and type(group) is str and group in live.common.catalog.nodes
    key = (standing.granted, standing.mask, group)
    found = live.kept.fields.get(key) if keeps else None
    if found is None:
        question = Question(group, user=standing.user, domain=standing.domain, on=on)
        found = _sorted(fields(group, question, standing.snapshot), group, live)
    if keeps:
        standing.fields[group] = live.kept.fields.put(key, found)
    return found


def _sorted(states: Mapping[str, FieldState], group: str, live: GateState) -> Mapping[str, FieldState]:
    """*states* as they are kept: where records have a say, they know what to ask of one."""
    catalog = live.common.catalog
    found = fields_of(group, catalog)
    return StatesByRecord(states, found, catalog) if by_record(found, catalog) else KnownStates(states)


def states_in(
    record: Any,
    states: Mapping[str, FieldState],
    on: On,
    live: GateState,
    standing: Standing,
    user: User,
) -> Mapping[str, FieldState]:
    """The *states* of fields in a record: all hidden if it belongs to another domain, or is not there.

    Raises:
        UndefinedScopeError: when the catalog does not say what a held scope of a field means for a record.
        RecordError: for what is no record, and for one that does not say its domain, or what a scope asks.
    """
    if record is None:
        return dict.fromkeys(states, "hidden")
    kind = type(record)
    if kind is not dict and not hasattr(kind, "_sa_class_manager"):
        refuse_no_record(record)
    name = live.kept.domain_attribute
    if name is None or of_domain(name, record, user):
        if type(states) is StatesByRecord:
            return states_of_record(states, record, on, live, standing, user)
        return states
    return ForeignStates(dict.fromkeys(states, "hidden"))


def listed_instances(
    live: GateState, standing: Standing, permission: str, scope: str | None
) -> AllowedInstances:
    """The known instances on which *permission* may be used."""
    keeps = standing.known and is_own(permission, live) and (scope is None or type(scope) is str)
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
        layers = words_of(live.common.resolved.labels, locale).layers
        key = (standing.acts, tuple(str(layer.locale) for layer in layers))
    found = live.kept.trees.get(key) if key is not None else None
    if found is None:
        first = next(live.common.catalog.permissions).path
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
    impliers = live.common.catalog.impliers
    return held.union(
        path for path, found in impliers.items() if any(implier.path in held for implier in found)
    )


def _some(live: GateState, table: DomainTable, path: str, mask: int) -> bool:
    scopes = live.common.catalog.permission(path).scope_names
    views = (table.views.get(view_key(scope)) for scope in scopes)
    return any(view.some(path, None, mask) for view in views if view is not None)
