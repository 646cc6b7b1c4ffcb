"""Roles and lines of bindings that give what the lines of a source give, and take away what they deny."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rolegate.diagnostics import Report, quoted
from rolegate.importing import problems
from rolegate.importing.line_grants import CoveredPart, LineGrants
from rolegate.importing.source_names import SourceNames

EVERYONE = "\ud800everyone"
"""In the place of the id of a subject: whoever asks. No id holds half of a surrogate pair."""

Place = tuple[str | None, str]
"""A domain, and a subject in it."""


@dataclass(frozen=True, slots=True)
class ImportedRole:
    """A role: what it gives by itself, and the roles whose rights it has as well."""

    parts: frozenset[CoveredPart] = frozenset()
    extends: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ImportedLines:
    """What a set says. Roles without a domain are those of all; `held` has the roles of users."""

    roles: Mapping[Place, ImportedRole]
    held: Mapping[Place, tuple[str, ...]]
    granted: Mapping[Place, frozenset[CoveredPart]]
    restricted: Mapping[Place, frozenset[CoveredPart]]

    def has_role(self, domain: str | None, role: str) -> bool:
        return (domain, role) in self.roles or (None, role) in self.roles


@dataclass(slots=True)
class _Taker:
    """Goes through the lines; `allowed` and `denied` are by the subject that a line names."""

    names: SourceNames
    grants: LineGrants
    report: Report
    allowed: dict[Place, set[CoveredPart]] = field(default_factory=dict)
    denied: dict[Place, set[CoveredPart]] = field(default_factory=dict)

    def take(self) -> None:
        eft = self.names.model.columns.index("eft") if "eft" in self.names.model.columns else None
        allows = denies = False
        for line in self.names.lines:
            if line.section != "p":
                continue
            effect = "allow" if eft is None else line.values[eft]
            if effect == "deny" and self.names.terms.denies:
                denies = True
            elif effect == "allow":
                allows = True
            else:
                problems.said_otherwise(
                    self.report,
                    line.span,
                    f"Casbin passes over the effect {quoted(effect)} of this line, and so it is left out",
                    "if something is to be denied, write `deny`, and the effect of the model with"
                    " `&& !some(where (p.eft == deny))`",
                )
                continue
            named = self.names.column("subject", line)
            words = self.names.terms.tests["subject"].words if named is not None else ()
            subject = EVERYONE if named is None or named in words else named
            usable = subject == EVERYONE or self.names.usable(self.names.kind_of(subject), subject)
            if not usable and (effect == "allow" or subject not in self.names.roles):
                continue
            into = self.denied if effect == "deny" else self.allowed
            for domain in self.grants.domains_of(line):
                parts = self.grants.covered(line, domain, effect == "deny")
                if parts:
                    into.setdefault((domain, subject), set()).update(parts)
        self._superusers(allows, denies)

    def _superusers(self, allows: bool, denies: bool) -> None:
        """Give those who may everything, whatever lines say, what they may in truth."""
        terms, span = self.names.terms, self.names.model.span
        wanted = [(word, False) for word in terms.allowed_subjects]
        wanted += [(word, True) for _, word in terms.allowed_roles]
        for name, as_role in wanted:
            if not self.names.usable(self.names.kind_of(name), name) or not name:
                continue
            if not as_role and name in self.names.roles:
                problems.less_granted(
                    self.report, span,
                    f"{quoted(name)} may do everything when asked by this name, and is also a role of others,"
                    " who may not",
                    "call the role or the user otherwise",
                )  # fmt: skip
                continue
            if denies:
                problems.said_otherwise(
                    self.report, span,
                    f"the matcher lets {quoted(name)} match each line, those with `deny` as well, so Casbin"
                    " denies it everything",
                    "give it a role in place of the term in the matcher, if it is to be allowed",
                )  # fmt: skip
            into = self.denied if denies else self.allowed
            for domain in self.names.domains if denies or allows else ():
                into.setdefault((domain, name), set()).add(self.grants.everything())


def imported_lines(names: SourceNames, grants: LineGrants) -> ImportedLines:
    """The roles and lines that say what the source does."""
    taker = _Taker(names, grants, names.report)
    taker.take()
    roles: dict[Place, ImportedRole] = {}
    held: dict[Place, tuple[str, ...]] = {}
    for domain in names.domains:
        roles |= _roles_in(domain, names, taker.allowed, taker.denied)
        for name, linked in names.linked_in(domain).items():
            if name not in names.roles and names.usable("user", name):
                known = {role for role in linked if names.usable("role", role)}
                if known:
                    held[domain, name] = tuple(sorted(known))
    granted = {
        place: frozenset(without_covered(parts))
        for place, parts in taker.allowed.items()
        if place[1] not in names.roles
    }
    return ImportedLines(_shared(roles, names), held, granted, _restrictions(names, taker.denied, roles))


def _roles_in(
    domain: str | None,
    names: SourceNames,
    allowed: Mapping[Place, set[CoveredPart]],
    denied: Mapping[Place, set[CoveredPart]],
) -> dict[Place, ImportedRole]:
    linked = names.linked_in(domain)
    known = {name for far in linked.values() for name in far}
    known |= {
        name
        for name in names.roles
        if (domain, name) in allowed or (domain, name) in denied or name in linked
    }
    if domain is None:
        known = set(names.roles)
    known = {name for name in known if names.usable("role", name)}
    reached = names.roles_reached(domain)
    found: dict[Place, ImportedRole] = {}
    for name in known:
        circle = {
            other for other in reached.get(name, (name,)) if name in reached.get(other, (other,))
        } & known
        parts = {part for member in circle or {name} for part in allowed.get((domain, member), ())}
        near = {role for member in circle or {name} for role in linked.get(member, ())}
        found[domain, name] = ImportedRole(
            frozenset(without_covered(parts)), frozenset((near & known) - circle - {name})
        )
    return found


def _shared(roles: Mapping[Place, ImportedRole], names: SourceNames) -> dict[Place, ImportedRole]:
    """*roles*, of which those that are the same in all domains are written once, for all of them."""
    if names.domains == (None,):
        return dict(roles)
    candidates = {}
    for name in {role for _, role in roles}:
        versions = {roles.get((domain, name)) for domain in names.domains}
        only = versions.pop() if len(versions) == 1 else None
        if only is not None and not any(id is not None for part in only.parts for id in part.ids):
            candidates[name] = only
    while True:
        gone = [name for name, role in candidates.items() if not role.extends <= candidates.keys()]
        if not gone:
            break
        for name in gone:
            del candidates[name]
    own = {place: role for place, role in roles.items() if place[1] not in candidates}
    return {**{(None, name): role for name, role in candidates.items()}, **own}


def _restrictions(
    names: SourceNames, denied: Mapping[Place, set[CoveredPart]], roles: Mapping[Place, ImportedRole]
) -> dict[Place, frozenset[CoveredPart]]:
    """What is taken away from each subject: what lines deny to it, and to the roles that it has.

    A restriction on a role reaches those who hold it, and not those who hold a role that extends it.
    """
    found: dict[Place, set[CoveredPart]] = {}
    for (domain, subject), parts in denied.items():
        holders = {subject}
        if subject in names.roles:
            reached = names.roles_reached(domain)
            holders |= {name for name, far in reached.items() if subject in far}
        for holder in holders:
            is_role = holder in names.roles
            if is_role and (domain, holder) not in roles:
                continue
            by_role = (
                is_role or holder == subject or not _has_sound_way(holder, subject, domain, names, roles)
            )
            if by_role and (holder == EVERYONE or names.usable(names.kind_of(holder), holder)):
                found.setdefault((domain, holder), set()).update(parts)
    return {place: frozenset(without_covered(parts)) for place, parts in found.items()}


def _has_sound_way(
    user: str, role: str, domain: str | None, names: SourceNames, roles: Mapping[Place, ImportedRole]
) -> bool:
    """Whether *user* holds a role here whose holders are denied what the holders of *role* are."""
    reached = names.roles_reached(domain)
    return any(
        (domain, near) in roles and role in reached.get(near, (near,))
        for near in names.linked_in(domain).get(user, ())
    )


def without_covered(parts: Iterable[CoveredPart]) -> list[CoveredPart]:
    """*parts* without those that another one covers."""
    wide: dict[tuple[str | None, str | None], list[CoveredPart]] = {}
    for part in set(parts):
        wide.setdefault((_name(part), part.action), []).append(part)
    kept = []
    for part in set(parts):
        keys = {(place, action) for place in (_name(part), None) for action in (part.action, None)}
        others = (other for key in keys for other in wide.get(key, ()) if other != part)
        if not any(other.covers(part) for other in others):
            kept.append(part)
    return kept


def _name(part: CoveredPart) -> str | None:
    return None if part.place is None else part.place.name
