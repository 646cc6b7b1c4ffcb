"""Compiled lines read back answer as the policy they were compiled from."""

from __future__ import annotations

import sqlite3
from itertools import product
from pathlib import Path

import pytest

import rolegate
from repository import ROOT
from rolegate.compiled.lines import NOTHING
from rolegate.compiled.read_lines import CompiledFiles, read_policy, read_rows, read_sections
from rolegate.engine.index import Index
from rolegate.errors import InvalidLinesError


@pytest.mark.parametrize("name", ["livechat", "respond-io", "responsive", "responso"])
def test_policy_csv_reads_back(name: str, tmp_path: Path) -> None:
    """The same lines, in the same order, and again whenever they are asked for."""
    compiled = rolegate.load(ROOT / "policies" / name).compile()
    read = read_policy(written(tmp_path, compiled.policy_text))
    for _ in range(2):
        for section in ("p", "g", "g2"):
            lines = [tuple(line) for line in getattr(read, section)]
            assert lines == sorted(getattr(compiled, section), key=lambda line: (line == NOTHING, line))


def test_an_index_of_the_file_answers_like_the_policy(tmp_path: Path) -> None:
    """The compiled form is enough to decide."""
    compiled = rolegate.load(ROOT / "policies/respond-io").compile()
    one, other = Index(compiled), Index(read_policy(written(tmp_path, compiled.policy_text)))
    subs = sorted({line.sub for line in compiled.g})
    doms = sorted({line.dom for line in compiled.g})
    asked = sorted({(line.obj, line.act, line.scope) for line in compiled.p})
    answers = [one.allows(s, d, *rest) for s, d, rest in product(subs, doms, asked)]
    assert answers == [other.allows(s, d, *rest) for s, d, rest in product(subs, doms, asked)]
    assert any(answers) and not all(answers)


WRONG = [["p2", "a"], ["p", "a", "b"], ["g", "a", "b", "c", "d"], ["g2", "a"], [""], ["g2", "a", "b", ""]]


@pytest.mark.parametrize("row", WRONG)
def test_a_line_that_cannot_be_is_refused(row: list[str], tmp_path: Path) -> None:
    """Nothing is skipped: a lost deny would be a grant."""
    with pytest.raises(InvalidLinesError):
        Index(read_rows([row]))
    with pytest.raises(InvalidLinesError):
        Index(read_policy(written(tmp_path, f"g2, :full, *\n{', '.join(row)}\n")))


def test_a_row_without_a_value_is_refused() -> None:
    """A database may hold NULL where no compiled line has nothing."""
    connection = sqlite3.connect(":memory:")
    rows = {"p": "SELECT 1 WHERE 0", "g": "SELECT 'user:ana', NULL, 'acme'", "g2": "SELECT ':full', '*'"}
    with pytest.raises(InvalidLinesError, match="user:ana"):
        Index(read_sections(lambda section: connection.execute(rows[section])))


def written(folder: Path, text: str) -> CompiledFiles:
    (folder / "policy.csv").write_text(text, encoding="utf-8")
    return CompiledFiles.on_disk(folder)
