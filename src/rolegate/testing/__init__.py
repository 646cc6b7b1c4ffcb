"""A pytest plugin: gates that hold exactly what a test gives them, and assertions that explain themselves.

    # pyproject.toml
    [tool.pytest.ini_options]
    rolegate_policy = "policies/helpdesk"

    def test_agents_see_their_own_tickets(rolegate_gates):
        gate = rolegate_gates.grant("tickets.*@my", user="ana")
        assert_allowed(gate, "ana", "tickets.show", scope="my")
        assert_denied(gate, "ana", "tickets.show")

Nothing is faked: such a gate is a `rolegate.Gate` on the catalog and the domains of the real set, with one
role in place of all roles and bindings. Importing this module loads nothing but pytest.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

import pytest

from rolegate.gate.left_out import LEFT_OUT

if TYPE_CHECKING:
    from rolegate.answers.explain import Explanation
    from rolegate.engine.question import QuestionDetails
    from rolegate.gate.gate import Gate
    from rolegate.policy.policy import Policy

__all__ = ["Gates", "assert_allowed", "assert_denied"]

Users = str | Iterable[str] | None


class Gates:
    """Makes gates on the catalog and the domains of one policy set.

    *policy* is a loaded policy or the folder of a set. The gates use its catalog, domains and teams, but none
    of its roles and bindings. They grant only what they are told to, in every domain, and every plan and
    add-on is enabled there. What does not exist in domains of its kind stays denied. `user` is one user or
    several; left out, it is every user that the set names.
    """

    def __init__(self, policy: Policy | Path | str) -> None:
        from rolegate.loading.load import load
        from rolegate.policy.policy import Policy

        self.policy = policy if isinstance(policy, Policy) else load(policy)

    def allow_all(self, *, user: Users = None) -> Gate:
        """A gate that allows *user* everything in the catalog."""
        from rolegate.testing.gate_making import everything, gate_of

        return gate_of(self.policy, everything(self.policy.catalog, *_caller()), _listed(user))

    def deny_all(self) -> Gate:
        """A gate that allows nobody anything."""
        from rolegate.testing.gate_making import gate_of

        return gate_of(self.policy, None, None)

    def grant(self, *grants: str, user: Users = None) -> Gate:
        """A gate that allows *user* what *grants* say, in the grammar of roles: `path[instance]@scope`.

        Raises:
            InvalidPolicyError: for a grant that a role file could not have, with the line of the call.
        """
        from rolegate.testing.gate_making import gate_of, role_of

        return gate_of(self.policy, role_of(self.policy, grants, *_caller()), _listed(user))


def assert_allowed(
    gate: Gate,
    user: str,
    permission: str,
    record: Any = LEFT_OUT,
    *,
    attributes: Mapping[str, Any] | None = None,
    **details: Unpack[QuestionDetails],
) -> None:
    """Fail, with the reason and the nearest changes, unless *user* may use *permission*.

    *attributes* are what conditions of scopes may ask of the user about a record, as for `Gate.subject`.
    """
    __tracebackhide__ = True
    asked = _asked(gate, user, permission, record, attributes, details)
    if not asked.allowed:
        pytest.fail(asked.told(), pytrace=False)


def assert_denied(
    gate: Gate,
    user: str,
    permission: str,
    record: Any = LEFT_OUT,
    *,
    attributes: Mapping[str, Any] | None = None,
    **details: Unpack[QuestionDetails],
) -> None:
    """Fail, with the grants behind the answer, if *user* may use *permission*.

    It also fails if the question is denied only because a name is misspelt.
    """
    __tracebackhide__ = True
    asked = _asked(gate, user, permission, record, attributes, details)
    from rolegate.gate.careful_answers import NOTHING_BOUND

    misspelt = any(note.code not in NOTHING_BOUND for note in asked.explanation.decision.notes)
    if misspelt or asked.allowed:
        pytest.fail(asked.told(), pytrace=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the setting `rolegate_policy`."""
    parser.addini(
        "rolegate_policy", "Folder of the policy set that the fixtures of rolegate use.", default=""
    )


@pytest.fixture(scope="session")
def rolegate_policy(pytestconfig: pytest.Config) -> Policy:
    """The policy set that the setting `rolegate_policy` names."""
    from rolegate.loading.load import load

    folder = str(pytestconfig.getini("rolegate_policy"))
    if not folder:
        raise pytest.UsageError("no policy set: add `rolegate_policy = …` to the configuration of pytest")
    return load(pytestconfig.rootpath / folder)


@pytest.fixture(scope="session")
def rolegate_gates(rolegate_policy: Policy) -> Gates:
    """Makes gates for tests: `allow_all()`, `deny_all()`, `grant("tickets.*@my")`."""
    return Gates(rolegate_policy)


class _Asked(NamedTuple):
    """The answer to the question of an assertion, and its reasons, from one state of the policy."""

    allowed: bool
    explanation: Explanation
    on_record: Callable[[], str] | None = None

    def told(self) -> str:
        """The answer and its reasons, as a person reads them."""
        return _shown(self.explanation) if self.on_record is None else self.on_record()


def _asked(
    gate: Gate,
    user: str,
    permission: str,
    record: Any,
    attributes: Mapping[str, Any] | None,
    details: QuestionDetails,
) -> _Asked:
    if record is LEFT_OUT:
        explanation = gate.explain(user, permission, **details)
        return _Asked(explanation.decision.allowed, explanation)
    domain, on, scope = details.get("domain"), details.get("on"), details.get("scope")
    subject = gate.subject(user, domain, attributes)
    allowed = subject.can(permission, record, on=on, scope=scope)

    def told() -> str:
        held = subject.scopes(permission, on=on) if scope is None else (scope,)
        verdict = "allowed" if allowed else "denied"
        with_ = f" with {dict(attributes)!r}" if attributes else ""
        about = f"{verdict} on {record!r}{with_}; held at: {', '.join(held) or 'no scope'}"
        explained = [_shown(subject.explain(permission, on=on, scope=at)) for at in held or (scope,)]
        return "\n".join([f"`{user}`, `{permission}`: {about}", *explained])

    return _Asked(allowed, subject.explain(permission, on=on, scope=scope), told)


def _shown(explanation: Explanation) -> str:
    decision, asked = explanation.decision, explanation.decision.question
    on = f"[{'/'.join(asked.path)}]" if asked.path else ""
    scope = f"@{asked.scope}" if asked.scope is not None else ""
    domain = f" in `{asked.domain}`" if asked.domain is not None else ""
    verdict = "allowed" if decision.allowed else "denied"
    lines = [f"`{asked.user}`, `{asked.permission}{on}{scope}`{domain}: {verdict}: {decision.reason}"]
    lines += [f"  {note.code} {note.message}" + f"; {note.help}" * bool(note.help) for note in decision.notes]
    lines += [
        f"  {step.file}:{step.line}: {step.text}" for step in (*explanation.chain, *explanation.blocked)
    ]
    lines += [f"  to allow it: {suggestion.text}" for suggestion in explanation.nearest]
    return "\n".join(lines)


def _listed(user: Users) -> tuple[str, ...] | None:
    return (user,) if isinstance(user, str) else None if user is None else tuple(user)


def _caller() -> tuple[str, int]:
    """The file and line of the test that makes a gate."""
    frame = sys._getframe(2)
    return frame.f_code.co_filename, frame.f_lineno
