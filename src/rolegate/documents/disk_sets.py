"""Which policy sets, links and submodules the files of a checkout have, as they are now."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rolegate.documents.ask_git import ask_git
from rolegate.documents.git_revision import tree_id
from rolegate.documents.git_sets import TreeListing
from rolegate.documents.seen_folders import holders_of
from rolegate.documents.set_finder import is_set, shown
from rolegate.errors import PolicyNotFoundError

_SUBMODULE = "160000"


@dataclass(frozen=True, slots=True)
class _Searched:
    """What a search in one folder finds."""

    sets: Mapping[str, str]
    links: Iterable[str]


@dataclass(frozen=True, slots=True)
class DiskListing:
    """The folders of the checkout whose top is `top`; what is in submodules is not looked at.

    `modules` have the commits that are checked out, or those of the index where nothing is.
    """

    top: Path
    modules: Mapping[str, str] = field(repr=False)
    _known: dict[str, _Searched] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, since: str, top: Path) -> DiskListing:
        """That of the checkout in *top*; *since* is a revision.

        Raises:
            RevisionError: when the revision cannot be read.
        """
        return cls(top, _checked_out(since, TreeListing.of(since, top).modules, top))

    def target(self, place: str) -> str | None:
        """What *place* leads to, as it is written; None if it is no link."""
        try:
            return os.readlink(self.top / place).replace(os.sep, "/")
        except OSError:
            return None

    def sets_in(self, place: str) -> Mapping[str, str]:
        """Each policy set that a search in the folder *place* finds; no link is followed.

        Raises:
            PolicyNotFoundError: when a folder cannot be looked through.
        """
        return self._found_in(place).sets

    def links_in(self, place: str) -> Iterable[str]:
        """The links that such a search comes to, those in policy sets among them.

        Raises:
            PolicyNotFoundError: when a folder cannot be looked through.
        """
        return self._found_in(place).links

    def _found_in(self, place: str) -> _Searched:
        found = self._known.get(place)
        if found is None:
            sets, links = dict[str, str](), list[str]()
            for name, is_link in self._folders(place):
                if is_link:
                    links.append(name)
                elif next(holders_of(name, sets), None) is None and self._is_set(name):
                    sets[name] = ""
            found = self._known[place] = _Searched(sets, links)
        return found

    def _folders(self, place: str) -> Iterator[tuple[str, bool]]:
        """*place* and each folder in it, those around before those inside, and whether it is a link."""
        waiting = [place]
        for folder in waiting:
            if next(holders_of(folder, self.modules), None) is not None or not self._is_folder(folder):
                continue
            yield folder, False
            try:
                entries = sorted(os.scandir(self.top / folder), key=lambda entry: entry.name)
            except OSError as error:
                raise self._unreadable(folder, error) from error
            for entry in entries:
                if entry.name.startswith(".") or entry.name == "node_modules":
                    continue
                name = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_symlink():
                    yield name, True
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append(name)

    def _is_folder(self, folder: str) -> bool:
        return os.path.isdir(self.top / folder)

    def _is_set(self, folder: str) -> bool:
        try:
            return is_set(self.top / folder)
        except OSError as error:
            raise self._unreadable(folder, error) from error

    def _unreadable(self, folder: str, error: OSError) -> PolicyNotFoundError:
        why = (error.strerror or "it cannot be read").lower()
        return PolicyNotFoundError(f"{shown(Path(os.path.relpath(self.top / folder)))}: {why}")


def _checked_out(since: str, modules: Mapping[str, str], top: Path) -> Mapping[str, str]:
    """*modules* of *since*, as they are in the working tree, or in the index where they are not there."""
    found = dict(modules)
    # Nothing in .gitmodules may say that a pointer is passed over.
    quick = ["--no-abbrev", "--no-renames", "--no-ext-diff", "--no-relative", "--ignore-submodules=dirty"]
    told = ask_git(["diff", "--raw", "-z", *quick, tree_id(since, top), "--"], top).split(b"\0")
    for head, raw in zip(told[::2], told[1::2], strict=False):
        was, now, _, id, _ = head.decode().lstrip(":").split()
        name = os.fsdecode(raw)
        if was == _SUBMODULE:
            found.pop(name, None)
        if now == _SUBMODULE:
            asked = ["rev-parse", "--verify", "HEAD"]
            found[name] = id if id.strip("0") else ask_git(asked, top / name, own=True).decode().strip()
    return found
