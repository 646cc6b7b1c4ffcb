"""`rolegate report`: the page is written where it is wanted."""

from __future__ import annotations

from pathlib import Path

from command_line import rolegate
from repository import ROOT

RESPONSO = ROOT / "policies" / "responso"


def test_the_page_is_written_to_a_file_or_printed(tmp_path: Path) -> None:
    """Both are the same page; a file that is there is replaced."""
    target = tmp_path / "out" / "report.html"
    for locale in ("en", "fr"):
        options = (RESPONSO, "--at", "2026-06-15", "--locale", locale)
        written = rolegate("report", *options, "-o", target)
        assert (0, f"wrote {target}\n", "") == (written.code, written.out, written.err)
        printed = rolegate("report", *options)
        assert printed.code == 0
        assert f'<html lang="{locale}"' in printed.out
        assert target.read_text("utf-8") == printed.out


def test_a_page_of_half_a_set_is_not_written(tmp_path: Path) -> None:
    """Neither of a set with errors, nor in a language that it does not have."""
    target = tmp_path / "report.html"
    (tmp_path / "catalog.yaml").write_text("catalog: c\npermissions: {a: {titel: A}}\n", "utf-8")
    for options in ((tmp_path,), (RESPONSO, "--locale", "nl"), (tmp_path / "none",)):
        assert rolegate("report", *options, "-o", target).code == 2
    assert not target.exists()
