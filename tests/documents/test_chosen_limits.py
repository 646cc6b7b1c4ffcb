"""Limits that whoever reads a set chooses."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

import rolegate
from rolegate import Limits
from rolegate.errors import InvalidPolicyError

SET = {
    "catalog.yaml": "catalog: x\npermissions: {p: P, q: Q}\n",
    "roles/r.yaml": "role: r\ngrants: ['*']\n",
    "bindings.yaml": "bindings: [{user: ana, role: r}]\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small set."""
    (tmp_path / "roles").mkdir()
    for name, text in SET.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        (Limits(lines=1), "RG502"),
        (Limits(steps=1), "RG503"),
        (Limits(values=30), "RG107"),
        (Limits(size=60), "RG102"),
        (Limits(files=2), "RG102"),
    ],
)
def test_a_set_is_held_to_the_limits_of_whoever_reads_it(folder: Path, limit: Limits, code: str) -> None:
    """`validate`, `load`, `load_source` and a gate refuse it with one finding; without limits it is sound."""
    (found,) = rolegate.validate([folder], limits=limit).diagnostics
    assert found.code == code
    for read in (rolegate.load, rolegate.load_source, rolegate.Gate.from_path):
        with pytest.raises(InvalidPolicyError, match=code):
            read(str(folder), limits=limit)
        read(str(folder))
    assert rolegate.validate([folder]).ok


def test_a_gate_is_reloaded_within_its_limits(folder: Path) -> None:
    """A set that grew beyond them leaves the last policy in force."""
    gate = rolegate.Gate.from_path(folder, limits=Limits(files=3))
    (folder / "roles/s.yaml").write_text("role: s\ngrants: p\n")
    assert not gate.reload()
    assert gate.check("ana", "p")
    assert "RG102" in (gate.status().error or "")


def test_large_limits_are_larger_in_each_respect() -> None:
    """And a limit is a whole number above 0."""
    ordinary, large = Limits(), Limits.large()
    assert all(getattr(large, limit.name) > getattr(ordinary, limit.name) for limit in fields(Limits))
    for wrong in (0, -1, True, 1.5, None):
        with pytest.raises(ValueError, match="the limit of files"):
            Limits(files=wrong)  # type: ignore[arg-type]
