"""A policy set of files becomes that of a store: everything at once, and nothing that run time owns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, update

from rolegate.compiled.lines import VERSION
from rolegate.diagnostics import Diagnostic, one_line
from rolegate.documents.capture import Files
from rolegate.documents.limits import Limits
from rolegate.encoding import encode
from rolegate.errors import ConflictError
from rolegate.grants.resolve import Resolved
from rolegate.store.apply_history import entries_of_apply
from rolegate.store.domain_rows import lock_every_domain
from rolegate.store.held_names import held_names
from rolegate.store.history import append_entries
from rolegate.store.in_force import InForce, in_force, sound_files, with_former
from rolegate.store.item import NO_DOMAIN, Item
from rolegate.store.items_of_files import items_of_files
from rolegate.store.numbering import CommitNumber, mark_changed
from rolegate.store.set_rules import SetRules, undeclared
from rolegate.store.store_head import THE_STORE, StoreHead, StoreWriter, read_head, refuse_other_tables
from rolegate.store.store_state import StoreState
from rolegate.store.stored_set import StoredSet, changed_texts
from rolegate.store.tables import StoreTables
from rolegate.store.unplanned import Unplanned
from rolegate.store.write_items import (
    ItemChanges,
    read_items,
    read_texts,
    write_items,
    write_readings,
    write_texts,
)
from rolegate.store.write_rules import NO_CHANGES, RowChanges


@dataclass(frozen=True, slots=True)
class CheckedSet:
    """Files without errors, what a store keeps of them, and what they say."""

    stored: StoredSet
    resolved: Resolved
    warnings: tuple[Diagnostic, ...]
    today: tuple[Item, ...] | None = None
    """The items as they are in force, where that is another question than what they are."""

    @property
    def domains(self) -> set[str]:
        """The domains, encoded, that have a row in a store with this set: with what they were called."""
        former = map(encode, self.resolved.domains.former)
        return {item.domain for item in self.stored.items} | {*former} | undeclared(self.resolved)

    @property
    def digest(self) -> str:
        """What a store says of it that holds it."""
        return self.stored.of_owner("files").digest

    @classmethod
    def of(cls, files: Files) -> CheckedSet:
        """The set in *files*.

        Raises:
            InvalidPolicyError: when anything in it has errors, a part that would be set aside included.
        """
        resolved, warnings = sound_files(files)
        return cls(items_of_files(files), resolved, warnings)

    @classmethod
    def of_stored(cls, stored: StoredSet, folder: Path, limits: Limits) -> CheckedSet:
        """The set that a store kept, which messages say is in *folder*.

        Raises:
            InvalidPolicyError: when it has errors that this library finds.
        """
        read = in_force(stored, folder, limits)
        return cls(stored, read.resolved, read.warnings, read.stored.items)


@dataclass(frozen=True, slots=True)
class StoredChange:
    """What was written into a store; nothing, if it is not `changed`."""

    texts: int
    items: ItemChanges
    rules: RowChanges
    warnings: tuple[Diagnostic, ...]
    _before: int
    _number: CommitNumber | None

    @property
    def changed(self) -> bool:
        return self._number is not None

    @property
    def revision(self) -> int:
        """The number of the store with the change; where nothing changed, the one it has.

        Raises:
            StoreError: before the transaction of the application is committed, and when it was rolled back.
        """
        return self._before if self._number is None else self._number.known


def apply_files(
    connection: Connection,
    tables: StoreTables,
    given: CheckedSet,
    writer: StoreWriter,
    source: str | None,
    unplanned: Unplanned | None = None,
) -> StoredChange:
    """Write *given*, which comes from *source*, into a store; what is *unplanned* is judged here.

    Raises:
        InvalidPolicyError: when what run time owns has errors beside what the files say.
        PlanRefusedError: when nobody has planned it, and it is no set for this store.
        ConflictError: when run time owns what the files say as well.
        StoreError: for a store of a newer library.
    """
    refuse_other_tables(read_head(connection, tables, writer.name), writer.name)
    lock_every_domain(connection, tables, given.domains)
    head = read_head(connection, tables, writer.name)
    stored = read_items(connection, tables)
    theirs = [item for item in stored if item.owner != "files"]
    wanted = _not_owned(given, stored)
    now, wanted_texts, read = InForce(given.stored, given.resolved), given.stored.texts, set()
    before = read_texts(connection, tables, formers=True)
    if unplanned is not None:
        unplanned.refuse_other_set(head, given.resolved.catalog.name, writer.name)
    if theirs:
        known = with_former(given.stored.texts, before, head.revision)
        now = in_force(StoredSet.of(known, [*wanted, *theirs]), Path(writer.name), writer.limits)
        wanted_texts = {**wanted_texts, **now.formers}
        read = write_readings(connection, tables, theirs, now.stored.items)
    if unplanned is not None and before and head.digest != given.digest:
        state = StoreState(writer.name, head, StoredSet.of(before, stored), writer.limits)
        unplanned.refuse_losses(state, now)
    texts = write_texts(connection, tables, wanted_texts)
    items = write_items(connection, tables, [item for item in stored if item.owner == "files"], wanted)
    if given.today is not None:
        read |= write_readings(connection, tables, wanted, given.today)
    wanted_rules = SetRules.of(now.resolved, writer.at)
    rules = wanted_rules.write(connection, tables)
    applied = _applied(given, now.resolved.catalog.name, source, wanted_rules.holds_until)
    touched = read | items.domains | rules.domains | ({NO_DOMAIN} if texts else set())
    if touched:  # the revision of this change is the next one, whoever else takes numbers until then
        applied["files_revision"] = tables.stores.c.revision + 1
    number = finish_change(connection, tables, head, touched, applied)
    files = [*changed_texts(before, given.stored.texts)]
    entries = entries_of_apply(writer.by, applied["source"], files, items, stored)
    append_entries(connection, tables, entries)
    return StoredChange(texts, items, rules, given.warnings, head.revision, number)


def _applied(given: CheckedSet, catalog: str, source: str | None, moment: datetime | None) -> dict[str, Any]:
    """What the row of a store says of the last apply."""
    return {
        "source": None if source is None else one_line(source),
        "digest": given.digest,
        "catalog": catalog,
        "compiler": VERSION,
        "next_moment": moment,
    }


def refresh_rules(connection: Connection, tables: StoreTables, writer: StoreWriter) -> StoredChange:
    """Make the rules those of the moment, where a line has begun or ended to hold since they were written.

    Raises:
        StoreError: for a store of a newer library.
    """
    head, items = read_head(connection, tables, writer.name), ItemChanges((), (), ())
    if not head.is_due(writer.at):
        return StoredChange(0, items, NO_CHANGES, (), head.revision, None)
    refuse_other_tables(head, writer.name)
    lock_every_domain(connection, tables, ())
    head = read_head(connection, tables, writer.name)
    wanted = SetRules.stored(connection, tables, writer)
    rules = wanted.write(connection, tables)
    values = {"compiler": VERSION, "next_moment": wanted.holds_until}
    number = finish_change(connection, tables, head, rules.domains, values)
    return StoredChange(0, items, rules, wanted.warnings, head.revision, number)


def _not_owned(given: CheckedSet, stored: Iterable[Item]) -> list[Item]:
    """The items of *given* that run time does not own; a line that both have stays with run time."""
    for held in held_names(given.stored.items, stored, given.resolved.catalog.former):
        raise ConflictError(f"{held.what}: {held.help}", "RG904")
    taken = {item.identity for item in stored if item.owner != "files"}
    return [item for item in given.stored.items if item.identity not in taken]


def finish_change(
    connection: Connection,
    tables: StoreTables,
    head: StoreHead,
    touched: set[str],
    values: dict[str, Any],
) -> CommitNumber | None:
    """Write *values* into the row of the store; with a number, where a domain is *touched*."""
    if touched:
        return mark_changed(connection, tables, touched, values)
    others = {key: value for key, value in values.items() if getattr(head, key) != value}
    if others:
        connection.execute(update(tables.stores).where(tables.stores.c.id == THE_STORE).values(others))
    return None
