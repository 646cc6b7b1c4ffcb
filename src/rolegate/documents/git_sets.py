"""Which policy sets a revision of git has, and which of them the working tree has changed."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rolegate.documents.file_kinds import CATALOG
from rolegate.documents.git_revision import ask_git, place_in_tree, tree_id

_MANY = 50


def revision_sets(revision: str, folder: str | None = None, *, here: Path | None = None) -> Mapping[str, str]:
    """Each policy set at *revision*, by its folder from the top of the repository, with the id of its tree.

    With *folder*, which is seen from the current directory, only those in it. *here* is in the repository.

    Raises:
        RevisionError: when the revision cannot be read.
    """
    return sets_in_tree(revision, "" if folder is None else _place(folder), here=here)


def sets_in_tree(revision: str, place: str, *, here: Path | None = None) -> Mapping[str, str]:
    """The same, of those in *place*, a folder as it is seen from the top of the repository.

    Raises:
        RevisionError: when the revision cannot be read.
    """
    here = here or Path()
    tree = tree_id(revision, here)
    listed = ask_git(["ls-tree", "-r", "-t", "-z", "--full-tree", tree], here)
    trees, sets = {"": tree}, []
    for entry in listed.split(b"\0"):
        head, _, raw = entry.partition(b"\t")
        name = os.fsdecode(raw)
        if head.startswith(b"040000"):
            trees[name] = head.decode().split()[2]
        elif posixpath.basename(name) == CATALOG.place:
            sets.append(posixpath.dirname(name))
    found = {name: trees[name] for name in sorted(sets) if _within(name, place) and not _hidden(name, place)}
    # A set in a set is a part of it, as it is on disk.
    return {name: id for name, id in found.items() if next(_holders(name, found)) == name}


def top_folder(here: Path | None = None) -> Path:
    """The top of the repository of the current directory, or of *here*.

    Raises:
        RevisionError: when there is none.
    """
    return Path(
        os.fsdecode(ask_git(["rev-parse", "--show-toplevel"], here or Path()).rstrip(b"\n"))
    ).resolve()


def changed_on_disk(revision: str, places: Iterable[str]) -> frozenset[str]:
    """Those of the folders *places* in which some file is another one than at *revision*."""
    here, named = top_folder(), sorted(places)
    found: set[str] = set()
    if named:
        scope = ["--", *_asked(named)]
        quick = ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-relative"]
        others = ["ls-files", "--others", "-z", "--full-name"]
        asked = ([*quick, tree_id(revision, here), *scope], [*others, *scope])
        lists = [ask_git(["--literal-pathspecs", *arguments], here) for arguments in asked]
        names = [os.fsdecode(name) for listed in lists for name in listed.split(b"\0") if name]
        known = frozenset(named)
        found = {place for name in names for place in _holders(name, known)}
    return frozenset(found)


def _asked(places: Sequence[str]) -> Sequence[str]:
    """The folders of which git is asked: it takes its time for each, so of many it is one that has them."""
    if len(places) <= _MANY:
        return [place or "." for place in places]
    return [posixpath.commonpath(places) or "."]


def _holders(name: str, places: Container[str]) -> Iterator[str]:
    """Those of *places* that *name* is, or is in, the outermost first."""
    parts = name.split("/")
    outward = ["", *("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))]
    return (place for place in outward if place in places)


def _place(folder: str) -> str:
    return place_in_tree(f"./{posixpath.join(*os.path.relpath(folder).split(os.sep))}", Path())


def _within(name: str, place: str) -> bool:
    return not place or name == place or name.startswith(f"{place}/")


def _hidden(name: str, place: str) -> bool:
    """Whether a search in the folder *place* on disk would pass over *name*."""
    inner = name[len(place) :].strip("/").split("/")
    return any(part.startswith(".") or part == "node_modules" for part in inner)
