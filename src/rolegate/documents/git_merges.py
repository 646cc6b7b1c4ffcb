"""What a merge brings to a policy set, and what somebody wrote in a merge itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

from rolegate.documents.ask_git import ask_git, run_git
from rolegate.documents.git_history import SetCommit, former_place, log_commits, paths_of, trees_of


def commits_of_merge(merge: SetCommit, top: Path) -> tuple[SetCommit, ...]:
    """The commits that a merge brings which changed the set, wherever it was then, the newest first.

    Of other merges there are those with something that git does not merge by itself, or that move the set.
    """
    named = [merge.id, f"^{merge.parents[0]}"]
    every = tuple(log_commits(named, (), top))
    merges = [commit for commit in every if commit.is_merge and commit.id != merge.id]
    places = _places_in(merge, merges, named, top)
    found = {commit.id for commit in log_commits(named, places, top, "--full-history", "--no-merges")}
    found |= _own_files(merges, places, top).keys()
    found |= {known.id for known in merges if known.id not in found and _undoes(known, places, top)}
    return tuple(commit for commit in every if commit.id in found)


def changed_in_merge(merge: SetCommit, top: Path) -> tuple[str, ...]:
    """The files of the set, from *top*, in which a merge has something that none of its parents has."""
    former = (former_place(known, parent, top) for known, parent in _coming([merge], merge.place, top))
    places = dict.fromkeys([merge.place, *(place for place in former if place is not None)])
    return tuple(_own_files([merge], places, top).get(merge.id, ()))


def _own_files(merges: Sequence[SetCommit], places: Collection[str], top: Path) -> Mapping[str, list[str]]:
    """The same for many merges, by their ids, asked of one process of git."""
    told = ["-c", "core.quotePath=false", "--literal-pathspecs", "diff-tree", "--cc", "-r", "-p", "--stdin"]
    told += ["--unified=0", "--find-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--no-relative"]
    given = "".join(f"{commit.id}\n" for commit in merges).encode()
    answer = ask_git([*told, "--", *paths_of(places)], top, given)
    ids, mark = set(given.splitlines()), b"diff --cc "  # the lines of a file begin with a space or a sign
    found: dict[str, list[str]] = {}
    id = ""
    for line in answer.split(b"\n"):
        if line in ids:
            id = line.decode()  # git also names a merge of which it then shows nothing
        elif line.startswith(mark):
            found.setdefault(id, []).append(line[len(mark) :].decode(errors="replace"))
    return found


def _undoes(merge: SetCommit, places: Collection[str], top: Path) -> bool:
    """Whether a merge has a file as one parent has it, though another one changed it."""
    other = {parent: _differing(parent, merge.id, places, top) for parent in merge.parents}
    for parent, taken in permutations(merge.parents, 2):
        lost = other[parent] - other[taken]
        if lost and lost & _differing(_fork(parent, taken, top), parent, places, top):
            return True
    return False


def _differing(one: str | None, other: str, places: Collection[str], top: Path) -> frozenset[bytes]:
    if one is None:
        return frozenset()
    told = ["--literal-pathspecs", "diff-tree", "-r", "-z", "--name-only", "--no-renames", "--no-relative"]
    answer = ask_git([*told, one, other, "--", *paths_of(places)], top)
    return frozenset(answer.split(b"\0")) - {b""}


def _fork(one: str, other: str, top: Path) -> str | None:
    """The commit from which two went apart; None where there is none, or not here."""
    return run_git(["merge-base", one, other], top).stdout.decode().strip() or None


def _places_in(
    merge: SetCommit, merges: Sequence[SetCommit], named: Sequence[str], top: Path
) -> Sequence[str]:
    """Each folder that the set was in, in what a merge brings, that of the merge first."""
    places = [merge.place]
    for place in places:  # it grows while it is read
        changed = log_commits(named, [place], top, "--full-history", "--no-merges")
        for commit, parent in _coming([merge, *merges, *changed], place, top):
            former = former_place(commit, parent, top)
            if former is not None and former not in places:
                places.append(former)
    return places


def _coming(commits: Sequence[SetCommit], place: str, top: Path) -> Iterator[tuple[SetCommit, str]]:
    """The commits that have a set in *place*, each with a parent that has none there."""
    pairs = [(commit, parent) for commit in commits for parent in commit.parents]
    after = trees_of([commit.id for commit, _ in pairs], place, top)
    before = trees_of([parent for _, parent in pairs], place, top)
    for (commit, parent), new, old in zip(pairs, after, before, strict=True):
        if new is not None and old is None:
            yield replace(commit, place=place, tree=new), parent
