"""Where a set comes from: the commit that is written beside it, and whether that is an older one."""

from __future__ import annotations

import re
from pathlib import Path

from rolegate.diagnostics import one_line, quoted
from rolegate.documents.ask_git import ask_git, run_git, top_folder
from rolegate.documents.git_checkout import is_changed_on_disk
from rolegate.documents.git_revision import place_in_tree
from rolegate.errors import RevisionError
from rolegate.loading.sources import RevisionSource, Source
from rolegate.store.plan import PlanRefusal

_COMMIT = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64}):")
_CHANGED = " (with changes)"
_SHORT = 10


def source_text(source: Source) -> str:
    """*source* as a store keeps it: with its commit, if it is in git, and whether it was changed since."""
    if isinstance(source, RevisionSource):
        commit = _asked(
            ["rev-parse", "--verify", "--end-of-options", f"{source.revision}^{{commit}}"], Path()
        )
        return f"{commit}:{place_in_tree(source.folder, Path()) or '.'}"
    if not isinstance(source, Path):
        return one_line(str(source))
    try:
        top = top_folder(source)
        commit = _asked(["rev-parse", "--verify", "HEAD^{commit}"], top)
        changed = _CHANGED if is_changed_on_disk(source) else ""
    except RevisionError:  # it is in no repository, or nothing is committed there yet
        return one_line(source.as_posix())
    return one_line(f"{commit}:{source.resolve().relative_to(top.resolve()).as_posix()}{changed}")


def _asked(arguments: list[str], here: Path) -> str:
    return ask_git(arguments, here).decode().strip()


def commit_of(source: str | None) -> str | None:
    """The commit that a kept text names; None for a set from elsewhere."""
    found = _COMMIT.match(source or "")
    return None if found is None else found[1]


def short_source(source: str | None) -> str:
    """A kept text for people: of the id of a commit, its beginning."""
    commit = commit_of(source)
    if source is None or commit is None:
        return source or "elsewhere"
    return source.replace(commit, commit[:_SHORT], 1)


def older_refusal(applied: str | None, source: str, here: Path) -> PlanRefusal | None:
    """Why *source* may not come after what is *applied*: it is older, or nobody can tell, in *here*."""
    before, now = commit_of(applied), commit_of(source)
    if before is None or before == now:
        return None
    if now is None:
        return _unknown(f"{quoted(short_source(source))} is in no commit", "apply a commit, or say `--older`")
    found = run_git(["merge-base", "--is-ancestor", before, now], here)
    if found.returncode == 0:
        return None
    if found.returncode == 1:
        return PlanRefusal(
            "RG971",
            f"commit {now[:_SHORT]} does not come after {before[:_SHORT]}, which is applied",
            "merge what is applied, or say `--older` if going back is meant",
        )
    if _asked(["rev-parse", "--is-shallow-repository"], here) == "true":
        help = "fetch all commits (`git fetch --unshallow`, `fetch-depth: 0` in CI), or say `--older`"
        return _unknown(f"this clone is shallow, and does not have commit {before[:_SHORT]}", help)
    help = "fetch it, or say `--older` if it is gone"
    return _unknown(f"this repository does not have commit {before[:_SHORT]}", help)


def _unknown(why: str, help: str) -> PlanRefusal:
    what = f"nobody can tell whether this set is older than the one that is applied: {why}"
    return PlanRefusal("RG972", what, help)
