"""A plan is applied if it still says what people read: what is gained or refused since is not."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from rolegate.errors import ConflictError, PlanRefusedError
from rolegate.store.apply_files import CheckedSet, StoredChange, apply_files
from rolegate.store.awaited import computed
from rolegate.store.domain_rows import lock_every_domain
from rolegate.store.files_of_items import files_of_items
from rolegate.store.plan import AcceptedPlan
from rolegate.store.plan_changes import GivenSet, plan_set
from rolegate.store.store_head import StoreWriter, read_head, refuse_other_tables
from rolegate.store.tables import StoreTables


def apply_plan(
    connection: Connection, tables: StoreTables, accepted: AcceptedPlan, writer: StoreWriter
) -> StoredChange:
    """Write what *accepted* says into a store, all of it or nothing.

    What run time changed meanwhile is no matter, unless more is gained by the plan, in conflict, or refused.

    Raises:
        InvalidPolicyError: when the set in the plan has errors that this library finds.
        PlanRefusedError: when the plan is refused, or something is new.
        ConflictError: when files were applied meanwhile.
        StoreError: for a store of a newer library.
    """
    if accepted.refusals:
        reasons = tuple(f"{refusal.what}: {refusal.help}" for refusal in accepted.refusals)
        raise PlanRefusedError("the plan is refused", reasons, accepted.refusals[0].code)
    checked = computed(CheckedSet.of, files_of_items(accepted.wanted, Path(writer.name), writer.limits))
    refuse_other_tables(read_head(connection, tables, writer.name), writer.name)
    lock_every_domain(connection, tables, checked.domains)
    head = read_head(connection, tables, writer.name)
    if head.files_revision != accepted.files_revision:
        if head.digest == checked.stored.of_owner("files").digest:
            raise ConflictError(
                f"what this plan says was applied to {writer.name} already, as revision "
                f"{head.files_revision}: nothing is left to do",
                "RG978",
            )
        raise ConflictError(
            f"files were applied to {writer.name} since the plan was made (revision {head.files_revision}): "
            "make a new plan",
            "RG978",
        )
    if head.revision != accepted.revision:
        given = GivenSet(accepted.wanted, accepted.source, (), accepted.older)
        again = plan_set(connection, tables, given, (writer.name, writer.limits))
        new = tuple(again.beyond(accepted))
        if new:
            raise PlanRefusedError("more happens by now than the plan says", new, "RG979")
    return apply_files(connection, tables, checked, writer, accepted.source)
