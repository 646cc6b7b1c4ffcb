"""After `until`: a denial names the line that has ended, and extending it allows what was asked."""

from __future__ import annotations

import random
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from command_line import rolegate as command
from drawing import examples
from plain.catalog import Data
from plain.loading import loaded
from plain.restricting import takes_away
from plain.strategies import Files, policy_sets
from repository import CASES
from rolegate import Gate, Policy, Question
from rolegate.engine.idle_answers import ended_grants
from rolegate.engine.question import Asked
from rolegate.engine.translation import translate
from rolegate.grants.bindings import Binding

CASE = CASES / "RG607"
EVER = datetime(2019, 1, 1, tzinfo=UTC)


@pytest.fixture
def policy(monkeypatch: pytest.MonkeyPatch) -> Policy:
    """A set in which lines of users, of a team and of an outer domain have ended."""
    monkeypatch.chdir(CASE)
    return rolegate.load(Path())


def test_an_ended_line_is_in_the_way_and_first_of_what_helps(policy: Policy) -> None:
    """Its place is given by itself; the newest of several lines comes first."""
    found = policy.explain_question(Question("edit", user="ana", domain="emea"))
    assert [
        ("user `ana` had the grants until 2021-01-01", "bindings.yaml", 3),
        ("user `ana` had role `agent` until 2020-01-01", "bindings.yaml", 2),
    ] == [(step.text, step.file, step.line) for step in found.blocked]
    help = "write a date later than 2021-01-01 in `until`, or remove `until`"
    first = found.nearest[0]
    assert (f"extend the line at bindings.yaml:3: {help}", None) == (first.text, first.add)
    assert ("bindings.yaml", 3) == (first.file, first.line)


def test_a_restriction_beside_it_stays_the_reason(policy: Policy) -> None:
    """Extending the line would not help, so it is shown and not suggested."""
    found = policy.explain_question(Question("edit", user="ed", domain="acme"))
    assert "restricted by `edit`" == found.decision.reason
    assert [8, 7] == [step.line for step in found.blocked]
    assert not any("extend" in suggestion.text for suggestion in found.nearest)


def test_a_restriction_that_has_ended_is_told(tmp_path: Path) -> None:
    """The last step of why something is allowed; one of a team as well."""
    (tmp_path / "catalog.yaml").write_text("catalog: over\npermissions: {edit: Edit, see: See}\n")
    (tmp_path / "domains.yaml").write_text("domains: {acme: {teams: {sales: [ana]}}}\n")
    (tmp_path / "bindings.yaml").write_text(
        "bindings:\n"
        "  - {user: ana, grants: [edit, see], domain: acme}\n"
        "  - {team: sales, restrict: [edit], domain: acme, until: 2020-01-01}\n"
    )
    policy = rolegate.load(tmp_path)
    last = policy.explain_question(Question("edit", user="ana", domain="acme")).chain[-1]
    assert ("a restriction of team `sales` ended on 2020-01-01", 3) == (last.text, last.line)
    assert not any("ended" in step.text for step in policy.explain("ana", "see", domain="acme").chain)


def test_refusals_and_the_command_name_it(policy: Policy, caplog: pytest.LogCaptureFixture) -> None:
    """`Forbidden`, `check` and `explain`; the log has nothing, as of anybody to whom nothing is bound."""
    gate = Gate(policy)
    with pytest.raises(rolegate.Forbidden) as caught:
        gate.require("cy", "edit", domain="acme")
    assert "what allowed it ended on 2020-01-01" == caught.value.explanation.decision.reason
    assert [] == caplog.records
    told = command("explain", ".", "edit", "--user", "cy", "--domain", "acme").out
    assert "team `sales` had role `agent` until 2020-01-01" in told
    assert "RG607" in command("check", ".", "edit", "--user", "cy", "--domain", "acme").out


@examples(20)
@given(policy_sets(), st.randoms(use_true_random=False))
def test_what_ended_is_named_wherever_it_would_allow(files: dict[str, Data], rng: random.Random) -> None:
    """After the end of everything: a question that was allowed before is reported as ended, and no other.

    A line is said to have ended only if extending it alone allows what was asked.
    """
    every = files["bindings.yaml"]["bindings"]
    lines = [line for line in every if not takes_away(line)]
    for line in lines:
        line.pop("from", None)
        line["until"] = "2020-01-01"
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder), {**files, "bindings.yaml": {"bindings": lines}})
        for _ in range(40):
            permission = rng.choice([*policy.catalog.permissions])
            question = Question(
                permission.path,
                user=rng.choice([*policy.users, "nobody"]),
                domain=rng.choice(policy.domains) if policy.needs_domain else None,
                scope=rng.choice([None, *permission.scope_names]) if permission.ladder else None,
                any=rng.random() < 0.3,
            )
            before, after = policy.decide(question, EVER), policy.decide(question)
            assert not after
            assert before.allowed == after.reason.startswith("what allowed it ended on"), question
            notes = [note.code for note in after.notes]
            assert not before or notes == ["RG607"]
            for gone in [*ended_grants(asked(policy, question), policy.snapshot())][:2]:
                assert extended(policy, gone).decide(question)


def asked(policy: Policy, question: Question) -> Asked:
    return translate(question, policy.resolved)


def extended(policy: Policy, gone: Binding) -> Policy:
    """The policy with one line that does not end."""
    lines = tuple(replace(b, until=None) if b is gone else b for b in policy.resolved.bindings)
    return Policy(resolved=replace(policy.resolved, bindings=lines))


def test_what_ended_on_a_removed_instance_allowed_nothing(tmp_path: Path) -> None:
    """Before its end the line gave nothing there either, so extending it would not help."""
    files: Files = {
        "catalog.yaml": {
            "catalog": "desk",
            "resources": {"inbox": "Inbox"},
            "permissions": {"open": {"title": "Open", "per": "inbox"}},
        },
        "domains.yaml": {"domains": {"acme": {"instances": {"inbox": ["A"]}, "removed": {"inbox": ["B"]}}}},
        "bindings.yaml": {
            "bindings": [
                {"user": "ana", "grants": [f"open[{one}]"], "domain": "acme", "until": "2020-01-01"}
                for one in ("A", "B")
            ]
        },
    }
    policy = loaded(tmp_path, files)
    told = {
        one: policy.decide(Question("open", user="ana", domain="acme", on=one)).reason for one in ("A", "B")
    }
    assert told == {"A": "what allowed it ended on 2020-01-01", "B": "no grant covers it"}


def test_what_ended_is_named_beside_an_implier_that_the_plan_lacks(tmp_path: Path) -> None:
    """A hidden permission is asked as what implies it; one way that is shut does not hide the other."""
    files: Files = {
        "catalog.yaml": {
            "catalog": "desk",
            "addons": ["export"],
            "permissions": {
                "dump": {"title": "Dump", "addons": ["export"], "implies": ["find"]},
                "look": {"title": "Look", "implies": ["find"]},
                "find": {"title": "Find", "hidden": "true"},
            },
        },
        "domains.yaml": {"domains": {"acme": {}}},
        "bindings.yaml": {
            "bindings": [{"user": "ana", "grants": ["look"], "domain": "acme", "until": "2020-01-01"}]
        },
    }
    policy = loaded(tmp_path, files)
    told = {user: policy.decide(Question("find", user=user, domain="acme")).reason for user in ("ana", "bo")}
    assert told["ana"] == "what allowed it ended on 2020-01-01"
    assert "needs the add-on `export`" in told["bo"]
