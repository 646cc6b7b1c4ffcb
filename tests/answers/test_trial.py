"""A changed set is judged by the lines of one domain, with the answers of the whole set."""

from datetime import UTC, datetime

import pytest

import rolegate
from repository import ROOT
from rolegate import Question
from rolegate.answers.trial import Trial, allows
from rolegate.engine.translation import translate

AT = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ["livechat", "respond-io", "responsive", "responso"])
def test_the_lines_of_a_domain_decide_as_all_lines_do(name: str) -> None:
    """About every user and team in every domain, and about roles without one."""
    policy = rolegate.load(ROOT / "policies" / name, at=AT)
    trial = Trial(policy.resolved)
    permissions = [node.path for node in policy.catalog.permissions][::7]
    domains = policy.domains if policy.needs_domain else (None,)
    questions = [
        Question(path, user=user, domain=domain)
        for path in permissions[:6]
        for user in policy.users[:5]
        for domain in domains[:3]
    ]
    questions += [
        Question(path, role=role) for path in permissions[:6] for role in policy.roles if "/" not in role
    ]
    answers = {question: policy.decide(question).allowed for question in questions}
    assert {True, False} == set(answers.values())
    for question, allowed in answers.items():
        dom = translate(question, policy.resolved).dom
        assert (question, allowed) == (question, allows(trial, question, dom, AT))
