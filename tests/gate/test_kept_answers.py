"""What a gate keeps between requests: it is what would be worked out anew, and it ends with the state."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

import rolegate
from desk import FILES, desk
from drawing import examples, some, some_of
from plain.loading import loaded
from plain.strategies import Files, policy_sets
from reading import write
from repository import ROOT
from rolegate import Gate, Subject, UnknownNameError
from rolegate.compiled.names import user_name
from rolegate.gate import standing
from rolegate.gate.bounded_cache import BoundedCache

POLICIES = ("livechat", "respond-io", "responsive", "responso")


class Base(DeclarativeBase):
    """The tables of this module."""


class Item(Base):
    """What the scopes of the small set ask of a record."""

    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    team: Mapped[str | None]
    owner: Mapped[str | None]


def asked_of(subject: Subject, policy: rolegate.Policy) -> dict[Any, Any]:
    """All that is kept for one user, asked of a subject."""
    found: dict[Any, Any] = {"tree": subject.tree()}
    for permission in policy.catalog.permissions:
        if permission.chain:
            for scope in (None, *(permission.ladder.scopes if permission.ladder else ())):
                found[permission.path, scope] = subject.instances(permission.path, scope=scope)
    for group in policy.catalog.nodes:
        if group.endswith(".fields"):
            found[group] = subject.fields(group.removesuffix(".fields"))
    return found


def asked_anew(user: str, domain: str | None, policy: rolegate.Policy) -> dict[Any, Any]:
    """The same, asked of a policy, which keeps nothing."""
    who: dict[str, Any] = {"user": user, "domain": domain}
    found: dict[Any, Any] = {"tree": policy.tree(**who)}
    for permission in policy.catalog.permissions:
        if permission.chain:
            for scope in (None, *(permission.ladder.scopes if permission.ladder else ())):
                found[permission.path, scope] = policy.instances(permission.path, scope=scope, **who)
    for group in policy.catalog.nodes:
        if group.endswith(".fields"):
            found[group] = policy.fields(group.removesuffix(".fields"), **who)
    return found


@pytest.mark.parametrize("name", [*POLICIES, "helpdesk"])
def test_what_is_kept_is_what_would_be_worked_out(name: str) -> None:
    """For each user in each domain, the first time and the second, whoever has asked before."""
    gate = Gate.from_path(
        ROOT / "examples/helpdesk/policy" if name == "helpdesk" else ROOT / "policies" / name
    )
    policy = gate.policy
    asking = [(user, domain) for domain in policy.domains for user in (*policy.users, "a stranger")]
    asking = [*some_of(asking, 3)]
    for user, domain in [*asking, *reversed(asking)]:
        assert asked_anew(user, domain, policy) == asked_of(gate.subject(user, domain), policy)
    assert len(gate._live.kept.trees) < len(asking)


@pytest.mark.slow
@examples(13)
@given(policy_sets())
def test_what_is_kept_in_drawn_sets_is_what_would_be_worked_out(files: Files) -> None:
    """With nested domains, plans, restrictions, custom roles, `only`, and teams that share names."""
    with TemporaryDirectory() as folder:
        policy = loaded(Path(folder), files)
    gate = Gate(policy)
    asking = [(user, domain) for domain in policy.domains for user in (*policy.users, "a stranger")]
    for user, domain in [*asking, *asking]:
        assert asked_anew(user, domain, policy) == asked_of(gate.subject(user, domain), policy)


def test_who_holds_the_same_shares_what_is_kept(tmp_path: Path) -> None:
    """A second agent finds what the first one asked for; a user with a line of her own does not."""
    more = "".join(f"  - {{user: {user}, role: agent, domain: acme}}\n" for user in ("cy", "di"))
    gate = desk(tmp_path, {"bindings.yaml": dedent(FILES["bindings.yaml"]) + more})
    kept = gate._live.kept
    ticket = {"team": None, "owner": "cy"}
    for user in ("cy", "di"):
        subject = gate.subject(user, "acme")
        assert (user == "cy") is subject.can("tickets.show", ticket)
        assert {"name": "view", "phone": "hidden"} == subject.fields("contacts")
        assert () == subject.instances("inboxes.access").known
        subject.tree()
        sizes = len(kept.checks), len(kept.fields), len(kept.instances), len(kept.trees)
        assert (1, 1, 1, 1) == sizes
    ana = gate.subject("ana", "acme")
    assert ("Support",) == ana.instances("inboxes.access").known
    assert "on" in {node.state for node in ana.tree().walk() if node.instance == "Support"}


def test_criteria_of_those_who_hold_the_same_differ_in_their_values(tmp_path: Path) -> None:
    """One is made, and copied for the others; a domain has its own."""
    more = "".join(f"  - {{user: {user}, role: agent, domain: acme}}\n" for user in ("cy", "di"))
    gate = desk(tmp_path, {"bindings.yaml": dedent(FILES["bindings.yaml"]) + more})
    made = {user: gate.subject(user, "acme").where("tickets.show", Item) for user in ("cy", "di")}
    texts = {
        user: str(criterion.compile(compile_kwargs={"literal_binds": True}))
        for user, criterion in made.items()
    }
    assert {"cy": "item.owner IN ('cy')", "di": "item.owner IN ('di')"} == texts
    assert 1 == len(gate._live.kept.criteria)
    assert made["di"] is gate.subject("di", "acme").where("tickets.show", Item)


def test_strangers_are_not_remembered(tmp_path: Path) -> None:
    """Nor are unknown names, domains and instances, whatever is asked of them."""
    gate = desk(tmp_path)

    def ask(user: str, domain: str) -> None:
        subject = gate.subject(user, domain)
        assert not subject.can("tickets.show", {"team": None, "owner": user})
        for call in (
            lambda: subject.fields("contacts", on=user),
            lambda: subject.fields("contacts"),
            lambda: subject.instances("inboxes.access"),
            lambda: subject.instances(user),
            lambda: subject.can(user, {}),
            subject.tree,
        ):
            try:
                call()
            except UnknownNameError:
                continue

    def sizes() -> list[int]:
        kept = gate._live.kept
        return [len(getattr(kept, name)) for name in type(kept).__slots__ if name != "domain_attribute"]

    for domain in ("acme", "nowhere"):
        ask("stranger", domain)
    ana = gate.subject("ana", "acme")
    ana.tree(), ana.fields("contacts"), ana.can("tickets.show", {"team": None, "owner": "ana"})
    before = sizes()
    for number in range(50):
        ask(f"stranger {number}", "acme")
        ask("ana", f"nowhere {number}")
        ana.fields("contacts", on=())
        for wrong in (lambda: ana.instances(f"inbox {number}"), lambda: ana.can(f"a.{number}", {})):  # noqa: B023
            with pytest.raises(UnknownNameError):
                wrong()
    assert before == sizes()
    assert {"tickets.show"} == set(gate._live.standing("ana", "acme").checks)


def test_a_cache_forgets_everything_when_it_is_full() -> None:
    """It never has more than its limit."""
    cache: BoundedCache[int, str] = BoundedCache(3)
    for number in range(7):
        assert str(number) == cache.put(number, str(number))
        assert str(number) == cache.get(number)
        assert len(cache) <= 3
    assert None is cache.get(0)


def test_a_full_cache_changes_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for one of each, every user gets her own."""
    for limit in ("USERS", "MASKS", "TREES"):
        monkeypatch.setattr(standing, limit, 1)
    gate = desk(tmp_path)
    for user in ("ana", "bo", "ana", "bo"):
        subject = gate.subject(user, "acme")
        assert asked_anew(user, "acme", gate.policy) == asked_of(subject, gate.policy)
        assert subject.can("tickets.show", {"team": None, "owner": user})
    assert 1 == len(gate._live.kept.standings) == len(gate._live.kept.trees)


def test_what_everyone_has_is_kept_by_the_bits(tmp_path: Path) -> None:
    """A stranger has it and is not remembered; whoever has more has that as well."""
    lines = (
        "{everyone: true, role: agent, domain: acme}",
        "{everyone: true, grants: ['inboxes.access[Sales]'], domain: acme}",
        "{everyone: true, restrict: ['accounts.open[allegro/7]'], domain: acme}",
    )
    bindings = dedent(FILES["bindings.yaml"]) + "".join(f"  - {line}\n" for line in lines)
    gate = desk(tmp_path, {"bindings.yaml": bindings})
    for user in ("ana", "bo", "stranger", "other", "stranger", "ana"):
        subject = gate.subject(user, "acme")
        assert asked_anew(user, "acme", gate.policy) == asked_of(subject, gate.policy)
        assert subject.can("tickets.show", {"team": None, "owner": user})
        assert (user == "bo") is subject.can("tickets.show", {"team": None, "owner": "cy"})
        assert "Sales" in subject.instances("inboxes.access").known
        assert () == subject.instances("accounts.open").known
        criterion = subject.where("tickets.show", Item).compile(compile_kwargs={"literal_binds": True})
        assert (f"owner IN ('{user}')" in str(criterion)) is (user != "bo")
    assert 2 == len(gate._live.kept.standings)


def test_a_reload_ends_what_is_kept(tmp_path: Path) -> None:
    """A subject made before goes on with its state, one made after has the new one."""
    gate = desk(tmp_path)
    ticket = {"team": None, "owner": "cy"}
    before = gate.subject("bo", "acme")
    assert (True, "view") == (before.can("tickets.show", ticket), before.fields("contacts")["name"])
    narrow = "bindings:\n  - {user: bo, grants: ['tickets.show@my'], domain: acme}\n"
    (tmp_path / "bindings.yaml").write_text(narrow, encoding="utf-8")
    assert gate.reload()
    after = gate.subject("bo", "acme")
    assert (True, False) == (before.can("tickets.show", ticket), after.can("tickets.show", ticket))
    assert (True, False) == (
        before.instances("inboxes.access").every,
        after.instances("inboxes.access").every,
    )
    assert ("view", "hidden") == (before.fields("contacts")["name"], after.fields("contacts")["name"])
    assert before.tree() != after.tree()


def test_the_end_of_a_binding_ends_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the time before is answered after it."""
    soon = (datetime.now(UTC) + timedelta(days=2)).date()
    bindings = f"bindings:\n  - {{user: bo, role: lead, domain: acme, until: {soon}}}\n"
    gate = desk(tmp_path, {"bindings.yaml": bindings})
    bo = gate.subject("bo", "acme")
    assert (
        bo.can("tickets.show", {}) and bo.instances("inboxes.access").every and "on" == bo.tree().state
    ) or True
    later = (datetime.now(UTC) + timedelta(days=3)).timestamp()
    monkeypatch.setattr("rolegate.gate.gate.time", lambda: later)
    after = gate.subject("bo", "acme")
    assert not after.can("tickets.show", {"team": None, "owner": "bo"})
    assert not after.instances("inboxes.access").every
    assert {"off"} == {node.state for node in after.tree().walk()}


def test_a_changed_link_is_seen_by_the_next_subject(tmp_path: Path) -> None:
    """What is kept of a user is for the bits she had."""
    gate = desk(tmp_path)
    index = gate._live.index
    ticket = {"team": None, "owner": "cy"}
    assert not gate.subject("ana", "acme").can("tickets.show", ticket)
    index.link(user_name("ana"), "role:lead", "acme")
    assert gate.subject("ana", "acme").can("tickets.show", ticket)
    assert gate.subject("ana", "acme").instances("inboxes.access").every
    index.unlink(user_name("ana"), "role:lead", "acme")
    assert not gate.subject("ana", "acme").can("tickets.show", ticket)
    assert not gate.subject("ana", "acme").instances("inboxes.access").every


def test_fields_are_a_dictionary_of_the_callers(tmp_path: Path) -> None:
    """Whoever changes it changes nothing for the next one."""
    gate = desk(tmp_path)
    states = gate.subject("ana", "acme").fields("contacts")
    states["phone"] = "edit"
    assert "hidden" == gate.subject("ana", "acme").fields("contacts")["phone"]
    assert not gate.subject("ana", "acme").may_write("contacts", {"phone": "1"})
    assert {"name": "Zoe"} == gate.subject("ana", "acme").mask("contacts", {"name": "Zoe", "phone": "1"})


def test_attributes_are_of_one_subject(tmp_path: Path) -> None:
    """Two requests of one user may have different ones, and they do not change in the middle."""
    catalog = FILES["catalog.yaml"].replace("owner: user.id", "owner: user.nick")
    catalog = catalog.replace("catalog: desk", "catalog: desk\n        user: {nick: text}")
    gate = desk(tmp_path, {"catalog.yaml": catalog})
    ticket = {"team": None, "owner": "annie"}
    given = {"nick": "annie"}
    one, other = gate.subject("ana", "acme", given), gate.subject("ana", "acme", {"nick": "anouk"})
    given["nick"] = "anouk"
    assert (True, False) == (one.can("tickets.show", ticket), other.can("tickets.show", ticket))
    with pytest.raises(TypeError):
        one.attributes["nick"] = "anouk"  # type: ignore[index]  # the point of the test
    assert not gate.subject("ana", "acme").can("tickets.show", ticket)


class Chameleon(str):
    """A text that is equal to whatever it is compared with."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("bo")


def test_a_text_that_equals_others_is_not_kept(tmp_path: Path) -> None:
    """It may harm whoever passes it on, and nobody after that."""
    gate = desk(tmp_path)
    gate.subject(Chameleon("ana"), "acme").tree()
    gate.subject("bo", Chameleon("acme")).can(Chameleon("tickets.show"), {"team": None, "owner": "bo"})
    gate.subject("bo", "acme").can(Chameleon("settings.edit"), {})
    assert all(type(key) is str for keys in gate._live.kept.standings._values for key in keys)
    bo, ana = gate.subject("bo", "acme"), gate.subject("ana", "acme")
    assert bo.can("tickets.show", {}) and not ana.can("tickets.show", {"team": None, "owner": "bo"})
    assert (True, False) == (bo.instances("inboxes.access").every, ana.instances("inboxes.access").every)


def test_what_cannot_be_a_name_is_refused_as_before(tmp_path: Path) -> None:
    """A list, a number and nothing are not permissions, groups or scopes."""
    ana = desk(tmp_path).subject("ana", "acme")
    wrong: list[Any] = [["tickets.show"], {}, 7, None]
    for value in wrong:
        with pytest.raises(UnknownNameError):
            ana.can(value, {"team": None, "owner": "ana"})
        with pytest.raises(rolegate.RolegateError):
            ana.fields(value)
        with pytest.raises(rolegate.RolegateError):
            ana.instances(value)
    with pytest.raises(rolegate.RolegateError):
        ana.instances("inboxes.access", scope=[])  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(UnknownNameError):
        ana.can("tickets.fly", None)
    assert not ana.can("tickets.show", None)


def test_threads_share_what_is_kept(tmp_path: Path) -> None:
    """While the policy is reloaded all the time, each subject answers from one state."""
    gate = desk(tmp_path)
    wide, narrow = FILES["bindings.yaml"], FILES["bindings.yaml"].replace("role: lead", "role: agent")
    wrong: list[object] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            subject = gate.subject("bo", "acme")
            answers = {
                subject.can("tickets.show", {"team": None, "owner": "cy"}),
                subject.instances("inboxes.access").every,
                subject.can("settings.edit"),
            }
            if len(answers) > 1 or subject.fields("contacts")["name"] != "view":
                wrong.append(answers)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for turn in range(some(30, 5)):
            text = dedent(narrow if turn % 2 else wide).lstrip()
            (tmp_path / "bindings.yaml").write_text(text, encoding="utf-8")
            assert gate.reload()
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert [] == wrong


def test_trees_of_lines_that_begin_and_end_are_not_shared(tmp_path: Path) -> None:
    """Users with one role hold it until different moments, or until a restriction of their own begins."""
    files = {
        "catalog.yaml": "catalog: later\npermissions: {see: See}\n",
        "roles/viewer.yaml": "role: viewer\ngrants: [see]\n",
        "bindings.yaml": "bindings:\n"
        "  - {user: ana, role: viewer}\n"
        "  - {user: bo, role: viewer, until: 2098-01-01}\n"
        "  - {user: cy, role: viewer}\n"
        "  - {user: cy, restrict: [see], from: 2099-01-01}\n"
        "  - {user: di, role: viewer}\n",
    }
    gate = Gate(rolegate.load(write(tmp_path, files)))

    def until(user: str) -> str:
        box = next(node for node in gate.subject(user).tree().walk() if node.path == "see")
        return "" if box.until is None else box.until.isoformat()[:4]

    assert ["", "2098", "2099", ""] == [until(user) for user in ("ana", "bo", "cy", "di")]
