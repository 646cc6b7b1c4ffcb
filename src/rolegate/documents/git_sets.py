"""Which policy sets, links and submodules a revision of git has."""

from __future__ import annotations

import os
import posixpath
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from rolegate.documents.ask_git import ask_git
from rolegate.documents.file_kinds import CATALOG
from rolegate.documents.git_revision import place_in_tree, read_blobs, tree_id
from rolegate.documents.seen_folders import holders_of, is_hidden, is_within

_SUBMODULE = "160000"


def revision_sets(revision: str, folder: str | None = None, *, here: Path | None = None) -> Mapping[str, str]:
    """Each policy set at *revision*, by its folder from the top of the repository, with the id of its tree.

    With *folder*, which is seen from the current directory, only those in it. *here* is in the repository.

    Raises:
        RevisionError: when the revision cannot be read.
    """
    return sets_in_tree(revision, "" if folder is None else place_of_folder(folder), here=here)


def sets_in_tree(revision: str, place: str, *, here: Path | None = None) -> Mapping[str, str]:
    """The same, of those in *place*, a folder as it is seen from the top of the repository.

    Raises:
        RevisionError: when the revision cannot be read.
    """
    return TreeListing.of(revision, here or Path()).sets_in(place)


@dataclass(frozen=True)
class TreeListing:
    """The folders of a repository at a revision.

    `tree` is the id of all of it. `sets` have the ids of their trees, and `modules` those of their commits.
    """

    tree: str
    sets: Mapping[str, str] = field(repr=False)
    modules: Mapping[str, str] = field(repr=False)
    _ids_of_links: Mapping[str, str] = field(repr=False)
    _here: Path = field(repr=False)

    @classmethod
    def of(cls, revision: str, here: Path) -> TreeListing:
        """That of *revision*, in the repository in which the folder *here* is.

        Raises:
            RevisionError: when the revision cannot be read.
        """
        tree = tree_id(revision, here)
        listed = ask_git(["ls-tree", "-r", "-t", "-z", "--full-tree", tree], here)
        trees, sets, links, modules = {"": tree}, [], {}, {}
        for entry in listed.split(b"\0"):
            head, _, raw = entry.partition(b"\t")
            name = os.fsdecode(raw)
            if head.startswith(b"040000"):
                trees[name] = head.decode().split()[2]
            elif posixpath.basename(name) == CATALOG.place:
                sets.append(posixpath.dirname(name))
            elif head.startswith(b"120000"):
                links[name] = head.decode().split()[2]
            elif head.startswith(_SUBMODULE.encode()):
                modules[name] = head.decode().split()[2]
        return cls(tree, {name: trees[name] for name in sorted(sets)}, modules, links, here)

    @cached_property
    def links(self) -> Mapping[str, str]:
        """The links, sorted, and what they lead to."""
        names = sorted(self._ids_of_links)
        targets = read_blobs([self._ids_of_links[name] for name in names], self._here)
        return dict(zip(names, map(os.fsdecode, targets), strict=True))

    @cached_property
    def _names_of_links(self) -> Sequence[str]:
        return list(self.links)

    def target(self, place: str) -> str | None:
        """What *place* leads to, as it is written; None if it is no link."""
        return self.links.get(place)

    def is_kept(self, link: str) -> bool:
        """Whether *link* is in the revision."""
        return link in self.links

    def sets_in(self, place: str) -> Mapping[str, str]:
        """Each policy set that a search in the folder *place* finds, with the id of its tree."""
        found = {
            name: id
            for name, id in self.sets.items()
            if is_within(name, place) and not is_hidden(name, place)
        }
        # A set in a set is a part of it, as it is on disk.
        return {name: id for name, id in found.items() if next(holders_of(name, found)) == name}

    def links_in(self, place: str) -> Iterator[str]:
        """The links that such a search comes to, those in policy sets among them."""
        inside = f"{place}/" if place else ""
        for link in self._names_of_links[bisect_left(self._names_of_links, inside) :]:
            if not link.startswith(inside):
                break
            if not is_hidden(link, place):
                yield link


def submodules_in_tree(revision: str, place: str) -> Mapping[str, str]:
    """The commit of each submodule that the folder *place* has at *revision*, by its name seen from there.

    Raises:
        RevisionError: when the revision cannot be read.
    """
    modules = TreeListing.of(revision, Path()).modules
    inside = {name: id for name, id in modules.items() if is_within(name, place) and name != place}
    return {name[len(place) :].lstrip("/"): id for name, id in inside.items() if not is_hidden(name, place)}


def place_of_folder(folder: str) -> str:
    """*folder*, which is seen from the current directory, as seen from the top of the repository."""
    return place_in_tree(f"./{posixpath.join(*os.path.relpath(folder).split(os.sep))}", Path())
