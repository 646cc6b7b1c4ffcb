"""What an invariant says of a role is about what its name means in each domain."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write

SET = {
    "catalog.yaml": "catalog: x\npermissions: {a: A, b: B, c: C}\n",
    "domains.yaml": "domains:\n  outer: {}\n  own: {within: outer}\n  inside: {within: own}\n  other: {}\n",
    "roles/x.yaml": "roles:\n  low: {grants: [a, b]}\n  high: {extends: low, grants: [c]}\n",
    "bindings.yaml": "bindings:\n  - {user: ana, role: low, domain: outer}\n",
}

VERSIONS = {
    "other rights": "grants: [c]",
    "more": "extends: low\ngrants: [c]",
    "less": "extends: low\nexcept: [a]",
    "nothing": "grants: []",
}

INSIDE = {
    "outer": ("outer", "own", "inside"),
    "own": ("own", "inside"),
    "inside": ("inside",),
    "other": ("other",),
}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_replaced_role_is_what_the_domain_has_in_its_place(tmp_path: Path, version: str) -> None:
    """What is proved of a role, and of all roles, is what every question about them is answered."""
    own = f"role: ours\ndomain: own\nreplaces: low\n{VERSIONS[version]}\n"
    policy = rolegate.load(write(tmp_path / "set", {**SET, "roles/own.yaml": own}))

    def holds(role: str, permission: str, domain: str) -> bool:
        asked = (rolegate.Question(permission, role=role, domain=one) for one in INSIDE[domain])
        return any(policy.decide(question).allowed for question in asked)

    for domain in INSIDE:
        for permission in ("a", "b", "c"):
            for whom, roles in (("role:low", ["low"]), ("role:high", ["high"]), ("roles", ["low", "high"])):
                broken = any(holds(role, permission, domain) for role in roles)
                proof = rolegate.prove(policy, f"never {permission} for {whom} in {domain}")
                assert proof.holds is not broken, proof.invariant
                if proof.broken is not None:
                    answers = proof.broken.witness.questions
                    assert [policy.decide(asked).allowed for asked, _ in answers] == [True]
