"""`rolegate explain RG310`: the page of a code."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import rolegate
from repository import ROOT
from rolegate.codes import CODES
from rolegate_cli.code_pages import _is_code, code_page


def test_the_page_of_a_code_is_printed() -> None:
    """However it is written, and as JSON as well."""
    text = (ROOT / "docs" / "codes" / "RG310.md").read_text(encoding="utf-8")
    for written in ("RG310", "rg310", CODES["RG310"].name):
        run = rolegate("explain", written)
        assert (run.code, run.out) == (0, text)
    found = rolegate("explain", "RG310", "--format", "json").json
    assert (found["code"], found["severity"], found["page"]) == ("RG310", "warning", text)


def test_every_name_is_known() -> None:
    """A finding prints the name beside the code, so it is what somebody copies; two codes may share one."""
    names = [known.name for known in CODES.values()]
    several = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    assert several
    for name in several:
        codes = " and ".join(code for code, known in CODES.items() if known.name == name)
        run = rolegate("explain", name)
        assert run.code == 2
        assert f"`{name}` is the name of {codes}: ask for one of them" in run.err


@pytest.mark.parametrize("name", sorted({known.name for known in CODES.values()}))
def test_each_name_looks_like_one(name: str) -> None:
    """Else it would be taken for a folder."""
    assert _is_code([name])
    assert _is_code([name, "--format", "json"])
    assert not _is_code([name, "tickets.show"])
    assert not _is_code([name, "--user", "ana"])


def test_every_code_has_a_page_to_print() -> None:
    """The pages come with the command."""
    assert all(code_page(code).startswith(f"# {code} {about.name}\n") for code, about in CODES.items())


def test_a_code_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is wrong usage, and the nearest one is told; a folder of that name is a policy set."""
    run = rolegate("explain", "RG3100")
    assert (run.code, run.out) == (2, "")
    assert "there is no code `RG3100`; did you mean `RG310`" in run.err
    assert (
        "there is no code `binding.endd`; did you mean `binding.ended`"
        in rolegate("explain", "binding.endd").err
    )
    monkeypatch.chdir(tmp_path)
    (tmp_path / "RG310").mkdir()
    assert "PERMISSION is missing" in rolegate("explain", "RG310").err


def test_a_permission_without_its_set(tmp_path: Path) -> None:
    """No code is guessed for it; what may be a code as well gets both."""
    run = rolegate("explain", "tickets.show")
    assert (run.code, run.out) == (2, "")
    assert "there is no code `tickets.show`; if it is a permission, name its set first: " in run.err
    assert "`rolegate explain SOURCE tickets.show --user USER`" in run.err
    assert "did you mean" not in run.err
    both = rolegate("explain", "team.shadwo").err
    assert "did you mean `team.shadow`? If it is a permission, name its set first: " in both
