"""What one subject holds, asked box by box."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from rolegate.catalog.model import Permission
from rolegate.compiled.compile import compile_policy
from rolegate.compiled.lines import EVERY, PLine, of_role, subject_name, user_name
from rolegate.encoding import decode
from rolegate.engine.question import Asked
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domains
from rolegate.grants.rights import Right
from rolegate.grants.roles import Role
from rolegate.grants.stars import Stars
from rolegate.review.holders import known_instances


@dataclass(frozen=True, slots=True)
class Holding:
    """The rights of a subject in a domain; without a subject nothing is held."""

    snapshot: Snapshot
    sub: str | None = None
    dom: str = ""
    allows: tuple[PLine, ...] = ()
    stars: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: Asked, snapshot: Snapshot) -> Holding:
        subjects = dict.fromkeys(snapshot.lookup.subjects(asked.sub, asked.dom))
        lines = (line for line in snapshot.compiled.p if line.sub in subjects and line.eft == "allow")
        return cls(snapshot, asked.sub, asked.dom, tuple(lines), stars_of(subjects, asked.dom, snapshot))

    def holds(self, permission: Permission, pattern: str, scope: str) -> bool:
        """Whether all of *pattern* is held at *scope*."""
        if self.sub is None:
            return False
        obj = f"{pattern[:-1]}{EVERY}" if pattern.endswith("*") else pattern
        return self.snapshot.index.allows(self.sub, self.dom, obj, permission.path, scope)

    def holds_some(self, permission: Permission, pattern: str) -> bool:
        """Whether any of *pattern* is held at any scope."""
        if self.sub is None:
            return False
        index = self.snapshot.index
        return any(
            index.allows_some(self.sub, self.dom, pattern, permission.path, scope)
            for scope in permission.scope_names
        )

    def available(self, permission: Permission) -> bool:
        """Whether the plan and the add-ons of the domain have the permission."""
        return not self.dom or not self.snapshot.shut_gate(permission, self.dom)

    def instances(self, chain: tuple[str, ...], prefix: tuple[str, ...]) -> tuple[str, ...]:
        """The encoded paths to show below *prefix*: those the domain knows, then those only grants name."""
        below = "/".join((*prefix, ""))
        known = dict.fromkeys(known_instances(self.dom, chain[-1], self.snapshot))
        for line in self.allows:
            named = self.snapshot.resolved.catalog.permission(line.act).chain[: len(chain)] == chain
            parts = line.obj.split("/")[: len(chain)]
            if named and len(parts) == len(chain) and "*" not in parts:
                known.setdefault("/".join(parts), None)
        return tuple(path for path in known if path.startswith(below))

    def opens(self, group: str) -> tuple[str, ...]:
        """The suffixes (`""`, `@my`, `[*]`) of the true stars of *group*: all that they take in is held."""
        return self.stars.get(group, ())


def stars_of(subjects: Iterable[str], dom: str, snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """The suffixes of the stars that are true for *subjects* in a domain, by group."""
    resolved = snapshot.resolved
    around = frozenset(resolved.domains.outward(decode(dom)) if not dom.startswith(":") else ())
    wanted = frozenset(subjects)
    lines = [
        binding
        for binding in resolved.bindings
        if binding.domain in around
        and binding.active(snapshot.at)
        and subject_name(binding.subject) in wanted
        and (not binding.limited or binding.domain == decode(dom))
    ]
    held = [role for role in resolved.roles.values() if of_role(role) in wanted]
    stars = Stars(resolved.catalog)
    true = stars.given(
        (entry for line in lines for entry in line.entries),
        *stars.of_roles([role.key for role in held], resolved.roles),
    )
    if any(line.takes for line in lines):
        true = stars.less(true, (entry for line in lines for _, entry in line.takes))
        true = stars.less_denied(true, _denied(wanted, dom, lines, held, snapshot))
    found: dict[str, list[str]] = {}
    for limits, groups in true.items():
        for group in groups:
            found.setdefault(group, []).append(str(limits))
    return {group: tuple(suffixes) for group, suffixes in found.items()}


def _denied(
    subjects: frozenset[str], dom: str, lines: list[Binding], held: list[Role], snapshot: Snapshot
) -> list[Right]:
    """What is denied to *subjects* in a domain that has every plan and add-on.

    Only there is everything seen that a restriction takes along: what a plan lacks today has no lines.
    """
    resolved = snapshot.resolved
    domains = {
        name: replace(
            resolved.domains[name],
            all_open=True,
            teams={
                team: tuple(user for user in users if user_name(user) in subjects)
                for team, users in resolved.domains[name].teams.items()
            },
        )
        for name in resolved.domains.outward(decode(dom))
    }
    roles = {role.key: role for role in held}
    alone = replace(resolved, domains=Domains(domains), roles=roles, bindings=tuple(lines))
    return [
        Right(line.act, line.obj, line.scope)
        for line in compile_policy(alone, snapshot.at).p
        if line.eft == "deny" and line.dom == dom and line.sub in subjects and not line.obj.endswith(EVERY)
    ]
