"""What applying a policy set would do to a store, worked out and not done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from rolegate.compiled.compile import compile_policy
from rolegate.documents.limits import Limits
from rolegate.policy.policy import Policy
from rolegate.review.access_diff import AccessDiff
from rolegate.review.gains import gains_of, without_times
from rolegate.review.gate_verdict import judge_change
from rolegate.review.owned_names import owned_name
from rolegate.review.permission_meanings import PermissionMeanings
from rolegate.store import plan_refusals
from rolegate.store.awaited import computed, in_a_thread
from rolegate.store.in_force import InForce
from rolegate.store.item import Identity, Item
from rolegate.store.item_words import item_words, place_words
from rolegate.store.plan import PlanRefusal, StorePlan
from rolegate.store.store_state import NextState, StoreState
from rolegate.store.stored_set import FORMER, StoredSet
from rolegate.store.stored_states import StoredState
from rolegate.store.tables import StoreTables
from rolegate.store.write_items import ItemChanges
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
    before = state.in_force() if state.stored.texts else None
    known = {} if before is None else before.asleep
    asleep = tuple(found for about, found in after.read.asleep.items() if about not in known)
    waking = tuple(found for about, found in known.items() if about not in after.read.asleep)
    theirs = {item.identity: item for item in state.theirs}
    named = {one.identity for one in (*after.read.states, *waking)}
    catalog = after.read.resolved.catalog
    refusals = [*given.refusals, *plan_refusals.owned_by_both(after.both)]
    if state.head.catalog not in ("", catalog.name):
        refusals.append(plan_refusals.other_catalog(catalog.name, state.head.catalog, state.name))
    if not given.older:
        refusals += plan_refusals.undeclared(asleep, theirs, catalog)
    plan = StorePlan(
        store=state.name,
        revision=state.head.revision,
        files_revision=state.head.files_revision,
        catalog=catalog.name,
        source=given.source,
        wanted=given.wanted,
        items=_changes(state.files, after.items),
        texts=tuple(_changed_texts(state.stored.texts, after.texts)),
        asleep=asleep,
        waking=waking,
        moved=tuple(_moved(before, after.read)),
        drift=drift,
        refusals=tuple(refusals),
        conflicts=frozenset(_conflicts((*asleep, *after.read.states), theirs)),
        older=given.older,
        theirs={identity: item for identity, item in theirs.items() if identity in named},
    )
    return plan if before is None else _with_access(plan, before, after.read)


@in_a_thread
def _with_access(plan: StorePlan, before: InForce, after: InForce) -> StorePlan:
    """*plan* with the access that changes, and what is refused of that."""
    old, new = Policy(resolved=before.resolved), Policy(resolved=after.resolved)
    verdict = judge_change(old, new)
    refusals = (
        *plan.refusals,
        *plan_refusals.unapproved(verdict, old),
        *plan_refusals.unmanaged(verdict.diff, old, new),
    )
    gains = frozenset(gain_lines(verdict.diff, old, new))
    return replace(plan, verdict=verdict, refusals=refusals, gains=gains)


def plan_set(
    connection: Connection, tables: StoreTables, given: GivenSet, *, name: str, limits: Limits
) -> StorePlan:
    """The plan for the set *given*; the store is read in the transaction of *connection*."""
    state = StoreState.read(connection, tables, name, limits)
    return plan_of(state, state.with_files(given.wanted), given, _drift(connection, tables, state))


def _drift(connection: Connection, tables: StoreTables, state: StoreState) -> int:
    """How many rules are missing, or given by no document."""
    rows = frozenset(read_rows_of(connection, tables))
    if not state.stored.texts:
        return len(rows)
    return len(
        rows ^ frozenset(rows_of(computed(compile_policy, state.in_force().resolved, datetime.now(UTC))))
    )


def _changes(before: Iterable[Item], after: Iterable[Item]) -> ItemChanges:
    was = {item.identity: item for item in before}
    now = {item.identity: item for item in after}
    added = [item for identity, item in now.items() if identity not in was]
    changed = [item for identity, item in now.items() if identity in was and item.text != was[identity].text]
    return ItemChanges(added, changed, [item for identity, item in was.items() if identity not in now])


def _changed_texts(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """The files that are kept as they are written and are others now."""
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name) and not name.startswith(FORMER):
            yield name


def _moved(before: InForce | None, after: InForce) -> Iterator[StoredState]:
    """What is read in other words than before, and gives something."""
    known = {} if before is None else {state.about: state.grant.now for state in before.states}
    for state in after.states:
        if not state.is_asleep and known.get(state.about) != state.grant.now:
            yield state


def _conflicts(states: Iterable[StoredState], theirs: Mapping[Identity, Item]) -> Iterator[str]:
    """What versions of default roles add or take away that cannot be so any more."""
    for state in states:
        item = theirs.get(state.identity)
        if item is not None and "replaces" in item.document and state.grant.because:
            what = "" if state.key is None else f" {state.key} `{state.grant.text}`"
            yield f"{item_words(item)}{place_words(item)}{what}: {state.grant.because}"


def gain_lines(diff: AccessDiff, old: Policy, new: Policy) -> Iterator[str]:
    """Who gains what, each in one line, whenever it begins."""
    for line, gain in gains_of(diff.subjects, PermissionMeanings(old.catalog, new.catalog)):
        whose = gain.whose
        where = "" if whose.domain is None else f" in {whose.domain}"
        who = f"{whose.kind} {owned_name(whose.kind, whose.name, whose.owner, line.domains)}".rstrip()
        for text in gain.texts:
            yield f"{who}{where} gains {without_times(text)[0]}"
    for known in diff.conditions:
        if known.gains:
            scope = "" if known.scope is None else f"@{known.scope}"
            yield f"more records of {known.permission}{scope}: {known.after}"
