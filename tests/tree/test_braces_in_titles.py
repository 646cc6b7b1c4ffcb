"""Braces in titles: one pair for the instance, two for the braces themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import rolegate
from plain.loading import loaded


def titles(title: str, folder: Path, **more: Any) -> dict[str, str]:
    """What the tree and the matrix show for a permission per inbox that is called *title*."""
    files: dict[str, Any] = {
        "catalog.yaml": {
            "catalog": "desk",
            "resources": {"inbox": "Inbox"},
            "permissions": {"read": {"title": title, "per": "inbox", **more}, "plain": "{{plain}}"},
        },
        "domains.yaml": {"domains": {"acme": {"instances": {"inbox": {"Default": "{Every}thing"}}}}},
        "roles/r.yaml": {"role": "r", "grants": ["*"]},
    }
    policy = loaded(folder, files)
    shown = {node.id: node.title for node in policy.tree(role="r", domain="acme").walk()}
    return shown | {row.path: row.title for row in policy.matrix().rows if row.path == "read"}


@pytest.mark.parametrize(
    ("title", "one", "every"),
    [
        ("Read {inbox}", "Read {Every}thing", "Read [Inbox]"),
        ("Read {{inbox}}", "Read {inbox}", "Read {inbox}"),
        ("{{{inbox}}}", "{{Every}thing}", "{[Inbox]}"),
        ("a {{ b }} }} c", "a { b } } c", "a { b } } c"),
        ("a } b { c", "a } b { c", "a } b { c"),
    ],
)
def test_two_braces_are_one(title: str, one: str, every: str, tmp_path: Path) -> None:
    """In trees and tables, and what an instance is called is shown as it is."""
    shown = titles(title, tmp_path)
    assert (one, every, every) == (shown["read[Default]"], shown["read[*]"], shown["read"])
    assert "{plain}" == shown["plain"]


def test_the_box_for_every_instance_as_well(tmp_path: Path) -> None:
    """`every` is a title like the others."""
    assert "All {of them}" == titles("Read", tmp_path, every="All {{of them}}")["read[*]"]


@pytest.mark.parametrize("title", ["Read {inbx}", "Read {}", "{{{x}}}"])
def test_other_placeholders_are_errors(title: str, tmp_path: Path) -> None:
    """A title says which kind it means."""
    with pytest.raises(rolegate.InvalidPolicyError, match="RG215"):
        titles(title, tmp_path)
