"""Dates as they are written in other places, where they can only mean one day."""

from __future__ import annotations

import re

_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})")
_WITH_BLANK = re.compile(r"(\d{4}-\d{2}-\d{2}) +(\d{2}:\d{2}(?::\d{2})?)")


def moment_meant(text: str) -> str:
    """*text* as a day or a moment of the language; empty where it may mean several, or none."""
    if blank := _WITH_BLANK.fullmatch(text):
        return f"{blank[1]}T{blank[2]}"
    if year_first := _YEAR_FIRST.fullmatch(text):
        return _day(*map(int, year_first.groups()))
    if found := _DAY_FIRST.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if found[2] == "." or first > 12:
            return _day(year, second, first)
        return _day(year, first, second) if second > 12 else ""
    return ""


def _day(year: int, month: int, day: int) -> str:
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else ""
