"""The settings of lint: where they are found, what they say, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate.linting.lint_levels import LintSettings

SET = {
    "policies/catalog.yaml": "catalog: demo\npermissions: {a: A, b: B}\n",
    "policies/roles/x.yaml": "role: x\ngrants: [a, b, a]\n",
    "policies/roles/old/w.yaml": "role: w\ngrants: [b, b]\n",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, {**SET, "policies/domains.yaml": "domains: {old: {}}\n"})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def levels(*sources: str) -> dict[str, str]:
    """The level of each RG800, by the name of its file."""
    found = rolegate.lint(sources or ("policies",)).diagnostics
    return {Path(one.file).name: one.severity for one in found if one.code == "RG800"}


def test_without_settings_the_rules_have_their_levels(here: Path) -> None:
    """A grant that adds nothing is a warning."""
    assert levels() == {"x.yaml": "warning", "w.yaml": "warning"}


@pytest.mark.parametrize("pattern", ["policies/roles/old/", "policies/**/w.yaml", "**/old/*", "**/w.yaml"])
def test_a_level_is_changed_for_a_path(here: Path, pattern: str) -> None:
    """The pattern is seen from the folder of the settings, wherever lint runs; levels for all others stay."""
    text = f'[lint.levels]\nRG800 = "error"\n[lint.paths."{pattern}"]\nRG800 = "off"\n'
    write(here, {"rolegate.toml": text})
    assert levels() == {"x.yaml": "error"}


def test_a_pattern_stays_within_its_names(here: Path) -> None:
    """A star is anything within one name, so it does not reach into a folder."""
    write(here, {"rolegate.toml": '[lint.paths."policies/roles/*"]\nRG800 = "note"\n'})
    assert levels() == {"x.yaml": "note", "w.yaml": "warning"}


def test_settings_are_those_of_the_folder_around(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`pyproject.toml` says the same below its own table; one without it is passed over."""
    write(here, {"pyproject.toml": '[tool.rolegate.lint.levels]\nRG800 = "note"\n'})
    write(here, {"policies/pyproject.toml": '[project]\nname = "x"\n'})
    monkeypatch.chdir(here / "policies")
    assert levels(".") == {"x.yaml": "note", "w.yaml": "note"}


REFUSED = {
    "[lnt]\n": "`lnt` is not a key of the settings; did you mean `lint`?",
    '[lint]\nfail_level = "note"\n': "`fail_level` is not a key of `[lint]`; did you mean `fail-level`?",
    '[lint]\nfail-level = "warn"\n': '`fail-level` is `"warn"`; write one of "off", "note",',
    '[lint]\nending-days = "30"\n': "`ending-days` is a number of days",
    "[lint]\nending-days = true\n": "`ending-days` is a number of days",
    '[lint]\nlevels = ["RG800"]\n': "`[lint.levels]` is a table",
    '[lint]\npaths = ["x"]\n': '`paths` takes a table for each pattern: `[lint.paths."…"]`',
    '[lint.levels]\nRG8O0 = "off"\n': "`RG8O0` in `[lint.levels]` is not a code; did you mean",
    '[lint.levels]\nRG301 = "off"\n': "`RG301` in `[lint.levels]` is the code of an error, which has",
    '[lint.paths."x/"]\nRG800 = 1\n': "`RG800` is `1`",
    "lint = 3\n": "`[lint]` is a table",
    '[lint.levels]\n"role.unheld" = "off"\n': "is the name of a code; write `RG802`",
    "[lint]\nignore = []\n": "`ignore` is not a key of `[lint]`; a code is switched off by `RG800",
    'fail-level = "note"\n': "`fail-level` is not a key of the settings; it belongs to `[lint]`",
    "[tool.rolegate.lint]\n": "`tool` is not a key of the settings; this file has nothing but settings",
    "[lint\n": "the settings cannot be read",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_settings_do_not_know_is_refused(here: Path, text: str) -> None:
    """A mistyped key does not switch a rule off in silence; the file is named, and the nearest name."""
    write(here, {"rolegate.toml": text})
    with pytest.raises(rolegate.SettingsError) as refused:
        rolegate.read_settings()
    assert REFUSED[text] in str(refused.value)
    assert str(here / "rolegate.toml") in str(refused.value)


def test_the_level_at_which_lint_fails(here: Path) -> None:
    """From that level on; `off` never fails."""
    for level, ok in (("off", True), ("note", False), ("warning", False), ("error", True)):
        settings = LintSettings().failing_at(level)  # type: ignore[arg-type]  # one of the levels
        assert rolegate.lint(["policies"], settings=settings).ok is ok
