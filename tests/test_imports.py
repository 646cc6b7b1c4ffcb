"""A room depends only on the rooms before it; the contracts stand in pyproject.toml."""

from __future__ import annotations

import pytest
from importlinter.cli import lint_imports

from pages.running import ROOT


def test_the_import_contracts_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Layers, and who may import Casbin and SQLAlchemy."""
    monkeypatch.chdir(ROOT)
    assert lint_imports(cache_dir=None, no_cache=True) == 0
