"""The states that a policy set was in, as the history of git has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rolegate.diagnostics import quoted
from rolegate.documents.git_history import (
    SetCommit,
    commit_before,
    commits_after,
    is_changed_on_disk,
    set_history,
)
from rolegate.documents.git_revision import place_in_tree, revision_files
from rolegate.documents.git_sets import top_folder
from rolegate.documents.limits import Limits
from rolegate.errors import RevisionError
from rolegate.loading.load import policy_of, set_at
from rolegate.loading.sources import load_source, parse_source
from rolegate.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class PastSet:
    """A policy set as a commit left it; without a `commit`, as it is on disk."""

    commit: SetCommit | None


@dataclass(slots=True)
class PastSets:
    """The states of a set, the newest first.

    Those from the number `first_before` on are older than what is asked about, and only compared with. A
    shallow clone may lack older ones: they are `missing`.
    """

    states: tuple[PastSet, ...]
    top: Path
    folder: Path | None
    missing: bool = False
    first_before: int | None = None
    limits: Limits | None = None

    def load(self, state: PastSet) -> Policy | None:
        """The policy of a state; None where there was no policy set.

        Raises:
            InvalidPolicyError: when it has errors.
            RevisionError: when it cannot be read.
        """
        commit = state.commit
        if commit is None:
            assert self.folder is not None  # noqa: S101 (what is on disk has a folder)
            return load_source(self.folder, limits=self.limits)
        if commit.tree is None:
            return None
        # Read anew even if another commit has the same tree: places in it name this commit and this folder,
        # and what is said of lines that end is said for its time. A tag may be called as a commit in short.
        files = revision_files(
            commit.id, commit.place or ".", within=self.top, limits=self.limits, called=commit.short
        )
        return policy_of(files, commit.when)

    def need_older(self) -> None:
        """Refuse an answer that a shallow clone cannot give.

        Raises:
            RevisionError: when older commits are not here, and were not left out on purpose.
        """
        if self.missing:
            oldest = self.states[-1].commit
            assert oldest is not None  # noqa: S101 (only what git has can be missing)
            raise RevisionError(
                f"the history before {quoted(oldest.short)} is not here, since this clone is shallow: write "
                f"`git fetch --unshallow`, or leave it out with `--since {oldest.id}`"
            )


def past_sets(source: str, *, since: str | None = None, limits: Limits | None = None) -> PastSets:
    """The states of the set that *source* names, a folder or `REVISION:FOLDER`, after *since*.

    Raises:
        PolicyNotFoundError: when a folder holds no policy set.
        RevisionError: when there is no history, or no revision *since*.
    """
    parsed = parse_source(source)
    if isinstance(parsed, Path):
        folder, revision = set_at(parsed), "HEAD"
        top, place = _top_of(folder), place_in_tree(".", folder)
    else:
        folder, revision = None, parsed.revision
        top, place = top_folder(), place_in_tree(parsed.folder, Path())
    history = set_history(revision, place, top)
    states = [PastSet(commit) for commit in history.commits]
    if folder is not None and is_changed_on_disk(folder):
        states.insert(0, PastSet(None))
    found = PastSets(tuple(states), top, folder, missing=history.missing, limits=limits)
    if since is not None:
        base = _base(since, revision, top)
        later = frozenset() if base is None else commits_after(base, revision, top)
        if base is not None:
            found.first_before = next(
                (n for n, state in enumerate(states) if state.commit and state.commit.id not in later), None
            )
    return found


def _base(since: str, revision: str, top: Path) -> str | None:
    """The revision after which one looks; None where nothing is older than the date."""
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        return since
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return commit_before(moment, revision, top)


def _top_of(folder: Path) -> Path:
    try:
        return top_folder(folder)
    except RevisionError as error:
        if "not in a git repository" not in str(error):
            raise
        raise RevisionError(
            f"{quoted(folder.as_posix())} is not in a git repository, so there is no history of it"
        ) from None
