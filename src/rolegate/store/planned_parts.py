"""A large store, planned a few domains at a time: of the others, nothing is held in memory.

INVARIANT: what is said is what the plan of the whole set says. What tells apart unrelated domains is a
warning, and a plan has none; what only the whole set can judge is not planned here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from rolegate.compiled.lines import VERSION
from rolegate.documents.file_kinds import CATALOG, DOMAINS
from rolegate.documents.limits import Limits
from rolegate.errors import InvalidPolicyError
from rolegate.loading.collector import collector_held
from rolegate.store.alike_users import AlikeUsers
from rolegate.store.domain_families import DomainFamilies
from rolegate.store.item import NO_DOMAIN, Identity, Item
from rolegate.store.joined_parts import JoinedParts
from rolegate.store.part_labels import texts_of_part
from rolegate.store.shown_texts import gives_the_same
from rolegate.store.store_head import StoreHead
from rolegate.store.store_state import StoreState
from rolegate.store.stored_set import NO_DOMAINS, StoredSet
from rolegate.store.tables import StoreTables
from rolegate.store.write_items import read_items

AT_ONCE = 20_000
"""So many items are looked at together."""

Progress = Callable[[int, int], None]
"""Told how many domains are done, and of how many."""


@dataclass(slots=True)
class PartsOfStore:
    """A store with the set that is *wanted* in it, part by part."""

    connection: Connection
    tables: StoreTables
    name: str
    limits: Limits
    head: StoreHead
    texts: Mapping[str, str]
    wanted: StoredSet
    families: DomainFamilies = field(default_factory=DomainFamilies)
    numbers: dict[str, int] = field(default_factory=dict)
    """How many items each domain has, in the store and in the wanted set."""
    declares_domains: bool = False
    """Whether there are domains now, and will be."""
    _shared: tuple[Item, ...] = ()
    _wanted: dict[str, list[Item]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        connection: Connection,
        tables: StoreTables,
        store: tuple[str, Limits, StoreHead],
        texts: Mapping[str, str],
        wanted: StoredSet,
    ) -> PartsOfStore:
        """Find out which domains there are and which belong together; no other items are read."""
        made = cls(connection, tables, *store, texts, wanted)
        c = tables.items.c
        for domain, number in connection.execute(select(c.domain, func.count()).group_by(c.domain)):
            made.numbers[domain] = number
        for item in wanted.items:
            made._wanted.setdefault(item.domain, []).append(item)
            made.numbers[item.domain] = made.numbers.get(item.domain, 0) + 1
        made.families.add(name for name in made.numbers if name != NO_DOMAIN)
        stored = read_items(connection, tables, kinds=["domain"])
        to_be = [item for item in wanted.items if item.kind == "domain"]
        for item in (*stored, *to_be):
            made.families.declare(item.document)
        made.declares_domains = bool(stored or DOMAINS.place in texts) and bool(
            to_be or DOMAINS.place in wanted.texts or any(item.owner != "files" for item in stored)
        )
        made._shared = read_items(connection, tables, domains=[NO_DOMAIN])
        return made

    def state(self, domains: Collection[str]) -> StoreState:
        """What is stored of *domains*, and what all have in common."""
        items = [
            *self._shared,
            *(read_items(self.connection, self.tables, domains=domains) if domains else ()),
        ]
        stored = StoredSet.of(texts_of_part({**self.texts, DOMAINS.place: NO_DOMAINS}, items), items)
        return StoreState(self.name, self.head, stored, self.limits)

    def wanted_in(self, domains: Collection[str], theirs: Iterable[Item]) -> StoredSet:
        """What is wanted of *domains*, where run time owns *theirs*, and what all have in common."""
        items = [item for domain in (NO_DOMAIN, *domains) for item in self._wanted.get(domain, ())]
        texts = texts_of_part({**self.wanted.texts, DOMAINS.place: NO_DOMAINS}, [*items, *theirs])
        return StoredSet.of(texts, items)

    def parts(self, changed: Set[str] | None = None) -> Iterator[tuple[str, ...]]:
        """No domain, and then a few families at a time: all, or those in which one is *changed*."""
        yield ()
        yield from self.families.parts(self.numbers, AT_ONCE, changed)

    def shares_the_same(self) -> bool:
        """Whether what all domains have in common will give what it gives now."""
        stored = self.state(()).stored
        theirs = [item for item in stored.items if item.owner != "files"]
        wanted = self.wanted_in((), theirs)
        taken = {item.identity for item in theirs}
        items = [item for item in wanted.items if item.identity not in taken]
        return gives_the_same(stored, StoredSet.of(wanted.texts, [*items, *theirs]), self.limits)

    def changed(self, files: Iterable[Item]) -> set[str]:
        """The domains in which *files*, which are stored, are not what is wanted.

        And those with versions of default roles, of which conflicts are told each time.
        """
        was: dict[Identity, str] = {item.identity: item.text for item in files}
        now: dict[Identity, str] = {item.identity: item.text for item in self.wanted.items}
        found = {about[0] for about in was.keys() | now.keys() if was.get(about) != now.get(about)}
        c = self.tables.items.c
        versions = (c.kind == "role") & (c.owner != "files") & c.document.contains('"replaces"')
        if self.texts.get(CATALOG.place) != self.wanted.texts.get(CATALOG.place):
            versions |= c.reading.is_not(
                None
            )  # it was read under a former catalog, of which there is one more
        return {*found, *self.connection.scalars(select(c.domain).where(versions).distinct())}


def plan_parts(parts: PartsOfStore, files: Iterable[Item], progress: Progress | None) -> JoinedParts | None:
    """What changes in each part, with *files* as they are stored; *progress* hears how far it is.

    Where what all have in common stays, only domains are looked at of which the files say other things. None
    where domains were removed whose names are kept: what became of them may be anywhere.

    Raises:
        InvalidPolicyError: when a part is not valid.
    """
    stays = parts.head.compiler == VERSION and parts.shares_the_same()
    changed = parts.changed(files) if stays else None
    joined, done, every = JoinedParts(), 0, sum(1 for name in parts.numbers if name != NO_DOMAIN)
    for domains in parts.parts(changed):
        with collector_held():
            if not _plan_part(parts, domains, joined):
                return None
        done += len(domains)
        if progress is not None:
            progress(done, every)
    return joined


def _plan_part(parts: PartsOfStore, domains: Collection[str], joined: JoinedParts) -> bool:
    """Add the part that has *domains* to the others; False where only the whole set can tell."""
    state = parts.state(domains)
    theirs = state.theirs
    wanted = parts.wanted_in(domains, theirs)
    alike = AlikeUsers()
    if domains and not joined.renames_roles:
        alike = AlikeUsers.among([*state.stored.items, *wanted.items])
    try:
        few = state.without(alike) if alike.by_name else state
        before, after = few.in_force(), few.with_files(wanted)
    except InvalidPolicyError:  # perhaps an entry may sleep, perhaps one of a user who is left out
        alike = AlikeUsers()
        before, after = state.in_force(), state.with_files(wanted)
    if any(one.resolved.catalog.former.gone("domain") for one in (before, after.read)):
        return False
    joined.add(before, after, theirs, alike)
    joined.taken |= {item.identity for item in wanted.items} - {item.identity for item in after.items}
    return True
