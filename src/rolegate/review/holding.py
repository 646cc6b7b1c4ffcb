"""What one subject holds, asked box by box."""

from __future__ import annotations

from dataclasses import dataclass

from rolegate.catalog.model import Permission
from rolegate.compiled.lines import EVERY, PLine, of_role, subject_name
from rolegate.engine.question import Asked
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.expand import Entry
from rolegate.grants.roles import Role, Roles
from rolegate.review.holders import known_instances


@dataclass(frozen=True, slots=True)
class Holding:
    """The rights of a subject in a domain; without a subject nothing is held."""

    snapshot: Snapshot
    sub: str | None = None
    dom: str = ""

    @classmethod
    def of(cls, asked: Asked, snapshot: Snapshot) -> Holding:
        return cls(snapshot, asked.sub, asked.dom)

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
        for line in self._allows():
            named = self.snapshot.resolved.catalog.permission(line.act).chain[: len(chain)] == chain
            parts = line.obj.split("/")[: len(chain)]
            if named and len(parts) == len(chain) and "*" not in parts:
                known.setdefault("/".join(parts), None)
        return tuple(path for path in known if path.startswith(below))

    def _allows(self) -> list[PLine]:
        if self.sub is None:
            return []
        subjects = set(self.snapshot.lookup.subjects(self.sub, self.dom))
        return [line for line in self.snapshot.compiled.p if line.sub in subjects and line.eft == "allow"]

    def opens(self, group: str) -> tuple[str, ...]:
        """The suffixes (`""`, `@my`, `[*]`) for which what is added to *group* later is held."""
        if self.sub is None:
            return ()
        resolved = self.snapshot.resolved
        found: list[str] = []
        for sub in self.snapshot.lookup.subjects(self.sub, self.dom):
            for role in resolved.roles.values():
                if of_role(role) == sub:
                    found += role_opens(role, group, resolved.roles)
            for binding in resolved.bindings:
                if not binding.active(self.snapshot.at) or subject_name(binding.subject) != sub:
                    continue
                if _suffixes(tuple(entry for _, entry in binding.takes), group):
                    return ()
                found += _suffixes(binding.entries, group)
        return tuple(dict.fromkeys(found))


def role_opens(role: Role, group: str, roles: Roles) -> tuple[str, ...]:
    """The suffixes of the stars of *role* and its parents that take in what is added to *group* later."""
    found = [suffix for key in role.parents for suffix in role_opens(roles[key], group, roles)]
    found += _suffixes(role.grants, group)
    # Any star among the exceptions would meet what is added later, too: then no star is claimed.
    return () if _suffixes(role.excepted, group) else tuple(dict.fromkeys(found))


def _suffixes(entries: tuple[Entry, ...], group: str) -> list[str]:
    return [
        str(entry.grant).removeprefix(f"{entry.grant.path}.*" if entry.grant.path else "*")
        for entry in entries
        if entry.grant.star and (not entry.grant.path or f"{group}.".startswith(f"{entry.grant.path}."))
    ]
