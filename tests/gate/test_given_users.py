"""Roles and teams that the application gives: all is as if lines in the files said so."""

from __future__ import annotations

import random
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from given import GivenUser, gate_at_now, questions_of, some_user, with_lines
from plain.asking import sample
from plain.custom import forbidden
from plain.evaluator import Evaluator
from plain.loading import loaded
from plain.strategies import NOW, Files, policy_sets
from reading import write
from rolegate import Gate, InvalidQuestionError, Subject, UnknownNameError
from rolegate.compiled.names import user_name
from rolegate.encoding import encode
from rolegate.engine.given_lines import LinesAround


def lists_of(subject: Subject, policy: rolegate.Policy) -> dict[Any, Any]:
    """All that a subject lists."""
    found: dict[Any, Any] = {"permissions": subject.permissions(), "teams": sorted(subject.teams)}
    found["tree"] = subject.tree()
    for permission in policy.catalog.permissions:
        found["scopes", permission.path] = subject.scopes(permission.path)
        if permission.chain:
            found["instances", permission.path] = subject.instances(permission.path)
    for group in policy.catalog.nodes:
        if group.endswith(".fields"):
            found["fields", group] = subject.fields(group.removesuffix(".fields"))
    return found


def why_of(subject: Subject, ask: Any) -> Any:
    """The reasons of an answer, without the places, which are not those of files."""
    found = subject.explain(ask.permission, on=ask.on or None, scope=ask.scope)
    texts = [step.text for step in found.chain], sorted(step.text for step in found.blocked)
    places = re.compile(r" at \S+/with(out)?/")
    notes = [(note.code, places.sub(" at ", note.message)) for note in found.decision.notes]
    return found.decision.allowed, found.grant, found.until, texts, notes


@examples(80)
@given(policy_sets(), st.integers(0, 2**32))
def test_as_if_lines_said_so(files: Files, number: int) -> None:
    """Answers, lists, trees and reasons are those of the set with the lines; so are Casbin's lines."""
    draw = random.Random(number)
    who = some_user(files, draw)
    there = with_lines(files, who)
    assume(not forbidden(there))  # refused either way
    with TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "without", files)
        said = loaded(Path(folder) / "with", there)
    ours, theirs = who.of(gate_at_now(policy)), gate_at_now(said).subject(who.user, who.domain)
    plain = Evaluator(there, NOW)
    asks = sample(questions_of(there, who), 300, number)
    for ask in asks:
        details: Any = {"on": ask.on or None, "scope": ask.scope}
        answers = [subject.can(ask.permission, **details) for subject in (ours, theirs)]
        assert [plain.answer(ask)] * 2 == answers, (who, ask)
    assert lists_of(theirs, said) == lists_of(ours, said)
    for ask in sample(asks, 5, number):
        assert why_of(theirs, ask) == why_of(ours, ask), (who, ask)
    _same_lines(ours, theirs, who)


def _same_lines(ours: Subject, theirs: Subject, who: GivenUser) -> None:
    """What the compiled policies say of the user in the domain."""
    sub, dom = user_name(who.user), encode(who.domain)
    if not who.roles and not who.teams:
        return
    mine, full = (subject._standing.snapshot.compiled for subject in (ours, theirs))
    for ours_has, theirs_has in ((mine.p, full.p), (mine.g, full.g)):
        about = [
            {line for line in lines if (line.sub, line.dom) == (sub, dom)} for lines in (ours_has, theirs_has)
        ]
        assert about[1] == about[0]


DESK = {
    "catalog.yaml": """
        catalog: desk
        plans: [free, pro]
        scopes: {reach: {all: {}, my: {within: all, where: {owner: user.id}}}}
        resources: {inbox: Inbox}
        permissions:
          tickets:
            permissions:
              show: {title: Show, scopes: reach, implies: [search]}
              close: {title: Close, requires: [inboxes.read]}
          inboxes: {permissions: {read: {title: Read, per: inbox}}}
          search: {title: Search, hidden: true}
          reports: {title: Reports, plans: [pro]}
        """,
    "roles/all.yaml": """
        roles:
          agent: {grants: ["tickets.show@my"]}
          closer: {grants: [tickets.close, "inboxes.read[One]"]}
          reader: {grants: ["inboxes.read[Two]"]}
          lead: {domain: acme, grants: ["tickets.show@all", reports]}
          other: {domain: birch, grants: [reports]}
        """,
    "domains.yaml": """
        domains:
          acme: {plan: pro, teams: {sales: [bo], all: [{team: sales}]}, instances: {inbox: [One, Two]}}
          acme-emea: {plan: free, within: acme, teams: {paris: [pia]}}
          birch: {plan: free}
        """,
    "bindings.yaml": """
        bindings:
          - {team: all, role: reader, domain: acme}
          - {user: bo, restrict: ["tickets.show@all"], domain: acme}
          - {role: closer, restrict: ["inboxes.read[One]"], domain: acme}
        """,
}


@pytest.fixture
def desk(tmp_path: Path) -> Gate:
    return Gate.from_path(write(tmp_path, {name: dedent(text) for name, text in DESK.items()}))


def test_roles_of_the_domain_and_teams_around_it(desk: Gate) -> None:
    """A custom role of an outer domain is known inside, where the plan says what of it is there."""
    zoe = desk.subject("zoe", "acme-emea", roles=["lead"], teams=["sales"])
    assert ("all", "sales") == tuple(sorted(zoe.teams))
    assert (True, False) == (zoe.can("tickets.show", scope="all"), zoe.can("reports"))
    assert zoe.can("inboxes.read", on="Two")
    assert desk.subject("zoe", "acme", roles=["lead"]).can("reports")
    assert not desk.subject("zoe", "acme-emea").can("tickets.show", scope="my")


def test_what_the_user_loses_follows_from_all_that_is_held(desk: Gate) -> None:
    """Some inbox is required: the one of the role is restricted, and the team of the files has another."""
    assert not desk.subject("zoe", "acme", roles=["closer"]).can("tickets.close")
    assert desk.subject("zoe", "acme", roles=["closer"], teams=["sales"]).can("tickets.close")
    assert desk.subject("bo", "acme", roles=["closer"]).can("tickets.close")


def test_a_restriction_of_the_files_stays(desk: Gate) -> None:
    """Whatever the application gives."""
    bo = desk.subject("bo", "acme", roles=["lead"])
    assert (False, True) == (bo.can("tickets.show"), bo.can("tickets.show", scope="my"))
    assert "my" == bo.scope("tickets.show")


def test_hidden_permissions_and_records(desk: Gate) -> None:
    """What implies a hidden permission is given; records are judged at the given scope."""
    ana = desk.subject("ana", "acme", roles=["agent"])
    assert (True, False) == (ana.can("search"), desk.subject("ana", "acme").can("search"))
    assert (True, False) == (
        ana.can("tickets.show", {"owner": "ana"}),
        ana.can("tickets.show", {"owner": "b"}),
    )
    assert ana.can_any("tickets.*") and not ana.can_any("reports")
    with pytest.raises(rolegate.Forbidden) as refused:
        ana.require("tickets.show", {"owner": "b"})
    assert "held at `my`" in refused.value.explanation.decision.reason


def test_an_explanation_says_who_gave_it(desk: Gate) -> None:
    """The chain begins with what the application says, and a refusal knows it."""
    why = desk.subject("ana", "acme", roles=["agent"], teams=["sales"]).explain("tickets.show", scope="my")
    assert ("user `ana` has role `agent`", "(given by the application)") == (
        why.chain[0].text,
        why.chain[0].file,
    )
    why = desk.subject("ana", "acme", teams=["sales"]).explain("inboxes.read", on="Two")
    assert ["`ana` is in team `sales`", "team `sales` is in team `all`", "team `all` has role `reader`"] == [
        step.text for step in why.chain[:3]
    ]
    with pytest.raises(rolegate.Forbidden) as refused:
        desk.subject("ana", "acme", roles=["closer"]).require("tickets.close")
    assert any("restricted" in step.text for step in refused.value.explanation.blocked)


def test_unknown_names_are_an_error_with_a_suggestion(desk: Gate) -> None:
    """Of the domain alone: what other tenants have is not told."""
    with pytest.raises(UnknownNameError, match="unknown role `agnet`; did you mean `agent`"):
        desk.subject("ana", "acme", roles=["agnet"])
    with pytest.raises(UnknownNameError, match="unknown team `salse`; did you mean `sales`"):
        desk.subject("ana", "acme-emea", teams=["salse"])
    with pytest.raises(UnknownNameError) as raised:
        desk.subject("ana", "acme", roles=["other"])
    assert "birch" not in str(raised.value)
    with pytest.raises(UnknownNameError):
        desk.subject("ana", "acme", teams=["paris"])


@pytest.mark.parametrize("names", ["agent", b"agent", 7, [None], [b"agent"], [("agent",)]])
def test_names_of_the_wrong_kind_are_refused(desk: Gate, names: Any) -> None:
    """One text is not a list of its characters."""
    for noun in ("roles", "teams"):
        with pytest.raises(InvalidQuestionError, match=noun):
            desk.subject("ana", "acme", **{noun: names})


@pytest.mark.parametrize("user", ["", "\ud800", "x" * 300])
def test_nobody_who_cannot_exist_is_given_anything(desk: Gate, user: str) -> None:
    """No line could name this user."""
    with pytest.raises(InvalidQuestionError, match="nobody can have this id"):
        desk.subject(user, "acme", roles=["agent"])


def test_in_an_unknown_domain_nothing_is_held(desk: Gate, caplog: pytest.LogCaptureFixture) -> None:
    """As without roles; the log says so."""
    ana = desk.subject("ana", "acne", roles=["agent"])
    assert not ana.can("tickets.show", scope="my") and frozenset() == ana.permissions()
    assert "denied: RG603 unknown domain `acne`" in caplog.text


def test_a_name_that_only_equals_is_the_text_that_it_is(desk: Gate) -> None:
    """A subclass of `str` cannot make the roles of one subject those of another."""

    class Sly(str):
        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return hash("agent")

    assert desk.subject("ana", "acme", roles=["agent"]).can("tickets.show", scope="my")
    assert not desk.subject("ana", "acme", roles=[Sly("reader")]).can("tickets.show", scope="my")


def test_users_whom_no_line_names_share_what_is_worked_out(desk: Gate) -> None:
    """One table apart from all is made for a set of roles; who has lines of their own gets another."""
    users = desk._live.given
    for user in ("u1", "u2", "u3"):
        desk.subject(user, "acme", roles=["closer"]).tree()
    assert (1, 1, 1) == (len(users._given), len(users._apart), len(desk._live.kept.trees))
    desk.subject("bo", "acme", roles=["closer"])
    assert 2 == len(users._apart)
    desk.subject("u1", "birch", roles=["closer"])
    assert 2 == len(users._apart)


def test_the_current_subject_is_that_of_the_policy_in_force(desk: Gate, tmp_path: Path) -> None:
    """With the attributes, roles and teams that it was made with; the old one goes on as it was."""
    ana = desk.subject("ana", "acme", {"region": "eu"}, roles=["agent"], teams=["sales"])
    assert ana is ana.current()
    roles = dedent(DESK["roles/all.yaml"]).replace(
        'agent: {grants: ["tickets.show@my"]}', "agent: {grants: []}"
    )
    (tmp_path / "roles/all.yaml").write_text(roles.replace("[]", '["inboxes.read[One]"]'), encoding="utf-8")
    assert desk.reload()
    now = ana.current()
    assert (True, False) == (ana.can("tickets.show", scope="my"), now.can("tickets.show", scope="my"))
    assert now.can("inboxes.read", on="One") and now.can("inboxes.read", on="Two")
    assert ("ana", "acme", {"region": "eu"}) == (now.user, now.domain, dict(now.attributes))
    assert now is now.current()


def test_a_given_role_that_is_gone_ends_the_subject(desk: Gate, tmp_path: Path) -> None:
    """Nothing is held by a name that means nothing any more."""
    ana = desk.subject("ana", "acme", roles=["lead"])
    roles = dedent(DESK["roles/all.yaml"]).replace("lead:", "chief:")
    (tmp_path / "roles/all.yaml").write_text(roles, encoding="utf-8")
    assert desk.reload()
    with pytest.raises(UnknownNameError, match="unknown role `lead`"):
        ana.current()


def test_a_restriction_that_is_not_looked_at_is_found(desk: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault: the roles alone are joined, and what the user loses by them is forgotten."""
    monkeypatch.setattr(LinesAround, "restricted", lambda *_: False)
    assert desk.subject("zoe", "acme", roles=["closer"]).can("tickets.close")


def test_what_files_could_not_say_is_refused(tmp_path: Path) -> None:
    """Nobody who holds a custom role is granted what no custom role may hold, whoever gives which of both."""
    texts = {
        "catalog.yaml": "catalog: desk\ncustom_roles: {never: [pay]}\npermissions: {show: Show, pay: Pay}\n",
        "roles.yaml": "roles: {own: {domain: acme, grants: [show]}, basic: {grants: [show]}}\n",
        "domains.yaml": "domains: {acme: {teams: {money: [bo]}}}\n",
        "bindings.yaml": "bindings:\n  - {team: money, grants: [pay], domain: acme}\n"
        "  - {user: di, role: own, domain: acme}\n",
    }
    (tmp_path / "roles").mkdir()
    for name, text in texts.items():
        (tmp_path / name.replace("roles.yaml", "roles/all.yaml")).write_text(text, encoding="utf-8")
    gate = Gate.from_path(tmp_path)
    assert gate.subject("zoe", "acme", roles=["basic"], teams=["money"]).can("pay")
    assert gate.subject("zoe", "acme", roles=["own"]).can("show")
    for user, roles, teams in (("bo", ["own"], []), ("zoe", ["own"], ["money"]), ("di", [], ["money"])):
        with pytest.raises(rolegate.InvalidPolicyError, match="RG415"):
            gate.subject(user, "acme", roles=roles, teams=teams)
