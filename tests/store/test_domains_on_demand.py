"""A gate that reads the domains of a store when they are asked about answers as one that has all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given

import rolegate
from drawing import examples, some_of
from plain.catalog import Data
from plain.loading import loaded
from plain.strategies import policy_sets
from plain.writer import write_set
from repository import ROOT
from rolegate.encoding import encode
from rolegate.gate.gate import Gate
from rolegate.store.store import Store
from waiting import happens

SETS = ("livechat", "respond-io", "responsive", "responso")
OFTEN = 0.01


def tenants(folder: Path, **grants: str) -> Path:
    """A set of domains, in each of which ana has a custom role of the same name with one grant."""
    files: dict[str, Data] = {
        "catalog.yaml": {"catalog": "desk", "permissions": {"read": "Read", "write": "Write"}},
        "domains.yaml": {"domains": {**{name: {} for name in grants}, "inner": {"within": "acme"}}},
        "roles/clerk.yaml": {"role": "clerk", "grants": ["read"]},
        "bindings.yaml": {
            "bindings": [
                line
                for name in grants
                for line in (
                    {"user": "ana", "role": "own", "domain": name},
                    {"user": "bo", "role": "clerk", "domain": name},
                )
            ]
        },
    }
    for name, grant in grants.items():
        files[f"roles/{name}/own.yaml"] = {"role": "own", "grants": [grant]}
    return write_set(files, folder)


@pytest.fixture
def gates(store: Store) -> Iterator[Callable[..., Gate]]:
    """Makes gates that read domains on demand."""
    made: list[Gate] = []

    def make(**options: Any) -> Gate:
        made.append(Gate.from_store(store, **{"interval": OFTEN, "keep": 10, "listen": False, **options}))
        return made[-1]

    yield make
    for gate in made:
        gate.close()


def queries(store: Store) -> list[str]:
    """The statements that the database gets from now on."""
    found: list[str] = []
    sa.event.listen(store.engine, "before_cursor_execute", lambda *event: found.append(str(event[2])))
    return found


@pytest.mark.parametrize("name", SETS)
def test_each_domain_answers_as_in_the_whole_set(store: Store, gates: Callable[..., Gate], name: str) -> None:
    """The trees of everybody, and the lines that are about the domain."""
    store.apply(ROOT / "policies" / name)
    gate, whole = gates(watch=False), rolegate.load(ROOT / "policies" / name)
    lines = whole.compile().lines
    for domain in whole.domains:
        policy = gate.policy_in(domain)
        own = [line for line in lines if domain in line[1]]
        assert own == [line for line in policy.compile().lines if domain in line[1]]
        for user in some_of(whole.users, 5):
            assert whole.tree(user=user, domain=domain) == policy.tree(user=user, domain=domain)
    all_are_named_alike(gate, store.policy())


def compared_by_rows(gates: list[Gate], whole: Gate, domain: str | None) -> None:
    """Gates that answer from rows say what one says that has the documents, about everything there is."""
    policy = whole.policy
    for user in (*policy.users, "nobody of the kind"):
        subjects = [gate.subject(user, domain) for gate in (whole, *gates)]
        assert 1 == len({subject.permissions() for subject in subjects})
        for permission in policy.catalog.permissions:
            # A hidden one at a scope that no other has is in no table: documents say what it means.
            scopes = () if permission.ladder is None or permission.hidden else permission.ladder.scopes
            for scope in (None, *scopes):
                path, on = permission.path, tuple("an id" for _ in permission.chain) or None
                said = [gate.check(user, path, domain=domain, scope=scope) for gate in (whole, *gates)]
                assert said == said[:1] * len(said)
                said = [gate.check(user, path, domain=domain, scope=scope, on=on) for gate in (whole, *gates)]
                assert said == said[:1] * len(said)


@examples(15)
@given(policy_sets())
def test_each_domain_of_drawn_sets_has_its_lines(drawn: Mapping[str, Data]) -> None:
    """Whatever the names are, and however domains nest."""
    with TemporaryDirectory() as folder:
        whole = loaded(Path(folder) / "set", drawn)
        store = Store.open(f"sqlite:///{folder}/store.db")
        store.create()
        store.apply(Path(folder) / "set")
        gate, lines = Gate.from_store(store, watch=False, keep=100), whole.compile().lines
        rows = [Gate.from_store(store, watch=False, keep=keep) for keep in (None, 100)]
        asked = queries(store)
        for domain in whole.domains:
            compared_by_rows(rows, Gate(whole), domain if whole.needs_domain else None)
        assert not any("rolegate_item" in text for text in asked)
        for domain in whole.domains:
            dom = encode(domain)
            found = gate.policy_in(domain).compile().lines
            own, read = ([one for one in said if one[1][-(one[0] == "g")] == dom] for said in (lines, found))
            assert own == read
        all_are_named_alike(gate, store.policy())
        all_may_alike(gate, store.policy())
        store.engine.dispose()


def all_are_named_alike(gate: Gate, whole: rolegate.Policy) -> None:
    """Everybody is named where the policy of the whole store says."""
    for user in (*whole.users, "nobody", "a\0", '"user":"ana"', "x" * 300):
        assert whole.domains_of(user) == gate.domains_of(user), user


def all_may_alike(gate: Gate, whole: rolegate.Policy) -> None:
    """Everybody may, everywhere and in one domain, what they may in the policy of the whole store."""
    for permission in [one.path for one in whole.catalog.permissions][:2]:
        assert whole.who_can(permission, any=True) == tuple(gate.who_can(permission, any=True))
        for domain in whole.domains[:2]:
            assert whole.who_can(permission, domain=domain) == tuple(gate.who_can(permission, domain=domain))


def test_a_domain_is_read_when_somebody_asks(
    store: Store, gates: Callable[..., Gate], tmp_path: Path
) -> None:
    """Once; a domain that there is not is remembered as well, until it is made."""
    store.apply(tenants(tmp_path, acme="read", beta="write"))
    gate = gates(watch=False)
    asked = queries(store)
    assert gate.check("ana", "read", domain="acme")
    assert asked
    assert not gate.check("ana", "read", domain="gamma")
    asked.clear()
    assert gate.check("bo", "read", domain="acme")
    assert not gate.check("ana", "read", domain="gamma")
    assert [] == asked
    assert gate.check("ana", "read", domain="inner")
    assert not gate.check("ana", "read", domain="beta")
    for name in ("", "\ud800", "a\0", "x" * 1000, None, 1, ["acme"]):
        assert not gate.check("ana", "read", domain=name)  # type: ignore[arg-type]
    store.apply(tenants(tmp_path, acme="read", beta="write", gamma="read"))
    gate.reload()
    assert gate.check("ana", "read", domain="gamma")


def test_only_what_changed_is_read_again(store: Store, gates: Callable[..., Gate], tmp_path: Path) -> None:
    """The states of other domains are the same as before; what lies inside is read as well."""
    store.apply(tenants(tmp_path, acme="read", beta="read"))
    gate = gates()
    for domain in ("acme", "beta", "inner"):
        assert gate.check("ana", "read", domain=domain)
    before = gate._live.domains  # type: ignore[attr-defined]
    store.apply(tenants(tmp_path, acme="write", beta="read"))
    assert happens(lambda: gate.status().store_revision == 2)
    now = gate._live.domains  # type: ignore[attr-defined]
    assert (True, False, False) == tuple(now[name] is before[name] for name in ("beta", "acme", "inner"))
    assert gate.check("ana", "write", domain="inner")
    assert not gate.check("ana", "read", domain="acme")


def test_a_new_catalog_changes_every_domain(store: Store, gates: Callable[..., Gate], tmp_path: Path) -> None:
    """What all domains have in common is read first."""
    store.apply(tenants(tmp_path, acme="read", beta="read"))
    gate = gates()
    assert gate.check("bo", "read", domain="acme")
    folder = tenants(tmp_path, acme="read", beta="read")
    write_set({"roles/clerk.yaml": {"role": "clerk", "grants": ["write"]}}, folder)
    store.apply(folder)
    assert happens(lambda: gate.check("bo", "write", domain="acme"))
    assert not gate.check("bo", "read", domain="acme")
    assert gate.check("bo", "write", domain="beta")


def test_memory_is_bounded(store: Store, gates: Callable[..., Gate], tmp_path: Path) -> None:
    """So many domains are kept, and as many names of which there is none."""
    names = {f"tenant{number}": "read" for number in range(6)}
    store.apply(tenants(tmp_path, acme="read", **names))
    gate = gates(watch=False, keep=3)
    for name in (*names, *names):
        assert gate.check("ana", "read", domain=name)
        assert not gate.check("ana", "read", domain=f"{name} of nobody")
    assert 3 == len(gate._live.domains) == len(gate._stored.unknown)  # type: ignore[attr-defined,union-attr]


def test_a_domain_can_be_read_before_it_is_asked_about(
    store: Store, gates: Callable[..., Gate], tmp_path: Path
) -> None:
    """In an asynchronous application as well; a name of nothing is an error."""
    store.apply(tenants(tmp_path, acme="read", beta="read"))
    gate = gates(watch=False)
    gate.load("acme")
    asyncio.run(gate.aload("beta"))
    asked = queries(store)
    assert gate.check("ana", "read", domain="acme")
    assert gate.check("ana", "read", domain="beta")
    assert [] == asked
    with pytest.raises(rolegate.UnknownNameError, match="unknown domain `gamma`"):
        gate.load("gamma")


def test_a_domain_that_cannot_be_read_is_denied(
    store: Store, gates: Callable[..., Gate], tmp_path: Path
) -> None:
    """Those that are in memory answer; nothing is guessed for the others."""
    store.apply(tenants(tmp_path, acme="read", beta="read"))
    gate = gates(watch=False)
    assert gate.check("ana", "read", domain="acme")
    store.tables.metadata.drop_all(store.engine)
    assert gate.check("ana", "read", domain="acme")
    assert not gate.check("ana", "read", domain="beta")
    with pytest.raises(rolegate.BindingsUnavailableError, match="beta"):
        gate.subject("ana", "beta")
    store.create()


def test_somebody_is_named_by_lines_in_force(
    store: Store, gates: Callable[..., Gate], tmp_path: Path
) -> None:
    """In a domain and in those inside it; a limited line holds in its own, and a day begins in its zone."""
    today = (datetime.now(UTC) + timedelta(hours=14)).date().isoformat()  # in the west that is tomorrow
    files: dict[str, Data] = {
        "catalog.yaml": {
            "catalog": "desk",
            "resources": {"inbox": "Inbox"},
            "permissions": {"read": "Read", "write": {"title": "Write", "per": "inbox"}},
        },
        "domains.yaml": {
            "domains": {
                "acme": {"teams": {"crew": ["tim", {"team": "deck"}], "deck": ["dan"]}},
                "inner": {"within": "acme", "instances": {"inbox": ["a"]}},
                "core": {"within": "inner"},
                "east": {"zone": "Pacific/Kiritimati"},
                "west": {"zone": "Pacific/Pago_Pago"},
            }
        },
        "roles/clerk.yaml": {"role": "clerk", "grants": ["*"]},
        "bindings.yaml": {
            "bindings": [
                {"user": "ana", "role": "clerk", "domain": "inner"},
                {"user": "bo", "role": "clerk", "domain": "inner", "only": {"inbox": ["a"]}, "rest": "keep"},
                {"user": "cy", "grants": ["read"], "domain": "acme", "until": "2020-01-01"},
                {"user": "eve", "restrict": ["read"], "domain": "acme", "from": "2020-01-01"},
                *(
                    {"user": "zoe", "role": "clerk", "domain": zone, "from": today}
                    for zone in ("east", "west")
                ),
                {"everyone": "true", "grants": ["read"], "domain": "acme"},
            ]
        },
    }
    store.apply(write_set(files, tmp_path))
    gate, whole = gates(watch=False), store.policy()
    acme = ("acme", "core", "inner")
    named = {"ana": ("core", "inner"), "bo": ("inner",), "cy": (), "eve": acme, "tim": acme, "dan": acme}
    assert named == {user: gate.domains_of(user) for user in named}
    assert ("east",) == gate.domains_of("zoe")
    all_are_named_alike(gate, whole)
    all_may_alike(gate, whole)
    with pytest.raises(rolegate.InvalidQuestionError):
        gate.domains_of(1)  # type: ignore[arg-type]
    with pytest.raises(rolegate.UnknownNameError, match="fly"):
        gate.who_can("fly")


def test_what_a_domain_inside_has_is_not_missed(
    store: Store, gates: Callable[..., Gate], tmp_path: Path
) -> None:
    """A restriction may name an instance that is listed inside, which is not read with the domain."""
    files: dict[str, Data] = {
        "catalog.yaml": {
            "catalog": "desk",
            "resources": {"inbox": "Inbox"},
            "permissions": {"write": {"title": "Write", "per": "inbox"}},
        },
        "domains.yaml": {
            "domains": {
                "acme": {"instances": {"inbox": ["a"]}},
                "inner": {"within": "acme", "instances": {"inbox": ["b"]}},
            }
        },
        "roles/clerk.yaml": {"role": "clerk", "grants": ["write[*]"]},
        "bindings.yaml": {
            "bindings": [
                {"user": "ana", "role": "clerk", "domain": "acme"},
                {"user": "ana", "restrict": ["write[b]"], "domain": "acme"},
            ]
        },
    }
    store.apply(write_set(files, tmp_path))
    gate = gates(watch=False)
    asked = {on: gate.check("ana", "write", domain="acme", on=on) for on in "ab"}
    assert {"a": True, "b": False} == asked
    assert gate.policy_in("acme").check("ana", "write", domain="acme", on="a")


def test_an_enforcer_of_all_domains_says_where_to_ask(
    store: Store, gates: Callable[..., Gate], tmp_path: Path
) -> None:
    """The gate does not have them."""
    store.apply(tenants(tmp_path, acme="read"))
    with pytest.raises(rolegate.InvalidQuestionError, match=r"`store\.policy\(\)` has all of them"):
        gates(watch=False).enforcer()


def test_a_set_without_domains_is_one(store: Store, gates: Callable[..., Gate], tmp_path: Path) -> None:
    """Nobody names it."""
    files: dict[str, Data] = {
        "catalog.yaml": {"catalog": "desk", "permissions": {"read": "Read", "write": "Write"}},
        "roles/clerk.yaml": {"role": "clerk", "grants": ["read"]},
        "bindings.yaml": {"bindings": [{"user": "ana", "role": "clerk"}]},
    }
    store.apply(write_set(files, tmp_path))
    gate = gates(watch=False)
    assert (True, False) == (gate.check("ana", "read"), gate.check("ana", "write"))
