"""Ticking and unticking boxes: the grants of one role while somebody edits it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report, Span, did_you_mean
from rolegate.errors import SelectionError, UnknownNameError
from rolegate.grants.entries import give, look_up
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right, widest
from rolegate.grants.takes import Take, take
from rolegate.tree.box_grants import box_grants, naming_grants, parse_box

_HERE = Span("")


@dataclass(frozen=True, slots=True)
class Selection:
    """The boxes that somebody has ticked, as grants. Every change gives a new selection.

    INVARIANT: a star is here only if its own box was ticked. Everything else is named, so what is added to
    the catalog later is held only where a ticked star says so. With a `kind`, what does not exist in domains
    of that kind has no box, and is not named.
    """

    catalog: Catalog
    entries: tuple[GrantEntry, ...] = field(default=(), repr=False)
    kind: str | None = None

    @classmethod
    def of(cls, catalog: Catalog, grants: Iterable[str], *, kind: str | None = None) -> Selection:
        """The selection in which *grants* are ticked; *kind* is that of the domain whose boxes are shown.

        Raises:
            SelectionError: for a grant that would not be valid in a policy file either.
            UnknownNameError: for a kind of domain that the catalog does not declare.
        """
        if kind is not None and kind not in catalog.domain_kinds:
            help = did_you_mean(str(kind), catalog.domain_kinds)
            raise UnknownNameError("kind of domain", kind, help=help)
        entries = tuple(_read(text, catalog) for text in grants)
        for entry in entries:
            _rights(entry, catalog)
        return cls(catalog, entries, kind)

    def tick(self, box: str) -> Selection:
        """The selection with *box* ticked: the id of a tree node, with `@scope` for a narrower scope.

        Raises:
            SelectionError: when there is no such box.
        """
        fresh = tuple(_read(text, self.catalog) for text in box_grants(box, self.catalog, kind=self.kind))
        for entry in fresh:
            _rights(entry, self.catalog)
        return replace(self, entries=(*self.entries, *fresh))

    def untick(self, box: str) -> Selection:
        """The selection without *box* and everything below it.

        A ticked star that included the box is replaced by the names of what is left of it today.

        Raises:
            SelectionError: when there is no such box, or for one instance while every instance is ticked.
        """
        report = Report()
        path = parse_box(box or "*", self.catalog).path
        # Nothing of the group of a star may exist here; the star has a heading all the same.
        kind = None if any(e.grant.star and e.grant.path == path for e in self.entries) else self.kind
        taken = [
            loss
            for text in box_grants(box, self.catalog, whole=False, kind=kind)
            for loss in take(_read(text, self.catalog), self.catalog, report)
        ]
        _refuse(report)
        kept: list[GrantEntry] = []
        for entry in self.entries:
            rights = _rights(entry, self.catalog)
            left = [right for right in rights if not any(_takes(loss, right) for loss in taken)]
            if len(left) == len(rights):
                kept.append(entry)
            else:
                there = [right for right in left if self._exists(right)]
                kept += [_read(text, self.catalog) for text in naming_grants(there, self.catalog)]
        return replace(self, entries=tuple(kept))

    def _exists(self, right: Right) -> bool:
        return self.catalog.permission(right.path).availability.exists_in(self.kind)

    @property
    def grants(self) -> tuple[str, ...]:
        """The shortest grants that say the same, in the order of the catalog."""
        texts = {str(entry.grant): entry for entry in self.entries}
        kept = [
            text
            for text, entry in texts.items()
            if not any(other is not entry and self._includes(other, entry) for other in texts.values())
        ]
        order = {path: i for i, path in enumerate(self.catalog.nodes)}
        return tuple(sorted(kept, key=lambda text: (order[texts[text].grant.path], text)))

    @property
    def rights(self) -> frozenset[Right]:
        """What the selection grants today, without what its permissions imply."""
        return frozenset(widest(right for entry in self.entries for right in _rights(entry, self.catalog)))

    def _includes(self, wide: GrantEntry, narrow: GrantEntry) -> bool:
        """Whether *wide* grants all that *narrow* grants, now and after any addition to the catalog."""
        one, other = wide.grant, narrow.grant
        if other.star:
            inside = one.star and (not one.path or f"{other.path}.".startswith(f"{one.path}."))
            same = one.instance == other.instance and one.scope == other.scope
            return inside and (same or (one.instance is None and one.scope is None))
        brought = widest((*_rights(wide, self.catalog), *_rights(narrow, self.catalog)))
        return set(brought) == set(widest(_rights(wide, self.catalog)))


def _takes(loss: Take, right: Right) -> bool:
    if loss.hits(right) and not loss.takes(right):
        raise SelectionError(
            f"`{right.path}` is ticked for every instance; untick that first, then tick the ones to keep"
        )
    return loss.takes(right)


def _read(text: str, catalog: Catalog) -> GrantEntry:
    report = Report()
    entry = look_up(parse_box(text, catalog), text, _HERE, catalog, report)
    _refuse(report)
    assert entry is not None  # noqa: S101 - no entry without an error
    return entry


def _rights(entry: GrantEntry, catalog: Catalog) -> tuple[Right, ...]:
    report = Report()
    rights = give(entry, catalog, report)
    _refuse(report)
    return rights


def _refuse(report: Report) -> None:
    if report.failed:
        found = next(finding for finding in report.diagnostics if finding.severity == "error")
        raise SelectionError(found.message + (f"; {found.help}" if found.help else ""))
