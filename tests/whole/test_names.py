"""One word, one idea: no two classes of the library and the command line share a name."""

from __future__ import annotations

import ast
from collections import defaultdict

from repository import ROOT


def test_no_two_classes_share_a_name() -> None:
    """Whoever reads a class name knows which class it is."""
    found = defaultdict(list)
    for path in sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "cli").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(str(path.relative_to(ROOT)))
    assert {} == {name: paths for name, paths in found.items() if len(paths) > 1}
