"""A store as it was at one moment: everything in it is read from one state of the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from rolegate.diagnostics import quoted
from rolegate.documents.capture import Files
from rolegate.documents.file_kinds import DOMAINS
from rolegate.documents.limits import Limits
from rolegate.encoding import decode
from rolegate.engine.asked_moment import moment_of
from rolegate.errors import StoreError, wrong_argument
from rolegate.loading.load import policy_of
from rolegate.policy.policy import Policy
from rolegate.store.awaited import computed
from rolegate.store.domain_rows import inner_domains, outer_domains
from rolegate.store.domain_rules import DomainRows, honours_rows, read_rows
from rolegate.store.files_of_items import files_of_items
from rolegate.store.history import heads_of
from rolegate.store.history_chain import HistoryHead
from rolegate.store.item import NO_DOMAIN, Item, ItemKind, Owner
from rolegate.store.items_about import read_items_about
from rolegate.store.known_policies import KnownPolicies
from rolegate.store.numbering import changed_after
from rolegate.store.outside_names import encoded_name
from rolegate.store.part_labels import texts_of_part
from rolegate.store.store_head import StoreHead
from rolegate.store.stored_set import StoredSet
from rolegate.store.tables import Row, StoreTables
from rolegate.store.write_items import has_domains, read_items, read_texts
from rolegate.store.write_rules import read_rows_of


@dataclass(frozen=True, slots=True)
class StoreSnapshot:
    """What a store holds at one moment; it can be asked until the block that made it ends.

    A domain is named as people write it, `""` stands for what is of no single domain.
    """

    name: str
    head: StoreHead
    limits: Limits
    _connection: Connection
    _tables: StoreTables
    _known: KnownPolicies = field(default_factory=KnownPolicies, repr=False)

    @property
    def revision(self) -> int:
        """The number of the last change."""
        return self.head.revision

    def items(
        self,
        *,
        domains: Iterable[str] | None = None,
        kinds: Collection[ItemKind] | None = None,
        owner: Owner | None = None,
    ) -> tuple[Item, ...]:
        """The items, or those of some *domains*, *kinds*, or of one *owner*."""
        named = None if domains is None else [_domain(name) for name in domains]
        return read_items(self._connection, self._tables, domains=named, kinds=kinds, owner=owner)

    def rules(self, *, domain: str | None = None) -> frozenset[Row]:
        """The rows that Casbin reads: all, or those about one domain alone, or shared by all domains."""
        encoded = None if domain is None else _domain(domain)
        return frozenset(read_rows_of(self._connection, self._tables, encoded))

    @property
    def honours_rows(self) -> bool:
        """Whether this library can answer from the rules, where they are those of the documents."""
        return honours_rows(self.head.layout, self.head.compiler)

    def domain_rows(self, domains: Collection[str] | None = None) -> dict[str, DomainRows]:
        """The rules about each domain, or some, with what tells whether they are those of documents."""
        return read_rows(self._connection, self._tables, domains)

    def texts(self) -> dict[str, str]:
        """The texts of whole files by their names."""
        return read_texts(self._connection, self._tables)

    @property
    def declares_domains(self) -> bool:
        """Whether there are domains, or a file says that there are none; without either, all is in one."""
        return DOMAINS.place in self.texts() or has_domains(self._connection, self._tables)

    def heads(self) -> tuple[HistoryHead, ...]:
        """The end of the history of each domain: whoever keeps it elsewhere sees when it was cut off."""
        return tuple(heads_of(self._connection, self._tables))

    def changed_after(self, revision: int) -> tuple[str, ...]:
        """The domains in which something changed after *revision*; `""` for what is of no single one."""
        _, names = changed_after(self._connection, self._tables, revision)
        return tuple(decode(name) if name else NO_DOMAIN for name in names)

    def around(self, domains: Iterable[str]) -> tuple[str, ...]:
        """*domains* with those that they lie within, sorted; one that is not declared lies within none."""
        found: set[str] = set()
        waiting = _checked(domains)
        while waiting:
            found |= waiting
            waiting = outer_domains(self._connection, self._tables, waiting) - found
        return tuple(sorted(found))

    def inside(self, domains: Iterable[str]) -> tuple[str, ...]:
        """*domains* with those that lie in them, sorted."""
        found: set[str] = set()
        waiting = _checked(domains)
        while waiting:
            found |= waiting
            waiting = inner_domains(self._connection, self._tables, waiting) - found
        return tuple(sorted(found))

    def items_about(self, user: str) -> tuple[Item, ...]:
        """The lines and the teams in force that name *user*, as the catalog in force reads them."""
        encoded_name(user, "a user")
        return tuple(read_items_about(self._connection, self._tables, user))

    def stored_set(self, *, domains: Iterable[str] | None = None, formers: bool = False) -> StoredSet:
        """Texts and items: all, or what concerns *domains*, those around them included."""
        wanted = None if domains is None else (NO_DOMAIN, *self.around(domains))
        return StoredSet.of(
            read_texts(self._connection, self._tables, formers=formers), self.items(domains=wanted)
        )

    def files(self, *, domains: Iterable[str] | None = None) -> Files:
        """The policy set in force as files, or the part of it that answers for *domains*.

        Raises:
            StoreError: while nothing was applied yet.
        """
        return self._files(self.stored_set(domains=domains), whole=domains is None)

    def _files(self, stored: StoredSet, *, whole: bool) -> Files:
        if not whole:
            stored = StoredSet.of(texts_of_part(stored.texts, stored.items), stored.items)
        if not stored.texts:
            raise StoreError(f"{self.name} is empty: apply a policy set first")
        return files_of_items(stored.today, Path(self.name), self.limits)

    def policy(self, *, at: date | None = None, domains: Iterable[str] | None = None) -> Policy:
        """The policy that the documents say, or the part of it that answers for *domains*.

        Raises:
            StoreError: while nothing was applied yet.
            InvalidPolicyError: when the documents have errors, which this library finds and that which wrote
                them did not.
        """
        moment = None if at is None else moment_of(at)
        if domains is None:
            return computed(policy_of, self.files(), moment)
        named = tuple(sorted(_checked(domains)))
        stored = self.stored_set(domains=named)

        def read() -> Policy:
            return computed(policy_of, self._files(stored, whole=False), moment)

        return self._known.policy(named, moment, stored, read)


def _domain(name: str) -> str:
    """The domain called *name* as the tables have it; `""` for what is of no single one."""
    return NO_DOMAIN if name == NO_DOMAIN else encoded_name(name, "a domain")


def _checked(domains: Iterable[str]) -> set[str]:
    """*domains*, each of which can be called so."""
    if isinstance(domains, str):
        raise wrong_argument("domains", domains, "several names", f"write `[{quoted(domains)}]`")
    names = list(domains)
    for name in names:
        _domain(name)
    return set(names)
