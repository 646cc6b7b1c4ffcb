"""Eight processes write to one store and eight read it: `python tests/support/crowded_store.py 30`.

For so many seconds, on a PostgreSQL of its own, while one transaction of the application stays open in a
tenant. Nothing is printed but faults, and in the end how much was done: no update is lost, no row is there
twice, nobody reads a mixture, and whatever is not stored is a conflict that is reported.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import sqlalchemy as sa

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "support")]

from plain.writer import write_set  # noqa: E402
from postgres import own_server  # noqa: E402
from rolegate.administration.role_changes import EditRole  # noqa: E402
from rolegate.errors import ConflictError, RolegateError  # noqa: E402
from rolegate.gate.gate import Gate  # noqa: E402
from rolegate.store.store import Store  # noqa: E402
from rolegate.store.write_rules import rows_of  # noqa: E402

WRITERS = READERS = 8
TENANTS = ("acme", "beta", "gamma")
LEFT_OPEN = "delta"
"""A transaction stays open in this tenant."""

PAUSE = 0.02
"""So many seconds a reader rests: applications do something else as well."""

HALVES = (["a.one", "a.two"], ["b.one", "b.two"])
"""A role grants one or the other, never a part of both."""


@dataclass
class Work:
    """What one process did until its time was over."""

    done: int = 0
    conflicts: int = 0
    faults: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def filled(folder: Path) -> Path:
    """A set of tenants, each with a role that counts, and a user who has it."""
    tenants = (*TENANTS, LEFT_OPEN)
    permissions = {group: {"permissions": {"one": "One", "two": "Two"}} for group in "ab"}
    lines = [
        {"user": user, "role": role, "domain": tenant}
        for tenant in tenants
        for user, role in (("olga", "owner"), ("ana", "counter"))
    ]
    roles = {
        f"roles/{tenant}/counter.yaml": {"role": "counter", "title": "0", "grants": HALVES[0]}
        for tenant in tenants
    }
    return write_set(
        {
            "catalog.yaml": {
                "catalog": "desk",
                "custom_roles": {"manage": "manage"},
                "permissions": {"manage": "Manage", **permissions},
            },
            "domains.yaml": {"domains": {tenant: {} for tenant in tenants}},
            "roles/owner.yaml": {"role": "owner", "grants": ["*"]},
            "bindings.yaml": {"bindings": lines},
            **roles,
        },
        folder,
    )


def counted(store: Store, tenant: str) -> tuple[int, int]:
    """What the role of a tenant counts, and its revision."""
    with store.reading() as snapshot:
        (item,) = snapshot.items(domains=[tenant], kinds=["role"])
    return int(item.document["title"]), item.revision


def write(store: Store, until: float, seed: int) -> Work:
    """Count one more in some tenant, as it was read, and give somebody something; take it back."""
    work, draw = Work(), random.Random(seed)
    while time.monotonic() < until:
        tenant = draw.choice(TENANTS)
        admin, begun = store.admin("olga", domain=tenant), time.monotonic()
        count, revision = counted(store, tenant)
        said = {"title": str(count + 1), "grants": HALVES[(count + 1) % 2]}
        try:
            admin.make(EditRole("counter", tenant, said), seen=[("counter", revision)])
            work.done += 1
        except ConflictError:
            work.conflicts += 1
        with suppress(ConflictError):
            admin.assign(user=f"user{seed}", role="counter")
            admin.revoke(user=f"user{seed}", role="counter")
        work.seconds.append(time.monotonic() - begun)
    return work


def read(store: Store, until: float, seed: int) -> Work:
    """Compare rules with documents, or ask a gate that follows; both are always of one state."""
    work = Work()
    gate = Gate.from_store(store, keep=10 if seed % 4 else None) if seed % 2 else None
    before = 0
    while time.monotonic() < until:
        if gate is None:
            with store.reading() as snapshot:
                number, rules, policy = snapshot.revision, snapshot.rules(), snapshot.policy()
            if set(rows_of(policy.compile())) != rules:
                work.faults.append(f"rules of another state at {number}")
        else:
            number = gate.status().store_revision or 0
            for tenant in TENANTS:
                held = sorted(gate.subject("ana", tenant).permissions())
                if held not in HALVES:
                    work.faults.append(f"{tenant}: {held} at {number}")
        if number < before:
            work.faults.append(f"{number} after {before}")
        before = number
        work.done += 1
        time.sleep(PAUSE)
    if gate is not None:
        gate.close()
    return work


def begin(work: Callable[[Store, float, int], Work], url: str, until: float, seed: int) -> tuple[int, int]:
    """A process that does *work*: its number, and where it writes what came out."""
    found, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            result = work(Store.open(url), until, seed)
        except (RolegateError, AssertionError, ValueError) as error:
            result = Work(faults=[f"{type(error).__name__}: {error}"])
        with os.fdopen(told, "w") as file:
            json.dump(vars(result), file)
        os._exit(0)
    os.close(told)
    return child, found


def end(child: int, found: int) -> Work:
    with os.fdopen(found) as file:
        said = json.load(file)
    os.waitpid(child, 0)
    return Work(**said)


def twice(store: Store) -> int:
    """How many rules are there twice."""
    rules = store.tables.rules
    values = [column for column in rules.c if column.name != "id"]
    several = sa.select(sa.func.count()).select_from(rules).group_by(*values).having(sa.func.count() > 1)
    with store.engine.connect() as connection:
        return len(connection.execute(several).all())


def crowd(url: str, folder: Path, seconds: float) -> tuple[list[Work], list[Work], list[str]]:
    store = Store.open(url)
    store.create()
    store.apply(filled(folder))
    items = store.tables.items
    with store.engine.begin() as connection:
        connection.execute(items.update().where(items.c.domain != "").values(owner="run time"))
    store.engine.dispose()
    until = time.monotonic() + seconds
    children = [(work, begin(work, url, until, seed)) for work in (write, read) for seed in range(WRITERS)]
    with store.engine.connect() as application:
        store.admin("olga", domain=LEFT_OPEN, bind=application).assign(user="late", role="counter")
        ended = [(work, end(*child)) for work, child in children]
        application.commit()
    written = [done for work, done in ended if work is write]
    reading = [done for work, done in ended if work is read]
    faults = [fault for _, done in ended for fault in done.faults]
    counts = sum(counted(store, tenant)[0] for tenant in TENANTS)
    stored = sum(work.done for work in written)
    faults += [] if counts == stored else [f"{stored} stored, {counts} counted"]
    faults += [] if not twice(store) else [f"{twice(store)} rules are there twice"]
    faults += [] if store.status().is_sound else ["the store is not sound"]
    if not Gate.from_store(store, watch=False).check("late", "a.one", domain=LEFT_OPEN):
        faults.append("what was committed last is missing")
    store.engine.dispose()
    return written, reading, faults


def main(seconds: float) -> None:
    with own_server() as server, tempfile.TemporaryDirectory() as folder:
        written, reading, faults = crowd(server.url, Path(folder), seconds)
    for fault in faults:
        print("FAULT", fault)
    taken = sorted(second for work in written for second in work.seconds)
    print(
        f"{sum(work.done for work in written)} changes counted, {sum(work.conflicts for work in written)} "
        f"conflicts reported, {sum(work.done for work in reading)} readings; a turn of a writer took "
        f"{median(taken):.3f} s, at most {taken[-1]:.3f} s, with a transaction open in another tenant"
    )


if __name__ == "__main__":
    main(float(sys.argv[1]))
