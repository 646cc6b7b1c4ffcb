"""The documents of run time as they are read, with less in them until nothing is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Diagnostic
from rolegate.encoding import encode
from rolegate.grants.set_aside import SetAside
from rolegate.review.stored_grants import REASONS, StoredGrant
from rolegate.store.item import Document, Identity, Item, LeftOutDocument
from rolegate.store.placed_documents import ItemPlace, PlacedFiles
from rolegate.store.stored_set import StoredSet
from rolegate.store.stored_states import GIVES, TAKES, StoredReader, StoredState, needing, taken_whole

_HOLDS = ("grants", "except", "extends", "clone_of")
_SAYS = frozenset({"role", "grants", "restrict", "restrictions"})
_LISTED = (GIVES, *TAKES, "extends", "restrictions", "addons")
"""Lists of which one entry may be asleep; so may one key of `instances`."""
_TAKES_NOTHING = frozenset({"RG308", "RG309"})
_NEEDED = "RG314"
_FOLLOW_UPS = frozenset({"RG107"})
"""Findings that say no more than that there are others."""


@dataclass(slots=True)
class StoredReading:
    """A stored set, with what run time owns as it is read today, and the states of what is read otherwise."""

    texts: dict[str, str]
    items: dict[Identity, Item]
    catalog: Catalog
    states: dict[object, StoredState] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: StoredSet, reader: StoredReader) -> StoredReading:
        """*stored* as *reader* reads each entry by itself."""
        made = cls(dict(stored.texts), {item.identity: item for item in stored.items}, reader.catalog)
        for item in stored.items:
            if item.owner != "files" and not isinstance(item.document, LeftOutDocument):
                document, states = reader.read(item)
                made._put(item, document)
                made.states |= {state.about: state for state in states}
        return made

    @property
    def documents(self) -> StoredSet:
        return StoredSet.of(self.texts, self.items.values())

    def without(self, errors: Collection[Diagnostic], placed: PlacedFiles) -> bool:
        """Let sleep what *errors* are about, if each is about something of run time; say whether it is so."""
        found: dict[ItemPlace, Diagnostic] = {}
        for error in errors:
            at = next((at for at in placed.blamed(error) if self._is_theirs(at)), None)
            if at is not None:
                found.setdefault(at, error)
            elif error.code not in _FOLLOW_UPS:
                return False
        for at in sorted(found, key=_place, reverse=True):  # the numbers of the entries before stay
            self._let_sleep(at, found[at])
        return bool(found)

    def without_roles(self, aside: Iterable[SetAside]) -> bool:
        """Let sleep the roles of run time that are set aside; say whether there is nothing else *aside*."""
        for part in aside:
            if not part.is_fault:
                continue
            identity: Identity = (encode(part.domain), "role", encode(part.role or ""))
            item = self.items.get(identity)
            if part.role is None or item is None or item.owner == "files":
                return False
            self._sleep(item, None, part.role, part.why)
            self._put(item, _bare(item.document))
        return True

    def _is_theirs(self, at: ItemPlace) -> bool:
        item = self.items.get(at.identity)
        return item is not None and item.owner != "files"

    def _let_sleep(self, at: ItemPlace, error: Diagnostic) -> None:
        item = self.items.get(at.identity)
        if item is None:
            return
        entries = item.document.get(at.key or "")
        if at.key == "instances" and isinstance(entries, dict) and at.entry in entries:
            self._sleep(item, at.key, str(at.entry), error)
            self._put_entries(item, at.key, {key: ids for key, ids in entries.items() if key != at.entry})
        elif at.key in _LISTED and isinstance(at.entry, int) and isinstance(entries, list):
            self._let_entry_sleep(item, at.key, at.entry, error)
        else:
            self._let_item_sleep(item, error)

    def _let_entry_sleep(self, item: Item, key: str, number: int, error: Diagnostic) -> None:
        """One entry of a list: what takes away takes everything of what it names, or its role sleeps."""
        entries = list(item.document[key])
        text = str(entries[number])
        instead = self._instead(key, text, error)
        if not set(instead) - set(entries) and key == "except" and error.code not in _TAKES_NOTHING:
            self._let_item_sleep(item, error)
            return
        self._sleep(item, key, text, error, instead)
        entries[number : number + 1] = instead
        self._put_entries(item, key, list(dict.fromkeys(entries)))

    def _instead(self, key: str, text: str, error: Diagnostic) -> tuple[str, ...]:
        """What is taken away in the place of *text*: never less of what there is."""
        if key not in TAKES:
            return ()
        if error.code == _NEEDED:
            return (text, *needing(text, self.catalog))
        whole = taken_whole(text, self.catalog)
        return () if whole is None else (whole,)

    def _let_item_sleep(self, item: Item, error: Diagnostic) -> None:
        """A role keeps its name, since lines may say it; what is wrong with that as well is not there."""
        self._sleep(item, None, str(item.document.get(item.kind, item.key)), error)
        bare = _bare(item.document)
        if item.kind == "role" and item.document != bare:
            self._put(item, bare)
        else:
            del self.items[item.identity]

    def _put_entries(self, item: Item, key: str, entries: Any) -> None:
        document = {**item.document, key: entries}
        if not entries:
            del document[key]
        self._put(item, document)

    def _put(self, item: Item, document: Document) -> None:
        """*document* in the place of that of *item*; a line that says nothing any more is none."""
        if item.kind in ("binding", "restriction") and _SAYS.isdisjoint(document):
            self.items.pop(item.identity, None)
        else:
            self.items[item.identity] = replace(item, document=document)

    def _sleep(
        self, item: Item, key: str | None, text: str, error: Diagnostic, instead: tuple[str, ...] = ()
    ) -> None:
        """Note that the entry *text* gives nothing, or takes *instead*, because of *error*."""
        said = next(
            (
                state.grant.text
                for state in self.states.values()
                if (state.identity, state.key) == (item.identity, key) and text in state.grant.now
            ),
            text,
        )
        words = (gone.fate for noun in self.catalog.former.removed.values() for gone in noun.values())
        fate = next((fate for fate in words if fate == error.help), None)
        reason = "removed" if fate is not None else REASONS.get(error.code, "nothing")
        grant = StoredGrant(said, "dormant", (), reason, fate or error.message)
        if instead:
            grant = StoredGrant(said, "moved", instead, None, error.message)
        state = StoredState(item.identity, key, grant)
        self.states[state.about] = state


def _bare(document: Document) -> dict[str, Any]:
    """A role that holds nothing."""
    return {key: value for key, value in document.items() if key not in _HOLDS}


def _place(at: ItemPlace) -> tuple[object, ...]:
    return (at.identity, at.key or "", at.entry if isinstance(at.entry, int) else -1, str(at.entry))
