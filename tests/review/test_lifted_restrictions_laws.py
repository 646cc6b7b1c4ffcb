"""Whoever gains by a lifted restriction is told, also somebody whom only the application gives anything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from drawing import examples
from plain.editing import edited
from plain.loading import sound_or_none
from plain.strategies import NOW, Files, policy_sets
from rolegate import Policy, access_diff, judge_change
from rolegate.encoding import encode
from rolegate.review.differences import PolicySide

EDITS = 4


def restricted(policy: Policy) -> Iterator[tuple[str, str]]:
    """The users whom a line restricts by their name, each with its domain; one for everyone."""
    for binding in policy.resolved.bindings:
        if binding.takes and binding.subject.kind in ("user", "everyone"):
            yield binding.subject.name or "anybody", binding.domain


def given_all(files: Files, user: str, domain: str) -> Files:
    """*files* in which the user has everything that is there."""
    line: dict[str, Any] = {"user": user, "grants": ["*"]}
    line |= {"domain": domain} if files.get("domains.yaml") else {}
    lines = dict(files.get("bindings.yaml", {})).get("bindings", [])
    return {**files, "bindings.yaml": {"bindings": [*lines, line]}}


def links(policy: Policy, user: str, domain: str) -> object:
    """The teams and roles that a user has in a domain."""
    sub = f"user:{encode(user)}"
    return PolicySide.at(policy.resolved, NOW).lines.links.get(encode(domain), {}).get(sub)


@examples(60)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_who_gains_by_what_is_lifted_is_told(files: Files, seed: int) -> None:
    """A change is refused if somebody who may do everything else, and stays where they are, gains by it."""
    draw = random.Random(seed)
    with TemporaryDirectory() as folder:
        top = Path(folder)
        old = sound_or_none(files, top / "old", NOW)
        users = sorted(set(restricted(old))) if old is not None else []
        for number in range(EDITS if users else 0):
            user, domain = draw.choice(users)
            parts: Files = {name: files[name] for name in ("catalog.yaml", "bindings.yaml") if name in files}
            changed = {**files, **edited(parts, draw, 2)}
            sides = [
                sound_or_none(side, top / f"{number}-{name}", NOW)
                for name, side in (
                    ("new", changed),
                    ("before", given_all(files, user, domain)),
                    ("after", given_all(changed, user, domain)),
                )
            ]
            new, before, after = sides
            if old is None or new is None or before is None or after is None:
                continue
            if links(old, user, domain) != links(new, user, domain):
                continue
            lines = access_diff(before, after, at=NOW).subjects
            gains = [
                change.permission.path
                for line in lines
                if line.kind == "user" and user in line.names and line.since is None
                for change in line.changes
                if change.gains and change.permission.old
            ]
            assert not gains or judge_change(old, new, at=NOW).refusals, (user, domain, gains)
