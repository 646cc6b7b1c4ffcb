"""The grants of a role while somebody ticks boxes, and the shortest form of them."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from rolegate.catalog.model import Catalog, Permission
from rolegate.diagnostics import Report, Span
from rolegate.grants.entries import give, look_up, takes_limits
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right, covers, widest
from rolegate.grants.roles import Role
from rolegate.tree.box_grants import parse_box
from rolegate.tree.draft_error import DraftError

_HERE = Span("")

ByPath = Mapping[str, tuple[GrantEntry, ...]]


@dataclass(frozen=True, slots=True)
class Selection:
    """Grants, each once, in the order in which they were added. Every change gives a new selection.

    INVARIANT: what is `written` has no grant that another one includes, now and after any addition to the
    catalog, but for those `kept`, which somebody wrote. It is up to date, because a form reads the grants
    after every tick.
    """

    catalog: Catalog
    entries: Mapping[str, GrantEntry] = field(default_factory=dict, repr=False)
    places: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)
    named: ByPath = field(default_factory=dict, repr=False, compare=False)
    stars: ByPath = field(default_factory=dict, repr=False, compare=False)
    written: tuple[tuple[int, str], ...] = field(default=(), repr=False, compare=False)
    """The shortest form, with the place of each grant in the catalog."""
    kept: frozenset[str] = frozenset()
    """Grants that stay as they are written, though others include them."""

    @classmethod
    def of(cls, catalog: Catalog, grants: Iterable[str], kept: Iterable[str] = ()) -> Selection:
        """The selection of *grants*; those *kept* among them are written, though others include them.

        Raises:
            DraftError: for a grant that would not be valid in a policy file either.
        """
        return cls.with_entries(catalog, (read_grant(text, catalog) for text in grants), kept)

    @classmethod
    def with_entries(
        cls, catalog: Catalog, entries: Iterable[GrantEntry], kept: Iterable[str] = ()
    ) -> Selection:
        found = cls(catalog, places={path: place for place, path in enumerate(catalog.nodes)})
        for entry in entries:
            found = found.plus(entry)
        there = frozenset(kept) & found.entries.keys()
        return found._keeping(there) if there else found

    def _keeping(self, kept: frozenset[str]) -> Selection:
        added = {(self.places[self.entries[text].grant.path], text) for text in kept}
        return replace(self, kept=kept, written=tuple(sorted(added.union(self.written))))

    @property
    def covered(self) -> frozenset[str]:
        """The grants that others include."""
        return frozenset(self.entries) - frozenset(self.grants)

    @property
    def grants(self) -> tuple[str, ...]:
        """The shortest grants that say the same, and those `kept`, in the order of the catalog."""
        return tuple([text for _, text in self.written])

    @property
    def rights(self) -> frozenset[Right]:
        """What is granted today, without what it implies."""
        entries = self.entries.values()
        return frozenset(widest(right for entry in entries for right in rights_in(entry, self.catalog)))

    def plus(self, entry: GrantEntry) -> Selection:
        """The selection with one more grant."""
        text, path = str(entry.grant), entry.grant.path
        if text in self.entries:
            return self
        written = self.written
        if not self._is_included(entry):
            gone = self._included(entry) - self.kept
            kept = [pair for pair in written if pair[1] not in gone] if gone else list(written)
            insort(kept, (self.places[path], text))
            written = tuple(kept)
        entries = {**self.entries, text: entry}
        if entry.grant.star:
            stars = {**self.stars, path: (*self.stars.get(path, ()), entry)}
            return replace(self, entries=entries, stars=stars, written=written)
        named = {**self.named, path: (*self.named.get(path, ()), entry)}
        return replace(self, entries=entries, named=named, written=written)

    def holding(self, right: Right) -> Iterator[GrantEntry]:
        """The grants that give all of *right* today."""
        permission = self.catalog.permission(right.path)
        for entry in self._about(permission):
            obj, scope = _top(entry, permission)
            if covers(obj, right.obj) and _within(permission, right.scope, scope):
                yield entry

    def _about(self, permission: Permission) -> Iterator[GrantEntry]:
        """The grants that give something of *permission*."""
        yield from self.named.get(permission.path, ())
        for path in _around(permission.path) if permission.starred and self.stars else ():
            for entry in self.stars.get(path, ()):
                if takes_limits(permission, entry.grant):
                    yield entry

    def _is_included(self, entry: GrantEntry) -> bool:
        """Whether some grant gives all that *entry* does, now and after any addition to the catalog."""
        grant = entry.grant
        if not grant.star:
            permission = self.catalog.permission(grant.path)
            return any(True for _ in self.holding(Right(grant.path, *_top(entry, permission))))
        return any(
            _limits(other) in ((None, None), _limits(entry))
            for path in (*_around(grant.path), grant.path)
            for other in self.stars.get(path, ())
        )

    def _included(self, entry: GrantEntry) -> frozenset[str]:
        """The grants that *entry* includes."""
        if entry.grant.star:
            others = [self.entries[text] for _, text in self.written]
        else:
            others = list(self.named.get(entry.grant.path, ()))
        alone = Selection(self.catalog)
        path = entry.grant.path
        alone = (
            replace(alone, stars={path: (entry,)})
            if entry.grant.star
            else replace(alone, named={path: (entry,)})
        )
        return frozenset(str(other.grant) for other in others if alone._is_included(other))


def as_written(grants: Iterable[str], role: Role) -> Iterator[str]:
    """*grants* as the file of *role* has them, such as by an alias; one that it has twice stays twice."""
    spelled: dict[str, list[str]] = {}
    for entry in role.grants:
        spelled.setdefault(str(entry.grant), []).append(entry.text)
    return (text for grant in grants for text in spelled.get(grant, [grant]))


def read_grant(text: str, catalog: Catalog) -> GrantEntry:
    """*text* as a grant that is valid.

    Raises:
        DraftError: for a grant that would not be valid in a policy file either.
    """
    report = Report()
    entry = look_up(parse_box(text, catalog), text, _HERE, catalog, report)
    refuse(report)
    assert entry is not None  # noqa: S101 - no entry without an error
    rights_in(entry, catalog)
    return entry


def rights_in(entry: GrantEntry, catalog: Catalog) -> tuple[Right, ...]:
    """What a grant gives today.

    Raises:
        DraftError: where it gives nothing.
    """
    report = Report()
    rights = give(entry, catalog, report)
    refuse(report)
    return rights


def refuse(report: Report) -> None:
    """Raise the first error of *report*."""
    if report.failed:
        found = next(finding for finding in report.diagnostics if finding.severity == "error")
        raise DraftError(found.message + (f"; {found.help}" if found.help else ""))


def _top(entry: GrantEntry, permission: Permission) -> tuple[str, str]:
    """The instance pattern and the broadest scope that *entry* gives of *permission*."""
    obj = (entry.grant.instance or "*") if permission.chain else "-"
    scope = (entry.grant.scope or permission.ladder.broadest) if permission.ladder else "-"
    return obj, scope


def _within(permission: Permission, scope: str, broader: str) -> bool:
    return scope == broader or (permission.ladder is not None and scope in permission.ladder.within(broader))


def _limits(entry: GrantEntry) -> tuple[str | None, str | None]:
    return entry.grant.instance, entry.grant.scope


def _around(path: str) -> Iterator[str]:
    """Every group around *path*, the outermost first."""
    if path:
        yield ""
    for index, mark in enumerate(path):
        if mark == ".":
            yield path[:index]
