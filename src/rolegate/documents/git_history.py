"""The history of a policy set in git: the commits that changed its folder, along the first parents."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from rolegate.diagnostics import quoted
from rolegate.documents.file_kinds import CATALOG
from rolegate.documents.git_revision import ask_git, tree_id
from rolegate.documents.git_sets import revision_sets
from rolegate.errors import RevisionError

_FIELDS = ("%H", "%h", "%P", "%cI", "%aN", "%s")
_QUIET = ("--no-patch", "--no-follow", "--no-show-signature", "--no-color", "--encoding=UTF-8", "-z")
"""What the settings of a user must not change."""


@dataclass(frozen=True, slots=True)
class SetCommit:
    """A commit that changed the folder of a policy set.

    `place` is the folder from the top of the repository, as it is called there; `tree` is the id of what is
    in it, None where there is no policy set (any more). `when` is the time of the commit, and `moved_from`
    the folder in which the set was before.
    """

    id: str
    short: str
    parents: tuple[str, ...]
    when: datetime
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
    tree_id(revision, top)  # says what is wrong with a revision
    lacking = _boundary(top)
    found: list[SetCommit] = []
    seen: set[str] = set()
    start: str | None = revision
    while start is not None and place not in seen:
        seen.add(place)
        commits = list(_with_trees(_log([start], place, top), place, top))
        start = None
        if commits and commits[-1].tree is not None and commits[-1].parents:
            last = commits[-1]
            former = _former_place(last, top)
            if former is not None:
                commits[-1] = replace(last, moved_from=former)
                place, start = former, last.parents[0]
        found += commits
    if not any(commit.tree for commit in found):
        raise RevisionError(
            f"no commit of {quoted(revision)} has a policy set (a folder with a {CATALOG.place}) in "
            f"{quoted(place or '.')}"
        )
    return SetHistory(tuple(found), missing=found[-1].id in lacking)


def commits_of_merge(merge: SetCommit, top: Path) -> tuple[SetCommit, ...]:
    """The commits that a merge brings which changed the set, other merges left out."""
    named = [merge.id, f"^{merge.parents[0]}"]
    return tuple(_log(named, merge.place, top, "--no-merges"))


def is_changed_on_disk(folder: Path) -> bool:
    """Whether the files in *folder* are other ones than those of its last commit."""
    status = ["status", "--porcelain", "-z", "--untracked-files=all", "--ignored", "--", "."]
    return bool(ask_git(["--literal-pathspecs", *status], folder))


def commit_before(moment: datetime, revision: str, top: Path) -> str | None:
    """The last commit along the first parents of *revision* that is not younger than *moment*."""
    wanted = f"--min-age={max(0, int(moment.timestamp()))}"
    found = ask_git(["rev-list", "--first-parent", "-1", wanted, "--end-of-options", revision, "--"], top)
    return found.decode().strip() or None


def commits_after(base: str, revision: str, top: Path) -> frozenset[str]:
    """The ids of the commits along the first parents of *revision* that *base* does not have.

    Raises:
        RevisionError: when there is no such revision.
    """
    tree_id(base, top)  # says what is wrong with a revision
    ends = ["--first-parent", "--end-of-options", revision, f"^{base}", "--"]
    return frozenset(ask_git(["rev-list", *ends], top).decode().split())


def _log(named: Sequence[str], place: str, top: Path, *options: str) -> Iterator[SetCommit]:
    walk = options or ("--first-parent",)
    wanted = ["log", *walk, *_QUIET, f"--format={'%x00'.join(_FIELDS)}", "--end-of-options", *named, "--"]
    answer = ask_git(["--literal-pathspecs", *wanted, *([place] if place else [])], top)
    texts = answer.decode(errors="replace").split("\0")
    for number in range(0, len(texts) - len(_FIELDS) + 1, len(_FIELDS)):
        id, short, parents, when, author, title = texts[number : number + len(_FIELDS)]
        moment = datetime.fromisoformat(when.replace("Z", "+00:00")).astimezone(UTC)
        yield SetCommit(id, short, tuple(parents.split()), moment, author, title, place)


def _with_trees(commits: Iterator[SetCommit], place: str, top: Path) -> Iterator[SetCommit]:
    """The commits with what they have in the folder, asked of one process of git."""
    known = list(commits)
    asked = [name for commit in known for name in (f"{commit.id}:{place}", _catalog(commit.id, place))]
    answer = ask_git(["cat-file", "--batch-check"], top, "".join(f"{name}\n" for name in asked).encode())
    lines = answer.decode(errors="replace").splitlines()
    for number, commit in enumerate(known):
        folder, catalog = lines[2 * number], lines[2 * number + 1]
        is_set = folder.split()[1:2] == ["tree"] and catalog.split()[1:2] == ["blob"]
        yield replace(commit, tree=folder.split()[0] if is_set else None)


def _catalog(id: str, place: str) -> str:
    return f"{id}:{posixpath.join(place, CATALOG.place)}"


def _former_place(commit: SetCommit, top: Path) -> str | None:
    """The only folder that was a set before *commit* and is none any more, if only one set is new in it."""
    before, after = revision_sets(commit.parents[0], here=top), revision_sets(commit.id, here=top)
    gone, new = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    same = [place for place in gone if before[place] == commit.tree]
    if len(same) == 1:
        return same[0]
    return gone[0] if len(gone) == 1 and new == [commit.place] else None


def _boundary(top: Path) -> frozenset[str]:
    """The commits whose parents this clone does not have, because it is shallow."""
    place = ask_git(["rev-parse", "--git-path", "shallow"], top).rstrip(b"\n")
    try:
        return frozenset((top / os.fsdecode(place)).read_text(encoding="ascii").split())
    except FileNotFoundError:
        return frozenset()
