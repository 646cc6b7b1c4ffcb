"""Items: what a store keeps of roles, lines, teams and domains, each as one small document with one owner."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

from rolegate.encoding import encode
from rolegate.store.damaged import damaged, document_of, item_place

ItemKind = Literal["domain", "role", "team", "binding", "restriction"]
ITEM_KINDS: tuple[ItemKind, ...] = ("domain", "role", "team", "binding", "restriction")

Identity = tuple[str, ItemKind, str]
"""What tells an item from all others: its domain, its kind, and its key."""

Owner = Literal["files", "run time"]

ItemRow = tuple[str, str, str, str, str, int, str | None]
"""What is stored of an item: its domain, kind and key, its document, owner, revision and reading."""

Document = Mapping[str, Any]
"""What a file would say of one role, line, team or domain: texts, lists and mappings, as in YAML."""


class LeftOutDocument(dict[str, Any]):
    """A document of which nothing is to be read: its place in its file is left blank.

    `width` is the length of its text there, once that is known.
    """

    width = 0


NO_DOMAIN = ""
"""In the place of a domain: the item is of no single one, as a default role."""


@dataclass(frozen=True, slots=True)
class Item:
    """One document of a store, with what tells it from all others.

    `domain` and `key` are encoded as in compiled lines. `revision` counts the changes of this item, 0 for one
    that no store has yet: whoever writes says which one they saw. `reading` is the text of the document as
    the catalog in force reads it: None as it stands, empty where nothing of it is in force.
    """

    kind: ItemKind
    domain: str
    key: str
    document: Document = field(hash=False)
    owner: Owner = "files"
    revision: int = 0
    reading: str | None = field(default=None, compare=False)

    @property
    def today(self) -> Item | None:
        """The item as it is in force; None where it is not."""
        if self.reading is None:
            return self
        return replace(self, document=self._read(self.reading), reading=None) if self.reading else None

    @classmethod
    def of(cls, row: ItemRow) -> Item:
        """What a row of the table says.

        Raises:
            StoreError: for a row that nobody of us wrote.
        """
        domain, kind, key, text, owner, revision, reading = row
        document = document_of(kind, domain, key, text)
        texts = all(type(text) is str for text in (domain, key, owner, reading or ""))
        if type(revision) is not int or not texts or kind not in ITEM_KINDS:
            raise damaged(item_place(kind, domain, key))
        return cls(kind, domain, key, document, cast(Owner, owner), revision, reading)

    def _read(self, text: str) -> Document:
        return document_of(self.kind, self.domain, self.key, text)

    @property
    def identity(self) -> Identity:
        return (self.domain, self.kind, self.key)

    @property
    def text(self) -> str:
        """The document as canonical JSON: equal documents have one text."""
        return canonical(self.document)

    @property
    def digest(self) -> str:
        """SHA-256 of the text, in hexadecimal digits."""
        return digest_of(self.text)


def canonical(document: Any) -> str:
    """*document* as JSON without blanks, its keys sorted by code point."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(text: str) -> str:
    """SHA-256 of *text* in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def key_of(document: Document, name: str | None) -> str:
    """What tells an item from others of its kind in its domain: its name, or what a line without one says."""
    return digest_of(canonical(document)) if name is None else encode(name)
