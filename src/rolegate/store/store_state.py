"""What a store holds at one moment, and what it would hold with other files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from rolegate.documents.limits import Limits
from rolegate.store.alike_users import AlikeUsers
from rolegate.store.held_names import HeldName, held_names
from rolegate.store.in_force import ROUNDS, InForce, in_force, with_former
from rolegate.store.item import Item
from rolegate.store.store_head import StoreHead, read_head
from rolegate.store.stored_set import StoredSet
from rolegate.store.tables import StoreTables
from rolegate.store.write_items import read_items, read_texts


@dataclass(frozen=True, slots=True)
class StoreState:
    """What a store holds at one moment: its row, and all texts and items, or those of some domains.

    Errors are looked into in so many `rounds` at most.
    """

    name: str
    head: StoreHead
    stored: StoredSet
    limits: Limits
    rounds: int = ROUNDS

    @classmethod
    def read(cls, connection: Connection, tables: StoreTables, name: str, limits: Limits) -> StoreState:
        """What the store that messages call *name* holds."""
        head = read_head(connection, tables, name)
        stored = StoredSet.of(read_texts(connection, tables, formers=True), read_items(connection, tables))
        return cls(name, head, stored, limits)

    @property
    def files(self) -> tuple[Item, ...]:
        """The items that files own."""
        return tuple(item for item in self.stored.items if item.owner == "files")

    @property
    def theirs(self) -> tuple[Item, ...]:
        """The items that run time owns."""
        return tuple(item for item in self.stored.items if item.owner != "files")

    def in_force(self) -> InForce:
        """What of it is in force."""
        return self._in_force(self.stored)

    def without(self, alike: AlikeUsers) -> StoreState:
        """The same, in which users for whom somebody else stands have nothing.

        Then no error is looked into: it might be of one of them.
        """
        items = tuple(alike.without(self.stored.items))
        return replace(self, stored=StoredSet(self.stored.texts, items), rounds=1)

    def _in_force(self, stored: StoredSet) -> InForce:
        return in_force(stored, Path(self.name), self.limits, self.rounds)

    def with_files(self, wanted: StoredSet) -> NextState:
        """What would be in it with the files *wanted*."""
        theirs = self.theirs
        taken = {item.identity for item in theirs}
        items = tuple(item for item in wanted.items if item.identity not in taken)
        known = with_former(wanted.texts, self.stored.texts, self.head.revision)
        read = self._in_force(StoredSet.of(known, [*items, *theirs]))
        held = tuple(held_names(wanted.items, self.stored.items, read.resolved.catalog.former))
        return NextState({**wanted.texts, **read.formers}, items, held, read)


@dataclass(frozen=True, slots=True)
class NextState:
    """What a store is to hold: texts and items of files, and what is in force of them and of run time's.

    `held` are the names of the files that run time has as well: what is of run time stays.
    """

    texts: Mapping[str, str]
    items: tuple[Item, ...]
    held: tuple[HeldName, ...]
    read: InForce
