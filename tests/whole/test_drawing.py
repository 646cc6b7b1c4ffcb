"""How much of long tables a quick run asks, and that nothing is left out of a full one."""

from __future__ import annotations

import re
import sys
from subprocess import run
from types import SimpleNamespace
from typing import Any

import pytest

import drawing


def rows(name: str, count: int) -> list[Any]:
    return [SimpleNamespace(nodeid=f"test_x.py::{name}[{number}]") for number in range(count)]


@pytest.mark.parametrize(("count", "kept"), [(1, [0]), (3, [0, 1, 2]), (4, [0, 3]), (9, [0, 4, 8])])
def test_a_quick_run_asks_a_part_of_a_long_table(
    count: int, kept: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first row, the last one, and a quarter of those between; a short table is asked whole."""
    monkeypatch.setattr(drawing, "_laws", "quick")
    items = [*rows("test_a", count), *rows("test_b", 1)]
    asked, left_out = drawing.some_rows(items)
    assert asked == [items[number] for number in (*kept, count)]
    assert left_out == [item for item in items if item not in asked]


def on_databases(*names: str) -> list[Any]:
    databases = ("sqlite", "postgresql", "async-sqlite+aiosqlite", "async-postgresql")
    return [SimpleNamespace(nodeid=f"test_x.py::{name}[{one}-1]") for name in names for one in databases]


def test_a_quick_run_asks_on_one_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every other test on the other one; a test of a single database is asked on it."""
    monkeypatch.setattr(drawing, "_laws", "quick")
    items = [*on_databases("test_a", "test_b"), *on_databases("test_c")[1:2]]
    asked, _ = drawing.some_rows(items)
    assert asked == [items[number] for number in (0, 3, 5, 6, 8)]


def test_a_full_run_asks_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left out of what CI runs."""
    monkeypatch.setattr(drawing, "_laws", "full")
    items = [*rows("test_a", 100), *on_databases("test_b")]
    assert drawing.some_rows(items) == (items, [])


def test_who_names_a_test_gets_every_row(request: pytest.FixtureRequest) -> None:
    """The part is for a run of everything alone."""
    done = run(
        [sys.executable, "-P", "-m", "pytest", "--collect-only", "tests/cli/test_explain_code.py"],
        cwd=request.config.rootpath,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "deselected" not in done.stdout
    found = re.search(r"^(\d+) tests collected", done.stdout, re.MULTILINE)
    assert found is not None
    assert int(found[1]) > 4 * drawing.SHORT
