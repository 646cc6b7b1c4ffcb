"""Lines of bindings that take something away, and a set without them."""

from __future__ import annotations

from plain.catalog import Data


def takes_away(line: Data) -> bool:
    """Whether a line of bindings is a restriction."""
    return not {"restrict", "restrictions"}.isdisjoint(line)


def without_restrictions(files: dict[str, Data]) -> dict[str, Data]:
    """*files* without restrictions on anybody."""
    return _with(files, [line for line in _lines(files) if not takes_away(line)])


def without_restricted_roles(files: dict[str, Data]) -> dict[str, Data]:
    """*files* without restrictions on roles: their trees show all that their files say."""
    return _with(files, [line for line in _lines(files) if not ("role" in line and takes_away(line))])


def _lines(files: dict[str, Data]) -> list[Data]:
    lines: list[Data] = files.get("bindings.yaml", {}).get("bindings", [])
    return lines


def _with(files: dict[str, Data], lines: list[Data]) -> dict[str, Data]:
    return {**files, "bindings.yaml": {"bindings": lines}}
