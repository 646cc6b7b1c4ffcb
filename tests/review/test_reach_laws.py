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
STATES = 1500
"""Sets that take more states than these are passed over."""


def decided(policy: rolegate.Policy, small: SmallSet, by: str = "") -> set[tuple[str, str]]:
    """Who comes to hold the payment in which domain, asked one by one."""
    return {
        (user, domain)
        for user in (*small.users, NOBODY)
        for domain in small.within
        if not rolegate.prove(policy, f"reach {PAY} for user:{user}{by} in {domain}", at=NOW)
    }


def outside(small: SmallSet, user: str, domain: str) -> bool:
    """Whether a restriction of the user may have to be lifted that holds in more than one domain."""
    return any(line[0] == user and len(small.inside(line[1])) > 1 for line in small.start.restricted)


@examples(60)
@given(seed=st.integers(0, 2**32))
def test_reach_is_what_a_search_finds(seed: int) -> None:
    """Together, by whoever manages anywhere; `in` a domain asks about those inside it as well."""
    small = drawn_set(random.Random(seed))
    managers = [
        user
        for user in small.users
        if any(small.holds(small.start, user, domain, MANAGE) for domain in small.within)
    ]
    for actors, by in ((managers, ""), (["ana"], " by user:ana")):
        found = come_to_hold(small, actors, STATES)
        assume(found is not None)
        assert found is not None
        wanted = {
            (user, domain)
            for user in (*small.users, NOBODY)
            for domain in small.within
            if any((user, inner) in found for inner in small.inside(domain))
        }
        with TemporaryDirectory() as folder:
            policy = rolegate.load(write(Path(folder) / "set", small.files()))
        said = decided(policy, small, by)
        assert wanted <= said, (small, wanted - said)
        assert {one for one in said - wanted if not outside(small, *one)} == set(), small
