"""Beside each domain is the digest of the rows that its documents give, and until when they give them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from plain.catalog import Data
from plain.writer import write_set
from rolegate.store.rule_digests import digest_of_rows
from rolegate.store.store import Store

CATALOG: Mapping[str, Data] = {
    "catalog.yaml": {
        "catalog": "desk",
        "custom_roles": {"manage": "manage"},
        "permissions": {"read": "Read", "write": "Write", "manage": "Manage"},
    },
    "roles/clerk.yaml": {"role": "clerk", "grants": ["read"]},
    "roles/owner.yaml": {"role": "owner", "grants": ["*"]},
}
TENANTS: Mapping[str, Data] = {
    **CATALOG,
    "domains.yaml": {"domains": {"acme": {}, "beta": {}, "inner": {"within": "acme"}}},
    "bindings.yaml": {
        "bindings": [{"user": "ana", "role": "owner", "domain": one} for one in ("acme", "beta")]
    },
}


def digests(store: Store) -> dict[str, str]:
    """What is stored beside each domain."""
    domains = store.tables.domains.c
    with store.engine.connect() as connection:
        return {row.name: row.rules for row in connection.execute(sa.select(domains.name, domains.rules))}


def found(store: Store, domain: str) -> str:
    """The digest of the rows that are stored."""
    with store.reading() as snapshot:
        return digest_of_rows(snapshot.rules(domain=domain))


def test_no_digest_is_that_of_rows_which_documents_do_not_give(store: Store, tmp_path: Path) -> None:
    """A save mends the rows of its own domain; those of another one are found out by its digest."""
    store.apply(write_set(TENANTS, tmp_path))
    rules, before = store.tables.rules, digests(store)
    with store.engine.begin() as connection:
        connection.execute(rules.delete().where(rules.c.v2 == "beta"))
        for domain in ("acme", "beta", "inner"):
            connection.execute(
                rules.insert(), {"ptype": "g", "v0": "user:eve", "v1": "role:owner", "v2": domain}
            )
    store.admin("ana", domain="acme").assign(user="bo", role="clerk")
    after = digests(store)
    assert {"acme", "inner"} == {name for name in after if after[name] != before[name]}
    assert {"beta"} == {name for name in after if found(store, name) != after[name]}
    status = store.status()
    assert (1, 1, 0) == (status.missing, status.foreign, status.stale)
    store.apply(write_set(TENANTS, tmp_path))
    assert store.status().is_sound
    assert before["beta"] == digests(store)["beta"] == found(store, "beta")


def test_an_apply_mends_digests(store: Store, tmp_path: Path) -> None:
    """One that is not known, and one of other rows; no revision is taken for that."""
    store.apply(write_set(TENANTS, tmp_path))
    domains, before = store.tables.domains, digests(store)
    for other in (None, "0" * 64):
        with store.engine.begin() as connection:
            connection.execute(domains.update().where(domains.c.name != "acme").values(rules=other))
        assert (3, False) == (store.status().stale, store.status().is_sound)
        assert not store.apply(tmp_path).changed
        assert (before, True) == (digests(store), store.status().is_sound)


def test_rows_of_inner_domains_end_with_lines_around_them(store: Store, tmp_path: Path) -> None:
    """The first moment is written where no row changes yet, and nobody is told to read that domain again."""
    store.apply(write_set(TENANTS, tmp_path))
    acme, domains = store.admin("ana", domain="acme"), store.tables.domains

    def moments() -> dict[str, tuple[int, int | None]]:
        with store.engine.connect() as connection:
            rows = connection.execute(sa.select(domains)).all()
        return {row.name: (row.changed, row.next_moment and row.next_moment.year) for row in rows}

    acme.assign(user="bo", role="clerk", **{"from": "2090-01-01", "until": "2091-01-01"})
    assert {"": (1, None), "beta": (1, None), "acme": (2, 2090), "inner": (1, 2090)} == moments()
    for user, year in (("cy", 2088), ("di", 2092)):
        acme.assign(user=user, role="clerk", until=f"{year}-01-01")
        assert 2088 == moments()["acme"][1] == moments()["inner"][1]
    for year, later in ((2088, 2090), (2090, 2091), (2091, 2092), (2092, None)):
        at = datetime(year, 1, 1, tzinfo=UTC)
        store.refresh(at=at)
        assert store.status(at=at).is_sound
        assert later == moments()["acme"][1] == moments()["inner"][1]


def test_the_first_domain_and_the_last_one_change_the_whole_set(store: Store, tmp_path: Path) -> None:
    """Without any domain, all is in one that nobody names: its rows come and go."""
    store.apply(write_set(CATALOG, tmp_path))
    one = store.admin(system="sign-up", domain="acme")
    assert store.status().is_sound
    one.create_domain("ana")
    assert store.status().is_sound
    one.delete_domain()
    assert store.status().is_sound
    assert found(store, "default") == digests(store)["default"] != digests(store)["acme"]


def test_a_set_without_domains_has_a_digest_of_the_rows_of_users(store: Store, tmp_path: Path) -> None:
    """It changes with them."""
    lines: Data = {"bindings": [{"user": "ana", "role": "owner"}]}
    store.apply(write_set({**CATALOG, "bindings.yaml": lines}, tmp_path))
    before = digests(store)
    store.admin("ana").assign(user="bo", role="clerk", until="2090-01-01")
    assert store.status().is_sound
    assert {"default"} == {name for name, digest in digests(store).items() if digest != before[name]}
