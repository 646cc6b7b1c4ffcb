"""What a change of a store has done, and the number that the store has with it."""

from __future__ import annotations

from dataclasses import dataclass

from rolegate.administration.tenant_documents import DocumentChange
from rolegate.store.numbering import CommitNumber
from rolegate.store.write_items import ItemChanges
from rolegate.store.write_rules import NO_CHANGES, RowChanges


@dataclass(frozen=True, slots=True)
class MadeChange:
    """A change that was made: which documents are others, and what was written."""

    documents: tuple[DocumentChange, ...]
    items: ItemChanges
    rules: RowChanges
    _before: int
    _number: CommitNumber | None

    @property
    def revision(self) -> int:
        """The number of the store with the change; where nothing changed, the one it has.

        Raises:
            StoreError: before the transaction of the application is committed, and when it was rolled back.
        """
        return self._before if self._number is None else self._number.known


def nothing_made(before: int, number: CommitNumber | None) -> MadeChange:
    """A change after which all is as *before*; the transaction takes a *number*, if something else is not."""
    return MadeChange((), ItemChanges((), (), ()), NO_CHANGES, before, number)
