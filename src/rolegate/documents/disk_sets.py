"""Which policy sets, links and submodules the files of a checkout have, as they are now."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rolegate.documents.ask_git import ask_git, run_git, top_folder
from rolegate.documents.git_sets import TreeListing
from rolegate.documents.seen_folders import holders_of, is_hidden
from rolegate.documents.set_finder import is_set, shown
from rolegate.errors import PolicyNotFoundError

_SUBMODULE = "160000"
_LINK = b"120000"


@dataclass(frozen=True, slots=True)
class _Searched:
    """What a search in one folder finds."""

    sets: Mapping[str, str]
    links: Iterable[str]


@dataclass(frozen=True, slots=True)
class DiskListing:
    """The folders of the checkout whose top is `top`; what is in submodules is not looked at.

    `modules` have the commits that are checked out, or those of the index where nothing is. `tracked` are the
    links that the index has.
    """

    top: Path
    modules: Mapping[str, str] = field(repr=False)
    tracked: frozenset[str] = field(repr=False)
    _known: dict[str, _Searched] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, since: TreeListing, top: Path) -> DiskListing:
        """That of the checkout in *top*; *since* is a revision that it is compared with.

        Raises:
            RevisionError: when git cannot be asked.
        """
        listed = ask_git(["ls-files", "--stage", "-z"], top).split(b"\0")
        links = (entry.partition(b"\t")[2] for entry in listed if entry.startswith(_LINK))
        modules = _checked_out(since, top)
        return cls(top, modules, frozenset(map(os.fsdecode, links)))

    def target(self, place: str) -> str | None:
        """What *place* leads to, as it is written; None if it is no link."""
        try:
            return os.readlink(self.top / place).replace(os.sep, "/")
        except OSError:
            return None

    def is_kept(self, link: str) -> bool:
        """Whether git has *link*, or it leads to a policy set: programs make many that nobody commits."""
        return link in self.tracked or self._is_set(link)

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


def _checked_out(since: TreeListing, top: Path) -> Mapping[str, str]:
    """The modules of *since*, as they are in the working tree, or in the index where they are not there."""
    found = dict(since.modules)
    # Nothing in .gitmodules may say that a pointer is passed over.
    quick = ["--no-abbrev", "--no-renames", "--no-ext-diff", "--no-relative", "--ignore-submodules=dirty"]
    told = ask_git(["diff", "--raw", "-z", *quick, since.tree, "--"], top).split(b"\0")
    for head, raw in zip(told[::2], told[1::2], strict=False):
        was, now, _, id, _ = head.decode().lstrip(":").split()
        name = os.fsdecode(raw)
        if was == _SUBMODULE:
            found.pop(name, None)
        if now == _SUBMODULE:
            found[name] = id if id.strip("0") else _head(top / name) or since.modules.get(name, "")
    return found


def submodules_in(folder: Path) -> tuple[str, Mapping[str, str]]:
    """The commit of each submodule in *folder* on disk, by its name seen from there; the folder itself first.

    That is seen from the top of its repository. Out of a repository there are none.

    Raises:
        RevisionError: when git cannot be asked.
    """
    real = Path(os.path.realpath(folder))
    own = any((around / ".git").exists() for around in (real, *real.parents))
    if not own and not ("GIT_DIR" in os.environ and real.is_relative_to(top_folder())):
        return "", {}
    if b"not a git repository" in run_git(["rev-parse", "--git-dir"], real, own=own).stderr:
        return "", {}  # something else is called so
    place = ask_git(["rev-parse", "--show-prefix"], real, own=own).removesuffix(b"\n")
    found: dict[str, str] = {}
    for entry in ask_git(["ls-files", "--stage", "-z"], real, own=own).split(b"\0"):
        head, _, raw = entry.partition(b"\t")
        mode, _, rest = head.decode().partition(" ")
        name = os.fsdecode(raw)
        if mode == _SUBMODULE and not is_hidden(name, ""):
            found[name] = _head(real / name) or rest.split()[0]
    return os.fsdecode(place).strip("/"), found


def _head(module: Path) -> str | None:
    """The commit of a submodule that is checked out; None for one that is not."""
    if not (module / ".git").exists():
        return None
    return ask_git(["rev-parse", "--verify", "HEAD"], module, own=True).decode().strip()
