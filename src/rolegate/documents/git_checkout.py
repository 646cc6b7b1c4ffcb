"""What the files of a checkout have in another way than a revision, and what a checkout lacks."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rolegate.diagnostics import quoted
from rolegate.documents.ask_git import ask_git, top_folder
from rolegate.documents.file_kinds import CATALOG
from rolegate.documents.seen_folders import holders_of, is_within
from rolegate.errors import RevisionError

_MANY = 50


def changed_on_disk(tree: str, places: Iterable[str], top: Path) -> frozenset[str]:
    """Those of the folders *places* of the checkout *top* in which a file is another one than in *tree*."""
    named = sorted(places)
    found: set[str] = set()
    if named:
        scope = ["--", *_asked(named)]
        quick = ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-relative"]
        others = ["ls-files", "--others", "-z", "--full-name"]
        asked = ([*quick, tree, *scope], [*others, *scope])
        lists = [ask_git(["--literal-pathspecs", *arguments], top) for arguments in asked]
        names = [os.fsdecode(name) for listed in lists for name in listed.split(b"\0") if name]
        names += (name for name, there in _unwatched(top, scope) if there)
        known = frozenset(named)
        found = {place for name in names for place in holders_of(name, known)}
    return frozenset(found)


def _asked(places: Sequence[str]) -> Sequence[str]:
    """The folders of which git is asked: it takes its time for each, so of many it is one that has them."""
    if len(places) <= _MANY:
        return [place or "." for place in places]
    return [posixpath.commonpath(places) or "."]


def is_changed_on_disk(folder: Path) -> bool:
    """Whether the files in *folder* are, or may be, other ones than those of its last commit.

    Raises:
        RevisionError: when some are, and others are not checked out.
    """
    top = top_folder(folder)
    scope = ["--", Path(os.path.relpath(folder.resolve(), top)).as_posix()]
    status = ["status", "--porcelain", "-z", "--untracked-files=all", "--ignored", *scope]
    unwatched = tuple(_unwatched(top, scope))
    changed = bool(ask_git(["--literal-pathspecs", *status], top)) or any(there for _, there in unwatched)
    lacking = [name for name, there in unwatched if not there]
    if changed and lacking:
        raise _not_checked_out(lacking[0])
    return changed


def need_checkout(seen: Iterable[tuple[str, str]], within: str, top: Path) -> None:
    """Refuse to take what a sparse checkout lacks for gone: sets in the folder *within*, and those *seen*.

    Each of these has its folder as somebody who reads *within* comes to it, and where it is. *top* is the top
    of the checkout.

    Raises:
        RevisionError: when a file of a set, or a link that leads to one, is not checked out.
    """
    found = list(seen)
    places = frozenset(place for _, place in found)
    ways = frozenset(around for place, _ in found for around in _around(place))
    elsewhere = [place or "." for place in sorted(places) if not is_within(place, within)]
    scope = ["--", within or ".", *(elsewhere if len(elsewhere) <= _MANY else ["."])]
    for name, there in _unwatched(top, scope):
        is_set = posixpath.basename(name) == CATALOG.place
        if not there and (is_set or name in ways or next(holders_of(name, places), None) is not None):
            raise _not_checked_out(name)


def _around(place: str) -> Iterator[str]:
    """*place*, and each folder that it is in: a file that has the name of one is a link."""
    while place:
        yield place
        place = posixpath.dirname(place)


def _not_checked_out(name: str) -> RevisionError:
    folder = posixpath.dirname(name) or "."
    return RevisionError(
        f"{quoted(name)} is not checked out here, since the checkout is sparse: write `git sparse-checkout "
        f"add {folder}`, or name two revisions, as in `HEAD~1..HEAD`"
    )


def _unwatched(top: Path, scope: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Each file whose changes git was told to pass over, and whether it is there."""
    listed = ask_git(["--literal-pathspecs", "ls-files", "-v", "-z", "--full-name", *scope], top)
    for entry in listed.split(b"\0"):
        mark, _, raw = entry.partition(b" ")
        if mark == b"S" or mark.islower():
            name = os.fsdecode(raw)
            there = os.path.lexists(top / name)
            if there or mark in (b"S", b"s"):
                yield name, there
