"""What applying a policy set would do to a store, worked out and not done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from rolegate.compiled.compile import compile_policy
from rolegate.documents.file_kinds import INVARIANTS
from rolegate.documents.limits import Limits
from rolegate.errors import InvalidPolicyError
from rolegate.store import plan_refusals
from rolegate.store.alike_users import AlikeUsers
from rolegate.store.awaited import computed
from rolegate.store.item import Item
from rolegate.store.joined_parts import JoinedParts, in_order
from rolegate.store.plan import PlanRefusal, StorePlan
from rolegate.store.planned_parts import AT_ONCE, PartsOfStore, Progress, plan_parts
from rolegate.store.row_drift import drift_of
from rolegate.store.store_head import StoreHead, read_head
from rolegate.store.store_state import NextState, StoreState
from rolegate.store.stored_set import StoredSet, changed_texts
from rolegate.store.tables import StoreTables
from rolegate.store.write_items import ItemChanges, read_items, read_texts
from rolegate.store.write_rules import read_rows_of, rows_of


@dataclass(frozen=True, slots=True)
class GivenSet:
    """A set that is to be applied: where it comes from, and what is refused of that.

    If it is `older` on purpose, what run time has named since may be unknown to it.
    """

    wanted: StoredSet
    source: str | None = None
    refusals: tuple[PlanRefusal, ...] = ()
    older: bool = False


def plan_of(state: StoreState, after: NextState, given: GivenSet, drift: int = 0) -> StorePlan:
    """The plan by which a store in *state* comes to hold what *after* has, which is what *given* says."""
    joined = JoinedParts()
    joined.add(state.in_force() if state.stored.texts else None, after, state.theirs, AlikeUsers())
    changes = item_changes(state.files, after.items)
    texts = tuple(changed_texts(state.stored.texts, after.texts))
    return joined_plan(joined, (state.name, state.head), given, (changes, texts, drift))


def joined_plan(
    joined: JoinedParts,
    store: tuple[str, StoreHead],
    given: GivenSet,
    changes: tuple[ItemChanges, tuple[str, ...], int],
) -> StorePlan:
    """The plan of which *joined* has all parts, for a store that messages call so, with what else changes."""
    name, head = store
    items, texts, drift = changes
    joined.finish()
    catalog = joined.policy.catalog.name
    held = sorted(joined.held.values(), key=lambda name: name.item.identity)
    refusals = [*given.refusals, *plan_refusals.held_by_run_time(held)]
    if head.catalog not in ("", catalog):
        refusals.append(plan_refusals.other_catalog(catalog, head.catalog, name))
    return StorePlan(
        store=name,
        revision=head.revision,
        files_revision=head.files_revision,
        catalog=catalog,
        source=given.source,
        wanted=given.wanted,
        items=items,
        texts=texts,
        asleep=in_order(joined.asleep),
        waking=in_order(joined.waking),
        moved=in_order(joined.moved),
        drift=drift,
        verdict=joined.verdict,
        refusals=(*refusals, *joined.refusals(older=given.older)),
        gains=joined.gains,
        conflicts=frozenset(joined.conflicts),
        older=given.older,
        theirs=joined.theirs,
    )


def plan_set(
    connection: Connection,
    tables: StoreTables,
    given: GivenSet,
    store: tuple[str, Limits],
    progress: Progress | None = None,
) -> StorePlan:
    """The plan for the set *given*, for a store with a name and limits; *progress* hears how far it is.

    The store is read in the transaction of *connection*.
    """
    found = plan_in_parts(connection, tables, given, store, progress)
    return plan_of_whole(connection, tables, given, store) if found is None else found


def plan_of_whole(
    connection: Connection, tables: StoreTables, given: GivenSet, store: tuple[str, Limits]
) -> StorePlan:
    """The same plan, with the whole set in memory."""
    state = StoreState.read(connection, tables, *store)
    return plan_of(state, state.with_files(given.wanted), given, _drift(connection, tables, state))


def plan_in_parts(
    connection: Connection,
    tables: StoreTables,
    given: GivenSet,
    store: tuple[str, Limits],
    progress: Progress | None,
) -> StorePlan | None:
    """The same a few domains at a time; None for what is small, or only the whole set can tell."""
    texts = read_texts(connection, tables, formers=True)
    number = connection.scalar(select(func.count()).select_from(tables.items)) or 0
    if number <= AT_ONCE or not texts or any(INVARIANTS.place in one for one in (texts, given.wanted.texts)):
        return None
    name, limits = store
    head = read_head(connection, tables, name)
    parts = PartsOfStore.of(connection, tables, (name, limits, head), texts, given.wanted)
    if not parts.declares_domains:
        return None
    files = read_items(connection, tables, owner="files")
    try:
        joined = plan_parts(parts, files, progress)
        drift = drift_of(parts)
    except InvalidPolicyError:  # the whole set says what is wrong, and where
        return None
    if joined is None:
        return None
    items = [item for item in given.wanted.items if item.identity not in joined.taken]
    changes = item_changes(files, items), tuple(changed_texts(texts, given.wanted.texts)), drift
    return joined_plan(joined, (name, head), given, changes)


def _drift(connection: Connection, tables: StoreTables, state: StoreState) -> int:
    """How many rules are missing, or given by no document."""
    rows = frozenset(read_rows_of(connection, tables))
    if not state.stored.texts:
        return len(rows)
    return len(
        rows ^ frozenset(rows_of(computed(compile_policy, state.in_force().resolved, datetime.now(UTC))))
    )


def item_changes(before: Iterable[Item], after: Iterable[Item]) -> ItemChanges:
    """Which items are new, others, or gone."""
    was = {item.identity: item for item in before}
    now = {item.identity: item for item in after}
    added = [item for identity, item in now.items() if identity not in was]
    changed = [item for identity, item in now.items() if identity in was and item.text != was[identity].text]
    return ItemChanges(added, changed, [item for identity, item in was.items() if identity not in now])
