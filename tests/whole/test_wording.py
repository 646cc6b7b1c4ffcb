"""What findings say is found in one sitting: in the problem modules of the rooms."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from repository import ROOT

SOURCE = ROOT / "src" / "rolegate"
CODE = re.compile(r"RG\d{3}")


def findings_of(tree: ast.AST) -> list[int]:
    """The lines in which a finding is made: `….add("RG…", …)` or `Diagnostic(…)`."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "Diagnostic")
            or (
                isinstance(node.func, ast.Attribute)
                and node.func.attr == "add"
                and isinstance(node.args[0], ast.Constant)
                and CODE.fullmatch(str(node.args[0].value)) is not None
            )
        )
    ]


@cache
def parsed() -> dict[Path, ast.Module]:
    """The files that name a code, or make a value of a finding: no other words one."""
    texts = {path: path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")}
    return {
        path: ast.parse(text)
        for path, text in texts.items()
        if "Diagnostic" in text or CODE.search(text) is not None
    }


@cache
def worded_in() -> dict[Path, list[int]]:
    return {path: lines for path, tree in parsed().items() if (lines := findings_of(tree))}


def test_findings_are_worded_in_problem_modules() -> None:
    """A finding is a function in `problems.py` of its room, or in a `…_problems.py` beside it."""
    elsewhere = {path.relative_to(SOURCE).as_posix() for path in worded_in() if "problems" not in path.stem}
    assert {"diagnostics.py"} == elsewhere  # `Report.add` makes each of them a value


@pytest.mark.parametrize("room", ["documents", "catalog", "grants", "compiled", "gate"])
def test_a_room_that_finds_something_has_a_problems_file(room: str) -> None:
    """Whoever looks for a message finds it at the first guess."""
    assert SOURCE / room / "problems.py" in worded_in()


def test_a_finding_is_one_function() -> None:
    """Each function of a problem module makes at most one finding, so that its name can say which."""
    several = []
    for path in worded_in():
        for node in parsed()[path].body:
            if isinstance(node, ast.FunctionDef) and len(findings_of(node)) > 1:
                several.append(f"{path.relative_to(SOURCE).as_posix()}: {node.name}")
    assert [] == several


STANDS_IN = re.compile(r"\bst(?:ands?|ood|anding) in\b(?! (?:for|as)\b)")
"""What is somewhere, or is declared there, does not stand there; somebody may stand in for somebody."""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the line stands in the file", True),
        ("whose name stood in it", True),
        ("Ana stands in for the lead", False),
        ("Carla stands in as Supervisor", False),
        ("what stands between the brackets", False),
        ("outstanding in every way", False),
    ],
)
def test_the_pattern_knows_what_is_meant(text: str, found: bool) -> None:
    """A place is where something is; a deputy is somebody else."""
    assert bool(STANDS_IN.search(text)) is found


def test_nothing_stands_in_a_file() -> None:
    """It is declared there, or is there: in documents, in code and in what is said of changes."""
    folders = ("docs", "changelog.d", "policies", "src", "cli", "tests", "benchmarks", "examples")
    files = [
        *ROOT.glob("*.md"),
        *(path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in (".md", ".py")),
    ]
    assert len(files) > 500
    found = {
        path.relative_to(ROOT).as_posix(): STANDS_IN.findall(path.read_text(encoding="utf-8"))
        for path in files
        if path != Path(__file__)
    }
    assert {} == {name: lines for name, lines in found.items() if lines}
