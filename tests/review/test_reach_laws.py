"""Whether somebody can come to hold something is what a search through all sequences of changes finds."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from giving_search import MANAGE, NOBODY, PAY, SmallSet, come_to_hold, drawn_set
from reading import write

NOW = datetime(2026, 6, 15, tzinfo=UTC)
STATES = 800
"""Sets that take more states than these are passed over."""


def decided(policy: rolegate.Policy, small: SmallSet, user: str, by: str = "") -> set[str]:
    """The domains in which, or inside which, a user comes to hold the payment."""
    return {
        domain
        for domain in small.within
        if not rolegate.prove(policy, f"reach {PAY} for user:{user}{by} in {domain}", at=NOW)
    }


def outside(small: SmallSet, user: str) -> bool:
    """Whether a restriction of the user may have to be lifted that holds in more than one domain."""
    return any(line[0] == user and len(small.inside(line[1])) > 1 for line in small.start.restricted)


@examples(120)
@given(seed=st.integers(0, 2**32))
def test_reach_is_what_a_search_finds(seed: int) -> None:
    """By all who manage together, and by one of them; where a restriction around is lifted, at least that."""
    pick = random.Random(seed)
    small = drawn_set(pick)
    target = pick.choice([*small.users, NOBODY])
    actors, by = list(small.users), " by users"
    if pick.random() < 0.7:
        actors = [pick.choice(small.users)]
        by = f" by user:{actors[0]}"
    elif pick.random() < 0.7:
        holding = [(user, domain) for user in small.users for domain in small.within]
        actors = sorted({one[0] for one in holding if small.holds(small.start, *one, MANAGE)})
        by = ""
    found = come_to_hold(small, actors, target, STATES)
    assume(found is not None)
    assert found is not None
    wanted = {domain for domain in small.within if found & set(small.inside(domain))}
    with TemporaryDirectory() as folder:
        policy = rolegate.load(write(Path(folder) / "set", small.files()))
    said = decided(policy, small, target, by)
    assert wanted <= said, (small, target, by)
    assert said == wanted or outside(small, target), (small, target, by)
