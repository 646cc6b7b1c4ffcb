"""Every answer explains itself: the chain of a yes, what is in the way of a no, and what would allow it."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st

import rolegate
from drawing import examples, some_of
from plain.catalog import Data
from plain.loading import loaded
from plain.strategies import NOW, policy_sets
from plain.writer import write_set
from repository import ROOT
from rolegate import Policy, Question

AT = datetime(2026, 11, 1, tzinfo=UTC)


def steps(explanation: rolegate.Explanation) -> list[str]:
    return [step.text for step in explanation.chain]


def test_an_inherited_grant_names_both_roles_and_the_line() -> None:
    """From the binding through the parent to the grant, each with its place."""
    policy = rolegate.load(ROOT / "policies/responso")
    found = policy.explain_question(Question("inboxes.access", user="ana", domain="acme", on="Default"), AT)
    assert found.decision.allowed
    assert found.chain[0].file.endswith("bindings.yaml")
    assert found.chain[-1].text == "role `agent` grants `inboxes.access[*]`"
    written = Path(found.chain[-1].file).read_text().splitlines()[found.chain[-1].line - 1]
    assert "inboxes.access[*]" in written


def test_that_a_role_extends_another_is_said_in_its_own_file() -> None:
    """The step about the heir is at the heir, the one about the grant at the grant."""
    policy = rolegate.load(ROOT / "policies/respond-io")
    found = policy.explain_question(Question("contacts.tag", role="supervisor", scope="all"), AT)
    assert [(step.text, Path(step.file).name) for step in found.chain] == [
        ("role `supervisor` extends role `agent`", "supervisor.yaml"),
        ("role `agent` grants `contacts.tag@all`", "agent.yaml"),
    ]


def test_a_restriction_in_the_way_is_named_with_its_line() -> None:
    """The restriction, what requires what it names, and that lifting it would allow the question."""
    policy = rolegate.load(ROOT / "policies/respond-io")
    restricted = [b for b in policy.resolved.bindings if b.takes and b.subject.kind == "user"]
    shown = 0
    for binding in restricted:
        for take, _ in some_of(binding.takes):
            permission = take.permission
            if not policy.resolved.domains[binding.domain].offers(permission.availability):
                continue  # what does not exist there is not denied by the restriction
            question = Question(
                permission.path, user=binding.subject.name, domain=binding.domain, scope=None, any=False
            )
            found = policy.explain_question(question, AT)
            assert not found.decision.allowed
            if found.blocked:
                shown += 1
                assert any(
                    step.line == entry.span.line for step in found.blocked for _, entry in binding.takes
                )
    assert shown > 0


def test_what_a_plan_lacks_is_named() -> None:
    """A plan that lacks a permission is the reason, and no grant is suggested for it."""
    policy = rolegate.load(ROOT / "policies/livechat")
    limited = next(p for p in policy.catalog.permissions if p.availability.plans is not None)
    without = next(d.name for d in policy.resolved.domains if not d.offers(limited.availability))
    found = policy.explain_question(Question(limited.path, user="anyone", domain=without), AT)
    assert "needs the plan" in found.decision.reason
    assert found.blocked and not found.nearest


@examples(13)
@given(policy_sets(), st.data())
def test_each_suggestion_allows_the_question_once_added(files: dict[str, Data], data: st.DataObject) -> None:
    """A line that explain suggests is added to bindings.yaml; the set stays sound, and the answer is yes."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "before", files)
        question = Question(
            data.draw(st.sampled_from([p.path for p in policy.catalog.permissions])),
            user=data.draw(st.sampled_from([*policy.users, "somebody new"])),
            domain=data.draw(st.sampled_from(policy.domains)) if policy.needs_domain else None,
        )
        found = policy.explain_question(question, NOW)
        assume(not found.decision.allowed)
        for i, suggestion in enumerate(found.nearest):
            lines = list(files["bindings.yaml"]["bindings"])
            if suggestion.add is None:
                continue
            changed = {**files, "bindings.yaml": {"bindings": [*lines, dict(suggestion.add)]}}
            after = rolegate.load(write_set(changed, Path(folder) / f"after{i}"))
            assert after.decide(question, NOW).allowed


@examples(13)
@given(policy_sets())
def test_every_yes_has_a_chain_and_every_step_a_line(files: dict[str, Data]) -> None:
    """No allowed answer is left without the grant behind it, and each step points into a file."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder), files)
        for user in policy.users:
            for domain in policy.domains:
                for permission in policy.catalog.permissions:
                    question = Question(
                        permission.path, user=user, domain=domain if policy.needs_domain else None, any=True
                    )
                    found = policy.explain_question(question, NOW)
                    if found.decision.allowed:
                        assert found.chain
                        _check_places(found, policy)


def _check_places(found: rolegate.Explanation, policy: Policy) -> None:
    for step in found.chain:
        assert Path(step.file).is_file()
        assert 1 <= step.line <= len(Path(step.file).read_text().splitlines())
    json.dumps(found.to_dict())
