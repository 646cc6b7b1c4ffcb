"""What can still be read of a file whose text is not YAML: what is before the broken place, and after it.

INVARIANT: it is for findings alone. The file stays refused, and what is near the broken place is not read.
"""

from __future__ import annotations

import re

from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.composer import compose
from rolegate.documents.text import Value
from rolegate.documents.value_builder import ValueCount

_ROUNDS = 3
"""So many broken places are left out, and then only what is before the first one is read."""

_BROKEN = ("RG104", "RG106")
"""What is reported where the text stops to be YAML."""

_LINE_END = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_CONFLICT = re.compile(r"(?m)^(?:<{7}|={7}|>{7})(?: |$)")


def readable_rest(text: str, file: str, found: Report, count: ValueCount, *, items: bool) -> Value | None:
    """The value of *text* without its broken places; None where nothing can be said for certain.

    *found* has what was reported of it last. Of a file of *items*, such as the lines of bindings, whole items
    are left out.
    """
    lines, last = _LINE_END.split(text), found.diagnostics[-1] if found.diagnostics else None
    if last is not None and last.code in _BROKEN:
        found.diagnostics[:] = (one for one in found.diagnostics if not _is_cut_off(one, last, lines))
    conflict = _CONFLICT.search(text)
    begin = None if conflict is None else text.count("\n", 0, conflict.start())
    for _ in range(_ROUNDS):
        if last is None or last.code not in _BROKEN or last.line < 1 or count.full:
            return None
        if conflict is not None:  # both sides are meant for others
            break
        first, end = _around(lines, last.line - 1, items)
        begin = first if begin is None else min(begin, first)
        if _may_go_on(lines[first:end]) or (items and not _is_item(lines[first])):
            break  # what is below may belong to the broken text, or has lost the key that it is under
        lines[first:end] = [re.sub(r"[^\r\n]", "", line) for line in lines[first:end]]
        own = Report()
        value = compose("".join(lines), file, own, count)
        if value is not None:
            return value
        last = own.diagnostics[-1] if own.diagnostics else None
    return compose("".join(lines[:begin]), file, Report(), count) if begin else None


def _is_cut_off(one: Diagnostic, broken: Diagnostic, lines: list[str]) -> bool:
    """Whether *one* says that a key has no value, which may be at the *broken* place, or hidden by it."""
    key = lines[one.line - 1] if 0 < one.line < broken.line else ""
    if one.code != "RG109" or not key.rstrip().endswith(":"):
        return False
    after = next((line for line in lines[one.line : broken.line - 1] if line.strip()), "")
    return _indent(after) != _indent(key) or re.match(r"[\w-]", after.lstrip()) is None


def _around(lines: list[str], broken: int, items: bool) -> tuple[int, int]:
    """The first line of what is broken at the line *broken*, and the one after its last."""
    first = min(broken, len(lines) - 1)
    if items:
        dashes = [_indent(line) for line in lines if _is_item(line)]
        outer = dashes[0] if dashes else 0
        while first and not (_is_item(lines[first]) and _indent(lines[first]) <= outer):
            first -= 1
    indent, item = _indent(lines[first]), lines[first].lstrip().startswith("-")
    end = first + 1
    while end < len(lines) and (
        not lines[end].strip()
        or _indent(lines[end]) > indent
        or (not item and _indent(lines[end]) == indent and _is_item(lines[end]))
    ):
        end += 1
    return first, max(end, broken + 1) if items else end


def _is_item(line: str) -> bool:
    return line.lstrip().startswith("- ")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _may_go_on(lines: list[str]) -> bool:
    """Whether a text in quotes that begins in *lines* may end further below."""
    return any("".join(lines).count(quote) % 2 for quote in "\"'")
