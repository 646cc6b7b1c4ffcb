"""What the workers of a run share is what pytest would have made for each of them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import workers

pytest_plugins = ["pytester"]

TEXT = "def test_one():\n    one = 1\n    assert one == 2\n"


def test_a_file_is_compiled_where_pytest_looks_for_it(
    tmp_path: Path, pytester: pytest.Pytester, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a worker compiles for the others is found by them: pytest writes the same file."""
    mine, theirs = tmp_path / "test_one.py", pytester.path / "test_one.py"
    for path in (mine, theirs):
        path.write_text(TEXT)
    kept = workers.compile_rewritten(mine, pytestconfig)
    assert kept is not None
    assert kept.is_file()
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "--import-mode=importlib")
    assert {kept.relative_to(tmp_path)} == {
        path.relative_to(pytester.path) for path in pytester.path.rglob("*.pyc")
    }


def test_files_that_take_long_come_first(pytester: pytest.Pytester) -> None:
    """With all of their tests, in their order; the others stay as they were."""
    one = "def test_one(): pass\n"
    pytester.makeini("[pytest]\nmarkers = slow")
    slow = f"import pytest\n{one}@pytest.mark.slow\ndef test_two(): pass\n"
    pytester.makepyfile(test_a=one, test_b=slow, test_c=one, test_d=slow)
    items, _ = pytester.inline_genitems("-p", "no:cacheprovider")
    workers.slow_files_first(items)
    assert [(item.path.stem, item.name) for item in items] == [
        ("test_b", "test_one"),
        ("test_b", "test_two"),
        ("test_d", "test_one"),
        ("test_d", "test_two"),
        ("test_a", "test_one"),
        ("test_c", "test_one"),
    ]


def test_what_is_compiled_is_kept() -> None:
    """The tests start hundreds of processes; none of them compiles rolegate anew."""
    assert not sys.dont_write_bytecode
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
