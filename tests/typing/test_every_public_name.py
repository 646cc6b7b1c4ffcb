"""Every public name has a line under `tests/typing/` that says its type, and mypy checks that line."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

MODULES = ["rolegate", "rolegate.changes", "rolegate.records", "rolegate.casbin", "rolegate.testing"]


def typed(module: str) -> set[str]:
    """The names in the lines about *module* that say a type: `assert_type(…)`, or `name: type = …`."""
    path = Path(__file__).parent / f"{module.rpartition('.')[2]}.py"
    lines = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.AnnAssign)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "assert_type")
    ]
    parts = [part for line in lines for part in ast.walk(line)]
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    return names | {part.attr for part in parts if isinstance(part, ast.Attribute)}


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_has_a_line_with_its_type(module: str) -> None:
    """A new name is published together with its type."""
    assert set() == set(importlib.import_module(module).__all__) - typed(module)
