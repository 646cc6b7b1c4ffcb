"""The lines of a policy in which nothing is denied: those of roles are written out when somebody wants them.

Ten thousand roles have more than a million lines, and whoever only asks a gate wants none of them.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from rolegate.compiled.line_collector import LineCollector
from rolegate.compiled.lines import PLine, Provenance
from rolegate.compiled.names import is_availability
from rolegate.diagnostics import Report
from rolegate.grants.bindings import Binding
from rolegate.grants.masked_rights import all_rights
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, widest
from rolegate.grants.roles import Rights

_KEPT = 256
"""So many roles of which lines were wanted are kept written out."""


def denies(resolved: Resolved, bindings: Iterable[Binding]) -> bool:
    """Whether *bindings*, or an instance that is removed, deny anything: that depends on what is allowed."""
    return any(binding.takes for binding in bindings) or any(domain.removed for domain in resolved.domains)


@dataclass(slots=True)
class UnwrittenCollector(LineCollector):
    """Collects lines where nothing is denied, and of roles only what they hold."""

    roles_held: dict[str, tuple[str | None, Rights]] = field(default_factory=dict)
    """By the name in lines, the domain of the role and its rights."""

    def role_lines(self, sub: str, domain: str | None, rights: Rights) -> None:
        self.roles_held[sub] = domain, rights

    def used_gates(self) -> set[str]:
        rights = all_rights(held for domain, held in self.roles_held.values() if domain is None)
        found = {self.gate(path) for path in {right.path for right in rights}}
        return {dom for dom in found if is_availability(dom)}

    def lines_with(self, constant: Mapping[PLine, Provenance]) -> Mapping[PLine, Provenance]:
        writer = LineCollector(self.resolved, [], Report())
        return UnwrittenLines(dict(sorted({**constant, **self.p}.items())), self.roles_held, writer)


class UnwrittenLines(Mapping[PLine, Provenance]):
    """All lines that allow something, sorted; those of roles are made each time, or once all are wanted.

    `others` has the lines that no role has, and `roles` by name in lines the domain and the rights of each
    role. INVARIANT: a line is in `others` or of one of `roles`, and says the same whenever it is made.
    """

    __slots__ = ("_made", "_whole", "_writer", "others", "roles")

    def __init__(
        self,
        others: Mapping[PLine, Provenance],
        roles: Mapping[str, tuple[str | None, Rights]],
        writer: LineCollector,
    ) -> None:
        self.others = others
        self.roles = roles
        self._writer = writer
        self._made: dict[str, Mapping[PLine, Provenance]] = {}
        self._whole: Mapping[PLine, Provenance] | None = None

    def of_role(self, sub: str) -> Mapping[PLine, Provenance]:
        """The lines of one role, sorted; none for a name that is not that of a role."""
        if sub not in self.roles:
            return {}
        found = self._made.get(sub)
        if found is None:
            found = dict(sorted(self._write(sub).items()))
            kept = {} if len(self._made) >= _KEPT else self._made
            kept[sub] = found
            self._made = kept
        return found

    def in_domains(self, domain: str, rights: Rights) -> Iterator[tuple[str, Right]]:
        """What a role of *domain* holds, and in which domains by their names in lines: the widest alone."""
        for right in widest(rights):
            for dom in self._writer.offering(right.path, domain):
                yield dom, right

    def gate(self, path: str) -> str:
        """What lines of default roles have as the domain of a permission."""
        return self._writer.gates.get(path) or self._writer.gate(path)

    def _write(self, sub: str) -> dict[PLine, Provenance]:
        domain, rights = self.roles[sub]
        writer = replace(self._writer, p={})
        writer.role_lines(sub, domain, rights)
        return writer.p

    def _all(self) -> dict[PLine, Provenance]:
        made = dict(self.others)
        for sub in self.roles:
            made.update(self._write(sub))
        return dict(sorted(made.items()))

    @property
    def whole(self) -> Mapping[PLine, Provenance]:
        """All lines, written out and kept."""
        whole = self._whole
        if whole is None:
            whole = self._whole = self._all()
        return whole

    def __getitem__(self, line: PLine) -> Provenance:
        if self._whole is not None:
            return self._whole[line]
        found = self.others.get(line)
        return found if found is not None else self.of_role(line[1])[line]

    def __iter__(self) -> Iterator[PLine]:
        # Whoever writes the policy somewhere wants each line once.
        return iter(self._all() if self._whole is None else self._whole)

    def __len__(self) -> int:
        return len(self.whole)

    def items(self) -> ItemsView[PLine, Provenance]:
        return self.whole.items()
