"""What stays the same while somebody edits a role: its parents and exceptions, its domain, its kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rolegate.catalog.labels import Words
from rolegate.catalog.model import Catalog, Permission
from rolegate.catalog.role_kind import RoleKind
from rolegate.diagnostics import Report, Span
from rolegate.grants.domains import Domain
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, RightSet, shown
from rolegate.grants.role_kinds import KindRule, kind_rules
from rolegate.grants.roles import Origin, Role, RoleKey, bring, close
from rolegate.grants.takes import Take, take
from rolegate.tree.box_reasons import ClosedReason
from rolegate.tree.true_stars import Stars
from rolegate.wording.phrases import Phrase, SaidName, named

_HERE = Span("")


@dataclass(frozen=True, slots=True, repr=False)
class DraftRules:
    """Judges single rights for a role, by the rules that a file with the role has to keep.

    `role` is the role in all but its rights and grants. `words` are those of the language of the catalog.
    `edited` is the role in whose place it will be.
    """

    resolved: Resolved
    role: Role
    words: Words
    edited: RoleKey | None = None
    parents: tuple[Role, ...] = field(init=False)
    parent_rights: tuple[RightSet, ...] = field(init=False)
    takes: dict[str, list[tuple[Take, GrantEntry]]] = field(init=False)
    _known: RightSet | None = field(init=False)
    _known_hidden: RightSet | None = field(init=False)
    _rules: tuple[KindRule, ...] = field(init=False)

    def __post_init__(self) -> None:
        role, resolved = self.role, self.resolved
        put = object.__setattr__
        put(self, "parents", tuple(resolved.roles[key] for key in role.parents))
        put(self, "parent_rights", tuple(RightSet(parent.rights) for parent in self.parents))
        takes: dict[str, list[tuple[Take, GrantEntry]]] = {}
        for entry in role.excepted:
            for taking in take(entry, self.catalog, Report()):
                takes.setdefault(taking.permission.path, []).append((taking, entry))
        put(self, "takes", takes)
        default = None if role.replaces is None else resolved.roles[None, str(role.replaces)]
        rules = kind_rules(self.catalog, Report())
        put(self, "_known", None if default is None else RightSet(default.rights))
        hidden = {} if default is None else close(dict(default.rights), self.catalog, Report(), "", _HERE)
        put(self, "_known_hidden", RightSet(hidden))
        kinds = [role.kind] if default is None else [default.kind, self.catalog.custom_roles]
        put(self, "_rules", tuple(rules[kind.name] for kind in kinds if kind is not None))

    @property
    def catalog(self) -> Catalog:
        return self.resolved.catalog

    @property
    def home(self) -> Domain | None:
        """The domain of the role."""
        return None if self.role.domain is None else self.resolved.domains[self.role.domain]

    @property
    def kind_of_domain(self) -> str | None:
        return None if self.home is None else self.home.kind

    @property
    def locked(self) -> ClosedReason | None:
        """Why nothing can be changed, if the role is locked."""
        name = self.role.name
        role = named("role", name, self.role.domain or "")
        return ClosedReason("locked", Phrase("is_locked", role=role), (name,)) if self.role.locked else None

    def called(self, name: str | None, title: str | None, description: str | None) -> DraftRules:
        """The rules of the same role with other names; what is None stays."""
        role = self.role
        if name is not None and title is None and role.title in ("", role.name):
            title = name  # it has none of its own
        role = replace(
            role,
            name=role.name if name is None else name,
            title=role.title if title is None else title,
            description=role.description if description is None else description,
        )
        return DraftRules(self.resolved, role, self.words, self.edited)

    def work_out(self, entries: Iterable[GrantEntry], more: Iterable[Right] = ()) -> dict[Right, Origin]:
        """What the role holds with *entries* as its grants, and *more* rights that it is granted."""
        rights: dict[Right, Origin] = {}
        for parent in self.parents:
            for right, origin in parent.rights.items():
                rights.setdefault(right, origin)
        bring(entries, rights, self.catalog, Report(), self.role.name)
        for right in more:
            rights.setdefault(right, Origin(shown(right), _HERE, self.role.name))
        return self._closed(rights)

    def brings(self, right: Right) -> Iterable[Right]:
        """What the role holds of *right* and of all that it implies."""
        return self._closed({right: Origin(shown(right), _HERE, self.role.name)})

    def _closed(self, rights: dict[Right, Origin]) -> dict[Right, Origin]:
        """*rights* and what they imply, without what the role excepts."""
        close(rights, self.catalog, Report(), "", _HERE)
        if not self.takes:
            return rights
        return {right: origin for right, origin in rights.items() if self.taken(right) is None}

    def taken(self, right: Right) -> GrantEntry | None:
        """The exception that takes all of *right*."""
        found = (entry for taking, entry in self.takes.get(right.path, ()) if taking.takes(right))
        return next(found, None)

    def has_box(self, path: str) -> bool:
        """Whether people see the permission at *path*, in a domain of this kind."""
        permission = self.catalog.permission(path)
        return not permission.hidden and permission.availability.exists_in(self.kind_of_domain)

    def lacking(self, permission: Permission) -> ClosedReason | None:
        """What the domain does not have of what *permission* needs."""
        if self.home is None or self.home.offers(permission.availability):
            return None
        needs = permission.availability
        names = (*sorted(needs.plans or ()), *sorted(needs.addons.union(*needs.choices)))
        return ClosedReason("plan", self.home.lacks(SaidName("permission", permission.path), needs), names)

    def is_gone(self, permission: Permission, pattern: str) -> bool:
        """Whether *pattern* is on an instance that the domain has no more."""
        ids = "/".join(part for part in pattern.split("/") if part not in ("*", "-"))
        return bool(ids) and self.home is not None and self.home.has_lost(permission.chain, ids)

    def shows(self, right: Right) -> bool:
        """Whether the boxes of the domain show *right* as held."""
        permission = self.catalog.permission(right.path)
        return self.lacking(permission) is None and not self.is_gone(permission, right.obj)

    def ruled_out(self, right: Right, hidden: bool = False) -> ClosedReason | None:
        """Why the role may not hold *right*, or all of it: because of its kind, or of an exception."""
        for taking, entry in () if hidden else self.takes.get(right.path, ()):
            if taking.hits(right):
                text = Phrase("is_excepted", grant=SaidName("grant", entry.text))
                return ClosedReason("except", text, (entry.text,))
        for rule in self._rules:
            beyond = self._known is not None and rule is self._rules[-1]
            known = self._known_hidden if hidden else self._known
            if beyond and known is not None and known.covers(right):
                continue
            reason = self._against(rule, right, hidden)
            if reason is not None:
                return reason
        return None

    def _against(self, rule: KindRule, right: Right, hidden: bool) -> ClosedReason | None:
        kind, grant = _one(rule.kind), SaidName("grant", shown(right))
        names = (rule.kind.name or "custom_roles",)
        found = rule.first_ruled_out([right])
        if found is not None:
            entry = found[1].text
            text = Phrase("no_role_may", kind=kind, grant=grant, entry=SaidName("grant", entry))
            return ClosedReason("kind", text, (*names, entry))
        if hidden or rule.may is None or rule.may.covers(right):
            return None
        return ClosedReason("kind", Phrase("beyond_kind", kind=kind, grant=grant), names)

    def star_may_grow(self, entry: GrantEntry) -> bool:
        """Whether the box of a star would show that it grows, and whatever it comes to include may be held.

        A star of which something is excepted has no box that shows it.
        """
        return self._star_is_whole(entry) and all(
            rule.kind.may is None
            or any(
                grant.star
                and (not grant.path or f"{entry.grant.path}.".startswith(f"{grant.path}."))
                and (grant.instance, grant.scope) in ((None, None), (entry.grant.instance, entry.grant.scope))
                for grant, _, _ in rule.kind.may
            )
            for rule in self._rules
        )

    def _star_is_whole(self, entry: GrantEntry) -> bool:
        if not self.role.excepted:
            return True
        stars = Stars(self.catalog)
        left = stars.less(stars.given([entry]), self.role.excepted)
        return any(entry.grant.path in groups for groups in left.values())


def _one(kind: RoleKind) -> Phrase:
    """A role of *kind*, in words."""
    if kind.name is None:
        return Phrase("custom_role")
    return Phrase("role_of_kind", name=SaidName("kind_of_role", kind.name))
