"""What the application gives of a user: conditions ask for it, and a refusal says what is missing."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from reading import write
from rolegate import Forbidden, Gate
from rolegate.records import RecordError

FILES = {
    "catalog.yaml": """
catalog: depots
user: {depots: list, region: text, limit: number}
scopes:
  reach:
    all: {}
    near: {within: all, any_of: [{depot: {in: user.depots}}, {region: user.region, size: {lt: user.limit}}]}
    far: {within: all, where: {depot: {not_in: user.depots}}}
permissions:
  see: {title: See, scopes: reach}
  leave: {title: Leave, scopes: reach}
""",
    "bindings.yaml": 'bindings: [{user: ana, grants: ["see@near", "leave@far"]}]\n',
}
BOX = {"depot": "north", "region": "eu", "size": 3}


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """The gate of a set that asks for depots, a region and a limit."""
    return Gate.from_path(write(tmp_path, FILES))


def test_a_user_without_the_attribute_gets_no(gate: Gate) -> None:
    """Neither a comparison nor its negation is met, and nothing raises."""
    nothing: list[dict[str, Any]] = [{}, {"depots": None}, {"region": "eu"}]
    for given in nothing:
        ana = gate.subject("ana", attributes=given)
        assert (False, False) == (ana.can("see", BOX), ana.can("leave", BOX))
    answers: list[tuple[dict[str, Any], bool, bool]] = [
        ({"depots": ["north"]}, True, False),
        ({"depots": ["south"]}, False, True),
        ({"depots": []}, False, True),
        ({"depots": ["south", None]}, False, False),
        ({"region": "eu", "limit": 4}, True, False),
        ({"region": "eu", "limit": 3}, False, False),
    ]
    for given, see, leave in answers:
        ana = gate.subject("ana", attributes=given)
        assert (given, see, leave) == (given, ana.can("see", BOX), ana.can("leave", BOX))


def test_a_value_of_the_wrong_kind_raises(gate: Gate) -> None:
    """It is a mistake of the application, and nobody's missing value."""
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"depots": "north"}, "is not a list"),
        ({"region": "eu", "limit": "4"}, "no order"),
    ]
    for given, match in wrong:
        with pytest.raises(RecordError, match=match):
            gate.subject("ana", attributes=given).can("see", BOX)


def test_a_refusal_says_what_is_missing(gate: Gate) -> None:
    """At the scope that asks for it."""
    with pytest.raises(Forbidden) as refused:
        gate.subject("ana", attributes={"region": "eu"}).require("see", BOX)
    steps = [(step.line, step.text) for step in refused.value.explanation.blocked]
    assert [
        (7, "the application does not give `user.depots`"),
        (7, "the application does not give `user.limit`"),
    ] == steps[1:]


def test_an_undeclared_attribute_is_in_the_log(gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    """Once for a state of the policy: a misspelt name would be a no for everybody."""
    with caplog.at_level(logging.WARNING, "rolegate"):
        for _ in range(2):
            gate.subject("ana", attributes={"depot": ["north"], "region": "eu"})
    assert ["RG223 the application gives the attribute `depot`"] == [
        record.getMessage().partition(" of a user")[0] for record in caplog.records
    ]


def test_what_the_log_says_is_not_worth_a_look_at_every_role(
    gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    """Once more after a reload; the revision is not worked out for it, nor for who looks at the state."""
    for _ in range(2):
        with caplog.at_level(logging.WARNING, "rolegate"):
            gate.subject("ana", attributes={"depot": ["north"]})
        live = gate._live
        assert "revision" not in live.snapshot.__dict__ and "<GateState of <Policy" in repr(live)
        assert gate.reload()
    assert ["RG223", "RG223"] == [record.getMessage()[:5] for record in caplog.records]
    assert f"<GateState {gate.status().revision} of" in repr(gate._live)
