"""How much a finding counts: the levels, by code and by path, as settings say them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

Level = Literal["off", "note", "warning", "error"]
"""From what is not shown to what counts most."""

LEVELS: tuple[Level, ...] = get_args(Level)

FAIL_LEVEL: Level = "warning"
ENDING_DAYS = 30


@dataclass(frozen=True, slots=True)
class LintSettings:
    """How findings count: `levels` by code, and `paths` by pattern and code; the last pattern that fits wins.

    A pattern is seen from `folder`. In it `*` is anything within one name, `**` anything, and one that ends
    in `/` is all below a folder. `fail_level` is the lowest level that makes lint fail.
    """

    levels: Mapping[str, Level] = field(default_factory=dict)
    paths: Mapping[str, Mapping[str, Level]] = field(default_factory=dict)
    fail_level: Level = FAIL_LEVEL
    ending_days: int = ENDING_DAYS
    folder: Path = Path()

    def failing_at(self, level: Level | None) -> LintSettings:
        """The same, but for the level at which lint fails."""
        return self if level is None else replace(self, fail_level=level)

    def level(self, code: str, file: str, otherwise: Level) -> Level:
        """What a finding of *code* in *file* counts as."""
        found = self.levels.get(code, otherwise)
        if self.paths:
            seen = os.path.relpath(os.path.abspath(file), os.path.abspath(self.folder)).replace(os.sep, "/")
            for pattern, levels in self.paths.items():
                if code in levels and _expression(pattern).fullmatch(seen):
                    found = levels[code]
        return found


@lru_cache(maxsize=256)
def _expression(pattern: str) -> re.Pattern[str]:
    whole = f"{pattern}**" if pattern.endswith("/") else pattern
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", whole.removeprefix("./"))
    means = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(means.get(part) or re.escape(part) for part in parts), re.DOTALL)
