"""Checks of the limits of a compiled policy: the number of its lines, and how long a value may be."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from rolegate.compiled.compile import compile_policy
from rolegate.compiled.count_lines import lines_fit
from rolegate.compiled.lines import CompiledPolicy, Line, Provenance
from rolegate.compiled.names import kind_of
from rolegate.compiled.problems import value_too_long
from rolegate.compiled.unwritten_lines import UnwrittenLines
from rolegate.diagnostics import Report
from rolegate.encoding import MAX_COLUMN
from rolegate.grants.resolve import Resolved
from rolegate.grants.size import SetTooLargeError, Sized


def check_compiled(resolved: Resolved, report: Report) -> None:
    """Report values too long for a column, and too many lines: bindings of any time count together."""
    try:
        if lines_fit(resolved, Sized(limits=resolved.limits)):
            return
        check_columns(compile_policy(resolved, None, Sized(limits=resolved.limits)), report)
    except SetTooLargeError as large:
        report.take([large.finding])


def check_columns(compiled: CompiledPolicy, report: Report) -> None:
    """Report every value too long for a column of a `casbin_rule` table, once."""
    p = compiled.p
    columns = p.columns if isinstance(p, UnwrittenLines) else chain.from_iterable(p)
    values = {*chain.from_iterable(compiled.g), *chain.from_iterable(compiled.g3), *columns}
    if all(len(value) <= MAX_COLUMN for value in values):
        return
    report_long((*compiled.g.items(), *compiled.g3.items(), *compiled.p.items()), report)


def report_long(lines: Iterable[tuple[Line, Provenance]], report: Report) -> None:
    """Report every value of *lines* that is too long for a column, once."""
    seen: set[str] = set()
    for line, source in lines:
        for value in line:
            if len(value) > MAX_COLUMN and value not in seen:
                seen.add(value)
                value_too_long(report, source.span, _LONG.get(kind_of(value), "instance"), value)


_LONG = {"team": "team", "role": "role", "user": "user", "gate": "availability"}
