"""A very long text from outside is quoted in part: in exceptions, in explanations and in the log."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import rolegate
from drawing import some
from reading import write
from rolegate import Forbidden, Gate, InvalidQuestionError, Policy, Question
from rolegate.compiled.read_lines import read_rows
from rolegate.errors import RolegateError
from rolegate.integrations.guard import Guard

FILES = {
    "catalog.yaml": """
catalog: long
scopes: {reach: [all, my]}
resources: {box: {title: Box, attribute: box}}
permissions:
  go: {title: Go, scopes: reach}
  boxes: {permissions: {open: {title: Open, per: box}}}
  contacts: {fields: [name], permissions: {show: Show}}
""",
    "domains.yaml": "domains: {acme: {instances: {box: [A]}}}\n",
    "bindings.yaml": 'bindings: [{user: ana, grants: ["boxes.open[A]", go@my], domain: acme}]\n',
}

LENGTH = some(300_000, 5)
MOST = 2_100
"""As long as one message may be; most are far shorter."""

LONG = {
    "letters": "x" * LENGTH,
    "lines": "\n" * LENGTH,
    "stars": "*x" * (LENGTH // 2),
    "percents": "%" * LENGTH,
    "brackets": "go[" + "x" * LENGTH + "]y" + "z" * LENGTH,
    "group": "x" * LENGTH + ".*",
    "instance": "boxes.open[" + "%zz" * LENGTH + "]",
    "scope": "go@" + "x" * LENGTH,
}


def calls(policy: Policy, long: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Everything that takes a text from outside, with *long* in each place."""
    gate = Gate(policy)
    ana = gate.subject("ana", "acme")
    asked = {"user": "ana", "permission": "boxes.open", "domain": "acme", "on": "A", "scope": None}
    for key in asked:
        odd = {**asked, key: long}
        for method in (gate.check, gate.require, gate.explain, policy.check, policy.explain):
            yield f"{method.__qualname__} {key}", lambda method=method, odd=odd: method(**odd)  # type: ignore[misc]  # bound here
    rest = {"permission": "boxes.open", "domain": "acme", "on": None, "scope": None}
    for key in rest:
        yield f"who_can {key}", lambda key=key: policy.who_can(**{**rest, key: long})  # type: ignore[misc]  # bound here
    yield "subject of a user", lambda: gate.subject(long, "acme").require("go", scope="my")
    yield "subject of a domain", lambda: gate.subject("ana", long).require("go", scope="my")
    for name in ("can", "require", "can_any", "held", "scope", "scopes", "instances", "fields"):
        yield f"Subject.{name}", lambda name=name: getattr(ana, name)(long)  # type: ignore[misc]  # bound here
    yield "Subject.can record", lambda: ana.can(long, {"box": "A"})
    yield "Subject.require record", lambda: ana.require("boxes.open", {"box": long})
    yield "Subject.tree", lambda: ana.tree(locale=long)
    yield "Subject.mask", lambda: ana.mask("contacts", {}, keep=long)
    yield "Policy.tree team", lambda: policy.tree(team=long, domain="acme")
    yield "Policy.tree role", lambda: policy.tree(role=long, domain="acme")
    yield "Policy.tree alone", lambda: policy.tree(domain=long)
    yield "Policy.matrix", lambda: policy.matrix(locale=long)
    key = str(long)[:400_000]
    yield "Question.from_dict", lambda: Question.from_dict({key: 1})
    yield "Question.from_json", lambda: Question.from_json(json.dumps({key: 1})[: (1 << 20) - 1])
    yield "duplicate key", lambda: Question.from_json(f'{{"{key}": 1, "{key}": 2}}')
    yield "parse_instance", lambda: rolegate.parse_instance(long)
    yield "Policy.draft", lambda: policy.draft(grants=[long])
    yield "Draft.tick", lambda: policy.draft().tick(long)
    yield "Draft.untick", lambda: policy.draft().untick(long)
    yield "Guard", lambda: Guard(gate, long)
    yield "Guard on", lambda: Guard(gate, "boxes.open", on=long)
    yield "Guard on many", lambda: Guard(gate, "boxes.open", on=(long, long))
    yield "Guard scope", lambda: Guard(gate, "go", scope=long)
    yield "lines", lambda: read_rows([[str(long), "a"]])
    yield "line", lambda: read_rows([["p", long]])
    yield "load", lambda: rolegate.load(Path("missing") / str(long).replace("/", ""))


def said(answer: Any) -> Iterator[str]:
    """Every message in an answer or a refusal."""
    if isinstance(answer, BaseException):
        yield str(answer)
    if isinstance(answer, Forbidden):
        yield answer.to_dict()["message"]
        yield from said(answer.explanation)
    if isinstance(answer, rolegate.Explanation):
        yield from said(answer.decision)
        steps: list[Any] = [*answer.chain, *answer.blocked, *answer.nearest]
        for step in steps:
            yield step.text
    if isinstance(answer, rolegate.Decision):
        yield answer.reason
        for note in answer.notes:
            yield note.message
            yield note.help


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return rolegate.load(write(tmp_path_factory.mktemp("long"), FILES))


@pytest.mark.parametrize(
    "long", [*LONG.values(), ["x" * LENGTH], b"x" * LENGTH], ids=[*LONG, "list", "bytes"]
)
def test_a_message_quotes_a_part(policy: Policy, caplog: pytest.LogCaptureFixture, long: Any) -> None:
    """Of a text, and of what is none; whatever is raised has a type that is documented."""
    caplog.set_level(logging.WARNING, "rolegate")
    for name, call in calls(policy, long):
        caplog.clear()
        answer: Any
        try:
            answer = call()
        except (RolegateError, OSError) as error:
            answer = error
        told = [*said(answer), *caplog.messages]
        assert (name, []) == (name, [text[:200] for text in told if len(text) > MOST])


@pytest.mark.parametrize(
    "wrong", [None, 7, {}, [], object(), memoryview(b"{}")], ids=lambda w: type(w).__name__
)
def test_a_question_in_json_is_a_text_or_bytes(wrong: Any) -> None:
    """What is neither is refused as a question."""
    with pytest.raises(InvalidQuestionError, match="a question in JSON is a text or bytes"):
        Question.from_json(wrong)
