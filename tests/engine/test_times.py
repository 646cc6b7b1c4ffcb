"""Times at which questions are asked: what ends, when, and what is kept compiled for it."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate import Policy, Question
from rolegate.engine.times import KEPT

CATALOG = "catalog: times\npermissions: {see: See, edit: {title: Edit, requires: see}}\n"
START = date(2030, 1, 1)


def bound(folder: Path, ends: dict[str, date]) -> Policy:
    """A set in which each user may see until her date."""
    lines = "".join(f"  - {{user: {user}, grants: [see], until: {end}}}\n" for user, end in ends.items())
    return rolegate.load(write(folder, {"catalog.yaml": CATALOG, "bindings.yaml": f"bindings:\n{lines}"}))


def may(policy: Policy, user: str, at: date | None = None) -> bool:
    return policy.decide(Question("see", user=user), at).allowed


def test_each_time_gets_its_own_answer(tmp_path: Path) -> None:
    """Whatever was asked before, earlier or later, and whatever is kept of it."""
    rng = random.Random(7)
    ends = {f"user{n}": START + timedelta(days=rng.randrange(12)) for n in range(10)}
    policy = bound(tmp_path, ends)
    for _ in range(300):
        moment = datetime(2029, 12, 30, tzinfo=UTC) + timedelta(hours=rng.randrange(16 * 24))
        user = rng.choice(sorted(ends))
        if rng.random() < 0.2:
            policy.compile(at=moment + timedelta(days=rng.randrange(-20, 20)))
        end = datetime.combine(ends[user], datetime.min.time(), UTC)
        assert (moment < end) == may(policy, user, moment)


def test_what_is_compiled_holds_until_the_next_end(tmp_path: Path) -> None:
    """Between two ends one snapshot answers, in whatever order the times are asked for."""
    policy = bound(tmp_path, {"ana": START, "bo": START + timedelta(days=10)})
    early = policy.compile(at=datetime(2020, 1, 1, tzinfo=UTC))
    assert policy.snapshot() is policy.snapshot()
    assert early is policy.snapshot().compiled
    between = policy.snapshot(START)
    for days in (9, 0, 5):
        assert between is policy.snapshot(START + timedelta(days=days))
    assert policy.snapshot(START + timedelta(days=10)) is policy.snapshot(START + timedelta(days=4000))
    assert early is policy.snapshot().compiled


def test_few_snapshots_are_kept(tmp_path: Path) -> None:
    """The ones that were asked for last."""
    policy = bound(tmp_path, {f"user{n}": START + timedelta(days=n) for n in range(KEPT + 3)})
    found = [policy.snapshot(START + timedelta(days=n)) for n in range(KEPT + 3)]
    again = [policy.snapshot(START + timedelta(days=n)) for n in reversed(range(KEPT + 3))]
    assert found[3:] == again[:KEPT][::-1]
    assert [True] * KEPT == [one is two for one, two in zip(reversed(found), again[:KEPT], strict=False)]
    assert [False] * 3 == [one is two for one, two in zip(found[:3], reversed(again), strict=False)]


def test_a_beginning_changes_what_is_compiled(tmp_path: Path) -> None:
    """What is compiled before it holds until then, and the line is in what comes after."""
    lines = "bindings:\n  - {user: ana, grants: [see], from: 2030-01-05, until: 2030-01-10T12:00Z}\n"
    policy = rolegate.load(write(tmp_path, {"catalog.yaml": CATALOG, "bindings.yaml": lines}))
    begins, ends = datetime(2030, 1, 5, tzinfo=UTC), datetime(2030, 1, 10, 12, tzinfo=UTC)
    second = timedelta(seconds=1)
    times = [begins - second, begins, ends - second, ends]
    assert [begins, ends, ends, None] == [policy.compile(at=at).holds_until for at in times]
    assert [False, True, True, False] == [may(policy, "ana", at) for at in times]
    assert policy.snapshot(begins) is policy.snapshot(ends - second)


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        (date(2029, 12, 31), True),
        (date(2030, 1, 1), False),
        (datetime(2029, 12, 31, 23, 59), True),
        (datetime(2030, 1, 1), False),
        (datetime(2030, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))), True),
        (datetime(2029, 12, 31, 23, tzinfo=timezone(timedelta(hours=-2))), False),
    ],
)
def test_a_date_and_a_time_without_a_zone_are_in_utc(tmp_path: Path, at: date, allowed: bool) -> None:
    """As `until` and the command have it; any other zone counts as it is."""
    policy = bound(tmp_path, {"ana": START})
    assert allowed == may(policy, "ana", at)
    assert allowed == may(rolegate.load(tmp_path, at=at), "ana")
