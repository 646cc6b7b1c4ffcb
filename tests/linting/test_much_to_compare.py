"""Lint ends soon where grants bring many rights each, and looks at all of them where they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from adversarial import SETS, write
from counting import calls
from rolegate.linting import linted_set


def covered(folder: Path) -> int:
    """How many grants are said to add nothing."""
    return sum(finding.code == "RG800" for finding in rolegate.lint([folder]).diagnostics)


def test_more_than_can_be_compared_is_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of 60 grants at a scope of its own is within the last one; with a small limit none is compared."""
    make, _ = SETS["a_grant_at_each_scope_narrowest_first"]
    folder = write(tmp_path, make(60))
    found: list[int] = []
    all_of_it = calls(lambda: found.append(covered(folder)))
    monkeypatch.setattr(linted_set, "MOST_COMPARED", 40)
    a_part = calls(lambda: found.append(covered(folder)))
    assert found[0] > 50
    assert found[1] == 0
    assert a_part < all_of_it - 60 * 60
