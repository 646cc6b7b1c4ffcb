"""A policy in a database, beside the stock adapter on the same rows and a bare transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.databases import Database, databases
from benchmarks.findings import Figure, Section, duration, megabytes, number
from benchmarks.plan import Plan, size_name
from benchmarks.store_children import in_store
from benchmarks.store_followers import delays
from benchmarks.tenants import Tenants

LINES = 100_000
"""Compiled lines of all tenants in the store."""

BINDINGS, DOMAINS, ASKED = 20_000, 20_000, 100
LARGE = 1_000_000
CHANGES, DELAYS, BUSY = 60, 200, 60
WRITERS = 8
FEWER = 10
"""A quick run has so many times fewer of everything."""

WHOLE = (
    ("rows to a ready gate", "gate", "load_policy", "adapter", 10),
    ("compiled rows to committed ones", "write-rows", "save_policy", "save-policy", 8),
)
"""What is measured of a whole store, beside what, and how many times faster it is to be."""

SMALL = {
    "one domain of 100 lines read for a question": ("domain", "the bare query of its rows", 5),
    "a role saved and visible in the saving process": ("role", "a bare one-row transaction", 6),
    "a line assigned by somebody who may": ("assign", "a bare one-row transaction", None),
    "a prepared change of one rule": ("rule", "a bare one-row transaction", None),
}
"""How many times what is beside it a small thing may take at most."""


def measure(plan: Plan) -> list[Section]:
    """Stores on each kind of database."""
    less = FEWER if plan.quick else 1
    beside = Section("A store in a database", ("what", "database", "rolegate", "beside", "ratio"))
    many = Section("Stores with many bindings and domains", ("what", "database", "time", "memory"))
    after = Section("From a commit to the new answer in another process", ("what", "median", "99 of 100"))
    tenants = Tenants(max(CHANGES + 8, LINES // less // Tenants(1).lines))
    with databases(plan.room("stores")) as found:
        for database in found:
            tenants.fill(database.store(), plan.room(f"set-{database.name}"))
            _beside(beside, database, tenants, plan)
            _plans(many, database, plan)
            _followed(many, database, plan)
            if database.tells:
                _delays(after, database, less)
    beside.notes.append(
        f"""{tenants.count:,} domains of {tenants.lines} lines, with roles of their own; the same rows and the
        same settings for both, {number(plan.children)} fresh processes each, and the time of a clock. The
        stock table has no index, ours has three; SQLite has a write-ahead log and syncs each commit. A change
        is committed and written to the disk; the bare transaction, or the query, comes right before it."""
    )
    many.notes.append("What a process grew by, for a plan at its largest.")
    after.notes.append(
        f"""A gate that reads domains when they are asked about, listens to PostgreSQL, and is asked all the
        time. {WRITERS} writers change domains of their own without a pause."""
    )
    return [beside, many, after]


def _beside(section: Section, database: Database, tenants: Tenants, plan: Plan) -> None:
    """The whole store, and small changes of it, beside what others do."""
    size = size_name(tenants.count * tenants.lines)
    saved = 0.0
    for name, ours, rival, theirs, limit in WHOLE:
        runs = [in_store(ours, database, tenants.count) for _ in range(plan.children)]
        taken = median(run["seconds"] for run in runs)
        saved = median(in_store(theirs, database)["seconds"] for _ in range(plan.children))
        faster = f"{number(saved / taken)}x faster"
        _row(section, name, database, taken, f"{rival}: {duration(saved)}", faster)
        first = [run["first"] for run in runs if "first" in run]
        if first:
            _row(section, f"the first question in each of {tenants.count:,} domains", database, median(first))
        title = f"{name} at {size}, against {rival}, {database.name}"
        section.figures.append(Figure(title, limit, saved / taken, "times faster"))
    changed: Mapping[str, Mapping[str, float]] = in_store(
        "changes", database, CHANGES // (3 if plan.quick else 1)
    )
    for name, (what, beside, most) in SMALL.items():
        found = changed[what]
        ratio = f"{number(found['ratio'])}x"
        _row(section, name, database, found["seconds"], f"{beside}: {duration(found['beside'])}", ratio)
        if most is not None:
            title = f"{name}, against {beside}, {database.name}"
            section.figures.append(Figure(title, most, found["ratio"], at_least=False))
    title = f"a prepared change of one rule at {size}, against save_policy, {database.name}"
    section.figures.append(Figure(title, 1000, saved / changed["rule"]["seconds"]))


def _row(
    section: Section, name: str, database: Database, ours: float, beside: str = "", ratio: str = ""
) -> None:
    section.rows.append((name, database.name, duration(ours), beside, ratio))


def _plans(section: Section, database: Database, plan: Plan) -> None:
    """Plans over many bindings and custom roles: of a set that says other titles, and of a new permission."""
    bindings = LARGE if plan.large else BINDINGS // (FEWER if plan.quick else 1)
    tenants = Tenants(bindings // 100, roles=10, grants=5, users=99)
    with _filled(database.beside("plan_"), tenants, plan.room(f"plan-{database.name}")) as place:
        for more, what in enumerate(("other titles", "a permission that all owners gain")):
            found = in_store("plan", place, more)
            over = f"over {bindings:,} bindings and {tenants.count * tenants.roles:,} custom roles"
            name = f"a plan of {what} {over}"
            section.rows.append((name, database.name, duration(found["seconds"]), megabytes(found["bytes"])))
            section.figures += [
                Figure(f"{name}, {database.name}", 60, found["seconds"], "s", at_least=False),
                Figure(f"memory of {name}, {database.name}", 2, found["bytes"] / 1e9, "GB", at_least=False),
            ]


def _followed(section: Section, database: Database, plan: Plan) -> None:
    """A gate that is asked about a few domains, of these alone and of many."""
    many = LARGE if plan.large else DOMAINS // (FEWER if plan.quick else 1)
    grown: list[float] = []
    for count in (ASKED, many):
        place = database.beside(f"domains{count}_")
        tenants = Tenants(count, roles=0, users=1)
        with _filled(place, tenants, plan.room(f"domains{count}-{database.name}")):
            found = in_store("followed", place, ASKED)
        name = f"a gate asked about {ASKED} domains of {count:,}"
        grown.append(found["bytes"])
        taken = f"{duration(found['seconds'])} a domain"
        section.rows.append((name, database.name, taken, megabytes(found["bytes"])))
    title = f"memory of a gate asked about {ASKED} domains of {many:,}, against those alone, {database.name}"
    section.figures.append(Figure(title, 1.5, grown[1] / max(1.0, grown[0]), at_least=False))


@contextmanager
def _filled(place: Database, tenants: Tenants, folder: Path) -> Iterator[Database]:
    """A store that is there for a while."""
    store = place.store()
    tenants.fill(store, folder)
    try:
        yield place
    finally:
        store.tables.metadata.drop_all(store.engine)
        store.engine.dispose()


def _delays(section: Section, database: Database, less: int) -> None:
    for writers, changes, limit in ((0, DELAYS, 10), (WRITERS, BUSY, 100)):
        found = delays(database, max(3, changes // less), writers)
        slow = found[int(len(found) * 0.99)]
        name = f"under {writers} writers" if writers else "idle"
        section.rows.append((name, duration(median(found)), duration(slow)))
        title = f"commit to the new answer in another process, 99 of 100, {name}, {database.name}"
        section.figures.append(Figure(title, limit, slow * 1e3, "ms", at_least=False))
