"""The limits of a compiled policy, told without its lines: they are counted, and none is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rolegate.compiled.line_collector import LineCollector
from rolegate.compiled.lines import Provenance
from rolegate.compiled.names import is_availability
from rolegate.compiled.unwritten_lines import denies
from rolegate.diagnostics import Report
from rolegate.encoding import MAX_COLUMN
from rolegate.grants.masked_rights import all_rights
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right
from rolegate.grants.roles import Rights


def lines_fit(resolved: Resolved, report: Report) -> bool | None:
    """Whether each value of the lines of any time fits into its column; *report* counts the lines.

    None where lines have to be made to tell: what is denied depends on what is allowed.

    Raises:
        SetTooLargeError: when *report* has a limit and there are too many.
    """
    if denies(resolved, resolved.bindings):
        return None
    lines = _CountedLines(resolved, list(resolved.bindings), report)
    lines.collect()
    values: set[str] = set(lines.values)
    rights = all_rights([*lines.held, *lines.default]) | lines.rights
    values.update(*rights, *lines.g, *lines.g2, *lines.g3, lines.gates.values())
    return all(len(value) <= MAX_COLUMN for value in values)


@dataclass(slots=True)
class _CountedLines(LineCollector):
    """Counts the lines that allow something, and remembers only what is in them."""

    values: set[str] = field(default_factory=set)
    rights: set[Right] = field(default_factory=set)
    held: list[Rights] = field(default_factory=list)
    default: list[Rights] = field(default_factory=list)
    """What default roles have."""

    def role_lines(self, sub: str, domain: str | None, rights: Rights) -> None:
        self.values.add(sub)
        if domain is None:
            self.default.append(rights)
        else:
            self.values.update(dom for _, dom in self.domains_in(domain))
            self.held.append(rights)

    def allow(self, sub: str, reach: Iterable[tuple[str, str]], right: Right, _: Provenance, /) -> None:
        self.values.add(sub)
        self.rights.add(right)
        self.values.update(dom for _, dom in reach)

    def used_gates(self) -> set[str]:
        found = {self.gate(path) for path in {right.path for right in all_rights(self.default)}}
        return {dom for dom in found if is_availability(dom)}
