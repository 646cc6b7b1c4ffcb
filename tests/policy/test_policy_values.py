"""A policy and what it is made of, as values."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

import rolegate
from repository import ROOT
from rolegate import Policy, Question

POLICIES = ("livechat", "respond-io", "responsive", "responso")


def values_in(value: Any, depth: int = 0) -> Iterator[Any]:
    """Every value of rolegate in *value*, a few levels down."""
    if depth > 6:
        return
    inner: list[Any] = []
    if dataclasses.is_dataclass(value) and type(value).__module__.startswith("rolegate"):
        yield value
        inner = [getattr(value, field.name) for field in dataclasses.fields(value)]
    elif isinstance(value, Mapping):
        inner = list(value.values())[:20]
    elif isinstance(value, (tuple, list)):
        inner = list(value)[:20]
    for part in inner:
        yield from values_in(part, depth + 1)


@pytest.mark.parametrize("name", POLICIES)
def test_no_value_prints_what_is_below_it(name: str) -> None:
    """In a log, a policy and all that it gives takes a few lines, not hundreds of kilobytes."""
    policy = rolegate.load(ROOT / "policies" / name)
    big = [policy, policy.snapshot(), policy.tree(), policy.matrix(), rolegate.Gate(policy)._live]
    big.append(policy.draft(grants=["*"]))
    found = [value for large in big for value in values_in(large)]
    assert {"Catalog", "CompiledPolicy", "Resolved", "Snapshot"} <= {type(value).__name__ for value in found}
    assert [] == [type(value).__name__ for value in found if len(repr(value)) > 2500]
    assert max(len(repr(value)) for value in big) < 900


def test_a_policy_says_what_it_is() -> None:
    """Its name, and the folder if it has one."""
    policy = rolegate.load(ROOT / "policies/responso")
    assert repr(policy).startswith("<Policy 'responso' from ") and "policies/responso" in repr(policy)
    assert "<Policy 'responso'>" == repr(Policy(resolved=policy.resolved))


def test_check_and_decide_are_one_question() -> None:
    """`check` takes the arguments of `Gate.check`, `decide` takes them as a `Question`."""
    policy = rolegate.load(ROOT / "policies/responso")
    for scope in (None, "my", "flying"):
        question = Question("tickets.edit", user="olga", domain="acme", scope=scope)
        assert policy.decide(question) == policy.check("olga", "tickets.edit", domain="acme", scope=scope)
        explained = policy.explain("olga", "tickets.edit", domain="acme", scope=scope)
        assert policy.explain_question(question) == explained


def test_a_policy_does_not_change() -> None:
    """Whoever wants another time makes another policy."""
    policy = rolegate.load(ROOT / "policies/responso")
    with pytest.raises(dataclasses.FrozenInstanceError):
        policy.at = None  # type: ignore[misc]  # what the test is about
