"""A store: a policy set in a database, which files and tenants change and applications read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy import URL, Connection, Engine, insert
from sqlalchemy.schema import CreateSchema

from rolegate.administration.judge import Actor
from rolegate.administration.managing import Managing
from rolegate.compiled.lines import VERSION
from rolegate.documents.capture import Files
from rolegate.documents.limits import Limits
from rolegate.engine.asked_moment import moment_of
from rolegate.errors import StoreError
from rolegate.loading.sources import Source, parse_source, source_files
from rolegate.policy.policy import Policy
from rolegate.store.apply_files import CheckedSet, StoredChange, apply_files, refresh_rules
from rolegate.store.awaited import computed
from rolegate.store.databases import Bind, engine_of, reading, writing
from rolegate.store.dump import read_dump
from rolegate.store.item import NO_DOMAIN
from rolegate.store.known_parts import KnownParts
from rolegate.store.numbering import lock_domains
from rolegate.store.redis_notices import RedisNotices
from rolegate.store.store_head import THE_STORE, StoreWriter, has_store, read_head, refuse_newer
from rolegate.store.store_snapshot import StoreSnapshot
from rolegate.store.store_status import StoreStatus, status_of
from rolegate.store.store_url import check_names, place_of
from rolegate.store.tables import LAYOUT, StoreTables, create_tables
from rolegate.store.unplanned import Unplanned

if TYPE_CHECKING:
    from rolegate.store.admin import StoreAdmin
    from rolegate.store.plan import AcceptedPlan, StorePlan
    from rolegate.store.upgrade import StoreUpgrade

_LOCK = 7_307_199_214
"""The number of the lock, in all of PostgreSQL, of who creates or upgrades tables."""


@dataclass(frozen=True, slots=True, eq=False)
class Store:
    """A policy set in a database.

    Several stores share one database, each in a *schema* of its own or with a *prefix* before the names of
    its tables. `name` is what messages call it, and `limits` say how large its set may be. With `notices`,
    PostgreSQL tells those who follow the store of each change; with the URL of a server of Redis, that does.

    Raises:
        StoreError: for names of a schema or tables that not every database takes.
    """

    engine: Engine
    schema: str | None = None
    prefix: str = ""
    name: str = "store:"
    limits: Limits = field(default_factory=Limits.large)
    notices: bool | str = field(default=True, repr=False)
    tables: StoreTables = field(init=False, repr=False)
    known: KnownParts = field(init=False, repr=False, default_factory=KnownParts)
    """What administration has read of the store before."""

    def __post_init__(self) -> None:
        check_names(self.schema, self.prefix, self.engine.dialect.name)
        told = RedisNotices(self.notices) if isinstance(self.notices, str) else self.notices
        object.__setattr__(self, "tables", StoreTables(self.schema, self.prefix, told))

    @classmethod
    def open(
        cls,
        place: str | URL | Engine,
        *,
        schema: str | None = None,
        prefix: str = "",
        name: str = "store:",
        limits: Limits | None = None,
        notices: str | None = None,
    ) -> Self:
        """The store at *place*: a URL of SQLite or PostgreSQL, or an engine. Nothing is read yet.

        `schema` and `prefix` may be in the URL: `postgresql://…/app?schema=roles`. With
        `notices=off` in it, PostgreSQL tells nobody of changes; with *notices*, the URL of a server of Redis,
        or that in the URL, that one tells.

        Raises:
            StoreError: for what is no URL, or one whose driver is not installed.
        """
        limits = limits or Limits.large()
        if isinstance(place, Engine):
            return cls(place, schema, prefix, name, limits, notices or True)
        found = place_of(place)
        schema, prefix = schema or found.schema, prefix or found.prefix
        return cls(engine_of(found.url), schema, prefix, name, limits, notices or found.notices)

    def create(self) -> None:
        """Make the tables that are missing, and the store in them.

        One that is there stays as it is, also in the tables of an older library: `upgrade` changes these.

        Raises:
            StoreError: when the database refuses, or the store is of a newer library.
        """
        with writing(self.engine, makes_file=True) as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                if self.schema is not None:
                    connection.execute(CreateSchema(self.schema, if_not_exists=True))
            if has_store(connection, self.tables):
                refuse_newer(read_head(connection, self.tables, self.name), self.name)
            else:
                create_tables(connection, self.tables)
                self._begin(connection)

    def upgrade(self) -> StoreUpgrade:
        """Bring a store that an older library made into the tables of this one, in one transaction.

        Older libraries go on to read it then, and write it no more. On PostgreSQL the owner of the tables
        does it, unless a migration has added the columns.

        Raises:
            ConflictError: when somebody reads or writes the store for too long; nothing is changed then.
            StoreError: when there is no store, it is of a newer library, or the database refuses.
        """
        from rolegate.store.upgrade import upgrade_store

        return upgrade_store(self.engine, self.tables, self._writer(None))

    def _begin(self, connection: Connection) -> None:
        empty = {"catalog": "", "revision": 0, "files_revision": 0, "digest": ""}
        row = {"id": THE_STORE, "layout": LAYOUT, "compiler": VERSION, **empty}
        connection.execute(insert(self.tables.stores), row)
        lock_domains(connection, self.tables, [NO_DOMAIN])

    @contextmanager
    def reading(self, *, bind: Bind | None = None) -> Iterator[StoreSnapshot]:
        """What the store holds at this moment: one state, whatever others write meanwhile.

        With *bind*, what a session or a connection of the application sees, its own changes included.

        Raises:
            StoreError: when there is no store, or the database refuses.
        """
        with reading(self.engine if bind is None else bind) as connection:
            head = read_head(connection, self.tables, self.name)
            yield StoreSnapshot(self.name, head, self.limits, connection, self.tables, self.known.policies)

    def policy(self, *, at: date | None = None) -> Policy:
        """The policy that the store holds at this moment; see `StoreSnapshot.policy`."""
        with self.reading() as snapshot:
            return snapshot.policy(at=at)

    def apply(
        self,
        given: Files | Source | str,
        *,
        source: str | None = None,
        at: date | None = None,
        by: str | None = None,
        other_set: bool = False,
    ) -> StoredChange:
        """Make the policy set *given*, as files or as a source, that of the store: all of it, or nothing.

        What was made at run time stays, and is valid beside the files or nothing is written. To apply the
        same again writes nothing. `source` says in the status of the store where the set is from. The rules
        are those of the time *at*, or of now. The history says that the user *by* applied it.
        A set of another name is for a store of its own, unless *other_set* is meant.

        Raises:
            InvalidPolicyError: when the set has errors.
            PlanRefusedError: for another set, names of tenants that are gone, or nobody left who manages.
            ConflictError: when run time owns what the files say as well, or somebody else was first.
            StoreError: when there is no store, it is of a newer library, or the database refuses.
        """
        if not isinstance(given, Files):
            source = source or str(given)
            given = computed(source_files, given, limits=self.limits)
        checked = computed(CheckedSet.of, given)
        writer = self._writer(at, by)
        with writing(self.engine) as connection:
            return apply_files(connection, self.tables, checked, writer, source, Unplanned(other_set))

    def plan(
        self,
        given: Files | Source | str,
        *,
        source: str | None = None,
        older: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> StorePlan:
        """What applying the policy set *given* would do to items and to people's access; nothing is written.

        Of a set in git, the commit has to come after the one that is applied, unless *older* is meant.
        In a large store, *progress* is told how many domains are done, and of how many.

        Raises:
            InvalidPolicyError: when the set has errors.
            StoreError: when there is no store, or the database refuses.
        """
        from rolegate.store.plan_changes import GivenSet, plan_set
        from rolegate.store.plan_commits import older_refusal, source_text

        here = Path()
        if not isinstance(given, Files):
            found = parse_source(given) if isinstance(given, str) else given
            source = source or source_text(found)
            here = found if isinstance(found, Path) else here
            given = computed(source_files, found, limits=self.limits)
        wanted = computed(CheckedSet.of, given).stored
        with reading(self.engine) as connection:
            head = read_head(connection, self.tables, self.name)
            older_one = None if older or source is None else older_refusal(head.source, source, here)
            refusals = () if older_one is None else (older_one,)
            asked = GivenSet(wanted, source, refusals, older)
            return plan_set(connection, self.tables, asked, (self.name, self.limits), progress)

    def apply_plan(
        self, plan: StorePlan | AcceptedPlan, *, at: date | None = None, by: str | None = None
    ) -> StoredChange:
        """Do what *plan* says, all of it or nothing; what run time changed meanwhile is no matter.

        Raises:
            PlanRefusedError: when the plan is refused, or more would be gained by now.
            ConflictError: when files were applied meanwhile, or somebody else was first.
            StoreError: when there is no store, it is of a newer library, or the database refuses.
        """
        from rolegate.store.plan import AcceptedPlan
        from rolegate.store.plan_apply import apply_plan

        accepted = plan if isinstance(plan, AcceptedPlan) else AcceptedPlan.of(plan)
        with writing(self.engine) as connection:
            return apply_plan(connection, self.tables, accepted, self._writer(at, by))

    def load(self, dump: Path | str) -> StoredChange:
        """Fill an empty store with a *dump*, in which each item has its owner.

        Raises:
            InvalidPolicyError: when this library finds errors in it.
            StoreError: when it is not as it was dumped, or the store is not empty.
        """
        checked = CheckedSet.of_stored(computed(read_dump, Path(dump), self.limits), Path(dump), self.limits)
        with writing(self.engine) as connection:
            if read_head(connection, self.tables, self.name).revision:
                raise StoreError(f"{self.name} is not empty: a dump is loaded into a new store", "RG906")
            return apply_files(connection, self.tables, checked, self._writer(None), str(dump))

    def refresh(self, *, at: date | None = None) -> StoredChange:
        """Bring the rules up to date where a line has begun or ended by the time *at*, or by now.

        Raises:
            ConflictError, StoreError: as for `apply`.
        """
        with writing(self.engine) as connection:
            return refresh_rules(connection, self.tables, self._writer(at))

    def admin(
        self,
        actor: str | None = None,
        *,
        system: str | None = None,
        domain: str | None = None,
        bind: Bind | None = None,
        managing: Managing | None = None,
    ) -> StoreAdmin:
        """The administration of *domain* by the user *actor*, or by a part of the application, *system*.

        A change commits with *bind*, of the application, and has its revision from then on; or at once.
        *managing* names the permissions of those who manage, where there are several.
        """
        from rolegate.administration.plain_words import refuse_unsayable
        from rolegate.store.admin import StoreAdmin

        if (actor is None) is (system is None):
            raise TypeError("`admin` takes the user who acts, or the part of the application as `system`")
        said = {"system": system, "actor": actor, "domain": domain}
        refuse_unsayable({key: name for key, name in said.items() if name is not None})
        who = Actor(actor) if actor is not None else Actor(str(system), system=True)
        return StoreAdmin(self, who, domain, bind, managing or Managing())

    def for_threads(self) -> Store:
        """The store for code in threads, as that of a gate that follows it: this one."""
        return self

    def status(self, *, at: date | None = None) -> StoreStatus:
        """How much is in the store, who owns it, and what is not as the documents say at a time, or now.

        Raises:
            StoreError: when there is no store, or the database refuses.
        """
        with reading(self.engine) as connection:
            return status_of(connection, self.tables, self._writer(at))

    def _writer(self, at: date | None, by: str | None = None) -> StoreWriter:
        return StoreWriter(self.name, self.limits, datetime.now(UTC) if at is None else moment_of(at), by)
