"""Whether a set fits the limits of a compiled policy, whenever it is compiled."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain

from rolegate.compiled.compile import compile_policy
from rolegate.compiled.lines import CompiledPolicy
from rolegate.compiled.names import kind_of
from rolegate.diagnostics import Report
from rolegate.encoding import MAX_COLUMN
from rolegate.grants.resolve import Resolved
from rolegate.grants.size import SetTooLargeError, Sized


def check_compiled(resolved: Resolved, report: Report) -> None:
    """Report values too long for a column, and that the set makes too many lines, ended ones counted."""
    try:
        check_columns(compile_policy(resolved, datetime.min.replace(tzinfo=UTC), Sized()), report)
    except SetTooLargeError as large:
        report.take([large.finding])


def check_columns(compiled: CompiledPolicy, report: Report) -> None:
    """Report every value too long for a column of a `casbin_rule` table, once."""
    lines = chain(compiled.g, compiled.g3, compiled.p)
    if all(len(value) <= MAX_COLUMN for value in set(chain.from_iterable(lines))):
        return
    seen: set[str] = set()
    for line, source in (*compiled.g.items(), *compiled.g3.items(), *compiled.p.items()):
        for value in line:
            if len(value) > MAX_COLUMN and value not in seen:
                seen.add(value)
                what = _LONG.get(kind_of(value), "instance")
                report.add(
                    "RG501",
                    source.span,
                    f"the {what} `{value[:60]}…` is {len(value)} characters long once compiled;"
                    f" a column holds {MAX_COLUMN}",
                    "use shorter names: they are percent-encoded, and joined where one lies within another",
                )


_LONG = {"team": "team", "role": "role", "user": "user", "gate": "availability"}
