"""The chain of a history: one for each domain, in which each entry holds the digest of the one before.

`link = H(version, previous link, domain, number, revision, time, H(salt, content))`, with the parts as a list
of JSON, so that no two lists have one text. The salt and the content of an entry can be forgotten: the chain
is about their digest, and the salt keeps that from being guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from rolegate.store.item import canonical, digest_of

VERSION = 1
"""How links are made: a part of each of them."""

DELETED = "deleted"
"""What the content of an entry says under `history`, after which the entries before it are no more."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What somebody changed in a domain. `salt` and `content` are None once they are forgotten."""

    domain: str
    number: int
    revision: int
    at: datetime
    salt: str | None
    content: str | None
    digest: str
    link: str


@dataclass(frozen=True, slots=True, order=True)
class HistoryHead:
    """The last link of a domain, and which entry has it. Kept elsewhere, it shows when the end is cut off."""

    domain: str
    number: int
    link: str


@dataclass(frozen=True, slots=True)
class BrokenEntry:
    """An entry that is not what was written, or is missing, and how that shows."""

    domain: str
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class HistoryCheck:
    """What was found in a history: how many entries, how many of them forgotten, and those that are broken.

    `deleted` are the domains whose history was deleted, up to an entry that says so.
    """

    entries: int
    forgotten: int
    deleted: tuple[str, ...]
    heads: tuple[HistoryHead, ...]
    broken: tuple[BrokenEntry, ...]

    @property
    def ok(self) -> bool:
        return not self.broken


def content_digest(salt: str, content: str) -> str:
    """The digest that an entry keeps when its *salt* and *content* are forgotten."""
    return digest_of(canonical([salt, content]))


def link_after(previous: str, domain: str, number: int, revision: int, at: datetime, digest: str) -> str:
    """The link of an entry after the one with the link *previous*, which is empty for the first."""
    return digest_of(canonical([VERSION, previous, domain, number, revision, time_text(at), digest]))


def time_text(at: datetime) -> str:
    """*at* in UTC with all six digits: one text for one moment. SQLite gives moments without a zone."""
    known = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return known.isoformat(timespec="microseconds")


def new_entry(head: HistoryHead, revision: int, at: datetime, salt: str, content: str) -> HistoryEntry:
    """The entry that comes after *head*."""
    digest, number = content_digest(salt, content), head.number + 1
    link = link_after(head.link, head.domain, number, revision, at, digest)
    return HistoryEntry(head.domain, number, revision, at, salt, content, digest, link)


class HistoryAudit:
    """Follows the chains of some domains, entry by entry, each domain from its first number to its last."""

    def __init__(self, kept: Iterable[HistoryHead] = ()) -> None:
        """*kept* are heads of earlier, from a place that whoever changes the history cannot change."""
        self._kept: dict[tuple[str, int], list[HistoryHead]] = {}
        for head in kept:
            self._kept.setdefault((head.domain, head.number), []).append(head)
        self._last: dict[str, HistoryHead] = {}
        self._deleted: dict[str, int] = {}
        self._broken: list[BrokenEntry] = []
        self._entries = self._forgotten = 0

    def add(self, entry: HistoryEntry) -> None:
        """Look at the next entry of a domain."""
        self._entries += 1
        self._forgotten += entry.content is None and entry.salt is None
        before = self._last.get(entry.domain) or self._beginning(entry)
        if before is None or entry.number != before.number + 1:
            expected = 1 if before is None else before.number + 1
            self._break(entry, f"entry {expected} is expected here")
        elif entry.link != link_after(
            before.link, entry.domain, entry.number, entry.revision, entry.at, entry.digest
        ):
            self._break(entry, "its link does not follow from the entry before")
        if (entry.salt is None) != (entry.content is None):
            self._break(entry, "its content is forgotten by half")
        elif not _is_as_written(entry):
            self._break(entry, "its content is not what was written")
        self._compare_kept(entry.domain, entry.number, entry.link)
        self._last[entry.domain] = HistoryHead(entry.domain, entry.number, entry.link)

    def finish(self, heads: Iterable[HistoryHead]) -> HistoryCheck:
        """What was found, compared with the *heads* that are written beside the entries."""
        written = {head.domain: head for head in heads if head.number}
        for domain in sorted(written.keys() | self._last.keys()):
            said, last = written.get(domain), self._last.get(domain)
            if said is None or last is None or said != last:
                number = max(head.number for head in (said, last) if head is not None)
                reason = "the head of the domain is another one: entries are missing or added at the end"
                self._broken.append(BrokenEntry(domain, number, reason))
        for domain, number in sorted(self._kept):
            if number > self._deleted.get(domain, 0):  # what was deleted can no longer be compared
                self._broken.append(BrokenEntry(domain, number, "the entry of a kept head is missing"))
        return HistoryCheck(
            self._entries,
            self._forgotten,
            tuple(sorted(self._deleted)),
            tuple(sorted(self._last.values())),
            tuple(self._broken),
        )

    def _beginning(self, entry: HistoryEntry) -> HistoryHead | None:
        """What comes before the first entry of a domain: nothing, or what was deleted."""
        if entry.number == 1:
            return HistoryHead(entry.domain, 0, "")
        deleted = deleted_before(entry)
        if deleted is not None:
            self._deleted[entry.domain] = deleted.number
            self._compare_kept(deleted.domain, deleted.number, deleted.link)
        return deleted

    def _compare_kept(self, domain: str, number: int, link: str) -> None:
        for head in self._kept.pop((domain, number), ()):
            if head.link != link:
                self._broken.append(BrokenEntry(domain, number, "a kept head has another link"))

    def _break(self, entry: HistoryEntry, reason: str) -> None:
        self._broken.append(BrokenEntry(entry.domain, entry.number, reason))


def _is_as_written(entry: HistoryEntry) -> bool:
    """Whether the content of *entry* has its digest, unless it is forgotten."""
    if entry.salt is None or entry.content is None:
        return True
    try:
        return entry.digest == content_digest(entry.salt, entry.content)
    except (TypeError, AttributeError, ValueError):
        return False  # bytes in the place of a text


def deleted_content(head: HistoryHead) -> str:
    """The content of the entry that is left of a domain whose history up to *head* is deleted."""
    return canonical({"history": DELETED, "entries": head.number, "head": head.link})


def deleted_before(entry: HistoryEntry) -> HistoryHead | None:
    """The head up to which the entries before *entry* were deleted, if it says so."""
    try:
        said = json.loads(entry.content or "")
    except (ValueError, TypeError, RecursionError):
        return None
    head = (
        HistoryHead(entry.domain, entry.number - 1, str(said.get("head"))) if isinstance(said, dict) else None
    )
    return head if head is not None and deleted_content(head) == entry.content else None
