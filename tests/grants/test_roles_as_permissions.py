"""A text of a line that names a permission is one, whatever roles and restrictions are called."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate.grants.bindings import Binding
from rolegate.grants.rights import Right

CATALOG = """\
catalog: x
scopes: {reach: [all, my]}
resources: {inbox: Inbox}
permissions:
  a: {permissions: {one: {title: One, scopes: reach}, two: {title: Two, per: inbox}}}
  three: {title: Three, renamed_from: third}
"""
TEXTS = ("*", "a.*", "a.*@my", "a.one@my", "a.two[*]", "three", "third")


def held_by(line: Binding) -> tuple[set[Right], list[str]]:
    """What a line gives, and what it takes away."""
    assert line.rights or line.takes
    return set(line.rights or ()), [entry.text for _, entry in line.takes]


@pytest.mark.parametrize("key", ["grants", "restrict"])
@pytest.mark.parametrize("text", TEXTS)
def test_a_role_may_be_called_like_a_permission(tmp_path: Path, text: str, key: str) -> None:
    """Or like a star, or a former name: the line says what it says without this role."""
    files = {
        "catalog.yaml": CATALOG,
        "roles/r.yaml": "role: r\ngrants: ['*']\n",
        "bindings.yaml": f"bindings: [{{user: ana, role: r}}, {{user: ana, {key}: ['{text}']}}]\n",
    }
    plain = rolegate.load(write(tmp_path / "plain", files))
    named = {"roles/named.yaml": f"role: '{text}'\ngrants: [three]\n"}
    assert not rolegate.access_diff(plain, rolegate.load(write(tmp_path / "named", files)))
    loaded = rolegate.load(write(tmp_path / "named", files | named))
    assert held_by(loaded.resolved.bindings[-1]) == held_by(plain.resolved.bindings[-1])


def test_a_role_that_is_no_permission_is_called_one(tmp_path: Path) -> None:
    """What is neither is answered with what it is."""
    files = {
        "catalog.yaml": CATALOG,
        "roles/r.yaml": "role: r\ngrants: ['*']\n",
        "bindings.yaml": "bindings: [{user: ana, grants: [r]}]\n",
    }
    (found,) = rolegate.validate([write(tmp_path / "set", files)]).diagnostics
    assert (found.code, found.help) == ("RG301", "it is a role: write `role: r` in a line of its own")
