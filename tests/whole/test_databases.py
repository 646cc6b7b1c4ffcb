"""A database for the tests needs nothing installed or set by hand."""

from __future__ import annotations

import os

import pytest

from postgres import programs_of_root


@pytest.mark.parametrize("path", ["/usr/bin:/bin", None])
def test_programs_of_root_are_found_while_a_server_starts(
    path: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that root starts needs a user of its own, whatever PATH says; it is then as before."""
    if path is None:
        monkeypatch.delenv("PATH")
    else:
        monkeypatch.setenv("PATH", path)
    with programs_of_root():
        found = os.get_exec_path()
    assert {"/usr/bin", "/bin", "/usr/sbin", "/sbin"} <= set(found)
    assert path == os.environ.get("PATH")
