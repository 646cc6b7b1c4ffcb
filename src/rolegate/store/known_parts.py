"""What this process has read of a store before: it is taken again for what says exactly the same.

INVARIANT: nothing is known by when it was read. Whoever looks here has read what is stored, in their own
transaction, and spares only the work of reading it out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from rolegate.administration.grounded_set import FilesOf, GroundedSet
from rolegate.administration.tenant_documents import Document, DocumentKind, DocumentName
from rolegate.store.item import Item, ItemKind, ItemRow, Owner
from rolegate.store.known_policies import KnownPolicies
from rolegate.store.write_items import Digests

Ground = tuple[Digests, tuple[str, ...], bool]
"""What all parts of a store rest on: equal for the same texts of files and the same default roles.

Last, whether a file says that the set has domains: some parts know it where no domain is among their items.
"""

_MOST = 50_000
"""So many items are kept at most, of the domains that were read last."""


class KnownItem(NamedTuple):
    """An item as it is stored, and what it is today, with its text; None where nothing of it is in force."""

    item: Item
    text: str
    today: tuple[DocumentName, Document] | None

    @classmethod
    def of(cls, row: ItemRow) -> KnownItem:
        """What a row of the table says."""
        domain, kind, key, document, owner, revision, reading = row
        item = Item(
            cast(ItemKind, kind), domain, key, json.loads(document), cast(Owner, owner), revision, reading
        )
        today = item.today
        text = document if reading is None else reading
        if today is None:
            return cls(item, text, None)
        name = DocumentName.of(document_kind(item.kind), today.document)
        return cls(item, text, (name, today.document))


@dataclass(slots=True)
class KnownParts:
    """Items by their rows, texts by their digests, and what was read on the ground that is in force.

    Other threads look at it as well, so what is there is replaced and never changed.
    """

    _items: dict[frozenset[str] | None, Mapping[ItemRow, KnownItem]] = field(default_factory=dict)
    _texts: tuple[Digests, Mapping[str, str]] | None = None
    _grounded: tuple[Ground, GroundedSet] | None = None
    policies: KnownPolicies = field(default_factory=KnownPolicies)

    def items(self, domains: frozenset[str] | None, rows: Iterable[ItemRow]) -> list[KnownItem]:
        """The items of *domains*, or of all, whose *rows* were read; sorted by what they are."""
        known = self._items.get(domains, {})
        found = {row: known.get(row) or KnownItem.of(row) for row in sorted(rows)}
        kept = [(some, items) for some, items in self._items.items() if some != domains] + [(domains, found)]
        number = sum(len(items) for _, items in kept)
        while number > _MOST and kept:
            number -= len(kept.pop(0)[1])
        self._items = dict(kept)
        return list(found.values())

    def texts(self, digests: Digests, read: Callable[[], Mapping[str, str]]) -> Mapping[str, str]:
        """The texts of files with these *digests*."""
        if self._texts is None or self._texts[0] != digests:
            self._texts = digests, read()
        return self._texts[1]

    def grounded(self, ground: Ground, files_of: FilesOf) -> GroundedSet:
        """What reads documents on a *ground*."""
        if self._grounded is None or self._grounded[0] != ground:
            self._grounded = ground, GroundedSet(files_of)  # no other is in force any more
        return self._grounded[1]


def document_kind(kind: ItemKind) -> DocumentKind:
    """What a document of an item is called where people change it."""
    return "line" if kind in ("binding", "restriction") else kind  # type: ignore[return-value]
