"""A change of somebody becomes a change of the store: judged, written, numbered and remembered in one go."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from rolegate.administration.administered_set import AdministeredSet, LinesOf, ReadDocuments
from rolegate.administration.administration import (
    Administration,
    AdministrativeChange,
    Judgement,
    said_of,
)
from rolegate.administration.domain_changes import CreateDomain, DeleteDomain, Undo
from rolegate.administration.judge import Actor, not_managing
from rolegate.administration.managing import Managing
from rolegate.administration.plain_words import refuse_unsayable
from rolegate.administration.tenant_documents import DocumentChange, TenantDocuments, said
from rolegate.compiled.compile import compile_policy
from rolegate.documents.limits import Limits
from rolegate.encoding import encode
from rolegate.errors import RefusedChangeError
from rolegate.giving.may_give import Refusal
from rolegate.grants.binding_moments import next_moments
from rolegate.grants.domains import DEFAULT
from rolegate.grants.resolve import Resolved
from rolegate.loading.collector import collector_held
from rolegate.loading.load import policy_of
from rolegate.review.access_diff import AccessDiff, access_diff
from rolegate.store.awaited import computed
from rolegate.store.domain_rows import lock_every_domain
from rolegate.store.domains_of_change import domains_of
from rolegate.store.history import ChainEnd, append_entries, following, write_entries
from rolegate.store.history_chain import HistoryEntry, HistoryHead
from rolegate.store.in_force import in_force
from rolegate.store.item import NO_DOMAIN, Item, canonical
from rolegate.store.known_parts import KnownParts
from rolegate.store.made_change import MadeChange, nothing_made
from rolegate.store.names_of_before import refuse_former_names
from rolegate.store.numbering import lock_domains, mark_changed, number_at_commit
from rolegate.store.sleeping_grants import SleepingGrants
from rolegate.store.store_head import read_head, refuse_other_tables
from rolegate.store.stored_part import LockedDomains, StoredPart, declares_beside, lock_for_change
from rolegate.store.tables import StoreTables
from rolegate.store.unbroken_invariants import newly_broken
from rolegate.store.write_items import ItemChanges, write_items, write_readings
from rolegate.store.write_rules import RowChanges, rows_of, write_rules

_DECLARING = (CreateDomain, DeleteDomain, Undo)
"""What may make a domain, or take one away."""


@dataclass(frozen=True, slots=True)
class TriedChange:
    """A part of a store before a change and after it, and why it may not be made."""

    part: StoredPart
    before: AdministeredSet
    after: AdministeredSet
    refusals: tuple[Refusal, ...]
    gone_asleep: tuple[DocumentChange, ...] = ()
    """What is not in force goes as well, such as lines of a user who is removed."""

    def access_diff(self) -> AccessDiff:
        """Who gains and loses what, now and later.

        Raises:
            RefusedChangeError: when the set would not be valid.
        """
        if self.before.resolved is None or self.after.resolved is None:
            raise RefusedChangeError(self.refusals)
        sides = (self.before.documents, self.after.documents)
        old, new = (policy_of(self.part.files_alone(documents)) for documents in sides)
        return access_diff(old, new)


@dataclass(frozen=True, slots=True)
class StoreChanger:
    """Whoever changes a store, and what is said of it beside the change itself."""

    tables: StoreTables
    actor: Actor
    managing: Managing
    name: str
    limits: Limits
    known: KnownParts
    """What was read before, which need not be worked out again where it says the same."""

    def tried(self, connection: Connection, change: AdministrativeChange) -> TriedChange:
        """What *change* would make of the part of the store that it concerns, and whether that may be."""
        refuse_unsayable(change)
        return computed(self.tried_in, self.part(connection, change), change)

    def part(
        self, connection: Connection, change: AdministrativeChange, locked: LockedDomains | None = None
    ) -> StoredPart:
        """What is stored at this moment of what *change* concerns, for which domains may be *locked*."""
        near = None if locked is None else locked.near
        domains = self._domains(connection, change) if locked is None or near is None else domains_of(change)
        return StoredPart.read(connection, self.tables, domains, self.name, self.limits, self.known, near)

    def reads(self, part: StoredPart, change: AdministrativeChange) -> ReadDocuments:
        """What gives the documents of a part their meaning, before *change* and after it."""
        domains = None if part.domains is None else domains_of(change)
        return partial(self.known.grounded(part.ground, part.files_of), domains=domains)

    @collector_held()
    def tried_in(self, part: StoredPart, change: AdministrativeChange) -> TriedChange:
        """What *change* would make of a part that was read."""
        read = self.reads(part, change)
        administration = Administration(read, self.managing, (newly_broken,))
        before, now = read(part.documents), datetime.now(UTC)
        found = administration.try_change(self.actor, _OwnCopies(change), before, now)
        refused = (*said_of(before, self._owned_by_files(part, before, found)), *found.refusals)
        sleeping = SleepingGrants.of(part)
        if sleeping and not refused and not self.actor.system:
            sides = (before, found.after)
            asleep = sleeping.refusals(self.actor, sides, part.files_of, now, self.managing)
            refused = tuple(said_of(before, asleep))
        gone = part.gone_asleep(change)
        if gone and not refused and not self.actor.system:
            own = {one.domain or DEFAULT for one in gone}
            refused = said_of(before, not_managing(self.actor, before, own, now, self.managing))
        return TriedChange(part, before, found.after, refused, gone)

    def make(
        self,
        connection: Connection,
        change: AdministrativeChange,
        *,
        reason: str = "",
        expected: dict[tuple[str, Any, str], int] | None = None,
    ) -> MadeChange:
        """Make *change*, if the actor may.

        Raises:
            ChangeError: when it cannot be made, whoever makes it.
            RefusedChangeError: when the actor may not make it.
            ConflictError: when something is not as it was *expected*.
            StoreError: for a store of a newer library.
        """
        refuse_unsayable(change)
        refuse_unsayable(reason, "reason")
        head = read_head(connection, self.tables, self.name)
        refuse_other_tables(head, self.name)
        locked = self._lock(connection, change)
        part = self.part(connection, change, locked)
        part.expect(connection, self.tables, expected or {})
        tried = computed(self.tried_in, part, change)
        if tried.refusals:
            raise RefusedChangeError(tried.refusals)
        done = (*part.documents.changes_to(tried.after.documents), *tried.gone_asleep)
        if not done:
            return nothing_made(head.revision, number_at_commit(connection, self.tables))
        after = part.items_after(done)
        items = write_items(connection, self.tables, (one.item for one in part.items), after)
        resolved, lines = tried.after.known, tried.after.lines
        if not part.is_read_as_written or any(change.name.kind == "domain" for change in done):
            now = in_force(part.set_of(after), part.folder, self.limits)
            write_readings(connection, self.tables, after, now.stored.items)
            resolved, lines = now.resolved, None  # some may fall asleep, as with an instance that is gone
        rules, moment = self._write_rules(connection, resolved, lines, locked.names)
        self._write_within(connection, done)
        touched = sorted({one.domain for one in _all(items)} | rules.domains)
        contents = self._entries(done, reason)
        added = _added(locked, contents, rules.digests)
        ends = {entry.domain: (entry.number, entry.link) for entry in added}
        number = mark_changed(connection, self.tables, touched, self._values(moment), rules.digests, ends)
        if added:
            write_entries(connection, self.tables, added)
        else:
            append_entries(connection, self.tables, contents)
        return MadeChange(done, items, rules, head.revision, number)

    def _lock(self, connection: Connection, change: AdministrativeChange) -> LockedDomains:
        """Lock the domains that *change* is about, made if need be."""
        new = isinstance(change, _DECLARING)
        if new:
            lock_domains(connection, self.tables, [NO_DOMAIN])
        domains = self._domains(connection, change)
        if domains is None:
            every = lock_every_domain(connection, self.tables, map(encode, domains_of(change) or ()))
            return LockedDomains(every)
        return lock_for_change(connection, self.tables, domains, new=new)

    def _domains(self, connection: Connection, change: AdministrativeChange) -> frozenset[str] | None:
        """The domains that *change* is about; all, where it begins or ends that the set declares domains."""
        refuse_former_names(connection, self.tables, change)
        domains = domains_of(change)
        stays = domains is None or not isinstance(change, _DECLARING)
        return domains if stays or declares_beside(connection, self.tables, domains or ()) else None

    @staticmethod
    def _owned_by_files(part: StoredPart, before: AdministeredSet, found: Judgement) -> Iterator[Refusal]:
        """What the files own is changed there."""
        for change in before.documents.changes_to(found.after.documents):
            stored = part.stored.get(change.name)
            if stored is not None and stored.owner == "files":
                yield Refusal("files", change.domain)

    def _write_rules(
        self,
        connection: Connection,
        resolved: Resolved,
        lines: LinesOf | None,
        locked: Collection[str],
    ) -> tuple[RowChanges, datetime | None]:
        """The rows of the domains that are locked: those of others are not touched by the change."""
        own = {name if name != NO_DOMAIN else encode(DEFAULT) for name in locked}
        now = datetime.now(UTC)
        moments = next_moments(resolved.bindings, resolved.domains, now)
        if lines is None:
            rows = rows_of(computed(compile_policy, resolved, now))
        else:
            rows = chain.from_iterable(map(rows_of, computed(lines, resolved, now).values()))
        rules = write_rules(connection, self.tables, rows, moments, domains=own)
        return rules, min(moments.values(), default=None)

    def _write_within(self, connection: Connection, done: Iterable[DocumentChange]) -> None:
        for name, _, after in done:
            if name.kind == "domain":
                outer = None if after is None else after.get("within")
                rows = sa.update(self.tables.domains).where(self.tables.domains.c.name == encode(name.name))
                connection.execute(rows.values(within=None if outer is None else encode(outer)))

    def _values(self, moment: datetime | None) -> dict[str, Any]:
        """The next moment at which rows change: that of this part, if it comes before that of the others."""
        if moment is None:
            return {}
        known = self.tables.stores.c.next_moment
        return {"next_moment": sa.case((known.is_(None) | (known > moment), moment), else_=known)}

    def _entries(self, done: Iterable[DocumentChange], reason: str) -> list[tuple[str, dict[str, Any]]]:
        """What is remembered of a change, in each domain of which documents are others."""
        by_domain: dict[str, list[dict[str, Any]]] = {}
        for name, before, after in done:
            own = NO_DOMAIN if name.domain is None else encode(name.domain)
            said = {"kind": name.kind, "before": before, "after": after}
            by_domain.setdefault(own, []).append(said)
        who = {"system" if self.actor.system else "user": self.actor.name}
        rest = {"reason": reason} if reason else {}
        content = {"history": "change", "actor": who, **rest}
        return [(own, {**content, "changes": said}) for own, said in by_domain.items()]


def _added(
    locked: LockedDomains, contents: Iterable[tuple[str, Mapping[str, Any]]], written: Collection[str]
) -> tuple[HistoryEntry, ...]:
    """The entries with *contents*, where the rows of their domains are locked and will be *written*."""
    listed = [(domain, canonical(content)) for domain, content in contents]
    if locked.near is None or any(name not in locked.rows or name not in written for name, _ in listed):
        return ()
    ends = {
        name: ChainEnd(HistoryHead(name, row.entries, row.head), row.next_revision, locked.near.at)
        for name, row in locked.rows.items()
    }
    return following(ends, listed)


@dataclass(frozen=True, slots=True)
class _OwnCopies:
    """A change whose documents are those that a store gives back: nobody else has them, nor changes them."""

    change: AdministrativeChange

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        done = documents.changes_to(self.change.made(documents))
        return documents.with_changes(
            one if one.after is None else one._replace(after=json.loads(said(one.after))) for one in done
        )


def _all(items: ItemChanges) -> Iterator[Item]:
    for found in items:
        yield from found
