"""The settings of a project: `rolegate.toml`, or `[tool.rolegate]` in `pyproject.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeGuard

from rolegate.codes import CODES
from rolegate.diagnostics import did_you_mean, one_line, quoted
from rolegate.errors import SettingsError
from rolegate.linting.lint_levels import ENDING_DAYS, FAIL_LEVEL, LEVELS, Level, LintSettings

NAMES = ("rolegate.toml", "pyproject.toml")
"""The files that may hold settings; the first one in a folder counts."""

_KEYS = ("fail-level", "ending-days", "levels", "paths")
_LONGEST = 3650

LEVELLED = tuple(code for code, about in CODES.items() if about.severity == "warning")
"""The codes of which the level may be changed."""


def read_settings(folder: Path | str = ".") -> LintSettings:
    """The settings that hold in *folder*: those of the nearest file there or in a folder around it.

    Raises:
        SettingsError: when they cannot be read, or say what is not known.
    """
    start = Path(folder).absolute()
    for around in (start, *start.parents):
        for name in NAMES:
            path = around / name
            if path.is_file():
                found = _read(path)
                table = found if name == NAMES[0] else found.get("tool", {}).get("rolegate")
                if table is not None:
                    return _SettingsReader(path).settings(table)
    return LintSettings(folder=start)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(one_line(f"{path}: the settings cannot be read: {error}")) from error


class _SettingsReader:
    """Reads the settings of one file; what is not known is refused, with the nearest name that is."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def settings(self, table: Any) -> LintSettings:
        self._keys(table, ("lint",), "settings")
        lint = table.get("lint", {})
        self._keys(lint, _KEYS, "`lint`")
        days = lint.get("ending-days", ENDING_DAYS)
        if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= _LONGEST:
            raise self._wrong(f"`ending-days` is a number of days from 0 to {_LONGEST}, such as 30")
        paths = lint.get("paths", {})
        if not _is_table(paths):
            raise self._wrong("`paths` has a table of levels for each pattern")
        return LintSettings(
            self._levels(lint.get("levels", {}), "levels"),
            {pattern: self._levels(levels, pattern) for pattern, levels in paths.items()},
            self._level(lint.get("fail-level", FAIL_LEVEL), "fail-level"),
            days,
            self.path.parent,
        )

    def _levels(self, table: Any, name: str) -> Mapping[str, Level]:
        self._keys(table, LEVELLED, quoted(name), "a code of warnings")
        return {code: self._level(level, code) for code, level in table.items()}

    def _level(self, value: Any, name: str) -> Level:
        found = next((level for level in LEVELS if level == value), None)
        if found is None:
            raise self._wrong(f"{quoted(name)} is {quoted(value)}; write one of {', '.join(LEVELS)}")
        return found

    def _keys(self, table: Any, known: Iterable[str], what: str, kind: str = "a key") -> None:
        if not _is_table(table):
            raise self._wrong(f"{what} is a table of keys and values")
        for key in table:
            if key not in known:
                help = did_you_mean(key, known, "`rolegate lint --help` names the page of the settings")
                raise self._wrong(f"{quoted(key)} is not {kind} of {what}; {help}")

    def _wrong(self, why: str) -> SettingsError:
        return SettingsError(one_line(f"{self.path}: {why}"))


def _is_table(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)
