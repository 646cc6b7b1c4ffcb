"""The benchmark measures what it says: every contender gives rolegate's answers, and the command runs."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import rolegate
from drawing import some, some_of
from repository import ROOT
from rolegate.engine.vocabulary import names

sys.path.insert(0, str(ROOT))

from benchmarks import __main__ as command
from benchmarks import (
    company_files,
    decisions,
    desk_fields,
    desk_rivals,
    findings,
    loaders,
    model_shapes,
    one_request,
    ours,
    pictures,
    reviews,
    rich,
    rivals,
    role_files,
    sql_rivals,
    store_children,
    store_followers,
    stores,
    tenants,
    workload,
)
from benchmarks.databases import GIVEN, Database, databases
from benchmarks.plan import Plan

pytestmark = pytest.mark.slow

BY_DOMAIN = (sql_rivals.Sqlite, sql_rivals.SqliteWal, sql_rivals.SqliteMemory, sql_rivals.AlchemyCore)
"""Their query asks for rules of the domain alone."""


@pytest.mark.parametrize("shared", [False, True], ids=["custom", "default"])
def test_the_lines_are_those_of_the_compiler(tmp_path: Path, shared: bool) -> None:
    """Lines written directly are what the same roles compile to as YAML."""
    policy = workload.Workload(2, shared)
    workload.write_yaml(policy, tmp_path)
    compiled, written = rolegate.load(tmp_path).compile(), policy.compiled()
    assert (set(compiled.p), set(compiled.g)) == (set(written.p), set(written.g))
    assert set(compiled.g2) == set(written.g2)


def test_the_names_are_those_of_the_catalog() -> None:
    """The permissions of a measured index are named as those of a policy set are."""
    assert dict(names(ours.catalog_gate().policy.catalog)) == dict(ours.catalog_names())


@pytest.mark.parametrize("shared", [False, True], ids=["custom", "default"])
@pytest.mark.parametrize("allowed", [True, False])
def test_every_rival_gives_the_same_answers(tmp_path: Path, shared: bool, allowed: bool) -> None:
    """No contender is timed on questions it gets wrong."""
    policy = workload.Workload(2, shared)
    contenders = [make(policy, tmp_path) for make in rivals.CONTENDERS if not (shared and make in BY_DOMAIN)]
    decisions.agree(contenders, policy, allowed, questions=40)
    for contender in contenders:
        ask, nothing = contender.loop(policy.requests(3, allowed=allowed))
        ask()
        nothing()


@pytest.mark.parametrize("matcher", model_shapes.SHAPES)
def test_an_indexed_enforcer_is_measured_on_its_index(matcher: str) -> None:
    """It and the stock one give the answer that is right."""
    stock, ours = model_shapes.enforcers(matcher, 300)
    for allowed in (True, False):
        for question in model_shapes.questions(matcher, 300, allowed)[::7]:
            assert allowed == stock.enforce(*question) == ours.enforce(*question)


def test_every_loader_reads_what_is_written_for_it(tmp_path: Path) -> None:
    """No way of loading is measured on files that it refuses, or on none."""
    loaders.write_sources(workload.Workload(2), tmp_path)
    for load in loaders.LOADERS.values():
        assert load(tmp_path)() is not None


def test_casbin_agrees_on_the_whole_language(tmp_path: Path) -> None:
    """Questions about teams, scopes, instances and restrictions have the answers of stock Casbin."""
    rich.write(tmp_path)
    gate = rolegate.Gate.from_path(tmp_path)
    stock = gate.enforcer()
    for kind, questions in rich.questions().items():
        for asked in some_of(questions[::10], 5):
            user, permission, domain, on, scope, expected = asked
            impliers = [implier.path for implier in gate.policy.catalog.impliers.get(permission, ())]
            asked_as = impliers or [permission]
            answer = any(
                stock.enforce(f"user:{user}", domain, on or "-", act, scope or "-") for act in asked_as
            )
            ours = gate.check(user, permission, domain=domain, on=on, scope=scope)
            assert (expected, expected) == (answer, ours), kind


def test_a_run_prints_its_tables_and_writes_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run of some parts, with few questions, shows every contender, and figures against targets."""
    monkeypatch.setattr(Plan, "rounds", 1)
    for name, few in {"HOT": 50, "COLD": 200, "LONG": 1}.items():
        monkeypatch.setattr(decisions, name, few)
    monkeypatch.setattr(pictures, "AREAS", 3)
    page = tmp_path / "benchmarks.md"
    parts = "decisions,flat,permissions,pictures,request"
    assert command.main(["--quick", "--sizes", "1k", "--only", parts, "--out", str(page)]) == 0
    printed, written = capsys.readouterr().out, page.read_text(encoding="utf-8")
    for make in rivals.CONTENDERS:
        assert make.name in written  # type: ignore[attr-defined]  # each of them is a class
    assert "against an empty method of the same arity" in printed
    assert "a matrix as a page of a large catalog" in printed
    for what in one_request.LIMITS:
        assert f"| {what} against a plain check" in printed
    assert re.search(r"\d+ cores", written)
    assert str(ROOT) not in written


def test_the_page_has_role_files_and_reviews(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each figure is a row, and what is measured in processes of their own is measured here, of few files."""
    mains = {"benchmarks.role_files": role_files.main, "benchmarks.company_files": company_files.main}
    run = lambda module, *arguments: mains[module]([str(argument) for argument in arguments])  # noqa: E731
    monkeypatch.setattr(company_files, "_child", run)
    for part, constants in ((company_files, ("FEWER", "AT_100K")), (reviews, ("ROLES",))):
        for name in constants:
            monkeypatch.setattr(part, name, 10)
    monkeypatch.setattr(reviews, "BINDINGS", 200)
    page = tmp_path / "benchmarks.md"
    assert command.main(["--quick", "--only", "company,reviews,revisions", "--out", str(page)]) == 0
    rows = [
        line.split("|")[1].strip() for line in page.read_text(encoding="utf-8").splitlines() if "|" in line
    ]
    assert {
        "validate of 10,000 role files, against PyYAML's C loader",
        "lint of 10,000 role files, against the same",
        "Gate.from_path of role files, against validate",
        "memory of a gate from YAML at 100k, against Enforcer + adapter",
        "difference and invariants",
        "diff HEAD~1..HEAD of the four example policies",
    } <= set(rows)


def test_the_page_has_stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_url: str) -> None:
    """What is measured in processes of their own is measured here, of few tenants; each answer is right."""
    monkeypatch.setenv(GIVEN, postgres_url)
    kinds = ("SQLite", "PostgreSQL")[-some(2) :]

    @contextmanager
    def found_databases(folder: Path) -> Iterator[list[Database]]:
        with databases(folder) as every:
            yield [database for database in every if database.name in kinds]

    monkeypatch.setattr(stores, "databases", found_databases)
    few = {"LINES": 0, "BINDINGS": 2000, "DOMAINS": 30, "ASKED": 2, "CHANGES": 9}
    for name, value in few.items():
        monkeypatch.setattr(stores, name, value)
    monkeypatch.setattr(
        stores, "in_store", lambda what, *rest: store_children.MEASURED[what](*rest, *([0] * (2 - len(rest))))
    )
    monkeypatch.setattr(stores, "delays", lambda *_: [0.001, 0.002])
    page = tmp_path / "benchmarks.md"
    assert command.main(["--quick", "--only", "stores", "--out", str(page)]) == 0
    found = page.read_text(encoding="utf-8")
    for name in (*stores.SMALL, *(row[0] for row in stores.WHOLE)):
        for database in kinds:
            assert re.search(rf"^\| {name} +\| {database} ", found, re.MULTILINE), (name, database)
    assert "under 8 writers, PostgreSQL" in found


def test_a_follower_is_asked_until_it_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_url: str
) -> None:
    """The tenants that are copied are what their documents say; in a full run others write meanwhile."""
    monkeypatch.setenv(GIVEN, postgres_url)
    with databases(tmp_path) as (_, postgresql):
        tenants.Tenants(3, users=2).fill(postgresql.store(), tmp_path)
        assert postgresql.store().status().is_sound
        found = store_followers.delays(postgresql, 2, some(2) - 1)
        assert (2, True) == (len(found), 0 <= found[0] <= found[1])


def test_every_contender_says_the_same_of_a_ticket() -> None:
    """Cedar and the rule by hand allow what rolegate allows, and not all of it."""
    gate = rolegate.Gate.from_path(ROOT / "examples/helpdesk/policy")
    one_request.agree(gate)
    hand = desk_rivals.ByHand()
    answers = {hand.can(user, row) for user in desk_rivals.USERS for row in one_request.ROWS}
    assert {True, False} == answers
    assert 1 == one_request.statements(gate)
    assert not hand.can("root", {**one_request.ROWS[0], "account": "beta"})


def test_fields_of_a_record_are_asked_for_in_every_state(tmp_path: Path) -> None:
    """In the rows that are timed, a field is shown, may be edited, and is hidden."""
    ana = desk_fields.desk_of_fields(tmp_path).subject("ana", desk_rivals.ACCOUNT)
    phones = {ana.fields("tickets", row)["phone"] for row in one_request.ROWS}
    notes = {ana.fields("letters", row)["notes"] for row in one_request.ROWS}
    assert ({"edit", "view", "hidden"}, {"view", "hidden"}) == (phones, notes)


def test_a_contender_that_is_wrong_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its times would mean nothing."""
    gate = rolegate.Gate.from_path(ROOT / "examples/helpdesk/policy")
    monkeypatch.setattr(desk_rivals, "USERS", {**desk_rivals.USERS, "ana": ("lead", ())})
    with pytest.raises(AssertionError, match="ana"):
        one_request.agree(gate)


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The message names the parts there are."""
    with pytest.raises(SystemExit):
        command.main(["--only", "sped"])
    assert "the parts are decisions" in capsys.readouterr().err


def test_a_figure_is_met_or_short() -> None:
    """At least and at most are told apart."""
    assert findings.Figure("a", 250, 251).met
    assert not findings.Figure("a", 7, 7.1, at_least=False).met
    assert findings.Figure("a", 7, 7, at_least=False).row == ("a", "≤ 7 times", "7 times", "met")
