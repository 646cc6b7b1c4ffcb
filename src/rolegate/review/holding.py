"""What one subject holds, asked box by box."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rolegate.catalog.model import Permission
from rolegate.catalog.syntax import Grant
from rolegate.compiled.lines import EVERY, PLine, of_role, subject_name
from rolegate.encoding import decode
from rolegate.engine.question import Asked
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.bindings import Binding
from rolegate.grants.expand import Entry
from rolegate.grants.roles import RoleKey
from rolegate.review.holders import known_instances


@dataclass(frozen=True, slots=True)
class Holding:
    """The rights of a subject in a domain; without a subject nothing is held."""

    snapshot: Snapshot
    sub: str | None = None
    dom: str = ""
    allows: tuple[PLine, ...] = ()
    stars: tuple[Stars, ...] = ()

    @classmethod
    def of(cls, asked: Asked, snapshot: Snapshot) -> Holding:
        subjects = dict.fromkeys(snapshot.lookup.subjects(asked.sub, asked.dom))
        lines = (line for line in snapshot.compiled.p if line.sub in subjects and line.eft == "allow")
        stars = stars_of(subjects, asked.dom, snapshot)
        return cls(snapshot, asked.sub, asked.dom, tuple(lines), tuple(stars))

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
        """The suffixes (`""`, `@my`, `[*]`) for which what is added to *group* later is held."""
        known: dict[RoleKey, tuple[str, ...]] = {}
        found: dict[str, None] = {}
        for each in self.stars:
            if each.takes(group):
                # Any star among the exceptions would meet what is added later, too: then no star is claimed.
                if each.role is None:
                    return ()
                suffixes: dict[str, None] = {}
            else:
                suffixes = dict.fromkeys(s for key in each.parents for s in known.get(key, ()))
                suffixes.update(dict.fromkeys(each.gives(group)))
            if each.role is not None:
                known[each.role] = tuple(suffixes)
            if each.held:
                found.update(suffixes)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Stars:
    """The stars of a role or of a line of bindings (`role` is None); `held` unless it is only a parent."""

    role: RoleKey | None
    held: bool
    parents: tuple[RoleKey, ...] = ()
    given: tuple[Grant, ...] = ()
    taken: tuple[Grant, ...] = ()

    def gives(self, group: str) -> list[str]:
        """The suffixes of the stars that take in what is added to *group* later."""
        return [str(each).removeprefix(_head(each)) for each in self.given if _reaches(each, group)]

    def takes(self, group: str) -> bool:
        """Whether a star takes away what is added to *group* later."""
        return any(_reaches(each, group) for each in self.taken)


def stars_of(subjects: Iterable[str], dom: str, snapshot: Snapshot) -> Iterator[Stars]:
    """The stars that speak about *subjects* in a domain; the parents of a role come before it."""
    roles, domains = snapshot.resolved.roles, snapshot.resolved.domains
    by_name = {of_role(role): role for role in roles.values()}
    around = frozenset(domains.outward(decode(dom)) if not dom.startswith(":") else ())
    lines: dict[str, list[Binding]] = {}
    for binding in snapshot.resolved.bindings:
        if binding.active(snapshot.at) and binding.domain in around:
            lines.setdefault(subject_name(binding.subject), []).append(binding)
    held = {by_name[sub].key for sub in subjects if sub in by_name}
    done: set[RoleKey] = set()
    for sub in subjects:
        waiting = [by_name[sub].key] if sub in by_name else []
        while waiting:
            role = roles[waiting[-1]]
            before = [key for key in role.parents if key not in done]
            if before:
                waiting += before
                continue
            key = waiting.pop()
            if key not in done:
                done.add(key)
                yield Stars(
                    key, key in held, role.parents, _only_stars(role.grants), _only_stars(role.excepted)
                )
        for binding in lines.get(sub, ()):
            taken = _only_stars(entry for _, entry in binding.takes)
            yield Stars(None, True, (), _only_stars(binding.entries), taken)


def _only_stars(entries: Iterable[Entry]) -> tuple[Grant, ...]:
    return tuple(dict.fromkeys(entry.grant for entry in entries if entry.grant.star))


def _head(star: Grant) -> str:
    return f"{star.path}.*" if star.path else "*"


def _reaches(star: Grant, group: str) -> bool:
    return not star.path or f"{group}.".startswith(f"{star.path}.")
