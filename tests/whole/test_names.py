"""One word, one idea: no two classes share a name, and exceptions are what they are called."""

from __future__ import annotations

import ast
import builtins
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

import rolegate
from repository import ROOT

FILES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "cli").rglob("*.py")])


@cache
def parsed() -> dict[Path, list[ast.AST]]:
    """The classes, functions and imports of each file: parsed once for all that looks at them."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.ImportFrom)
    trees = ((path, ast.parse(path.read_text(encoding="utf-8"))) for path in FILES)
    return {path: [node for node in ast.walk(tree) if isinstance(node, kinds)] for path, tree in trees}


def test_no_two_classes_share_a_name() -> None:
    """Whoever reads a class name knows which class it is."""
    found = defaultdict(list)
    for path, nodes in parsed().items():
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                found[node.name].append(str(path.relative_to(ROOT)))
    assert {} == {name: paths for name, paths in found.items() if len(paths) > 1}


@cache
def exceptions() -> dict[str, tuple[Path, set[str]]]:
    """Each class of exceptions by its name, which no other class has: its file, and what it descends from."""
    bases: dict[str, tuple[Path, set[str]]] = {}
    for path, nodes in parsed().items():
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                bases[node.name] = path, {ast.unparse(base).rpartition(".")[2] for base in node.bases}
    for _, above in bases.values():
        waiting = list(above)
        for name in waiting:
            waiting += [base for base in bases.get(name, (None, ()))[1] if base not in above]
            above |= set(waiting)
    builtin = {name: value for name, value in vars(builtins).items() if isinstance(value, type)}
    raised = {name for name, value in builtin.items() if issubclass(value, Exception)}
    warnings = {name for name, value in builtin.items() if issubclass(value, Warning)}
    return {name: base for name, base in bases.items() if base[1] & raised and not base[1] & warnings}


def test_exceptions_are_called_errors() -> None:
    """Whoever reads the name of an exception knows that it is one; a refusal is not an error."""
    found = exceptions()
    others = {name for name in found if not name.endswith("Error")}
    assert "Forbidden" in others
    assert {"Forbidden"} == {name for name in others if "Forbidden" not in found[name][1]}


def test_every_exception_is_caught_as_a_rolegate_error() -> None:
    """`except RolegateError` around a call of the library misses none of its exceptions.

    A name that begins with `_` is for one module, which catches what it raises. `rolegate.casbin` knows
    nothing else of rolegate.
    """
    public = {
        name: above
        for name, (path, above) in exceptions().items()
        if not name.startswith("_") and {"src", "casbin"} - set(path.relative_to(ROOT).parts) == {"casbin"}
    }
    assert {"GrantSyntaxError", "RecordError", "GuardError", "DjangoForbidden"} <= public.keys()
    assert {"RolegateError"} == {name for name in public if "RolegateError" not in public[name]}


def test_docstrings_name_exceptions_that_there_are() -> None:
    """What is listed below `Raises:` is an exception of the project, of Python, or of an import."""
    known = {*exceptions(), *vars(builtins)}
    section = re.compile(r"^( *)Raises:\n((?:\1    .*\n)+)", re.M)
    named: dict[tuple[str, str], bool] = {}
    for path, nodes in parsed().items():
        text = path.read_text(encoding="utf-8")
        imports = (node for node in nodes if isinstance(node, ast.ImportFrom))
        here = known | {alias.name for node in imports for alias in node.names}
        for _, body in section.findall(text):
            for name in re.findall(r"^ *([A-Z]\w+): ", body, re.M):
                named[path.name, name] = name in here
    assert named["grant_syntax.py", "GrantSyntaxError"]
    assert [] == [place for place, there in named.items() if not there]


def test_a_text_that_is_not_an_instance_is_a_rolegate_error() -> None:
    """`a//b` has an empty id."""
    with pytest.raises(rolegate.RolegateError, match="an id cannot be empty"):
        rolegate.parse_instance("a//b")


def test_what_docstrings_say_is_raised_is_an_exception_that_exists() -> None:
    """A name under `Raises:` is a class of this project, of Python or of Django."""
    known = {*exceptions(), *dir(builtins), "PermissionDenied"}  # the last one is Django's
    named: list[tuple[str, str]] = []
    for path, nodes in parsed().items():
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                _, _, section = (ast.get_docstring(node) or "").partition("Raises:\n")
                lines = re.findall(r"^    (\w[\w., ]*): ", section, re.MULTILINE)
                named += [(str(path.relative_to(ROOT)), name) for line in lines for name in line.split(", ")]
    assert len(named) > 50
    assert [] == [(file, name) for file, name in named if name not in known]
