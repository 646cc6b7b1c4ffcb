"""The gate: the policy's answers, from any thread, whatever happens to the files."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from drawing import examples, some, some_of
from plain.catalog import Data
from plain.loading import loaded
from plain.strategies import policy_sets
from repository import ROOT
from rolegate import Gate, Policy, Question
from rolegate.encoding import readable

SETS = ("livechat", "respond-io", "responsive", "responso")


def asked(policy: Policy) -> list[Question]:
    """Every user, domain, permission, scope and instance worth asking, unknown and unsound ones included."""
    found = []
    ids: list[str | tuple[str, ...] | None] = [
        None,
        (),
        "",
        "no such",
        "\ud800",
        "x" * 90,
        "é" * 50,
        ("a", "b"),
        ("a", "b", "c"),
    ]
    for home in policy.resolved.domains:
        for paths in home.instances.values():
            ids += [tuple(part for part in rolegate.parse_instance(readable(path))) for path in paths[:2]]
    ids += [id[0] for id in ids if isinstance(id, tuple) and len(id) == 1]
    domains = [*policy.domains, "no such"] if policy.needs_domain else [None, "no such"]
    for user in [*policy.users, "no such", "*", "\ud800"]:
        for domain in domains:
            for permission in [*policy.catalog.permissions]:
                instances = ids if permission.chain else [None, "x", ()]
                for on in instances:
                    for scope in (None, *permission.scope_names, "no such"):
                        found.append(Question(permission.path, user=user, domain=domain, on=on, scope=scope))
    return found


def differing(policy: Policy, questions: list[Question]) -> list[Question]:
    """The questions a gate answers otherwise; what it logs of the malformed ones is not shown."""
    log = logging.getLogger("rolegate")
    log.disabled = True
    try:
        return _differing(policy, questions)
    finally:
        log.disabled = False


def _differing(policy: Policy, questions: list[Question]) -> list[Question]:
    gate = Gate(policy)
    at = datetime.now(UTC)
    return [
        q
        for q in questions
        if gate.check(q.user or "", q.permission, domain=q.domain, on=q.on, scope=q.scope)
        != policy.decide(q, at).allowed
    ]


@pytest.mark.parametrize("name", SETS)
def test_the_gate_gives_the_answers_of_the_policy(name: str) -> None:
    """Malformed questions included: what a policy denies with a note, a gate denies."""
    policy = rolegate.load(ROOT / "policies" / name)
    questions = asked(policy)
    assert [] == differing(policy, questions[:: max(1, len(questions) // some(6000, 20))])


@examples(10)
@given(policy_sets(), st.randoms(use_true_random=False))
def test_the_gate_gives_the_answers_of_random_policies(files: dict[str, Data], random: object) -> None:
    """The same for sets with hostile names."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder), files)
        questions = asked(policy)
        assert [] == differing(policy, questions[:: max(1, len(questions) // 1500)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a policy set to change."""
    return Path(shutil.copytree(ROOT / "policies/responso", tmp_path / "set"))


def test_forbidden_explains_itself(folder: Path) -> None:
    """A refused `require` raises; the text gives nothing away, the explanation has the nearest grant."""
    gate = Gate.from_path(folder)
    with pytest.raises(rolegate.Forbidden) as caught:
        gate.require("ana", "subscription.change_plan", domain="acme")
    assert {
        "error": "forbidden",
        "permission": "subscription.change_plan",
        "domain": "acme",
    }.items() <= caught.value.to_dict().items()
    assert caught.value.explanation.nearest
    gate.require("olga", "subscription.change_plan", domain="acme")


@pytest.mark.parametrize(
    "question",
    [
        ("tickets.fly", "acme", None),
        ("tickets.edit", "nowhere", None),
        ("tickets.edit", "acme", "galaxy"),
    ],
)
def test_unknown_names_are_denied_and_logged(
    folder: Path, caplog: pytest.LogCaptureFixture, question: tuple[str, str, str | None]
) -> None:
    """A misspelt name never goes unnoticed."""
    gate = Gate.from_path(folder)
    permission, domain, scope = question
    with caplog.at_level(logging.WARNING, "rolegate"):
        assert not gate.check("olga", permission, domain=domain, scope=scope)
    assert "unknown" in caplog.text or "no scope" in caplog.text


def test_the_log_has_the_nearest_names(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What a question could have meant, and how the whole of a group is asked about."""
    gate = Gate.from_path(folder)
    assert not gate.check("olga", "tickets.edti", domain="acme")
    assert not gate.check("olga", "tickets", domain="acme")
    assert [record.getMessage() for record in caplog.records] == [
        "denied: RG601 unknown permission `tickets.edti`; did you mean `tickets.edit`?",
        "denied: RG601 `tickets` is a group; ask for one permission, or for any of `tickets.*` "
        "(`--any`, `can_any`)",
    ]


def test_a_reload_takes_effect(folder: Path) -> None:
    """What the files say now is what the gate answers."""
    gate = Gate.from_path(folder)
    before = gate.status().revision
    assert not gate.check("newby", "tickets.show", domain="acme", scope="my")
    lines = (folder / "bindings.yaml").read_text()
    (folder / "bindings.yaml").write_text(lines + "\n  - {user: newby, role: agent, domain: acme}\n")
    assert gate.reload()
    assert gate.check("newby", "tickets.show", domain="acme", scope="my")
    assert gate.status().revision != before


def test_broken_files_leave_the_last_good_policy(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The answers stay, the log and the status say so, and mended files heal it."""
    gate = Gate.from_path(folder)
    good = (folder / "bindings.yaml").read_text()
    (folder / "bindings.yaml").write_text("bindings: [")
    with caplog.at_level(logging.ERROR, "rolegate"):
        assert not gate.reload()
    assert gate.check("olga", "tickets.edit", domain="acme")
    status = gate.status()
    assert status.stale and "RG104" in (status.error or "")
    assert "stays in force" in caplog.text
    (folder / "bindings.yaml").write_text(good)
    assert gate.reload()
    assert not gate.status().stale


def test_watched_files_are_loaded_when_they_change(folder: Path) -> None:
    """No call is needed; closing ends the thread."""
    before = {*threading.enumerate()}
    gate = Gate.from_path(folder, watch=True, interval=0.02)
    try:
        lines = (folder / "bindings.yaml").read_text()
        (folder / "bindings.yaml").write_text(lines + "\n  - {user: newby, role: agent, domain: acme}\n")
        deadline = time.monotonic() + 20
        while not gate.check("newby", "tickets.show", domain="acme", scope="my"):
            assert time.monotonic() < deadline, "the change was never seen"
            time.sleep(0.02)
    finally:
        gate.close()
    made = {*threading.enumerate()} - before
    assert not any(thread.name == "rolegate-watch" and thread.is_alive() for thread in made)


@pytest.mark.parametrize("plainly", [True, False], ids=["without scope", "at a scope"])
@pytest.mark.parametrize("ready", [True, False])
def test_a_binding_begins_and_ends_at_the_time_of_the_question(
    folder: Path, monkeypatch: pytest.MonkeyPatch, ready: bool, plainly: bool
) -> None:
    """Nothing has to be reloaded for a `from` or an `until` to pass."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%MZ")
    lines = (folder / "bindings.yaml").read_text()
    lines += f"\n  - {{user: brief, role: agent, domain: acme, until: {tomorrow}}}\n"
    lines += f"  - {{user: coming, role: agent, domain: acme, from: {tomorrow}}}\n"
    lines += f"  - {{user: olga, restrict: [tickets.show], domain: acme, from: {tomorrow}}}\n"
    (folder / "bindings.yaml").write_text(lines)
    gate = Gate.from_path(folder)
    assert gate.check("brief", "tickets.show", domain="acme", scope="my")
    plain = [
        path
        for path in gate.subject("brief", "acme").permissions()
        if gate.check("brief", path, domain="acme")
    ]
    assert plain
    assert not gate.check("coming", "tickets.show", domain="acme", scope="my")
    assert not any(gate.check("coming", path, domain="acme") for path in plain)
    assert gate.check("olga", "tickets.show", domain="acme", scope="my")
    if ready:
        while gate._coming is None:
            time.sleep(0.01)
    else:
        monkeypatch.setattr(gate, "_coming", None)
    later = datetime.now(UTC) + timedelta(days=2)
    import rolegate.gate.gate
    import rolegate.gate.state

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return later

    monkeypatch.setattr(rolegate.gate.gate, "time", later.timestamp)
    monkeypatch.setattr(rolegate.gate.state, "datetime", Later)
    if plainly:
        assert not any(gate.check("brief", path, domain="acme") for path in plain)
        assert all(gate.check("coming", path, domain="acme") for path in plain)
    assert not gate.check("brief", "tickets.show", domain="acme", scope="my")
    assert gate.check("coming", "tickets.show", domain="acme", scope="my")
    assert not gate.check("olga", "tickets.show", domain="acme", scope="my")


@pytest.mark.slow
def test_threads_see_one_policy_or_the_other(folder: Path) -> None:
    """Threads ask while the policy is swapped: what both allow is never denied, no error."""
    gate = Gate.from_path(folder)
    wrong: list[object] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                if not gate.check("olga", "tickets.edit", domain="acme", scope="my"):
                    wrong.append("denied")
                if gate.check("olga2", "tickets.edit", domain="acme", scope="my"):
                    wrong.append("allowed")
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(some(4, 2))]
    for thread in threads:
        thread.start()
    for _ in range(some(10)):
        gate.reload()
    stop.set()
    for thread in threads:
        thread.join()
    assert [] == wrong


def test_a_subject_keeps_to_the_policy_of_its_moment(folder: Path) -> None:
    """Menus and checks of one request agree, though a reload comes between."""
    gate = Gate.from_path(folder)
    olga = gate.subject("olga", "acme")
    assert olga.can("tickets.edit", scope="my")
    lines = [line for line in (folder / "bindings.yaml").read_text().splitlines() if "olga" not in line]
    (folder / "bindings.yaml").write_text("\n".join(lines) + "\n")
    assert gate.reload()
    assert olga.can("tickets.edit", scope="my") and "tickets.edit" in olga.permissions()
    assert not gate.subject("olga", "acme").can("tickets.edit", scope="my")


@pytest.mark.parametrize("name", SETS)
def test_what_a_subject_holds_is_what_any_answers(name: str) -> None:
    """`permissions()` is every permission for which some scope and instance is allowed."""
    policy = rolegate.load(ROOT / "policies" / name)
    gate = Gate(policy)
    for user in policy.users:
        for domain in some_of(policy.domains, 4):
            subject = gate.subject(user, domain)
            expected = {
                p.path
                for p in policy.catalog.permissions
                if policy.decide(Question(p.path, user=user, domain=domain, any=True)).allowed
            }
            assert expected == subject.permissions()
            assert bool(expected) == subject.can_any("*")


def test_the_broadest_scope_held() -> None:
    """A ladder gives one scope, or none."""
    gate = Gate.from_path(ROOT / "policies/livechat")
    policy = gate.policy
    seen = set()
    for user in policy.users:
        for domain in policy.domains:
            subject = gate.subject(user, domain)
            for permission in policy.catalog.permissions:
                if permission.ladder is None:
                    continue
                scope = subject.scope(permission.path)
                seen.add(scope)
                held = [s for s in permission.ladder.scopes if subject.can(permission.path, scope=s)]
                assert (held[0] if held else None) == scope
    assert len(seen) > 2


def test_asking_leaves_no_trace(folder: Path) -> None:
    """Unknown users, domains and instances are not remembered."""
    gate = Gate.from_path(folder)
    table = gate._live.index.tables["acme"]
    before = len(table.users), len(gate._live.index.tables), len(table.views)
    for i in range(500):
        gate.check(f"stranger {i}", "inboxes.access", domain="acme", on=f"inbox {i}")
        gate.check("olga", "inboxes.access", domain="acme", on=f"inbox {i}")
        gate.check("olga", "tickets.show", domain=f"nowhere {i}")
    assert before == (len(table.users), len(gate._live.index.tables), len(table.views))


def test_a_stock_enforcer_speaks_the_same_policy(folder: Path) -> None:
    """`enforcer()` is a plain `casbin.Enforcer`."""
    import casbin

    enforcer = Gate.from_path(folder).enforcer()
    assert casbin.Enforcer is type(enforcer)
    assert enforcer.enforce("user:olga", "acme", "-", "tickets.edit", "my")
    assert not enforcer.enforce("user:ana", "acme", "-", "subscription.change_plan", "-")


def test_a_subject_without_its_domain_is_refused() -> None:
    """A forgotten domain must not mean some other one."""
    gate = Gate.from_path(ROOT / "policies/responso")
    with pytest.raises(rolegate.InvalidQuestionError, match="domain"):
        gate.subject("olga")


def test_strange_subjects_hold_nothing() -> None:
    """Whatever the names, there is an answer, and it is no."""
    gate = Gate.from_path(ROOT / "policies/responso")
    for user, domain in product(STRANGE_USERS, STRANGE_DOMAINS):
        holds_nothing(gate, user, domain)


STRANGE_USERS = ("", "\ud800", "*", "user:olga", "x" * 300, "nobody known")
STRANGE_DOMAINS = ("acme", "nowhere", "", "\ud800", "*", ":full")


def holds_nothing(gate: Gate, user: str, domain: str) -> None:
    subject = gate.subject(user, domain)
    assert frozenset() == subject.permissions()
    assert () == subject.teams
    assert not subject.can("tickets.show", scope="my")
    assert not subject.can("inboxes.access", on="Default")
    assert () == subject.held("tickets.show").rights
    assert not gate.check(user, "tickets.show", domain=domain, scope="my")


def test_a_folder_in_the_place_of_a_policy_is_told_how_to_load_it() -> None:
    """A gate takes a policy that is loaded; `from_path` takes a folder."""
    for folder in ("helpdesk", Path("helpdesk")):
        with pytest.raises(TypeError, match=r"write `Gate\.from_path\('helpdesk'\)`"):
            rolegate.Gate(folder)  # type: ignore[arg-type]
