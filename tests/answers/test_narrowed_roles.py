"""A refusal names the line that narrows a role with `only`, and the smallest change comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from repository import CASES
from rolegate import Question


@pytest.fixture
def policy(monkeypatch: pytest.MonkeyPatch) -> rolegate.Policy:
    """A set in which an agent is one for a single inbox."""
    monkeypatch.chdir(CASES / "what-is-missing")
    return rolegate.load(Path())


def test_the_narrowing_line_is_named(policy: rolegate.Policy) -> None:
    """Whoever asks why sees that the role is there, and for what."""
    found = policy.explain_question(Question("inboxes.access", user="ann", domain="acme", on="HR"))
    (step,) = found.blocked
    assert ("user `ann` has role `agent`, but only for inbox `Sales`", "bindings.yaml", 2) == (
        step.text,
        step.file,
        step.line,
    )


def test_the_single_grant_comes_before_any_role(policy: rolegate.Policy) -> None:
    """Of the roles, the one of everything comes last."""
    found = policy.explain_question(Question("inboxes.access", user="ann", domain="acme", on="HR"))
    assert [
        {"user": "ann", "grants": ["inboxes.access[HR]"], "domain": "acme"},
        {"user": "ann", "role": "agent", "domain": "acme"},
        {"user": "ann", "role": "admin", "domain": "acme"},
    ] == [change.add for change in found.nearest]


@pytest.mark.parametrize(
    "question",
    [
        Question("settings.users", user="ann", domain="acme"),  # the role does not hold it at all
        Question("inboxes.access", user="bo", domain="acme", on="HR"),  # somebody else
        Question("inboxes.access", role="agent", domain="acme"),  # the role itself is not narrowed
    ],
)
def test_other_questions_are_not_about_the_line(policy: rolegate.Policy, question: Question) -> None:
    """The line is named where all of the role would allow what was asked."""
    assert () == policy.explain_question(question).blocked


def test_restriction_on_the_kept_rest_is_the_reason(tmp_path: Path) -> None:
    """What the line leaves of the role allows it: then the line is not in the way, and the restriction is."""
    files = {
        "catalog.yaml": "catalog: desk\nresources: {inbox: Inbox}\n"
        "permissions: {edit: Edit, access: {title: Access, per: inbox}}\n",
        "domains.yaml": "domains: {acme: {teams: {crew: [ann]}, instances: {inbox: [a, b]}}}\n",
        "roles/r.yaml": "role: r\ngrants: [edit, 'access[*]']\n",
        "bindings.yaml": "bindings:\n"
        "- {team: crew, role: r, domain: acme, only: {inbox: a}, rest: keep}\n"
        "- {user: ann, restrict: edit, domain: acme}\n",
    }
    policy = rolegate.load(write(tmp_path, files))
    (step,) = policy.explain("ann", "edit", domain="acme").blocked
    assert "user `ann` is restricted: `edit`" == step.text
    (step,) = policy.explain("ann", "access", domain="acme", on="b").blocked
    assert "team `crew` has role `r`, but only for inbox `a`" == step.text
    assert policy.check("ann", "access", domain="acme", on="a")
