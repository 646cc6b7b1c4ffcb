"""A small set for the tests of gates that follow a store."""

from __future__ import annotations

from pathlib import Path

from plain.catalog import Data
from plain.writer import write_set
from rolegate.gate.gate import Gate


def desk(folder: Path, *grants: str, role: str = "clerk") -> Path:
    """A set in which ana has a role with these grants."""
    catalog: Data = {"catalog": "desk", "permissions": {"read": "Read", "write": "Write"}}
    return write_set(
        {
            "catalog.yaml": catalog,
            "domains.yaml": {"domains": {"acme": {}}},
            "roles/x.yaml": {"role": role, "grants": list(grants)},
            "bindings.yaml": {"bindings": [{"user": "ana", "role": role, "domain": "acme"}]},
        },
        folder,
    )


def may(gate: Gate, permission: str) -> bool:
    """Whether ana may use *permission*."""
    return gate.check("ana", permission, domain="acme")
