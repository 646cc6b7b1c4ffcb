"""Whose access is asked about, and to what: the part of a difference that a question is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from rolegate.compiled.names import FULL, STRANGER, parse_subject
from rolegate.encoding import decode
from rolegate.engine.question import Question
from rolegate.grants.roles import RoleKey
from rolegate.policy.policy import Policy
from rolegate.review.access import LinesOfDomains
from rolegate.review.access_diff import AccessDiff, access_diff
from rolegate.review.changed_conditions import ChangedCondition
from rolegate.review.differences import PolicySide, SubjectDifference, subjects_at
from rolegate.review.extents import AccessChange
from rolegate.review.paired_names import renamed_domains, renamed_roles
from rolegate.review.paired_permissions import PairedPermission

AskedKind = Literal["user", "team", "role"]


@dataclass(frozen=True, slots=True)
class AskedAccess:
    """The access of a subject, or of everybody, in a domain or all, to a permission or group, or to all."""

    kind: AskedKind | None = None
    name: str | None = None
    domain: str | None = None
    permission: str | None = None
    also: tuple[RoleKey, ...] = ()
    """Roles that are asked about as well, by domain and name, since they have other names than the role."""

    def between(self, old: Policy, new: Policy, at: datetime) -> AccessDiff:
        """What changes of it from *old*, which may call things by other names, to *new*."""
        part = _AskedPart(self, self.before(old, new))
        found = access_diff(old, new, at=at, asked=part)
        conditions = tuple(known for known in found.conditions if self._about(known, new, at))
        marks = found.marks if self.kind is None and self.domain is None else ()
        if self.permission is not None:
            marks = tuple(mark for mark in marks if _overlap(mark.path, self.permission))
        return replace(found, conditions=conditions, marks=marks, notes=())

    def called_in(self, policy: Policy) -> AskedAccess:
        """The same with the names of today: an alias or a former name may be asked about."""
        node = None if self.permission is None else policy.catalog.find(self.permission)
        permission = self.permission if node is None else node.path
        domains, roles = policy.resolved.domains, policy.resolved.roles
        domain = self.domain
        if domain is not None and domain not in domains:
            domain = domains.former.get(domain, domain)
        found = replace(self, permission=permission, domain=domain)
        if self.kind != "role" or any(found._is_named(key) for key in roles):
            return found
        now = tuple(
            key
            for (owner, was), key in roles.former.items()
            if was == self.name and (domain is None or owner in (None, domain))
        )
        names = {name for _, name in now}
        return replace(found, name=names.pop()) if len(names) == 1 else replace(found, also=now)

    def before(self, old: Policy, new: Policy) -> AskedAccess:
        """The same with the names that the older side has for it."""
        name, also, permission, domain = self.name, self.also, self.permission, self.domain
        if self.kind == "role":
            name, also = self._roles_before(old, new)
        if domain is not None:
            former = {now: was for was, now in renamed_domains(old.resolved, new.resolved).items()}
            domain = former.get(domain, domain)
        found = None if permission is None else old.catalog.find(permission)
        if found is not None:
            permission = found.path
        elif permission is not None:
            paths = (
                was + permission[len(now) :]
                for was, now in new.catalog.renamed.items()
                if _within(permission, now)
            )
            permission = next((path for path in paths if old.catalog.find(path) is not None), permission)
        return replace(self, name=name, also=also, domain=domain, permission=permission)

    def _roles_before(self, old: Policy, new: Policy) -> tuple[str, tuple[RoleKey, ...]]:
        """What it is called on the older side, and the roles that are a part of it and have another name."""
        today = renamed_roles(old.resolved, new.resolved)
        former: dict[RoleKey, list[RoleKey]] = {}
        for was, now in today.items():
            former.setdefault(now, []).append(was)
        also = frozenset(self.also)
        asked: dict[RoleKey, list[RoleKey]] = {}
        for key in new.resolved.roles:
            if key in also or self._is_named(key):
                same = [key] if key in old.resolved.roles and key not in today else []
                asked[key] = [*same, *former.get(key, ())] or [key]
        found = dict.fromkeys(key for known in asked.values() for key in known)
        gone = tuple(key for key in self.also if key not in asked)
        names = {name for _, name in found}
        if len(names) == 1 and (self.domain is not None or all(owner is None for owner, _ in asked)):
            return names.pop(), gone
        shared = (None, str(self.name))
        name = asked.get(shared, [shared])[0][1]
        return name, (*gone, *(key for key in found if key[1] != name))

    def _is_named(self, key: RoleKey) -> bool:
        """Whether the role with this domain, None for one of the catalog, is asked about by its name."""
        return key[1] == self.name and (self.domain is None or key[0] in (None, self.domain))

    def said(self) -> str:
        """Its names in one line."""
        also = [name if owner is None else f"{name} in {owner}" for owner, name in self.also]
        named = [self.name, *also, self.permission, self.domain]
        return ", ".join(name for name in named if name is not None)

    def names(self) -> dict[str, Any]:
        """Its names as JSON."""
        also = [{"name": name, "domain": owner} for owner, name in self.also]
        named = {"name": self.name, "domain": self.domain, "permission": self.permission}
        return named | ({"also": also} if also else {})

    def _about(self, change: ChangedCondition, new: Policy, at: datetime) -> bool:
        """Whether records of this condition are records of whom is asked about."""
        if self.permission is not None and not _within(change.permission, self.permission):
            return False
        if self.kind is None:
            return self.domain is None or any(
                holder.domain in (None, self.domain) for holder in change.holders
            )
        return any(new.decide(question, at) for question in self._questions(change, new))

    def _questions(self, change: ChangedCondition, new: Policy) -> Iterator[Question]:
        domains: tuple[str | None, ...] = (self.domain,)
        if self.domain is None:
            domains = (*([None] if self.kind == "role" or not new.needs_domain else []), *new.domains)
        for domain in domains:
            subject = {str(self.kind): self.name}
            yield Question(change.permission, domain=domain, scope=change.scope, any=True, **subject)
        for owner, name in self.also:
            yield Question(change.permission, domain=owner, scope=change.scope, any=True, role=name)


@dataclass(slots=True)
class _AskedPart:
    """Chooses the changes that are asked about, by the names of either side."""

    now: AskedAccess
    was: AskedAccess
    _sides: tuple[PolicySide, PolicySide] | None = None
    _lines: tuple[LinesOfDomains, ...] = ()

    def __call__(
        self,
        difference: SubjectDifference,
        changes: tuple[AccessChange, ...],
        sides: tuple[PolicySide, PolicySide],
    ) -> tuple[AccessChange, ...]:
        if not self._is_in_domain(difference) or not self._is_about(difference, sides):
            return ()
        return tuple(change for change in changes if self._is_to(change.permission))

    def _is_in_domain(self, difference: SubjectDifference) -> bool:
        if self.now.domain is None:
            return True
        doms = [difference.names(number)[1] for number in (0, 1)]
        asked = (self.was.domain, self.now.domain)
        return any(dom == FULL or decode(dom) == name for dom, name in zip(doms, asked, strict=True))

    def _is_about(self, difference: SubjectDifference, sides: tuple[PolicySide, PolicySide]) -> bool:
        if self.now.kind is None:
            return True
        if difference.sub == STRANGER:
            return self.now.kind == "user" and not self._is_named(difference, sides)
        for number, asked in enumerate((self.was, self.now)):
            said = parse_subject(difference.names(number)[0])
            if (said.kind, said.name) == (asked.kind, asked.name):
                return True
            if said.kind == "role" and (said.domain, said.name) in asked.also:
                return True
        return False

    def _is_named(self, difference: SubjectDifference, sides: tuple[PolicySide, PolicySide]) -> bool:
        """Whether a line of one of the sides names the user there, so that it is not everybody else."""
        if self._sides is not sides:
            self._sides, self._lines = sides, (sides[0].lines, sides[1].lines)
        for number, lines in enumerate(self._lines):
            dom = difference.names(number)[1]
            found = (parse_subject(sub) for sub in subjects_at((lines,), dom) if sub != STRANGER)
            if any((said.kind, said.name) == ("user", self.now.name) for said in found):
                return True
        return False

    def _is_to(self, pair: PairedPermission) -> bool:
        for path, asked in zip(pair.paths, (self.was.permission, self.now.permission), strict=True):
            if asked is None or (path is not None and _within(path, asked)):
                return True
        return pair.name == self.now.permission


def _within(path: str, outer: str) -> bool:
    return path == outer or path.startswith(f"{outer}.")


def _overlap(path: str, other: str) -> bool:
    return _within(path, other) or _within(other, path)
