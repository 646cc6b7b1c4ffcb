"""The history of a policy set in git: the commits that changed its folder, along the first parents."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from rolegate.diagnostics import quoted
from rolegate.documents.ask_git import ask_git
from rolegate.documents.file_kinds import CATALOG
from rolegate.documents.git_revision import sets_elsewhere, tree_id
from rolegate.documents.git_sets import revision_sets
from rolegate.errors import RevisionError

_FIELDS = ("%H", "%h", "%P", "%ct", "%aN", "%s")
"""The time as it was committed: git ends where it writes one as a date that no calendar has."""
_QUIET = ("--no-patch", "--no-follow", "--no-show-signature", "--no-color", "--encoding=UTF-8", "-z")
"""What the settings of a user must not change."""


@dataclass(frozen=True, slots=True)
class SetCommit:
    """A commit that changed the folder of a policy set.

    `place` is the folder from the top of the repository, as it is called there; `tree` is the id of what is
    in it, None where there is no policy set (any more). `when` is the time of the commit, None for one that
    no calendar has, and `moved_from` the folder in which the set was before.
    """

    id: str
    short: str
    parents: tuple[str, ...]
    when: datetime | None
    author: str
    title: str
    place: str = ""
    tree: str | None = field(default=None, repr=False)
    moved_from: str | None = None

    @property
    def is_merge(self) -> bool:
        return len(self.parents) > 1


@dataclass(frozen=True, slots=True)
class SetHistory:
    """The commits that changed a set, the newest first; `missing` if a shallow clone lacks older ones."""

    commits: tuple[SetCommit, ...]
    missing: bool = False


def set_history(revision: str, place: str, top: Path) -> SetHistory:
    """Every commit up to *revision* that changed the set in *place*, or in a folder that was moved there.

    Both are seen from *top*, the top of the repository. Of what a merge brings, there is the merge alone.

    Raises:
        RevisionError: when there is no git, or no such revision, or no commit that has the folder.
    """
    if "\n" in place:
        raise RevisionError(f"the history of {quoted(place)} cannot be asked for: the name has a line break")
    tree = tree_id(revision, top)
    lacking = _boundary(top)
    found: list[SetCommit] = []
    start: str | None = revision
    while start is not None:
        commits = tuple(_with_trees(log_commits([start], [place], top, "--first-parent"), place, top))
        number, move = _move_into(commits, top)
        found += commits[:number]
        start = None
        if move is not None and move.moved_from is not None:
            found.append(move)
            place, start = move.moved_from, move.parents[0]
    if not any(commit.tree for commit in found):
        raise RevisionError(
            f"no commit of {quoted(revision)} has a policy set (a folder with a {CATALOG.place}) in "
            f"{quoted(place or '.')}" + sets_elsewhere(tree, place, top)
        )
    return SetHistory(tuple(found), missing=found[-1].id in lacking)


def commits_after(base: str, revision: str, top: Path) -> frozenset[str]:
    """The ids of the commits along the first parents of *revision* that *base* does not have.

    Raises:
        RevisionError: when there is no such revision.
    """
    tree_id(base, top)  # says what is wrong with a revision
    ends = ["--first-parent", "--end-of-options", revision, f"^{base}", "--"]
    return frozenset(ask_git(["rev-list", *ends], top).decode().split())


def log_commits(
    named: Sequence[str], places: Collection[str], top: Path, *options: str
) -> Iterator[SetCommit]:
    """The commits of a range that changed one of *places*, the newest first, each with the first of them."""
    wanted = ["log", *options, *_QUIET, f"--format={'%x00'.join(_FIELDS)}", "--end-of-options", *named, "--"]
    answer = ask_git(["--literal-pathspecs", *wanted, *paths_of(places)], top)
    place = next(iter(places), "")
    texts = answer.decode(errors="replace").split("\0")
    for number in range(0, len(texts) - len(_FIELDS) + 1, len(_FIELDS)):
        id, short, parents, when, author, title = texts[number : number + len(_FIELDS)]
        yield SetCommit(id, short, tuple(parents.split()), _moment(when), author, title, place)


def paths_of(places: Collection[str]) -> Sequence[str]:
    """Folders as git takes them behind `--`: none of them means everything."""
    return [] if "" in places else [*places]


def _moment(when: str) -> datetime | None:
    """The time so many seconds after 1970, as git has it; whoever commits may write anything."""
    try:
        return datetime.fromtimestamp(int(when), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _with_trees(commits: Iterator[SetCommit], place: str, top: Path) -> Iterator[SetCommit]:
    known = list(commits)
    for commit, tree in zip(known, trees_of([commit.id for commit in known], place, top), strict=True):
        yield replace(commit, tree=tree)


def trees_of(ids: Sequence[str], place: str, top: Path) -> Iterator[str | None]:
    """What each commit has in a folder, None where there is no set, asked of one process of git."""
    asked = [name for id in ids for name in (f"{id}:{place}", _catalog(id, place))]
    answer = ask_git(["cat-file", "--batch-check"], top, "".join(f"{name}\n" for name in asked).encode())
    lines = answer.decode(errors="replace").splitlines()
    for folder, catalog in zip(lines[::2], lines[1::2], strict=True):
        is_set = folder.split()[1:2] == ["tree"] and catalog.split()[1:2] == ["blob"]
        yield folder.split()[0] if is_set else None


def _catalog(id: str, place: str) -> str:
    return f"{id}:{posixpath.join(place, CATALOG.place)}"


def _move_into(commits: Sequence[SetCommit], top: Path) -> tuple[int, SetCommit | None]:
    """The newest of *commits* with which the set came from another folder, and how many are newer."""
    for number, commit in enumerate(commits):
        before = commits[number + 1].tree if number + 1 < len(commits) else None
        if commit.tree is not None and before is None and commit.parents:
            former = former_place(commit, commit.parents[0], top)
            if former is not None:
                return number, replace(commit, moved_from=former)
    return len(commits), None


def former_place(commit: SetCommit, parent: str, top: Path) -> str | None:
    """The only folder that was a set in *parent* and is none in *commit*, if only one set is new there.

    Sets that were moved elsewhere as they are do not count.
    """
    before, after = revision_sets(parent, here=top), revision_sets(commit.id, here=top)
    gone = {place: tree for place, tree in before.items() if place not in after}
    new = {place: tree for place, tree in after.items() if place not in before}
    same = [place for place, tree in gone.items() if tree == commit.tree]
    if len(same) == 1:
        return same[0]
    changed = [place for place, tree in gone.items() if tree not in new.values()]
    fresh = [place for place, tree in new.items() if tree not in gone.values()]
    return changed[0] if len(changed) == 1 and fresh == [commit.place] else None


def _boundary(top: Path) -> frozenset[str]:
    """The commits whose parents this clone does not have, because it is shallow."""
    place = ask_git(["rev-parse", "--git-path", "shallow"], top).rstrip(b"\n")
    try:
        return frozenset((top / os.fsdecode(place)).read_text(encoding="ascii").split())
    except FileNotFoundError:
        return frozenset()
