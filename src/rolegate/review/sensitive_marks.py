"""What is sensitive: read from the older catalog, so that a change cannot switch off what judges it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Span
from rolegate.review.extents import ChangeSeverity
from rolegate.review.paired_permissions import PairedPermission


@dataclass(frozen=True, slots=True)
class ChangedMark:
    """A permission, or a group with all that is in it, that becomes `sensitive` or no longer is.

    `now` is None for what was sensitive and is gone. The place is in the newer catalog, or in the older one
    for what is gone.
    """

    path: str
    was: bool
    now: bool | None
    file: str
    line: int
    column: int

    @classmethod
    def at(cls, path: str, was: bool, now: bool | None, span: Span) -> ChangedMark:
        return cls(path, was, now, span.file, span.line, span.column)

    @property
    def severity(self) -> ChangeSeverity:
        """The highest one: the mark is what changes are judged by."""
        return "rule"

    def __str__(self) -> str:
        if self.now is None:
            return f"{self.path}, which was sensitive, is gone"
        return f"{self.path} is {'sensitive now' if self.now else 'no longer sensitive'}"

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "path": self.path,
            "severity": self.severity,
            "was": self.was,
            "is": self.now,
            "file": self.file,
            "line": self.line,
            "column": self.column,
        }


def is_sensitive(pair: PairedPermission, old: Catalog) -> bool:
    """Whether the older catalog calls the permission sensitive.

    What is new is sensitive in a group that was, and where its own mark says so, since no older one could. An
    alias that moved is, where one of the two permissions is.
    """
    if pair.old is not None and (pair.old.sensitive or not pair.is_alias):
        return pair.old.sensitive
    assert pair.new is not None  # noqa: S101
    known = old.nodes.get(pair.new.path) if pair.is_alias else None
    if known is not None:
        return known.sensitive
    if pair.new.sensitive:
        return True
    parts = pair.new.path.split(".")
    groups = (old.nodes.get(".".join(parts[:depth])) for depth in range(1, len(parts)))
    return any(group is not None and group.sensitive for group in groups)


def changed_marks(pairs: Sequence[PairedPermission], old: Catalog, new: Catalog) -> tuple[ChangedMark, ...]:
    """Every mark that differs; a group stands for all that is in it where it is the group that is marked."""
    pairs = [pair for pair in pairs if not pair.is_alias]
    changed = {
        pair.new.path: pair.new.sensitive
        for pair in pairs
        if pair.new is not None and pair.old is not None and pair.old.sensitive != pair.new.sensitive
    }
    found = [
        ChangedMark.at(path, not now, now, new.nodes[path].span) for path, now in _together(changed, old, new)
    ]
    paired = {pair.old.path for pair in pairs if pair.old is not None and pair.new is not None}
    for pair in pairs:
        gone = pair.old is not None and pair.new is None and pair.old.path not in paired
        if gone and pair.old is not None and pair.old.sensitive:
            found.append(ChangedMark.at(pair.old.path, True, None, pair.old.span))
    return tuple(found)


def _together(changed: dict[str, bool], old: Catalog, new: Catalog) -> Iterator[tuple[str, bool]]:
    left = dict(changed)
    for path, node in new.nodes.items() if changed else ():
        former = old.nodes.get(path)
        if path not in changed and former is not None and former.sensitive == node.sensitive:
            continue  # what is in it changes by marks of its own
        below = [permission.path for permission in new.below(path)] if path not in changed else [path]
        states = {left.get(inner) for inner in below}
        if below and len(states) == 1 and (state := states.pop()) is not None:
            yield path, state
            for inner in below:
                del left[inner]
