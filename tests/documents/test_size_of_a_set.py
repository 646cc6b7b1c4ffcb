"""How many files and how much text a set may have: one finding says so, and the rest is not read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import rolegate
from rolegate import Limits
from rolegate.documents import limits
from rolegate.documents.capture import look_at, read_files
from rolegate.errors import InvalidPolicyError


def write(folder: Path, roles: int, text: str = "") -> Path:
    """A set with a file for each of some roles, and a user who has the last."""
    (folder / "roles").mkdir(parents=True)
    (folder / "catalog.yaml").write_text("catalog: x\npermissions: {p: P}\n")
    (folder / "bindings.yaml").write_text(f"bindings: [{{user: ana, role: r{roles - 1}}}]\n")
    for i in range(roles):
        (folder / "roles" / f"r{i}.yaml").write_text(f"role: r{i}\ngrants: p\n{text}")
    return folder


def test_as_many_files_as_there_may_be_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file more is one finding, at that file; what the others would have said is not missed."""
    write(tmp_path, 8)
    monkeypatch.setattr(limits, "ORDINARY", Limits(files=10))
    assert rolegate.validate([tmp_path]).diagnostics == ()
    monkeypatch.setattr(limits, "ORDINARY", Limits(files=9))
    (found,) = rolegate.validate([tmp_path]).diagnostics
    assert (found.code, found.file) == ("RG102", f"{tmp_path.as_posix()}/roles/r7.yaml")
    assert found.message == "the set has more than 9 files"
    assert "into one file" in found.help


def test_files_that_are_not_part_of_a_set_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them would be a finding of its own."""
    write(tmp_path, 2)
    for i in range(20):
        (tmp_path / f"a{i}.yaml").write_text("")
        (tmp_path / f"a{i}.txt").write_text("")
    monkeypatch.setattr(limits, "ORDINARY", Limits(files=10))
    assert [finding.code for finding in rolegate.validate([tmp_path]).diagnostics] == ["RG102"]


def test_more_text_than_a_set_may_have_is_one_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many files come after the one that is too much."""
    write(tmp_path, 9, "# " + "x" * 1000)
    monkeypatch.setattr(limits, "ORDINARY", Limits(size=3500))
    (found,) = rolegate.validate([tmp_path]).diagnostics
    assert (found.code, found.file) == ("RG102", f"{tmp_path.as_posix()}/roles/r3.yaml")
    assert "3,500 bytes together" in found.message


@pytest.mark.parametrize("limit", [Limits(files=5), Limits(size=3500)])
def test_a_set_that_grows_too_large_leaves_the_policy_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: Limits
) -> None:
    """The finding says that, not that files are gone; and what was read looks as a watcher sees it."""
    write(tmp_path, 3)
    gate = rolegate.Gate.from_path(tmp_path)
    for i in range(3, 9):
        (tmp_path / "roles" / f"r{i}.yaml").write_text(f"role: r{i}\ngrants: p\n# {'x' * 1000}")
    monkeypatch.setattr(limits, "ORDINARY", limit)
    assert gate.reload() is False
    with pytest.raises(InvalidPolicyError) as error:
        rolegate.load(tmp_path)
    assert [finding.code for finding in error.value.diagnostics] == ["RG102"]
    assert "RG102" in (gate.status().error or "")
    assert gate.check("ana", "p")
    assert read_files(tmp_path).look == look_at(tmp_path)
    assert read_files(tmp_path).contents == {}


def test_files_beyond_the_limit_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the first time nor when they are compared."""
    write(tmp_path, 50)
    opened: list[object] = []
    real = os.open

    def noting(path: object, *args: object, **kwargs: object) -> int:
        opened.append(path)
        return real(path, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(limits, "ORDINARY", Limits(files=6))
    monkeypatch.setattr(os, "open", noting)
    assert rolegate.validate([tmp_path]).diagnostics[0].code == "RG102"
    assert len([path for path in opened if str(path).endswith(".yaml")]) <= 2 * 7
