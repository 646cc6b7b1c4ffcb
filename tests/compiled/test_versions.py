"""Model and policy belong together: one of another version allows nothing, and rolegate refuses it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import rolegate
from command_line import rolegate as command
from plain import version_one
from plain.asking import ParsedOnce
from repository import ROOT
from rolegate import CompiledPolicy
from rolegate.compiled.lines import NOTHING
from rolegate.compiled.names import EVERY
from rolegate.compiled.read_lines import CompiledFiles, read_pair, read_policy, read_rows
from rolegate.engine.index import Index
from rolegate.errors import InvalidLinesError


def enforcer(folder: Path, model: str, rows: list[str]) -> Any:
    """Stock Casbin on a pair of files."""
    (folder / "model.conf").write_text(model)
    (folder / "policy.csv").write_text("\n".join(rows))
    return ParsedOnce(str(folder / "model.conf"), str(folder / "policy.csv"))


def answers(folder: Path, model: str, policy: str, compiled: CompiledPolicy) -> list[bool]:
    """What Casbin says to every subject, in one domain or another, about what a sample of lines is about.

    Stock Casbin looks at every line for every question. So it is given those with the permission that is
    asked about: any other has another text in a column that both versions have, and matches nothing.
    """
    subs = sorted({line.sub for line in compiled.p} | {link.sub for link in compiled.g} | {"user:nobody"})
    doms = sorted({link.dom for link in compiled.g2})
    lines, rows = list(compiled.p), policy.splitlines()
    found = []
    for turn, sample in enumerate(lines[:: len(lines) // 20]):
        about = (sample.obj.replace("*", EVERY), sample.act, sample.scope)
        kept = [row for row in rows if not row.startswith("p,") or row.split(", ")[4:6] == [*about[1:]]]
        casbin_says = enforcer(folder, model, kept).enforce
        found += [casbin_says(sub, doms[(turn + at) % len(doms)], *about) for at, sub in enumerate(subs)]
    return found


@pytest.mark.parametrize("name", ["respond-io", "responso"])
def test_a_model_and_lines_of_two_versions_allow_nothing(name: str, tmp_path: Path) -> None:
    """An old model would skip what new lines deny, so it must match none of them; and the other way round."""
    compiled = rolegate.load(ROOT / "policies" / name).compile()
    old = version_one.policy(compiled.policy_text)
    assert any(answers(tmp_path, compiled.model_text, compiled.policy_text, compiled))
    assert any(answers(tmp_path, version_one.MODEL, old, compiled))
    assert not any(answers(tmp_path, version_one.MODEL, compiled.policy_text, compiled))
    assert not any(answers(tmp_path, compiled.model_text, old, compiled))


def pair(folder: Path) -> CompiledPolicy:
    """A compiled pair in *folder*."""
    compiled = rolegate.load(ROOT / "policies/respond-io").compile()
    (folder / "model.conf").write_text(compiled.model_text)
    (folder / "policy.csv").write_text(compiled.policy_text)
    return compiled


def test_a_pair_is_read(tmp_path: Path) -> None:
    """The lines of policy.csv, when the model beside it is the one they were compiled for."""
    compiled = pair(tmp_path)
    in_file = sorted(compiled.p, key=lambda line: (line == NOTHING, line))
    assert [tuple(line) for line in read_pair(CompiledFiles.on_disk(tmp_path)).p] == in_file


def test_lines_without_their_model_are_refused(tmp_path: Path) -> None:
    """Whatever else the model is: an older one, one that was edited, or none."""
    pair(tmp_path)
    for other in (version_one.MODEL, rolegate.casbin_model_text().replace("&& !some", "|| !some"), ""):
        (tmp_path / "model.conf").write_text(other)
        with pytest.raises(InvalidLinesError, match="RG504"):
            read_pair(CompiledFiles.on_disk(tmp_path))
    (tmp_path / "model.conf").unlink()
    with pytest.raises(OSError):
        read_pair(CompiledFiles.on_disk(tmp_path))


@pytest.mark.parametrize("first", ["# rolegate policy", "# rolegate policy 3", "# rolegate policy 20", ""])
def test_a_file_of_another_version_is_refused(first: str, tmp_path: Path) -> None:
    """Before any line is read; a file without a version is one, too."""
    compiled = pair(tmp_path)
    path = tmp_path / "policy.csv"
    path.write_text("\n".join([first, *compiled.policy_text.splitlines()[1:]]) + "\n")
    with pytest.raises(InvalidLinesError, match="RG504"):
        read_policy(CompiledFiles.on_disk(tmp_path))
    with pytest.raises(InvalidLinesError, match="RG504"):
        read_pair(CompiledFiles.on_disk(tmp_path))


def test_rows_of_another_version_are_refused() -> None:
    """A table has no first line, but the columns of a line tell."""
    rows = [
        row.split(", ")
        for row in version_one.policy(
            rolegate.load(ROOT / "policies/respond-io").compile().policy_text
        ).splitlines()
        if not row.startswith("#")
    ]
    with pytest.raises(InvalidLinesError, match="RG504"):
        Index(read_rows(rows))


def test_the_doctor_looks_at_a_compiled_pair(tmp_path: Path) -> None:
    """It says that two files belong together, or that they do not."""
    compiled = pair(tmp_path)
    run = command("doctor", tmp_path)
    assert run.code == 0
    assert f"model.conf and policy.csv are a pair, {len(compiled.lines)} lines" in run.out
    (tmp_path / "model.conf").write_text(version_one.MODEL)
    run = command("doctor", tmp_path)
    assert run.code == 1
    assert "RG504" in run.out
