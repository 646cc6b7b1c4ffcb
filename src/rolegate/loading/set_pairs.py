"""The policy sets of two states of a repository, paired by the folders in which people read them."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from rolegate.diagnostics import quoted
from rolegate.documents.ask_git import top_folder
from rolegate.documents.disk_sets import DiskListing, submodules_in
from rolegate.documents.file_kinds import CATALOG
from rolegate.documents.git_checkout import changed_on_disk, need_checkout
from rolegate.documents.git_revision import place_in_tree
from rolegate.documents.git_sets import TreeListing, place_of_folder, submodules_in_tree
from rolegate.documents.seen_folders import SeenSet, seen_links_out, seen_sets, seen_submodules
from rolegate.errors import PolicyNotFoundError
from rolegate.loading.sources import RevisionSource, Source
from rolegate.loading.store_source import StoreSource


@dataclass(frozen=True, slots=True)
class PairedSet:
    """A policy set by its `folder`, as seen from the top of the repository, and where it is on either side.

    A side that does not have it is None. It is the `same` where git says so of all of its files. `former` is
    the folder in which it was, if that is a link to it now.
    """

    folder: str
    old: Source | None
    new: Source | None
    same: bool
    former: str | None = None


@dataclass(frozen=True, slots=True)
class ChangedPointer:
    """What the repository only points to, and how, on either side; a side that does not have it is None.

    It is a submodule by its `folder`, or by a link that leads to it, with its commit; or a link out of the
    repository, `is_link`, with what it leads to.
    """

    folder: str
    old: str | None
    new: str | None
    is_link: bool = False

    @property
    def said(self) -> str:
        """What it is now, and what it was."""
        verbs = ("leads to", "led to") if self.is_link else ("is at", "was at")
        old, new = (quoted(end) if end is not None and self.is_link else end for end in (self.old, self.new))
        what = f"{verbs[0]} {new}" if new is not None else "is gone"
        return f"{what}, {f'it {verbs[1]} {old}' if old is not None else 'it is new'}"


def pointers_of_pair(old: Source, new: Source) -> tuple[ChangedPointer, ...]:
    """The submodules in two sets that are at another commit, or that only one set has.

    Raises:
        RevisionError: when a revision cannot be read, or git cannot be asked.
    """
    (former, before), (place, after) = map(_submodules, (old, new))
    folders = {name: posixpath.join(place, name) for name in after}
    folders |= {name: posixpath.join(former, name) for name in before if name not in after}
    found = _changed(before, after)
    return tuple(replace(pointer, folder=folders[pointer.folder]) for pointer in found)


def _submodules(source: Source) -> tuple[str, Mapping[str, str]]:
    """Where a set is, from the top of its repository, and the commit of each submodule in it."""
    if isinstance(source, Path):
        return submodules_in(source)
    if isinstance(source, StoreSource):
        return "", {}
    place = place_in_tree(source.folder, Path())
    return place, submodules_in_tree(source.id, place)


@dataclass(frozen=True)
class ComparedStates:
    """A repository at the revision `old` and at `new`, or as its files are now, for who reads a folder of it.

    Raises:
        RevisionError: by each method, when a revision cannot be read, or the folder leads out of the
            repository.
        PolicyNotFoundError: by each method, when a folder cannot be looked through.
    """

    old: str
    new: str | None
    folder: str | None = field(default=None, kw_only=True)
    """The folder, as it is seen from the current directory; without one, everything is read."""

    @cached_property
    def _within(self) -> str:
        return "" if self.folder is None else place_of_folder(self.folder)

    @cached_property
    def _listings(self) -> tuple[TreeListing, TreeListing | DiskListing]:
        here = Path()
        before = TreeListing.of(self.old, here)
        if self.new is not None:
            return before, TreeListing.of(self.new, here)
        return before, DiskListing.of(before, self._top)

    @property
    def trees(self) -> tuple[str, str | None]:
        """The ids of all that each side has; None for files on disk."""
        before, after = self._listings
        return before.tree, after.tree if isinstance(after, TreeListing) else None

    @cached_property
    def _top(self) -> Path:
        return top_folder()

    def pointers(self) -> tuple[ChangedPointer, ...]:
        """The submodules and the links out of the repository that lead elsewhere, or that one side has."""
        old, new = self._listings
        return (
            *_changed(seen_submodules(old, self._within), seen_submodules(new, self._within)),
            *_changed(seen_links_out(old, self._within), seen_links_out(new, self._within), is_link=True),
        )

    def pointers_now(self) -> tuple[ChangedPointer, ...]:
        """All submodules and links out of the repository that the newer side has, wherever they are."""
        now = self._listings[1]
        modules = {**seen_submodules(now, ""), **seen_submodules(now, self._within)}
        links = {**seen_links_out(now, ""), **seen_links_out(now, self._within)}
        return (*_changed({}, modules), *_changed({}, links, is_link=True))

    def sets(self, *, none: bool = False) -> tuple[PairedSet, ...]:
        """Every policy set of either side, each once; *none* says that there may be none.

        Whoever reads a folder compares what it has now with what it had, whether it is the set, or a link to
        one. A set in a folder that is new is compared with what it was, if somebody read it in another one.

        Raises:
            PolicyNotFoundError: also when neither side has a set.
        """
        before, after = (seen_sets(listing, self._within) for listing in self._listings)
        if self.new is None:
            seen = (*before.items(), *after.items())
            need_checkout(((place, known.place) for place, known in seen), self._within, self._top)
        if not before and not after and not none:
            where = "in the repository" if self.folder is None else f"in {quoted(self.folder)}"
            raise PolicyNotFoundError(
                f"neither side has a policy set (a folder with a {CATALOG.place}) {where}"
            )
        return tuple(sorted(self._pairs(before, after), key=lambda pair: pair.folder))

    def _pairs(self, before: Mapping[str, SeenSet], after: Mapping[str, SeenSet]) -> Iterator[PairedSet]:
        read = {known.place: known for known in before.values()}
        same = self._same(read, after)
        done: set[tuple[str | None, str]] = set()
        # A set in its own folder is told there, whatever links lead to it as well.
        for place in sorted({*before, *after}, key=lambda place: (place not in read, place)):
            was, now = before.get(place), after.get(place)
            if now is None:
                assert was is not None  # noqa: S101 (one side has it)
                yield PairedSet(place or ".", self._then(was), None, same=False)
                continue
            was = was or read.get(now.place)
            both = (None if was is None else was.place, now.place)
            if both in done:
                continue
            done.add(both)
            former = place if was is not None and was.place == place != now.place else None
            stays = was is not None and was.place == now.place
            folder = now.place if was is None or stays or former is not None else place
            old = None if was is None else self._then(was)
            yield PairedSet(folder or ".", old, self._now(now), stays and now.place in same, former)

    def _same(self, before: Mapping[str, SeenSet], after: Mapping[str, SeenSet]) -> frozenset[str]:
        """Where each set is that git says is the same."""
        both = {known.place: known.tree for known in after.values() if known.place in before}
        if self.new is None:
            return frozenset(both) - changed_on_disk(self._listings[0].tree, both, self._top)
        return frozenset(place for place, tree in both.items() if before[place].tree == tree)

    def _then(self, known: SeenSet) -> Source:
        return RevisionSource(self.old, known.place or ".", self._listings[0].tree)

    def _now(self, known: SeenSet) -> Source:
        now = self._listings[1]
        if self.new is not None and isinstance(now, TreeListing):
            return RevisionSource(self.new, known.place or ".", now.tree)
        # Seen from here, so that no report names a folder of this machine.
        return Path(os.path.relpath(self._top / known.place))


def _changed(
    before: Mapping[str, str], after: Mapping[str, str], *, is_link: bool = False
) -> Iterator[ChangedPointer]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield ChangedPointer(name, before.get(name), after.get(name), is_link)
