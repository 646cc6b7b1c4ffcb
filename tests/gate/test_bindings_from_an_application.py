"""Bindings from an application: a domain answers as if they were in the files, or it does not answer."""

from __future__ import annotations

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from time import sleep
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from bound import AsyncTables, Tables, parted
from drawing import examples
from plain.asking import UNKNOWN, questions, sample
from plain.evaluator import Evaluator
from plain.loading import loaded
from plain.strategies import NOW, Files, policy_sets
from rolegate import (
    BindingsUnavailableError,
    DomainBindings,
    Gate,
    InvalidQuestionError,
    Policy,
    UnknownNameError,
)
from rolegate.compiled.names import unlimited
from rolegate.encoding import encode
from rolegate.gate import bound_domains
from waiting import happens


def lines_in(policy: Policy, domain: str) -> list[Any]:
    """The compiled lines for one domain alone, and the links there.

    A limited role that only an inner domain gives to somebody has lines here as well, which nobody reaches.
    """
    made, dom = policy.compile(), encode(domain)
    reached = {link.role for link in made.g if link.dom == dom}
    lines = [line for line in made.p if line.sub in reached or unlimited(line.sub) == line.sub]
    return [sorted(line for line in part if line.dom == dom) for part in (lines, made.g, made.g2)]


@examples(60)
@given(policy_sets(), st.integers(0, 2**32))
def test_as_if_they_stood_in_the_files(files: Files, number: int) -> None:
    """Whatever part of lines and members comes from the application: answers and lines are the same."""
    draw = random.Random(number)
    rest, tables = parted(files, draw)
    with TemporaryDirectory() as folder:
        whole = replace(loaded(Path(folder) / "whole", files), at=NOW)
        part = replace(loaded(Path(folder) / "part", rest), at=NOW)
    gate, full, plain = Gate(part, bindings=tables), Gate(whole), Evaluator(files, NOW)
    asks = questions(files, plain, some=(False,), about=lambda who: who[0] == "user")
    for ask in sample(asks, 200, number):
        details: Any = {"domain": ask.domain, "on": ask.on or None, "scope": ask.scope}
        answers = [one.check(ask.name, ask.permission, **details) for one in (gate, full)]
        assert [plain.answer(ask)] * 2 == answers, ask
    for domain in plain.domains:
        assert lines_in(whole, domain) == lines_in(gate.policy_in(domain), domain)
        for user in (*whole.users[:3], UNKNOWN):
            name = domain if whole.needs_domain else None
            ours, theirs = gate.subject(user, name), full.subject(user, name)
            assert (ours.teams, ours.tree()) == (theirs.teams, theirs.tree())
            assert ours.permissions() == theirs.permissions()
    assert all(count == 1 for count in tables.reads.values())


FILES = {
    "catalog.yaml": """
        catalog: desk
        permissions:
          tickets: {permissions: {show: Show, close: Close}}
          reports: Reports
        """,
    "roles/all.yaml": """
        roles:
          agent: {grants: [tickets.show, tickets.close]}
          reader: {grants: [tickets.show]}
          lead: {domain: acme, grants: [reports]}
        """,
    "domains.yaml": """
        domains:
          acme: {teams: {sales: [bo], all: [{team: sales}]}}
          acme-emea: {within: acme}
          birch: {}
        """,
    "bindings.yaml": """
        bindings:
          - {team: all, role: reader, domain: acme}
          - {user: fay, role: agent, domain: acme}
        """,
}


@pytest.fixture
def tables() -> Tables:
    found = Tables()
    found.say("acme", {"user": "ana", "role": "agent"}, {"user": "fay", "restrict": ["tickets.close"]})
    found.say("acme-emea", {"team": "paris", "role": "lead", "until": None}, paris=["pia"])
    found.say("birch", {"user": "ana", "role": "reader"})
    return found


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(dedent(text), encoding="utf-8")
    return tmp_path


@pytest.fixture
def gate(files: Path, tables: Tables) -> Gate:
    return Gate.from_path(files, bindings=tables)


def test_a_domain_is_read_when_it_is_asked_about(gate: Gate, tables: Tables) -> None:
    """Once, with those around it; a question about an unknown one does not reach the application."""
    assert not tables.reads
    assert gate.check("ana", "tickets.close", domain="acme-emea")
    assert gate.check("pia", "reports", domain="acme-emea") and not gate.check(
        "pia", "reports", domain="acme"
    )
    assert {"acme": 1, "acme-emea": 1} == tables.reads
    assert not gate.check("ana", "tickets.close", domain="nowhere")
    assert (True, False) == tuple(
        gate.check("ana", f"tickets.{p}", domain="birch") for p in ("show", "close")
    )
    assert {"acme": 1, "acme-emea": 1, "birch": 1} == tables.reads


def test_a_restriction_of_the_application_takes_from_what_files_grant(gate: Gate) -> None:
    """From the first question on: files alone never answer."""
    assert not gate.check("fay", "tickets.close", domain="acme")
    assert gate.check("fay", "tickets.show", domain="acme")
    assert not gate.check("fay", "tickets.close", domain="acme-emea")


def test_plain_questions_are_answered_from_the_same_tables(gate: Gate) -> None:
    """What has been asked about is in the dictionaries that `check` looks at first."""
    assert "acme" not in gate._live.plain
    gate.load("acme")
    users, allow, deny = gate._live.plain["acme"]
    assert users["ana"] & allow["tickets.close"]
    assert deny is not None


def test_members_join_teams_of_the_files(gate: Gate, tables: Tables) -> None:
    """And the teams around these; a subject with given roles has both."""
    tables.say("acme", {"team": "sales", "grants": ["reports"]}, sales=["zoe"])
    assert ("all", "sales") == tuple(sorted(gate.subject("zoe", "acme").teams))
    zoe = gate.subject("zoe", "acme", roles=["agent"])
    assert zoe.can("reports") and zoe.can("tickets.close")
    assert gate.check("bo", "reports", domain="acme")


def test_an_explanation_names_the_source_and_the_row(gate: Gate) -> None:
    """As it names a file and a line."""
    why = gate.explain("ana", "tickets.close", domain="acme")
    assert ("user `ana` has role `agent`", "Tables/acme", 1) == (
        why.chain[0].text,
        why.chain[0].file,
        why.chain[0].line,
    )
    why = gate.explain("fay", "tickets.close", domain="acme")
    assert ("Tables/acme", 2) == (why.blocked[0].file, why.blocked[0].line)


def test_without_its_bindings_a_domain_allows_nothing(gate: Gate, tables: Tables) -> None:
    """The status says so, and a refusal; a subject is not made."""
    tables.error = ConnectionError("the database is away")
    assert not gate.check("bo", "tickets.show", domain="acme")
    with pytest.raises(rolegate.Forbidden) as refused:
        gate.require("bo", "tickets.show", domain="acme")
    assert "the database is away" in refused.value.explanation.decision.reason
    with pytest.raises(BindingsUnavailableError, match="the database is away"):
        gate.subject("bo", "acme")
    status = gate.status()
    assert (True, "acme", None) == (status.stale, status.domains[0].domain, status.domains[0].read_at)
    assert "the database is away" in str(status.error)
    assert 1 == tables.looks["acme"]


def test_a_source_that_is_back_is_asked_again(
    gate: Gate, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A moment after it failed."""
    tables.error = SystemError("later")
    assert not gate.check("ana", "tickets.show", domain="acme")
    tables.error = None
    assert not gate.check("ana", "tickets.show", domain="acme")
    monkeypatch.setattr(bound_domains, "RETRY", 0.0)
    assert gate.check("ana", "tickets.show", domain="acme")
    assert (False, None) == (gate.status().stale, gate.status().error)


BROKEN: list[tuple[Any, str]] = [
    ({"user": "ana", "role": "agnet"}, "Tables/acme:1:1: RG317"),
    ({"user": "ana", "rule": "agent"}, "Tables/acme:1:1: RG1"),
    ({"user": "ana", "role": "agent", "domain": "birch"}, "Tables/acme:1:1: RG440"),
    ({"user": 7, "role": "agent"}, "Tables/acme:1:1: RG114"),
    ({"user": "ana"}, "Tables/acme:1:1: RG4"),
    ({"user": "ana", "role": "agent", "until": "soon"}, "Tables/acme:1:1: RG"),
    ("ana", "Tables/acme:1:1: RG114"),
]


@pytest.mark.parametrize(("row", "told"), BROKEN)
def test_a_row_that_files_could_not_have_is_a_finding(
    gate: Gate, tables: Tables, row: Any, told: str
) -> None:
    """With the source and the row; what was read before stays in force."""
    gate.load("acme")
    tables.say("acme", row)
    assert not gate.refresh("acme")
    assert told in str(gate.status().error)
    assert gate.check("ana", "tickets.close", domain="acme")
    assert gate.status().domains[0].read_at is not None
    tables.say("acme", {"user": "ana", "role": "reader"})
    assert gate.refresh() and not gate.status().stale
    assert not gate.check("ana", "tickets.close", domain="acme")


@pytest.mark.parametrize(
    "teams", [{"sales": ["pia"]}, {"": ["pia"]}, {"paris": "pia"}, {"paris": [{"team": "x"}]}]
)
def test_a_team_that_files_could_not_have_is_a_finding(gate: Gate, tables: Tables, teams: Any) -> None:
    """A team of a domain around it, which lines there mean already, among others."""
    tables.said["acme-emea"] = DomainBindings((), teams)
    with pytest.raises(BindingsUnavailableError, match="Tables/acme-emea/teams:1:1"):
        gate.load("acme-emea")


def test_a_bare_list_of_rows_is_refused(gate: Gate, tables: Tables) -> None:
    """Nothing is guessed."""
    tables.said["acme"] = [{"user": "ana", "role": "agent"}]  # type: ignore[assignment]
    with pytest.raises(BindingsUnavailableError, match="not `list`"):
        gate.load("acme")


def test_a_change_around_a_domain_changes_it(gate: Gate, tables: Tables) -> None:
    """Subjects that are there keep their answers, and `current` gives the others."""
    ana = gate.subject("ana", "acme-emea")
    assert gate.refresh() and ana is ana.current()
    tables.say("acme", {"user": "ana", "role": "reader"})
    assert gate.refresh("acme")
    assert not gate.check("ana", "tickets.close", domain="acme-emea")
    assert (True, False) == (ana.can("tickets.close"), ana.current().can("tickets.close"))
    assert 1 == tables.reads["acme-emea"]


def test_an_unchanged_domain_is_only_looked_at(gate: Gate, tables: Tables) -> None:
    """And one that is not in memory is not."""
    gate.load("acme")
    assert gate.refresh() and gate.refresh("birch")
    assert ({"acme": 1}, {"acme": 2}) == (tables.reads, tables.looks)


def test_new_files_are_joined_with_what_was_read(gate: Gate, tables: Tables, files: Path) -> None:
    """Without another question to the application; a row that means nothing any more denies."""
    gate.load("acme")
    roles = dedent(FILES["roles/all.yaml"])
    (files / "roles/all.yaml").write_text(roles.replace(", tickets.close]", "]"), encoding="utf-8")
    assert gate.reload()
    assert (True, False) == tuple(gate.check("ana", f"tickets.{p}", domain="acme") for p in ("show", "close"))
    (files / "roles/all.yaml").write_text(roles.replace("agent:", "clerk:"), encoding="utf-8")
    (files / "bindings.yaml").write_text("bindings: []\n", encoding="utf-8")
    assert gate.reload()
    assert not gate.check("ana", "tickets.show", domain="acme")
    assert "agent" in str(gate.status().error) and gate.status().domains[0].read_at is None
    assert {"acme": 1} == tables.reads


def test_a_line_of_the_application_ends(gate: Gate, tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    """At its moment, without being read again."""
    soon = datetime.now(UTC) + timedelta(days=2)
    tables.say("acme", {"user": "ana", "role": "agent", "until": soon}, {"user": "cy", "role": "agent"})
    assert gate.check("ana", "tickets.show", domain="acme")
    assert gate.check("ana", "tickets.show", domain="birch")
    later = (soon + timedelta(days=1)).timestamp()
    for module in ("gate", "bound_domains"):
        monkeypatch.setattr(f"rolegate.gate.{module}.time", lambda: later)
    assert not gate.check("ana", "tickets.show", domain="acme")
    assert gate.check("cy", "tickets.show", domain="acme")
    assert gate.check("ana", "tickets.show", domain="birch")
    assert {"acme": 1, "birch": 1} == tables.reads


def test_so_many_domains_are_in_memory(files: Path, tables: Tables) -> None:
    """The first ones go, with those inside them, and are read again when they are asked about."""
    gate = Gate.from_path(files, bindings=tables, keep=2)
    for domain in ("acme-emea", "birch", "acme"):
        assert gate.check("ana", "tickets.show", domain=domain)
        assert len(gate._said) <= 2 and set(gate._live.plain) <= set(gate._said)
    assert {"acme": 1, "acme-emea": 1, "birch": 1} == tables.reads
    assert gate.check("ana", "tickets.close", domain="acme-emea")
    assert 2 == tables.reads["acme-emea"]


def test_an_asynchronous_source_is_awaited_before(files: Path, tables: Tables) -> None:
    """A question does not wait; it is denied until the domain is there."""
    gate = Gate.from_path(files, bindings=AsyncTables(tables))
    assert not gate.check("ana", "tickets.show", domain="acme")
    assert "aload" in str(gate.status().error)

    async def later() -> None:
        await gate.aload("acme")
        assert gate.check("ana", "tickets.close", domain="acme")
        await gate.aload("acme")
        tables.say("acme", {"user": "ana", "role": "reader"})
        assert await gate.arefresh()
        assert not gate.check("ana", "tickets.close", domain="acme")
        tables.error = ConnectionError("away")
        assert not await gate.arefresh()
        with pytest.raises(BindingsUnavailableError, match="away"):
            await gate.aload("birch")

    asyncio.run(later())
    assert gate.check("ana", "tickets.show", domain="acme")


def test_a_plain_source_can_be_awaited_as_well(gate: Gate) -> None:
    """So that an application can change its mind."""
    asyncio.run(gate.aload("birch"))
    assert ["birch"] == [status.domain for status in gate.status().domains]
    assert asyncio.run(gate.arefresh())


def test_a_gate_that_watches_refreshes(files: Path, tables: Tables) -> None:
    """Every interval, in a thread, until it is closed."""
    gate = Gate.from_path(files, bindings=tables, watch=True, interval=0.01)
    try:
        assert gate.check("ana", "tickets.close", domain="acme")
        tables.say("acme", {"user": "ana", "role": "reader"})
        assert happens(lambda: not gate.check("ana", "tickets.close", domain="acme"))
    finally:
        gate.close()


def test_lists_of_all_domains_are_not_a_gate_s(gate: Gate) -> None:
    """They would lack what the application says of domains that nobody asked about."""
    with pytest.raises(InvalidQuestionError, match="`domains_of` needs all domains"):
        gate.domains_of("ana")
    with pytest.raises(InvalidQuestionError, match="`enforcer` needs all domains"):
        gate.enforcer()
    assert ("ana", "bo", "fay") == gate.policy_in("acme").users
    assert ("ana",) == gate.users_who_can("tickets.show", {}, domain="birch")
    with pytest.raises(UnknownNameError, match="did you mean `acme`"):
        gate.load("acne")


def test_a_set_without_domains_has_one(tmp_path: Path, tables: Tables) -> None:
    """It is asked for as `default`."""
    (tmp_path / "catalog.yaml").write_text("catalog: desk\npermissions: {show: Show}\n", encoding="utf-8")
    tables.say("default", {"user": "ana", "grants": ["show"]}, sales=["bo"])
    gate = Gate.from_path(tmp_path, bindings=tables)
    assert gate.check("ana", "show") and gate.check("ana", "show", domain="default")
    assert ("sales",) == gate.subject("bo").teams
    assert "ana" in gate._live.plain[None][0]


@pytest.mark.parametrize("loaded_before", [False, True])
def test_a_change_that_is_told_while_a_domain_is_read_is_not_lost(
    gate: Gate, tables: Tables, loaded_before: bool
) -> None:
    """What was read before the change does not replace what was read after it."""
    slow = tables.read
    nested: list[str] = []

    def read(domain: str) -> DomainBindings:
        found = slow(domain)
        if not nested:
            nested.append(domain)
            tables.say("acme", {"user": "ana", "role": "reader"})
            assert gate.refresh("acme")
        return found

    if loaded_before:
        gate.load("acme")
        tables.say("acme", {"user": "ana", "role": "agent"})
    tables.read = read  # type: ignore[method-assign]
    if loaded_before:
        assert gate.refresh()
    assert not gate.check("ana", "tickets.close", domain="acme")
    assert gate.check("ana", "tickets.show", domain="acme")
    assert ["acme"] == nested and gate._reading == []


def test_many_threads_read_a_domain_once(files: Path, tables: Tables) -> None:
    """Those who come meanwhile wait for the first one."""
    slow = tables.read

    def read(domain: str) -> DomainBindings:
        sleep(0.05)
        return slow(domain)

    tables.read = read  # type: ignore[method-assign]
    gate = Gate.from_path(files, bindings=tables)
    with ThreadPoolExecutor(8) as pool:
        asked = pool.map(lambda _: gate.check("ana", "tickets.close", domain="acme"), range(16))
        assert {True} == set(asked)
    assert {"acme": 1} == tables.reads
