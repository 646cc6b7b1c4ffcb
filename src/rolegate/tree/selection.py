"""Ticking boxes: the grants of one role while somebody edits them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rolegate.catalog.grant_syntax import Grant, parse_grant
from rolegate.catalog.model import Catalog, Group
from rolegate.diagnostics import Report, Span
from rolegate.errors import SelectionError
from rolegate.grants.entries import GrantEntry, Take, give, look_up, take
from rolegate.grants.rights import Right, widest

_HERE = Span("")


@dataclass(frozen=True, slots=True)
class Selection:
    """The boxes ticked by somebody, as grants. Every change gives a new selection.

    INVARIANT: a star stands here only if its box was ticked as a whole; everything else is named, so
    nothing added to the catalog later is held unless a ticked star says so.
    """

    catalog: Catalog
    entries: tuple[GrantEntry, ...] = ()

    @classmethod
    def of(cls, catalog: Catalog, grants: Iterable[str]) -> Selection:
        """The selection that *grants* say.

        Raises:
            SelectionError: for a grant that a policy file could not hold either.
        """
        entries = tuple(_read(text, catalog) for text in grants)
        for entry in entries:
            _rights(entry, catalog)
        return cls(catalog, entries)

    def tick(self, box: str) -> Selection:
        """The selection with a box ticked: the id of a tree node, with `@scope` for less than the broadest.

        Raises:
            SelectionError: when there is no such box.
        """
        fresh = tuple(
            entry for text in box_grants(box, self.catalog) for entry in [_read(text, self.catalog)]
        )
        for entry in fresh:
            _rights(entry, self.catalog)
        return Selection(self.catalog, (*self.entries, *fresh))

    def untick(self, box: str) -> Selection:
        """The selection without a box and everything below it.

        A star that was ticked above is replaced by the names of what is left of it today.

        Raises:
            SelectionError: when there is no such box, or one instance is unticked while all are ticked.
        """
        report = Report()
        taken = [
            each
            for text in box_grants(box, self.catalog, whole=False)
            for each in take(_read(text, self.catalog), self.catalog, report)
        ]
        _refuse(report)
        kept: list[GrantEntry] = []
        for entry in self.entries:
            rights = _rights(entry, self.catalog)
            left = [right for right in rights if not any(_takes(each, right) for each in taken)]
            if len(left) == len(rights):
                kept.append(entry)
            else:
                kept += [_read(text, self.catalog) for text in named(left, self.catalog)]
        return Selection(self.catalog, tuple(kept))

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
        """What the selection grants today, before anything implied."""
        return frozenset(widest(right for entry in self.entries for right in _rights(entry, self.catalog)))

    def _includes(self, wide: GrantEntry, narrow: GrantEntry) -> bool:
        """Whether *wide* brings all that *narrow* does, whatever is added to the catalog."""
        one, other = wide.grant, narrow.grant
        if other.star:
            inside = one.star and (not one.path or f"{other.path}.".startswith(f"{one.path}."))
            same = one.instance == other.instance and one.scope == other.scope
            return inside and (same or (one.instance is None and one.scope is None))
        brought = widest((*_rights(wide, self.catalog), *_rights(narrow, self.catalog)))
        return set(brought) == set(widest(_rights(wide, self.catalog)))


def box_grants(box: str, catalog: Catalog, whole: bool = True) -> tuple[str, ...]:
    """The grants that ticking the tree node *box* means.

    With *whole*, a permission without a scope is meant at its broadest.
    """
    if box in ("", "*"):
        return ("*",)
    grant = _parse(box)
    node = catalog.find(grant.path)
    hidden = node is not None and not (
        catalog.shown(node.path) if isinstance(node, Group) else not node.hidden
    )
    if node is None or hidden:
        why = ": it is hidden, and comes only with what implies it" if hidden else ""
        raise SelectionError(f"there is no box `{box}`{why}")
    if isinstance(node, Group):
        texts = [str(Grant(node.path, True, grant.instance, grant.scope))]
        deeper = any(len(p.chain) > (grant.instance or "").count("/") + 1 for p in catalog.below(node.path))
        if grant.instance is not None and not grant.instance.endswith("*") and deeper:
            below = Grant(node.path, True, f"{grant.instance}/*", grant.scope)
            exact = any(len(p.chain) == grant.instance.count("/") + 1 for p in catalog.below(node.path))
            texts = [*(texts if exact else []), str(below)]
        return tuple(texts)
    if grant.star or not whole:
        return (str(Grant(node.path, grant.star, grant.instance, grant.scope)),)
    scope = grant.scope if grant.scope or node.ladder is None else node.ladder.broadest
    instance = grant.instance if grant.instance or not node.chain else "*"
    return (str(Grant(node.path, False, instance, scope)),)


def named(rights: Iterable[Right], catalog: Catalog) -> list[str]:
    """The fewest grants that name *rights* one by one, without group stars."""
    texts = []
    held = widest(rights)
    for right in held:
        permission = catalog.permission(right.path)
        ladder = permission.ladder
        if ladder is not None and any(
            Right(right.path, right.obj, broader) in held for broader in ladder.broader(right.scope)[1:]
        ):
            continue
        instance = right.obj if permission.chain else None
        texts.append(str(Grant(right.path, False, instance, right.scope if ladder else None)))
    return texts


def _takes(each: Take, right: Right) -> bool:
    if each.hits(right) and not each.takes(right):
        raise SelectionError(
            f"`{right.path}` is ticked for every instance; untick that first, then tick the ones to keep"
        )
    return each.takes(right)


def _parse(text: str) -> Grant:
    try:
        return parse_grant(text)
    except ValueError as error:
        raise SelectionError(f"`{text}`: {error}") from None


def _read(text: str, catalog: Catalog) -> GrantEntry:
    report = Report()
    entry = look_up(_parse(text), text, _HERE, catalog, report)
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
        found = next(each for each in report.diagnostics if each.severity == "error")
        raise SelectionError(found.message + (f"; {found.help}" if found.help else ""))
