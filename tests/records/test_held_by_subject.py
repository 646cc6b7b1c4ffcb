"""What a user holds of a permission by the index is what the compiled lines say."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

import rolegate
from drawing import examples
from plain.loading import loaded
from plain.strategies import Files, policy_sets
from repository import ROOT
from rolegate import Gate, Policy
from rolegate.compiled.names import user_name
from rolegate.encoding import encode
from rolegate.records import HeldPermission


def by_lines(policy: Policy, permission: str, user: str, domain: str) -> HeldPermission:
    """What the lines say of a visible permission."""
    node, lookup = policy.catalog.permission(permission), policy.snapshot().lookup
    lines = [
        (line.obj, line.scope, line.eft)
        for scope in node.scope_names
        for line in lookup.matching(user_name(user), encode(domain), permission, scope)
    ]
    chain = tuple(policy.catalog.resources[kind] for kind in node.chain)
    return HeldPermission.of_lines(permission, node.ladder, chain, lines)


def agree(policy: Policy) -> int:
    """Compare each user in each domain; how many rights and denials there were."""
    gate, found = Gate(policy), 0
    for domain in policy.domains:
        for user in (*policy.users, "nobody"):
            subject = gate.subject(user, domain)
            for permission in policy.catalog.permissions:
                if not permission.hidden:
                    ours, lines = (
                        subject.held(permission.path),
                        by_lines(policy, permission.path, user, domain),
                    )
                    assert set(lines.rights) == set(ours.rights)
                    assert set(lines.denied) == set(ours.denied)
                    found += len(lines.rights) + len(lines.denied)
    return found


@pytest.mark.parametrize("name", ["livechat", "respond-io", "responsive", "responso"])
def test_held_in_a_policy_set_is_what_the_lines_say(name: str) -> None:
    """For each user, permission, scope and instance."""
    assert agree(rolegate.load(ROOT / "policies" / name)) > 50


@pytest.mark.slow
@examples(20)
@given(policy_sets())
def test_held_in_a_drawn_set_is_what_the_lines_say(files: Files) -> None:
    """With chains of instances, restrictions, gates and custom roles."""
    with TemporaryDirectory() as folder:
        agree(loaded(Path(folder), files))
