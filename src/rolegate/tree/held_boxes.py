"""What one subject holds, asked box by box."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from rolegate.catalog.model import Permission
from rolegate.compiled.compile import compile_policy
from rolegate.compiled.lines import EVERY, user_name
from rolegate.encoding import decode
from rolegate.engine.known_instances import given_to, known_paths
from rolegate.engine.question import Asked
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domains
from rolegate.grants.rights import Right
from rolegate.grants.roles import Role
from rolegate.grants.stars import Stars


@dataclass(frozen=True, slots=True)
class HeldBoxes:
    """The rights of a subject in a domain; without a subject nothing is held."""

    snapshot: Snapshot
    sub: str | None = None
    dom: str = ""
    rights: frozenset[Right] = frozenset()
    stars: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, asked: Asked, snapshot: Snapshot) -> HeldBoxes:
        subjects = dict.fromkeys(snapshot.lookup.subjects(asked.sub, asked.dom))
        stars = stars_of(subjects, asked.dom, snapshot)
        return cls(snapshot, asked.sub, asked.dom, given_to(asked, snapshot), stars)

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
        if chain not in self.known:
            self.known[chain] = known_paths(self.dom, chain, self.rights, self.snapshot)
        below = "/".join((*prefix, ""))
        return tuple(path for path in self.known[chain] if path.startswith(below))

    def opens(self, group: str) -> tuple[str, ...]:
        """The suffixes (`""`, `@my`, `[*]`) of the true stars of *group*: all that they take in is held."""
        return self.stars.get(group, ())


def stars_of(subjects: Iterable[str], dom: str, snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """The suffixes of the stars that are true for *subjects* in a domain, by group."""
    resolved = snapshot.resolved
    wanted = dict.fromkeys(subjects)
    lines = snapshot.lines_about(wanted, dom)
    held = [snapshot.roles[sub] for sub in wanted if sub in snapshot.roles]
    stars = Stars(resolved.catalog)
    true = stars.given(
        (entry for line in lines for entry in line.entries),
        *stars.of_roles([role.key for role in held], resolved.roles),
    )
    if any(line.takes for line in lines):
        true = stars.less(true, (entry for line in lines for _, entry in line.takes))
        true = stars.less_denied(true, _denied(frozenset(wanted), dom, lines, held, snapshot))
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
