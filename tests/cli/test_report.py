"""`rolegate report`: the page is written where it is wanted."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from bilingual import bilingual
from command_line import rolegate
from git_desk import repository
from repository import ROOT
from rolegate.documents.capture import Files
from rolegate.errors import UnknownNameError
from rolegate.loading import sources
from rolegate.loading.load import load
from rolegate.review.report_html import REPORT_SECTIONS, report_html
from rolegate_cli.commands.report import SECTIONS

RESPONSO = ROOT / "policies" / "responso"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A set in two languages."""
    bilingual(tmp_path / "desk")
    return tmp_path / "desk"


def test_the_page_is_written_to_a_file_or_printed(tmp_path: Path, desk: Path) -> None:
    """Both are the same page; a file that is there is replaced."""
    target = tmp_path / "out" / "report.html"
    for locale in ("en", "fr"):
        options = (desk, "--at", "2026-06-15", "--locale", locale)
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


def test_parts_of_the_page_are_chosen(desk: Path) -> None:
    """By name, or by what is left out; the page says what it does not have, in its language."""
    ids = {
        options: re.findall(r'<section id="([a-z-]+)">', rolegate("report", desk, *options).out)
        for options in (
            (),
            ("--section", "catalog", "--section", "bindings"),
            ("--without", "matrix", "--without", "roles", "--without", "catalog", "--without", "fields"),
        )
    }
    first, second, third = ids.values()
    assert second == ["bindings", "catalog"]
    assert third == [name for name in first if name not in ("matrix", "roles", "catalog")]
    said = rolegate("report", desk, "--without", "who-can", "--locale", "fr").out
    assert "Laissé de côté dans cette page : Qui a quel droit" in unescape(re.sub("<[^>]*>", "", said))
    nothing = rolegate("report", desk, "--section", "matrix", "--without", "matrix")
    assert (nothing.code, nothing.out) == (2, "")
    assert rolegate("report", desk, "--section", "matrx").code == 2


def test_the_command_knows_every_part() -> None:
    """Its list is that of the library, which says what is not one of them."""
    assert tuple(REPORT_SECTIONS) == SECTIONS
    with pytest.raises(UnknownNameError, match="did you mean `matrix`"):
        report_html(load(RESPONSO), sections=["matrx"])


def test_expectations_that_are_left_out_are_not_run(desk: Path) -> None:
    """A set whose expectations cannot be read has a page about the rest; with them, none is written."""
    (desk / "tests").mkdir(exist_ok=True)
    (desk / "tests" / "broken.yaml").write_text("access: [nonsense\n", "utf-8")
    assert rolegate("report", desk).code == 2
    assert rolegate("report", desk, "--without", "expectations").code == 0
