"""A gate answers from rows, where these are what documents give; documents are read for reasons."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

import rolegate
from plain.catalog import Data
from plain.writer import write_set
from rolegate.gate.gate import Gate
from rolegate.store.store import Store
from waiting import happens

USERS, PERMISSIONS, DOMAINS = ("ana", "bo", "cy", "eve"), ("read", "write", "ship"), ("acme", "beta", "inner")
SOON = timedelta(days=3)


def desk(folder: Path, *, acme: str = "read", title: str = "Read", until: str | None = None) -> Path:
    """Two domains and one inside the first; ana has a custom role of acme, and bo a line that may end."""
    line: Data = {"user": "bo", "role": "clerk", "domain": "acme"}
    files: dict[str, Data] = {
        "catalog.yaml": {
            "catalog": "desk", "permissions": {"read": title, "write": "Write", "ship": "Ship"}
        },
        "domains.yaml": {"domains": {"acme": {}, "beta": {}, "inner": {"within": "acme"}}},
        "roles/clerk.yaml": {"role": "clerk", "grants": ["write"]},
        "roles/acme/own.yaml": {"role": "own", "grants": [acme]},
        "bindings.yaml": {
            "bindings": [
                {"user": "ana", "role": "own", "domain": "acme"},
                line if until is None else {**line, "until": until},
                {"user": "cy", "role": "clerk", "domain": "beta"},
                {"user": "cy", "restrict": ["write"], "domain": "inner"},
            ]
        },
    }  # fmt: skip
    return write_set(files, folder)


def answers(asked: Gate | rolegate.Policy) -> list[bool]:
    """What everybody may do everywhere."""
    return [
        bool(asked.check(user, permission, domain=domain))
        for domain in DOMAINS
        for user in USERS
        for permission in PERMISSIONS
    ]


@pytest.fixture
def statements(store: Store) -> list[str]:
    """What the database is asked from now on."""
    found: list[str] = []
    sa.event.listen(store.engine, "before_cursor_execute", lambda *event: found.append(str(event[2])))
    return found


@pytest.fixture
def gates(store: Store) -> Iterator[Callable[..., Gate]]:
    """Makes gates that are told to read again."""
    yield lambda keep=None: Gate.from_store(store, watch=False, keep=keep)


def of_items(statements: list[str]) -> list[str]:
    """The statements that read documents of items, since they were last looked at."""
    found = [text for text in statements if "rolegate_item" in text]
    statements.clear()
    return found


@pytest.mark.parametrize("keep", [None, 2, 10])
def test_rows_answer_and_documents_give_reasons(
    store: Store, gates: Callable[..., Gate], statements: list[str], tmp_path: Path, keep: int | None
) -> None:
    """Documents of a domain are read when somebody asks why, and once."""
    store.apply(desk(tmp_path))
    policy, gate = rolegate.load(tmp_path), gates(keep)
    of_items(statements)
    assert answers(policy) == answers(gate)
    assert [] == of_items(statements)
    if keep != 2:
        subject = gate.subject("ana", "acme")
        assert (frozenset({"read"}), ()) == (subject.permissions(), subject.teams)
        with pytest.raises(rolegate.Forbidden):
            gate.require("ana", "write", domain="acme")
        assert gate.policy.catalog.title == policy.catalog.title
        assert keep or gate.policy.domains == policy.domains
        assert [] == statements
    told = gate.explain("ana", "read", domain="acme")
    assert policy.explain("ana", "read", domain="acme").decision == told.decision
    assert of_items(statements)
    assert told.decision == gate.explain("ana", "read", domain="acme").decision
    assert [] == statements
    assert answers(policy) == answers(gate)


@pytest.mark.parametrize("keep", [None, 10])
def test_reasons_are_those_of_what_is_in_force(
    store: Store, gates: Callable[..., Gate], tmp_path: Path, keep: int | None
) -> None:
    """Whoever reads documents of a later revision has the rows of that revision in force as well."""
    store.apply(desk(tmp_path / "a", acme="read"))
    gate = gates(keep)
    assert gate.check("ana", "read", domain="acme") and gate.check("cy", "write", domain="beta")
    before, subject = gate.status().store_revision, gate.subject("ana", "acme")
    store.apply(desk(tmp_path / "b", acme="ship"))
    assert gate.check("ana", "read", domain="acme") and before == gate.status().store_revision
    assert not gate.explain("ana", "read", domain="acme").decision.allowed
    assert before != gate.status().store_revision
    assert answers(rolegate.load(tmp_path / "b")) == answers(gate)
    # It answers as before; the reason is one that somebody can look up.
    assert subject.can("read") and not subject.explain("read").decision.allowed


def _planted(store: Store, change: str) -> None:
    rules = store.tables.rules
    own = rules.c.v0 == "acme", rules.c.ptype == "p"
    with store.engine.begin() as connection:
        if change == "added":
            row = dict(zip(("ptype", "v0", "v1", "v2", "v3", "v4", "v5"),
                           ("p", "acme", "user:eve", "-", "ship", "-", "allow"), strict=True))  # fmt: skip
            connection.execute(rules.insert().values(row))
        elif change == "removed":
            assert connection.execute(rules.delete().where(*own)).rowcount
        elif change == "changed":
            assert connection.execute(rules.update().where(*own).values(v3="ship")).rowcount
        elif change == "moved":
            links = rules.c.ptype == "g", rules.c.v2 == "beta"
            assert connection.execute(rules.update().where(*links).values(v2="acme")).rowcount
        else:
            values = {"ptype": "p", "v0": "*", "v1": "role:clerk", "v2": "-", "v3": "ship", "v4": "-"}
            connection.execute(rules.insert().values(**values, v5="allow"))


ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""What is read of rows does not depend on the database."""


@ON_SQLITE
@pytest.mark.parametrize("change", ["added", "removed", "changed", "moved", "for all"])
def test_a_planted_row_answers_nothing(
    store: Store,
    gates: Callable[..., Gate],
    tmp_path: Path,
    change: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither one that allows more nor one that takes away; the log says so, and so does the status."""
    store.apply(desk(tmp_path))
    _planted(store, change)
    expected = answers(rolegate.load(tmp_path))
    for keep in (None, 10):
        caplog.clear()
        with caplog.at_level(logging.WARNING, "rolegate"):
            assert expected == answers(gates(keep))
        told = [text for text in caplog.messages if "not those that its documents give" in text]
        assert (change == "for all") is not bool(told)
    assert not store.status().is_sound


@ON_SQLITE
@pytest.mark.parametrize("column", ["layout", "compiler", "rules"])
def test_rows_of_another_library_answer_nothing(
    store: Store, gates: Callable[..., Gate], statements: list[str], tmp_path: Path, column: str
) -> None:
    """Nor those of which nobody knows what they should be: documents answer everywhere."""
    store.apply(desk(tmp_path))
    tables = store.tables
    with store.engine.begin() as connection:
        if column == "rules":
            connection.execute(tables.domains.update().values(rules=None))
        else:
            connection.execute(tables.stores.update().values({column: 99}))
    _planted(store, "added")
    for keep in (None, 10):
        of_items(statements)
        assert answers(rolegate.load(tmp_path)) == answers(gates(keep))
        assert of_items(statements)


@pytest.mark.parametrize("keep", [None, 10])
def test_a_line_ends_although_nobody_refreshes_rows(
    store: Store,
    gates: Callable[..., Gate],
    statements: list[str],
    tmp_path: Path,
    keep: int | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At its moment; domains in which nothing ends go on answering from their rows."""
    end = datetime.now(UTC).replace(microsecond=0) + SOON
    store.apply(desk(tmp_path, until=f"{end:%Y-%m-%dT%H:%M:%SZ}"))
    gates_before = [gates(keep) for _ in range(2)]
    assert [True] * 2 == [gate.check("bo", "write", domain="acme") for gate in gates_before]
    first = gates_before[0]
    assert first.check("cy", "write", domain="beta")
    policy = rolegate.load(tmp_path)
    for seconds, expected in ((-1, True), (0, False)):
        at = end + timedelta(seconds=seconds)
        for module in ("gate", "stored_holder", "stored_domains"):
            monkeypatch.setattr(f"rolegate.gate.{module}.time", at.timestamp)
        assert bool(policy.check("bo", "write", domain="acme", at=at)) is expected
        statements.clear()
        assert first.check("cy", "write", domain="beta")
        assert [] == statements
        later = gates(keep)
        for gate in (*gates_before, later):
            assert gate.check("bo", "write", domain="acme") is expected
            assert gate.check("bo", "write", domain="inner") is expected
    store.refresh(at=end)
    of_items(statements)
    refreshed = gates(keep)
    of_items(statements)
    assert not refreshed.check("bo", "write", domain="acme")
    assert [] == of_items(statements)


def test_a_line_ends_without_a_database(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows from documents at the next moment was read before; nobody else in the domain is denied."""
    end = datetime.now(UTC).replace(microsecond=0) + SOON
    store.apply(desk(tmp_path, until=f"{end:%Y-%m-%dT%H:%M:%SZ}"))
    gate = Gate.from_store(store, interval=60, listen=False)
    assert happens(lambda: gate._coming is not None)
    store.tables.metadata.drop_all(store.engine)
    assert gate.check("bo", "write", domain="acme") and gate.check("ana", "read", domain="acme")
    for module in ("gate", "stored_holder", "stored_domains"):
        monkeypatch.setattr(f"rolegate.gate.{module}.time", end.timestamp)
    assert not gate.check("bo", "write", domain="acme") and not gate.check("bo", "write", domain="inner")
    assert gate.check("ana", "read", domain="acme") and gate.check("cy", "write", domain="beta")
    gate.close()
