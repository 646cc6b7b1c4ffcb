"""The settings of a project: `rolegate.toml`, or `[tool.rolegate]` in `pyproject.toml`."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Mapping
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
_OFF = frozenset({"rules", "ignore", "disable", "select", "extend-ignore", "off"})
"""What other tools call the table of what is switched off."""

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
                if name == NAMES[0]:
                    return _SettingsReader(path, "").settings(found)
                tools = found.get("tool")
                table = tools.get("rolegate") if _is_table(tools) else None
                if table is not None:
                    return _SettingsReader(path, "tool.rolegate").settings(table)
    return LintSettings(folder=start)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(one_line(f"{path}: the settings cannot be read: {error}")) from error


class _SettingsReader:
    """Reads the settings of one file; what is not known is refused, with the nearest name that is."""

    def __init__(self, path: Path, top: str) -> None:
        self.path = path
        self.top = top
        """The table of all settings; empty for the whole file."""

    def settings(self, table: Any) -> LintSettings:
        self._keys(table, ("lint",), self.top)
        lint = table.get("lint", {})
        self._keys(lint, _KEYS, self._in("lint"))
        days = lint.get("ending-days", ENDING_DAYS)
        if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= _LONGEST:
            raise self._wrong(f"`ending-days` is a number of days from 0 to {_LONGEST}, such as 30")
        paths = lint.get("paths", {})
        if not _is_table(paths):
            raise self._wrong('`paths` takes a table for each pattern: `[lint.paths."…"]`')
        return LintSettings(
            self._levels(lint.get("levels", {}), "levels"),
            {pattern: self._levels(levels, pattern) for pattern, levels in paths.items()},
            self._level(lint.get("fail-level", FAIL_LEVEL), "fail-level"),
            days,
            self.path.parent,
        )

    def _levels(self, table: Any, name: str) -> Mapping[str, Level]:
        where = self._in(f"lint.{name}" if name == "levels" else f'lint.paths."{name}"')
        self._table(table, where, 'a code and its level: `RG800 = "off"`')
        for code in table:
            if code not in LEVELLED:
                raise self._wrong(f"{quoted(code)} in {_shown(where)} {_no_level(code)}")
        return {code: self._level(level, code) for code, level in table.items()}

    def _level(self, value: Any, name: str) -> Level:
        found = next((level for level in LEVELS if level == value), None)
        if found is None:
            levels = ", ".join(f'"{level}"' for level in LEVELS)
            raise self._wrong(
                f"{quoted(name)} is {quoted(json.dumps(value, default=str))}; write one of {levels}"
            )
        return found

    def _keys(self, table: Any, known: Collection[str], where: str) -> None:
        self._table(table, where, "keys and their values")
        for key in table:
            if key not in known:
                names = ", ".join(f"`{name}`" for name in known)
                help = did_you_mean(key, known, f"the keys are {names}" if len(known) > 1 else "")
                raise self._wrong(f"{quoted(key)} is not a key of {_shown(where)}; {self._home(key) or help}")

    def _home(self, key: str) -> str:
        """Where *key* belongs, if it is in the wrong place."""
        if key in _KEYS:
            return f"it belongs to `[{self._in('lint')}]`"
        if key in _OFF:
            return f'a code is switched off by `RG800 = "off"` in `[{self._in("lint.levels")}]`'
        return "this file has nothing but settings of rolegate: begin with `[lint]`" if key == "tool" else ""

    def _table(self, value: Any, where: str, of: str) -> None:
        if not _is_table(value):
            raise self._wrong(f"{_shown(where)} is a table of {of}")

    def _in(self, table: str) -> str:
        return f"{self.top}.{table}" if self.top else table

    def _wrong(self, why: str) -> SettingsError:
        return SettingsError(one_line(f"{self.path}: {why}"))


def _is_table(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _shown(table: str) -> str:
    return quoted(f"[{table}]") if table else "the settings"


def _no_level(code: str) -> str:
    """Why *code* has no level, and what to write."""
    named = next((other for other, about in CODES.items() if about.name == code), code)
    if named not in CODES:
        help = did_you_mean(code, LEVELLED, "`rolegate explain RG800` prints the page of one")
        return f"is not a code; {help}"
    if named not in LEVELLED:
        return f"is the code of an {CODES[named].severity}, which has no level; leave it out"
    return f"is the name of a code; write `{named}`"
