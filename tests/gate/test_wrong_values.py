"""Values of the wrong kind, in every parameter of every question: no, and it is said; nothing else."""

from __future__ import annotations

import inspect
import itertools
import logging
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Unpack, get_args, get_origin, get_type_hints

import pytest

import rolegate
from reading import write
from rolegate import Gate, InvalidQuestionError, Policy, Question, RolegateError

FILES = {
    "catalog.yaml": """
catalog: wrong
scopes: {reach: [all, my]}
resources: {box: Box, part: {title: Part, within: box}}
permissions:
  plain: {permissions: {go: Go}}
  scoped: {permissions: {go: {title: Go, scopes: reach}}}
  boxes: {permissions: {open: {title: Open, per: box}, turn: {title: Turn, per: part, scopes: reach}}}
  contacts: {fields: [name], permissions: {show: Show}}
""",
    "domains.yaml": "domains: {acme: {teams: {sales: [ana]}, instances: {box: [A], part: [A/1]}}}\n",
    "roles/everything.yaml": 'role: everything\ngrants: ["*"]\n',
    "bindings.yaml": "bindings: [{user: ana, role: everything, domain: acme}]\n",
}
"""`ana` may do everything: whatever is denied to her is denied because it cannot be asked."""


class Odd:
    """An object of nobody's."""


IDS = (" ", "-", "*", "nobody", "plain.go\0", ":every", "A/*", "ana ", "Ana")
"""Texts that can be ids, though no name of anything in the set."""

UNSOUND = ("", "ana\ud800", "x" * 300, "\u00e9" * 200)
"""Texts that cannot be the id of anything."""

OTHERS: tuple[Any, ...] = (
    0, 1, True, False, 1.5, float("nan"), b"", b"ana", {}, set(), frozenset(), object(), Odd, Odd(),
    ("",), ("ana", 1), (None,), ["plain.go", None], {"plain.go": 1}, date(2026, 1, 1), lambda: "ana",
)  # fmt: skip
"""What is of the wrong kind wherever it is given."""

WRONG = (*IDS, *UNSOUND, *OTHERS)
PERMISSIONS = {"plain.go": 0, "scoped.go": 0, "boxes.open": 1, "boxes.turn": 2, "contacts.fields.name": 0}
"""Permissions, and how many ids an instance of each has."""


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """The policy of the small set."""
    return rolegate.load(write(tmp_path_factory.mktemp("wrong"), FILES))


def wrong_questions(permission: str) -> Iterator[tuple[dict[str, Any], bool]]:
    """Questions with wrong values, one at a time and all at once, and whether each can be asked at all."""
    asked = {"user": "ana", "permission": permission, "domain": "acme", "on": None, "scope": None}
    for key in asked:
        for value in (*WRONG, (), []) if key != "on" else WRONG:
            if not (key == "on" and value in IDS and PERMISSIONS[permission]):
                yield {**asked, key: value}, key == "user" and value in IDS
    yield from ((dict.fromkeys(asked, value), False) for value in OTHERS)


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_a_gate_denies_wrong_values_and_says_so(
    policy: Policy, caplog: pytest.LogCaptureFixture, permission: str
) -> None:
    """In each parameter: the answer is no, the log has it, `require` refuses and its explanation says no."""
    gate = Gate(policy)
    caplog.set_level(logging.WARNING, "rolegate")
    assert gate.check("ana", permission, domain="acme")
    for asked, sound in wrong_questions(permission):
        caplog.clear()
        assert (asked, gate.check(**asked)) == (asked, False)
        assert (asked, bool(caplog.records)) == (asked, not sound)
        with pytest.raises(rolegate.Forbidden) as refused:
            gate.require(**asked)
        assert (asked, refused.value.explanation.decision.allowed) == (asked, False)


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_a_subject_denies_wrong_values_and_says_so(
    policy: Policy, caplog: pytest.LogCaptureFixture, permission: str
) -> None:
    """As a gate does; there is no subject for a user or a domain that is not a text."""
    gate = Gate(policy)
    ana = gate.subject("ana", "acme")
    caplog.set_level(logging.WARNING, "rolegate")
    for asked, _ in wrong_questions(permission):
        user, domain = asked.pop("user"), asked.pop("domain")
        if not isinstance(user, str) or not isinstance(domain, str):
            with pytest.raises(InvalidQuestionError):
                gate.subject(user, domain)
            continue
        if (user, domain) != ("ana", "acme"):
            assert (asked, gate.subject(user, domain).can(**asked)) == (asked, False)
            continue
        caplog.clear()
        assert (asked, ana.can(**asked)) == (asked, False)
        assert (asked, bool(caplog.records)) == (asked, True)
        with pytest.raises(rolegate.Forbidden) as refused:
            ana.require(**asked)
        assert (asked, refused.value.explanation.decision.allowed) == (asked, False)


def test_no_instance_is_every_instance(policy: Policy) -> None:
    """An empty path asks for every instance, which is the most that can be asked for."""
    gate = Gate(policy)
    for permission in PERMISSIONS:
        for user in ("ana", "nobody"):
            every = gate.check(user, permission, domain="acme")
            assert gate.check(user, permission, domain="acme", on=()) == every


TURN = {"user": "ana", "permission": "boxes.turn", "domain": "acme", "on": "A", "scope": "my", "at": None}

ASKED: dict[str, dict[str, Any]] = {
    "check": TURN,
    "explain": TURN,
    "decide": {"question": Question("plain.go", user="ana", domain="acme"), "at": None},
    "explain_question": {"question": Question("plain.go", user="ana", domain="acme"), "at": None},
    "who_can": {
        "permission": "boxes.turn",
        "domain": "acme",
        "on": "A",
        "scope": "my",
        "any": False,
        "at": None,
    },
    "instances": {"permission": "boxes.turn", "user": "ana", "domain": "acme", "scope": "my", "at": None},
    "fields": {"group": "contacts", "user": "ana", "domain": "acme", "on": None, "at": None},
    "tree": {"user": "ana", "domain": "acme", "locale": None, "at": None},
    "matrix": {"locale": None},
    "compile": {"at": None},
    "snapshot": {"at": None},
}
"""The methods of a policy, each with a question that can be asked."""

TIMES = (date(2026, 1, 1),)
"""What among the wrong values is right in `at`."""

SUBJECT: dict[str, dict[str, Any]] = {
    "can_any": {"pattern": "plain.*"},
    "where": {"permission": "plain.go", "model": Odd},
    "held": {"permission": "plain.go"},
    "instances": {"permission": "boxes.turn", "scope": "my"},
    "fields": {"group": "contacts", "record": {"name": "Ann"}, "on": None},
    "mask": {"group": "contacts", "record": {"name": "Ann"}, "on": None, "keep": ()},
    "may_write": {"group": "contacts", "changes": {"name": "Bo"}, "record": {"name": "Ann"}, "on": None},
    "scopes": {"permission": "scoped.go", "on": None},
    "scope": {"permission": "scoped.go", "on": None},
    "tree": {"locale": None},
}
"""The same of a subject."""


def wrongly_answered(ask: Callable[..., Any], asked: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """The wrong values in one parameter that are answered with something, or raise what is no refusal."""
    found: list[tuple[str, Any, Any]] = []
    for key, value in itertools.product(asked, (*WRONG, (), [])):
        try:
            answer: Any = ask(**{**asked, key: value})
        except RolegateError:
            continue
        except Exception as error:
            answer = error
        if is_something(answer) and (key, value) not in DOCUMENTED:
            found.append((key, value, answer))
    return found


EMPTY: tuple[Any, ...] = ((), [], {}, set(), frozenset())
DOCUMENTED: list[tuple[str, Any]] = [
    *(("on", value) for value in (*EMPTY[:2], *IDS)),
    *(("at", value) for value in TIMES),
    *(("record", value) for value in OTHERS if isinstance(value, (dict, date, Odd))),
    ("any", True),
    ("any", False),
    *(("keep", value) for value in (*EMPTY, ("",), {"plain.go": 1})),
    *(("changes", value) for value in EMPTY),
    ("pattern", "*"),
]
"""What is right in its place, or an id of something that may be added later."""


def is_something(answer: Any) -> bool:
    """Whether an answer gives anything to anybody."""
    if isinstance(answer, rolegate.Explanation):
        return answer.decision.allowed
    if isinstance(answer, rolegate.TreeNode):
        return answer.state != "off"
    if isinstance(answer, rolegate.AllowedInstances):
        return bool(answer.known or answer.every)
    if isinstance(answer, dict):
        return any(state != "hidden" for state in answer.values())
    return bool(answer)


def parameters(ask: Callable[..., Any]) -> set[str]:
    """The names of the arguments of a method, those in `**keywords: Unpack[…]` included."""
    named = set(inspect.signature(ask).parameters)
    for name, hint in get_type_hints(ask).items():
        if get_origin(hint) is Unpack:
            (keywords,) = get_args(hint)
            named = (named - {name}) | set(keywords.__annotations__)
    return named


@pytest.mark.parametrize("name", ASKED)
def test_a_policy_refuses_wrong_values(policy: Policy, name: str) -> None:
    """Each parameter of each method: an error that says so, or a no."""
    ask = getattr(policy, name)
    assert set(ASKED[name]) <= parameters(ask)
    assert is_something(ask(**ASKED[name]))
    assert [] == wrongly_answered(ask, ASKED[name])


@pytest.mark.parametrize("name", SUBJECT)
def test_a_subject_refuses_wrong_values(policy: Policy, name: str) -> None:
    """The same of a subject."""
    ask = getattr(Gate(policy).subject("ana", "acme"), name)
    assert set(SUBJECT[name]) == set(inspect.signature(ask).parameters)
    assert [] == wrongly_answered(ask, SUBJECT[name])


def test_a_set_is_not_loaded_for_what_is_no_time(policy: Policy) -> None:
    """Nor is a policy made."""
    for value in (*WRONG, (), []):
        if value in TIMES:
            continue
        with pytest.raises(InvalidQuestionError):
            rolegate.load(str(policy.path), at=value)
        with pytest.raises(InvalidQuestionError):
            Policy(resolved=policy.resolved, at=value)


def test_attributes_are_a_mapping(policy: Policy) -> None:
    """Of a user, beside `id` and `teams`."""
    for value in (*WRONG, (), []):
        if isinstance(value, dict):
            continue
        with pytest.raises(InvalidQuestionError, match="`attributes` is a mapping"):
            Gate(policy).subject("ana", "acme", value)


def test_a_subject_says_what_is_missing_or_of_the_wrong_kind(policy: Policy) -> None:
    """The id of a row as it comes, and a domain that was forgotten."""
    user: Any = 7
    with pytest.raises(InvalidQuestionError, match="`user` is a text, not of type int"):
        Gate(policy).subject(user, "acme")
    with pytest.raises(InvalidQuestionError, match="`domain` is missing"):
        Gate(policy).subject("ana")


WRONG_TEXTS: tuple[Any, ...] = (None, 0, 1.5, b"plain.go", [], ["plain.go"], {}, (), Odd())
"""What is given where one text is meant."""


@pytest.mark.parametrize("wrong", WRONG_TEXTS)
def test_what_is_read_from_a_text_is_refused_as_unreadable(policy: Policy, wrong: Any) -> None:
    """Grants, instances and boxes that are not texts are refused with the errors that are documented."""
    with pytest.raises(rolegate.GrantSyntaxError):
        rolegate.parse_instance(wrong)
    with pytest.raises(rolegate.DraftError):
        policy.draft(grants=[wrong])
    with pytest.raises(rolegate.DraftError):
        policy.draft().tick(wrong)
    with pytest.raises(rolegate.DraftError):
        policy.draft().untick(wrong)


@pytest.mark.parametrize("wrong", [None, 0, "", "plain.go", [], (), set(), object()])
def test_a_question_is_made_from_a_mapping(wrong: Any) -> None:
    """Whatever else is given is refused, and so are names of fields that are no texts."""
    with pytest.raises(InvalidQuestionError):
        Question.from_dict(wrong)


def test_names_of_fields_are_texts(policy: Policy) -> None:
    """A list among the names is refused before anything looks it up."""
    wrong: Any = [["name"]]
    with pytest.raises(RolegateError):
        Gate(policy).subject("ana", "acme").may_write("contacts", wrong)
