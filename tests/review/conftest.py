"""A repository for the tests of reviews that ask from its top."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_desk import Repository, repository


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository with a commit, from whose top one asks."""
    made = repository(tmp_path / "work")
    monkeypatch.chdir(made.top)
    return made
