"""The house stays one in which people find their way: files and functions of a size that can be read."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

from repository import ROOT
from rolegate.documents.file_kinds import FILE_KINDS

LIBRARY = sorted((ROOT / "src").rglob("*.py"))
COMMAND_LINE = sorted((ROOT / "cli").rglob("*.py"))
BENCHMARKS = sorted((ROOT / "benchmarks").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SOURCE = [*LIBRARY, *COMMAND_LINE]

IN_EVERY_ROOM = {"__init__", "__main__", "problems", "errors"}
"""Names of files that say the same of each room: its door, the wording of its findings, its exceptions."""


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lengths(paths: list[Path]) -> dict[str, int]:
    """How many lines each file has."""
    return {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    """A file has one job, which can be read in one sitting."""
    found = lengths([*SOURCE, *BENCHMARKS])
    assert "src/rolegate/policy/policy.py" in found
    assert {} == {name: lines for name, lines in found.items() if lines > 300}


def test_half_of_the_files_have_at_most_one_hundred_and_fifty_lines() -> None:
    """Long files are the exception."""
    assert median(lengths(SOURCE).values()) <= 150


@dataclass(frozen=True)
class Written:
    """What is looked at in one file of Python, which is parsed once for all tests."""

    functions: dict[str, int]
    """How many lines each function has, decorators left out."""
    variables: frozenset[str]
    """The names that the file gives to values and to arguments."""
    texts: frozenset[str]
    """The texts in the code; what only documents it is left out."""


@cache
def written(path: Path) -> Written:
    functions, variables = {}, set()
    texts, documenting = set(), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                functions[f"{named(path)}:{node.lineno} {node.name}"] = length
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                variables.add(name)
            case ast.Expr():
                documenting.add(id(node.value))
            case ast.Constant(value=str(text)) if id(node) not in documenting:
                texts.add(text)
    return Written(functions, frozenset(variables), frozenset(texts))


_TEXT = r'''(?:"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\[\s\S]|[^"\\\n])*"|\'(?:\\[\s\S]|[^\'\\\n])*\')'''
_NO_CODE = re.compile(rf"#.*|(?P<prefix>\b[rRbBuUfF]{{1,2}})?{_TEXT}")


def words(path: Path) -> set[str]:
    """The words outside of comments and of texts without code in them: any other names no variable."""
    text = path.read_text(encoding="utf-8")
    return set(
        re.findall(r"\w+", _NO_CODE.sub(lambda found: found[0] if "f" in _prefix(found) else " ", text))
    )


def _prefix(found: re.Match[str]) -> str:
    return (found["prefix"] or "").lower()


def test_no_function_is_longer_than_fifty_lines() -> None:
    """A function fits on a screen."""
    found = {
        name: lines for path in [*SOURCE, *BENCHMARKS] for name, lines in written(path).functions.items()
    }
    assert max(found.values()) > 20
    assert {} == {name: lines for name, lines in found.items() if lines > 50}


def test_no_two_files_share_a_name() -> None:
    """The name of a file says what is in it; a command has the name of what it shows, and may share that."""
    for paths in (LIBRARY, COMMAND_LINE):
        names = Counter(path.stem for path in paths if path.stem not in IN_EVERY_ROOM)
        assert len(names) > 20
        assert [] == [name for name, times in names.items() if times > 1]
    commands = {path.stem for path in COMMAND_LINE if path.parent.name == "commands"}
    shared = {path.stem for path in LIBRARY} & {path.stem for path in COMMAND_LINE}
    assert set() == shared - commands - IN_EVERY_ROOM


def test_variables_name_the_thing() -> None:
    """`each` says nothing about the thing."""
    assert "name" in written(ROOT / "src/rolegate/documents/file_kinds.py").variables
    assert "path" in written(ROOT / "tests/whole/test_house.py").variables
    asked = [path for path in [*SOURCE, *BENCHMARKS, *TESTS] if "each" in words(path)]
    assert [] == [named(path) for path in asked if "each" in written(path).variables]
    assert "written" in words(ROOT / "tests/whole/test_house.py")


def test_names_of_policy_files_are_written_in_one_room() -> None:
    """Outside `documents`, what names a file of a policy set takes the name from the table of file kinds."""
    of_a_file = re.compile("|".join(re.escape(kind.place + "/" * kind.is_folder) for kind in FILE_KINDS))
    found = {named(path): {text for text in written(path).texts if of_a_file.search(text)} for path in SOURCE}
    assert found["src/rolegate/documents/file_kinds.py"]
    outside = {name: names for name, names in found.items() if "/documents/" not in name}
    assert {} == {name: names for name, names in outside.items() if names}


def test_every_room_is_in_the_table_of_rooms() -> None:
    """CONTRIBUTING says what each room does; outside of one is what all may use, and public names."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("| Room | Does |")[2].partition("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line]
    said = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    package = ROOT / "src/rolegate"
    assert {path.parent.name for path in package.glob("*/__init__.py")} == said
    outside = {path.stem for path in package.glob("*.py")} - {"__init__"}
    shared, public = {"codes", "diagnostics", "encoding", "errors", "lazy_names"}, {"changes"}
    assert shared | public == outside


def test_contributors_are_led_to_files_that_exist() -> None:
    """CONTRIBUTING says where to look for what."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("Where to look:")[2].partition("\n\nValues")[0]
    files = re.findall(r"`(\w+/\w+\.py)`", table)
    assert "catalog/grant_syntax.py" in files
    assert [] == [file for file in files if not (ROOT / "src/rolegate" / file).is_file()]
