"""A changed set is judged by the lines of one domain, with the answers of the whole set."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import rolegate
from drawing import some_of
from reading import write
from repository import ROOT
from rolegate import Question
from rolegate.answers.trial import Trial, allows
from rolegate.compiled import compile
from rolegate.engine.translation import translate
from rolegate.grants.masked_rights import MaskedRights
from rolegate.grants.masked_roles import MaskedRoles

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
    answers = {question: policy.decide(question).allowed for question in some_of(questions, 5)}
    assert {True, False} == set(answers.values())
    for question, allowed in answers.items():
        dom = translate(question, policy.resolved).dom
        assert (question, allowed) == (question, allows(trial, question, dom, AT))


COMPANY = """\
catalog: company
scopes: {reach: [all, my]}
resources: {inbox: Inbox}
addons: [more]
permissions:
  plain: Plain
  seen: {title: Seen, scopes: reach}
  each: {title: Each, per: inbox}
  extra: {title: Extra, addons: [more]}
"""
DOMAINS = "domains: {north: {addons: [more]}, south: {}, inner: {within: south}}"
ROLES = """\
roles:
  base: {grants: [plain, "seen@all", extra]}
  some: {extends: [base], grants: ["each[a]"], except: ["seen@all"]}
  every: {extends: [some], grants: ["each[*]"]}
"""
CUSTOM = 'role: own\ndomain: south\ngrants: [plain, "each[b]", seen@my]\n'
LINES = "bindings: [{user: ana, role: some, domain: north}, {user: bo, role: own, domain: south}]"


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A set that denies nothing, so that no lines of its roles are made."""
    files = {"catalog.yaml": COMPANY, "domains.yaml": DOMAINS, "bindings.yaml": LINES}
    return write(tmp_path, {**files, "roles/all.yaml": ROLES, "roles/own.yaml": CUSTOM})


def explanations(folder: Path) -> dict[tuple[str, ...], dict[str, object]]:
    """Why each question of some has its answer, with what would change it."""
    gate = rolegate.Gate.from_path(folder)
    asked = [("plain", None), ("seen", None), ("each", "a"), ("each", "c"), ("each", None), ("extra", None)]
    return {
        (user, domain, path, str(on)): gate.explain(user, path, on=on, domain=domain).to_dict()
        for user in ("ana", "bo", "eve")
        for domain in ("north", "south", "inner")
        for path, on in asked
    }


def test_explanations_are_the_same_without_lines(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Roles that would help are known as numbers or right by right, and lines are written or not."""
    found = explanations(company)
    assert {True, False} == {bool(one["allowed"]) for one in found.values()}
    monkeypatch.setattr(MaskedRoles, "begin", lambda *_: None)
    assert found == explanations(company)
    monkeypatch.setattr(compile, "denies", lambda *_: True)
    assert found == explanations(company)


def test_why_a_question_is_denied_makes_the_rights_of_no_role(company: Path) -> None:
    """Each role is looked at as one that might help, so all of them would be made and kept."""
    gate = rolegate.Gate.from_path(company)
    for path in ("plain", "seen", "each"):
        assert gate.explain("eve", path, domain="inner").nearest
    roles = [role.rights for role in gate.policy.resolved.roles.values()]
    assert [True] * 4 == [isinstance(rights, MaskedRights) and rights._made is None for rights in roles]
