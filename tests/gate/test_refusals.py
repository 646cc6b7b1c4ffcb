"""What a gate says no to, and what it says about it: odd values, records, unknown names."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

import rolegate
from reading import write
from rolegate import Gate, Subject
from rolegate.integrations.guard import Guard

CATALOG = """\
catalog: desk
scopes:
  reach:
    all: {account: user.domain}
    team: {within: all, team: {in: user.teams}}
    my: {within: team, where: {any_of: [{owner: user.id}, {watchers: {any: {user: user.id}}}]}}
resources: {inbox: {title: Inbox, attribute: inbox}, box: Box}
permissions:
  tickets:
    permissions:
      show: {title: Show, scopes: reach}
      move: {title: Move, scopes: reach, per: inbox}
  inboxes: {permissions: {access: {title: Access, per: inbox}}}
  boxes: {permissions: {open: {title: Open, per: box}}}
  settings: {permissions: {edit: Edit}}
"""
BINDINGS = """\
bindings:
  - {user: root, grants: ["*"], domain: acme}
  - {user: bo, grants: ["tickets.show@team", "tickets.move[Sales]@my", "inboxes.access[Sales]"], domain: acme}
"""
RECORD = {"account": "acme", "team": "sales", "owner": "cy", "watchers": [], "inbox": "Sales"}


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """`root` may everything, `bo` what is the team's; the team is `sales`."""
    domains = "domains:\n  acme: {teams: {sales: [bo]}, instances: {inbox: [Sales, Support]}}\n"
    files: dict[str, str | bytes] = {
        "catalog.yaml": CATALOG,
        "domains.yaml": domains,
        "bindings.yaml": BINDINGS,
    }
    return Gate.from_path(write(tmp_path / "desk", files))


@pytest.fixture
def bo(gate: Gate) -> Subject:
    return gate.subject("bo", "acme")


ODD: list[Any] = [
    7,
    1.5,
    True,
    b"Sales",
    {"Sales"},
    {"Sales": 1},
    object(),
    iter(["Sales"]),
    ("Sales", 7),
    (None,),
]


@pytest.mark.parametrize("on", ODD, ids=lambda on: type(on).__name__)
def test_an_instance_of_the_wrong_kind_is_denied(
    gate: Gate, bo: Subject, caplog: pytest.LogCaptureFixture, on: Any
) -> None:
    """And logged, whoever is asked; only a text and a list of texts name one."""
    assert not gate.check("bo", "inboxes.access", domain="acme", on=on)
    assert not bo.can("inboxes.access", on=on)
    assert 2 == caplog.text.count("RG605")
    assert 2 == caplog.text.count("RG605 `inboxes.access` cannot be asked on `")
    for ask in (gate.require, lambda _, *args, domain, on: bo.require(*args, on=on)):
        with pytest.raises(rolegate.Forbidden) as caught:
            ask("bo", "inboxes.access", domain="acme", on=on)
        assert not caught.value.explanation.decision.allowed


def test_a_refusal_is_explained_once(gate: Gate) -> None:
    """The explanation is worked out when somebody looks at it, and every later look gives the same one."""
    with pytest.raises(rolegate.Forbidden) as caught:
        gate.require("bo", "settings.edit", domain="acme")
    first = caught.value.explanation
    assert first.nearest and first is caught.value.explanation


def test_a_list_of_ids_is_a_path(gate: Gate, bo: Subject) -> None:
    """As in JSON."""
    path: Any = ["Sales"]
    assert gate.check("bo", "inboxes.access", domain="acme", on=path)
    assert bo.can("inboxes.access", on=path)
    assert ("Sales",) == rolegate.Question("inboxes.access", user="bo", on=path).path


@pytest.mark.parametrize("key", ["user", "permission", "domain", "scope"])
@pytest.mark.parametrize("value", [7, b"bo", ["bo"], {}], ids=lambda value: type(value).__name__)
def test_other_values_of_the_wrong_kind_are_denied(
    gate: Gate, bo: Subject, caplog: pytest.LogCaptureFixture, key: str, value: Any
) -> None:
    """`check` logs, `require` refuses, and what cannot be asked cannot be explained."""
    asked: dict[str, Any] = {"user": "bo", "permission": "tickets.show", "domain": "acme", "scope": "team"}
    asked[key] = value
    assert not gate.check(**asked)
    assert "wrong kind" in caplog.text
    with pytest.raises(rolegate.Forbidden) as caught:
        gate.require(**asked)
    decision = caught.value.explanation.decision
    assert (False, f"`{key}` has a value of the wrong kind: it takes a text") == (
        decision.allowed,
        decision.reason,
    )
    with pytest.raises(rolegate.InvalidQuestionError, match=key):
        gate.explain(**asked)
    with pytest.raises(rolegate.InvalidQuestionError, match=key):
        rolegate.Question(**asked)
    caplog.clear()
    if key in ("user", "domain"):
        with pytest.raises(rolegate.InvalidQuestionError, match=key):
            gate.subject(asked["user"], asked["domain"])
    else:
        assert not bo.can(asked["permission"], scope=asked["scope"])
        assert "wrong kind" in caplog.text


def test_nobody_is_refused(gate: Gate) -> None:
    """A user who is None, since nobody has signed in, may nothing; a subject cannot be made of it."""
    nobody: Any = None
    assert not gate.check(nobody, "settings.edit", domain="acme")
    with pytest.raises(rolegate.Forbidden):
        gate.require(nobody, "settings.edit", domain="acme")
    with pytest.raises(rolegate.InvalidQuestionError, match="user"):
        gate.subject(nobody, "acme")


def test_a_record_that_is_not_there_is_refused(gate: Gate) -> None:
    """None is what a look-up gives for a missing row; it is no question without a record."""
    root = gate.subject("root", "acme")
    assert root.can("tickets.show")
    assert not root.can("tickets.show", None)
    with pytest.raises(rolegate.Forbidden) as caught:
        root.require("tickets.show", None)
    decision = caught.value.explanation.decision
    assert (False, "there is no record") == (decision.allowed, decision.reason)
    guard = Guard(gate, "tickets.show", record=lambda: None)
    with pytest.raises(rolegate.Forbidden):
        guard.ask(root, record=None)
    with pytest.raises(TypeError, match="record"):
        guard.ask(root)
    with pytest.raises(rolegate.UnknownNameError):
        root.can("tickets.shwo", None)


@pytest.mark.parametrize("limit", [{"scope": "my"}, {"on": "Sales"}])
def test_a_record_and_a_limit_do_not_go_together(bo: Subject, limit: dict[str, str]) -> None:
    """Neither is dropped in silence."""
    limits: dict[str, Any] = limit
    for ask in (bo.can, bo.require):
        with pytest.raises(TypeError, match="leave out `on` and `scope`"):
            ask("tickets.show", RECORD, **limits)


def refused(subject: Subject, permission: str, **changed: object) -> rolegate.Explanation:
    """The explanation of the refusal of the record with changes."""
    with pytest.raises(rolegate.Forbidden) as caught:
        subject.require(permission, RECORD | changed)
    assert () == caught.value.question.path
    found = caught.value.explanation
    assert not found.decision.allowed
    return found


def test_a_record_outside_of_the_broadest_scope(gate: Gate) -> None:
    """Everything is held, and no grant would help: the condition that is not met is what there is to say."""
    found = refused(gate.subject("root", "acme"), "tickets.show", account="other")
    assert "held at `all`; the record lies outside of `all` (`account: user.domain`)" == found.decision.reason
    assert ["user `root` is granted `*`"] == [step.text for step in found.chain]
    assert [("the record lies outside of `all`: `account: user.domain`", 4)] == [
        (step.text, step.line) for step in found.blocked
    ]
    assert () == found.nearest


def test_a_record_outside_of_the_scopes_held(bo: Subject) -> None:
    """Each of them with its condition and its line; a broader one would do, and is the nearest change."""
    found = refused(bo, "tickets.show", team="billing")
    team, mine = "team: {in: user.teams}", "any_of: [{owner: user.id}, {watchers: {any: {user: user.id}}}]"
    outside = f"the record lies outside of `team` (`{team}`) and of `my` (`{mine}`)"
    assert f"held at `team`; {outside}" == found.decision.reason
    assert ["user `bo` is granted `tickets.show@team`"] == [step.text for step in found.chain]
    assert [5, 6] == [step.line for step in found.blocked]
    assert found.nearest


def test_a_record_on_an_instance(bo: Subject) -> None:
    """The instance that was found is named to whoever reads the explanation, and not to who asked."""
    outside = refused(bo, "tickets.move")
    assert outside.decision.reason.startswith("held at `my` on `Sales`; the record lies outside of `my` (")
    assert ("Sales",) == outside.decision.question.path
    elsewhere = refused(bo, "tickets.move", inbox="Support")
    assert "no grant covers it" == elsewhere.decision.reason
    assert ("Support",) == elsewhere.decision.question.path
    nowhere = refused(bo, "inboxes.access", inbox=None)
    assert "the record is on no instance: it has no value for `inbox`" == nowhere.decision.reason
    assert () == nowhere.nearest


def test_a_record_of_which_nothing_is_held(gate: Gate) -> None:
    """Nor is it looked at, so that what it lacks is no error."""
    stranger = gate.subject("stranger", "acme")
    with pytest.raises(rolegate.Forbidden) as caught:
        stranger.require("boxes.open", object())
    assert "no grant covers it" == caught.value.explanation.decision.reason


def test_a_guard_explains_a_record_as_its_subject_does(gate: Gate) -> None:
    """From the state the subject was made of."""
    root = gate.subject("root", "acme")
    with pytest.raises(rolegate.Forbidden) as caught:
        Guard(gate, "tickets.show", record=lambda: RECORD).ask(root, record=RECORD | {"account": "other"})
    assert "outside of `all`" in caught.value.explanation.decision.reason


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("ticket.*", "unknown permission `ticket.*`"),
        ("nosuch", "unknown permission `nosuch`"),
        ("tickets", "`tickets` is a group"),
        ("tickets.show.*", "unknown permission"),
        (7, "`permission` has a value of the wrong kind: it takes a text"),
        ("tickets.show@my", "is a grant, and not a permission; ask for `tickets.show`, with the scope"),
        ("tickets.move[Sales]", "is a grant, and not a permission; ask for `tickets.move`, with the scope"),
        ("tickets.shw@my", "unknown permission `tickets.shw@my`; did you mean `tickets.show`?"),
        ("tickets.*@my", "unknown permission `tickets.*@my`"),
    ],
)
def test_any_of_nothing_is_logged(
    bo: Subject, caplog: pytest.LogCaptureFixture, pattern: Any, said: str
) -> None:
    """A menu that never shows because of a slip of the pen does not go unnoticed."""
    assert bo.can_any("tickets.*")
    assert "" == caplog.text
    assert not bo.can_any(pattern)
    assert said in caplog.text


@pytest.mark.parametrize(("permission", "on"), [("inboxes.access", ("a", "b")), ("settings.edit", "Sales")])
def test_a_subject_logs_what_a_gate_logs(
    gate: Gate, bo: Subject, caplog: pytest.LogCaptureFixture, permission: str, on: Any
) -> None:
    """An instance too deep, and one of a permission that has none."""
    with caplog.at_level(logging.WARNING, "rolegate"):
        assert not gate.check("bo", permission, domain="acme", on=on)
        assert not bo.can(permission, on=on)
    first, second = caplog.messages
    assert "RG605" in first
    assert (permission == "settings.edit") == ("is not per instance; leave out `on`" in first)
    assert first == second
