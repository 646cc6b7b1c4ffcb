"""`rolegate report`: the page is written where it is wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import rolegate
from git_desk import repository
from repository import ROOT
from rolegate.documents.capture import Files
from rolegate.loading import sources

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


@pytest.mark.parametrize("name", ["read_files", "revision_files"])
def test_a_page_is_about_one_state_of_the_files(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written, or committed, after they were read once is not on the page."""
    desk = repository(tmp_path / "top")
    expected = "access:\n  - {domain: beta, user: dan, allow: tickets.show@my}\n"
    desk.write(tests__dan=expected)
    desk.commit("Expected")
    monkeypatch.chdir(desk.top)
    source = desk.folder if name == "read_files" else "HEAD:policies/desk"
    options = (source, "--at", "2026-06-15")
    before = rolegate("report", *options)
    read = getattr(sources, name)
    states: list[Files] = []

    def change_after(*args: object, **more: object) -> Files:
        states.append(read(*args, **more))
        desk.write(tests__dan=expected.replace("allow", "deny"), bindings="bindings: []\n")
        desk.commit("Other")
        return states[-1]

    monkeypatch.setattr(sources, name, change_after)
    during = rolegate("report", *options)
    assert (during.code, during.out) == (0, before.out)
    assert len(states) == 1
    monkeypatch.undo()
    monkeypatch.chdir(desk.top)
    assert rolegate("report", *options).out != before.out
