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
    changing = _changing(merges, places, top)
    found |= _own_files(changing, places, top).keys()
    found |= {known.id for known in changing if known.id not in found and any(_undone(known, places, top))}
    return tuple(commit for commit in every if commit.id in found)


def changed_in_merge(merge: SetCommit, top: Path) -> tuple[str, ...]:
    """The files of the set, from *top*, in which a merge has something that none of its parents has.

    Or lacks what one of them changed, though no other one did.
    """
    former = (former_place(known, parent, top) for known, parent in _coming([merge], merge.place, top))
    places = dict.fromkeys([merge.place, *(place for place in former if place is not None)])
    files = _own_files([merge], places, top).get(merge.id, [])
    files += [file for file, is_certain in _undone(merge, places, top) if is_certain]
    return tuple(dict.fromkeys(files))


def _own_files(merges: Sequence[SetCommit], places: Collection[str], top: Path) -> Mapping[str, list[str]]:
    """The files in which merges have something that none of their parents has, by the ids of the merges."""
    renames = "--find-renames" if len(places) > 1 else "--no-renames"  # as it is in a new place is not new
    told = ["-c", "core.quotePath=false", "--literal-pathspecs", "diff-tree", "--cc", "-r", "-p", "--stdin"]
    told += ["--unified=0", renames, "--no-ext-diff", "--no-textconv", "--no-color", "--no-relative"]
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


def _undone(merge: SetCommit, places: Collection[str], top: Path) -> Iterator[tuple[str, bool]]:
    """The files that a merge has as one parent has them, though another one changed them.

    It is certain that git by itself would not do that where the one did not change the file.
    """
    other = {parent: _differing(parent, merge.id, places, top) for parent in merge.parents}
    for parent, taken in permutations(merge.parents, 2):
        lost = other[parent] - other[taken]
        forks = _forks(parent, taken, top) if lost else []
        undone = lost & _differing(forks[0], parent, places, top) if forks else frozenset()
        if undone:
            theirs = _differing(forks[0], taken, places, top)
            for file in sorted(undone):
                yield file.decode(errors="replace"), file not in theirs and len(forks) == 1


def _differing(one: str, other: str, places: Collection[str], top: Path) -> frozenset[bytes]:
    told = ["--literal-pathspecs", "diff-tree", "-r", "-z", "--name-only", "--no-renames", "--no-relative"]
    answer = ask_git([*told, one, other, "--", *paths_of(places)], top)
    return frozenset(answer.split(b"\0")) - {b""}


def _forks(one: str, other: str, top: Path) -> Sequence[str]:
    """The commits from which two went apart; none where there is none, or it is not here."""
    return run_git(["merge-base", "--all", one, other], top).stdout.decode().split()


def _changing(merges: Sequence[SetCommit], places: Collection[str], top: Path) -> Sequence[SetCommit]:
    """Those of *merges* that have another set than some parent."""
    ids = [id for merge in merges for id in (merge.id, *merge.parents)]
    trees = dict(zip(ids, zip(*(trees_of(ids, place, top) for place in places), strict=True), strict=True))
    return [merge for merge in merges if any(trees[id] != trees[merge.id] for id in merge.parents)]


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
