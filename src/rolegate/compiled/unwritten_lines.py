"""The lines of a policy in which nothing is denied: those of roles are written out when somebody wants them.

Ten thousand roles have more than a million lines, and whoever only asks a gate wants none of them.
"""

from __future__ import annotations

from collections.abc import Collection, ItemsView, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from rolegate.compiled.line_collector import LineCollector
from rolegate.compiled.lines import PLine, Provenance
from rolegate.compiled.names import is_availability
from rolegate.diagnostics import Report
from rolegate.grants.bindings import Binding
from rolegate.grants.masked_rights import MaskedRights, all_rights, bits, holders
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, widest
from rolegate.grants.roles import Rights

_KEPT = 256
"""So many roles of which lines were wanted are kept written out."""


Columns = tuple[str, str, str, str]
"""What a line says beside its subject: the domain, the object, the permission and the scope."""


@dataclass(frozen=True, slots=True)
class RolesOfDomain:
    """The roles of a domain that have lines, by their names in lines, sorted; and as bits who has each."""

    domain: str | None
    subs: list[str]
    who: Mapping[Columns, int]

    @property
    def text(self) -> str:
        """All of it; equal for equal lines."""
        lines = (f"{', '.join(columns)}: {who:x}" for columns, who in sorted(self.who.items()))
        return "\n".join(["", *self.subs, *lines, ""]) if self.who else ""


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

    __slots__ = ("_length", "_made", "_whole", "_writer", "others", "roles")

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
        self._length: int | None = None

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
        for right in widest(rights.held if isinstance(rights, MaskedRights) else rights):
            for dom in self._writer.offering(right.path, domain):
                yield dom, right

    def about(self, doms: Collection[str]) -> UnwrittenLines:
        """The lines of *doms*, by their names in lines, and maybe some that no question there asks."""
        others = {line: source for line, source in self.others.items() if line.dom in doms}
        roles = {
            sub: (domain, rights)
            for sub, (domain, rights) in self.roles.items()
            if domain is None or any(dom in doms for _, dom in self._writer.domains_in(domain))
        }
        return UnwrittenLines(others, roles, self._writer)

    @property
    def columns(self) -> Iterator[str]:
        """Everything that is in some column, maybe several times; no lines of roles are made."""
        for line in self.others:
            yield from line
        for part in self.by_domain():
            yield from part.subs
            for said in part.who:
                yield from said

    def by_domain(self) -> Iterator[RolesOfDomain]:
        """Who has each line, of the default roles and of those of each domain; no lines are written."""
        groups: dict[str | None, list[tuple[str, Rights]]] = {}
        for sub, (domain, rights) in sorted(self.roles.items()):
            if rights:
                groups.setdefault(domain, []).append((sub, rights))
        for domain, held in groups.items():
            who = self._who(domain, held)
            some = 0
            for mask in who.values():
                some |= mask
            if some.bit_count() < len(held):  # no domain offers what the others hold
                held = [held[number] for number in bits(some)]
                who = self._who(domain, held)
            yield RolesOfDomain(domain, [sub for sub, _ in held], who)

    def _who(self, domain: str | None, held: Iterable[tuple[str, Rights]]) -> dict[Columns, int]:
        """By what a line says, which of *held* have it, as bits."""
        found: dict[Right, int] = {}
        masked: list[tuple[int, MaskedRights]] = []
        for number, (_, rights) in enumerate(held):
            if isinstance(rights, MaskedRights):
                masked.append((1 << number, rights))
                continue
            for right in widest(rights):
                found[right] = found.get(right, 0) | 1 << number
        for right, mask in holders(masked).items():
            found[right] = found.get(right, 0) | mask
        who: dict[Columns, int] = {}
        for (path, obj, scope), mask in found.items():
            for dom in (self.gate(path),) if domain is None else self._writer.offering(path, domain):
                who[dom, obj, path, scope] = mask
        return who

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
        length = self._length
        if length is None:
            masks = (who for part in self.by_domain() for who in part.who.values())
            length = self._length = len(self.others) + sum(map(int.bit_count, masks))
        return length

    def items(self) -> ItemsView[PLine, Provenance]:
        return self.whole.items()
