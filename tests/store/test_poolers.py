"""A store behind a pooler of transactions, as hosted databases have one: each may run in another session."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from plain.writer import write_set
from rolegate.errors import ConflictError
from rolegate.gate.gate import Gate
from rolegate.store.store import Store
from rolegate.store.write_rules import MANY
from transaction_pooler import TransactionPooler
from waiting import happens

TENANTS = ("acme", "beta")

LEFT_IN_A_SESSION = (
    "SELECT count(*) FROM pg_prepared_statements",
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'",
    "SELECT string_agg(name, ', ') FROM pg_settings"
    " WHERE source = 'session' AND name <> 'transaction_isolation'",
)
"""Asks what the next client would find; the level is that of the transaction that asks."""

pytestmark = pytest.mark.parametrize("store", ["postgresql"], indirect=True)


@pytest.fixture
def pooler(store: Store) -> Iterator[TransactionPooler]:
    """With two sessions for all clients."""
    made = TransactionPooler(f"{store.engine.url.query['host']}/.s.PGSQL.5432")
    yield made
    made.close()


@pytest.fixture
def pooled(store: Store, pooler: TransactionPooler) -> Iterator[Store]:
    """The store as its users open it behind the pooler."""
    url = store.engine.url.difference_update_query(["host"]).set(host="127.0.0.1", port=pooler.port)
    made = Store.open(url.render_as_string(hide_password=False), schema=store.schema)
    yield made
    made.engine.dispose()


def many_members(folder: Path) -> Path:
    """A set with so many members of a team that their rows are copied, and an owner in each tenant."""
    everybody = [f"u{number}" for number in range(MANY)]
    return write_set(
        {
            "catalog.yaml": {
                "catalog": "desk",
                "plans": ["free", "pro"],
                "custom_roles": {"plans": ["pro"], "manage": "manage"},
                "permissions": {"read": "Read", "manage": "Manage"},
            },
            "domains.yaml": {
                "domains": {
                    "house": {"teams": {"all": everybody}},
                    **{one: {"plan": "pro"} for one in TENANTS},
                }
            },
            "roles/owner.yaml": {"role": "owner", "grants": ["*"]},
            "bindings.yaml": {
                "bindings": [{"user": "olga", "role": "owner", "domain": tenant} for tenant in TENANTS]
            },
        },
        folder,
    )


def test_a_store_behind_a_pooler_of_transactions(
    store: Store, pooled: Store, pooler: TransactionPooler, tmp_path: Path
) -> None:
    """Files, tenants side by side, a lost race and a gate: nothing rests on a session, nor stays in one."""
    pooled.apply(many_members(tmp_path))
    gate = Gate.from_store(pooled, interval=0.02, listen=store.engine.url.render_as_string(False))

    def save(tenant: str) -> int:
        for number in range(2):
            admin = pooled.admin("olga", domain=tenant)
            admin.create_role(f"own{number}", grants=["read"])
            admin.assign(role=f"own{number}", user=f"ana{number}")
        with pooled.reading() as snapshot:
            return snapshot.revision

    with ThreadPoolExecutor(2) as workers:
        revision = max(workers.map(save, TENANTS))
    gate.at_least(revision)
    assert all(gate.check(f"ana{number}", "read", domain=tenant) for tenant in TENANTS for number in range(2))
    assert happens(lambda: gate.status().listening is True)

    together = Barrier(2)

    def tick(role: str) -> bool:
        admin = pooled.admin("olga", domain="acme")
        draft, seen = admin.draft(role)
        together.wait()
        try:
            admin.save(draft.tick("manage"), seen)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(2) as workers:
        assert [False, True] == sorted(workers.map(tick, ("own0", "own0")))
    gate.close()
    assert pooler.transactions > 20
    with pooled.engine.connect() as connection:
        for left in LEFT_IN_A_SESSION:
            assert not connection.scalar(sa.text(left)), left
