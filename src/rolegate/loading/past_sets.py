"""The states that a policy set was in, as the history of git has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rolegate.diagnostics import quoted
from rolegate.documents.ask_git import has_checkout, top_folder
from rolegate.documents.git_checkout import is_changed_on_disk
from rolegate.documents.git_history import (
    SetCommit,
    commits_after,
    set_history,
)
from rolegate.documents.git_revision import is_revision, place_in_tree, revision_files
from rolegate.documents.limits import Limits
from rolegate.engine.asked_moment import MOMENT_FORMS, parse_moment
from rolegate.errors import RevisionError
from rolegate.loading.load import policy_of, set_at
from rolegate.loading.sources import load_source, parse_source
from rolegate.loading.store_source import StoreSource
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

    def need_older(self, oldest: PastSet | None) -> None:
        """Refuse an answer that a shallow clone cannot give; *oldest* is the oldest state that loads.

        Raises:
            RevisionError: when older commits are not here, and were not left out on purpose.
        """
        if self.missing:
            here = self.states[-1].commit
            assert here is not None  # noqa: S101 (only what git has can be missing)
            # What follows a state that does not load cannot be told without the one before it.
            known = None if oldest is None else oldest.commit
            leave_out = "" if known is None else f", or leave it out with `--since {known.short}`"
            raise RevisionError(
                f"the history before {quoted(here.short)} is not here, since this clone is shallow: write "
                f"`git fetch --unshallow`{leave_out}"
            )


def past_sets(source: str, *, since: str | None = None, limits: Limits | None = None) -> PastSets:
    """The states of the set that *source* names, a folder or `REVISION:FOLDER`, after *since*.

    Raises:
        PolicyNotFoundError: when a folder holds no policy set.
        RevisionError: when there is no history, or no revision *since*.
    """
    parsed = parse_source(source)
    if isinstance(parsed, Path):
        if not parsed.exists() and is_revision(source):
            raise RevisionError(f"{quoted(source)} is a revision: write {quoted(f'{source}:FOLDER')}")
        folder, revision = set_at(parsed), "HEAD"
        top, place = _top_of(folder), place_in_tree(".", folder)
    elif isinstance(parsed, StoreSource):
        raise RevisionError(f"{quoted(source)} is a store, whose history is not in git: name a folder")
    else:
        folder, revision = None, parsed.revision
        top = top_folder() if has_checkout(Path()) else Path()
        place = place_in_tree(parsed.folder, Path())
    history = set_history(revision, place, top)
    states = [PastSet(commit) for commit in history.commits]
    if folder is not None and is_changed_on_disk(folder):
        states.insert(0, PastSet(None))
    found = PastSets(tuple(states), top, folder, missing=history.missing, limits=limits)
    if since is not None:
        found.first_before = _first_before(states, since, revision, top)
    return found


def _first_before(states: Sequence[PastSet], since: str, revision: str, top: Path) -> int | None:
    """The number of the state from which on all are older than *since*; None where none is.

    Clocks go wrong: what lies before a commit that is younger than a date is looked at, whatever its time is.
    """
    moment = _date(since, top)
    ids = _ids_after(since, revision, top) if moment is None else frozenset()
    later = -1
    for number, state in enumerate(states):
        commit = state.commit
        if commit is None or commit.id in ids or (moment is not None and _is_after(commit, moment)):
            later = number
    return later + 1 if later + 1 < len(states) else None


def _is_after(commit: SetCommit, moment: datetime) -> bool:
    return commit.when is None or commit.when > moment


def _date(since: str, top: Path) -> datetime | None:
    """The moment that *since* is; None for a revision.

    Raises:
        RevisionError: when it is both: a tag may have the name of a day.
    """
    try:
        moment = parse_moment(since)
    except ValueError:
        return None
    if ":" not in since and is_revision(since, top):
        raise RevisionError(
            f"{quoted(since)} is a date and a revision: write `{moment:%Y-%m-%dT%H:%M}` for the date, "
            f"{quoted(f'{since}^0')} for the revision"
        )
    return moment


def _ids_after(since: str, revision: str, top: Path) -> frozenset[str]:
    try:
        return commits_after(since, revision, top)
    except RevisionError as error:
        if is_revision(since, top):
            raise
        raise RevisionError(f"{error}; a date is written {MOMENT_FORMS}") from None


def _top_of(folder: Path) -> Path:
    try:
        return top_folder(folder)
    except RevisionError as error:
        if "not in a git repository" not in str(error):
            raise
        raise RevisionError(
            f"{quoted(folder.as_posix())} is not in a git repository, so there is no history of it"
        ) from None
