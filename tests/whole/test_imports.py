"""A room depends only on the rooms before it; the contracts are in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys

from repository import ROOT

LINT = """
import sys
from importlinter.cli import lint_imports
sys.exit(lint_imports(cache_dir=None, no_cache=True))
"""


def test_the_import_contracts_are_kept() -> None:
    """Layers, and who may import Casbin and SQLAlchemy; in a process of its own, since it sets up logging."""
    run = subprocess.run([sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
