"""Sources: where a policy is read from, written as one text: a folder, one at a revision, or a store."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rolegate.diagnostics import quoted
from rolegate.documents.capture import Files, read_files
from rolegate.documents.git_revision import is_revision, place_in_tree, revision_files, tree_id
from rolegate.documents.git_sets import sets_in_tree
from rolegate.documents.limits import Limits
from rolegate.documents.set_finder import find_sets
from rolegate.engine.asked_moment import moment_of
from rolegate.errors import EditError, RevisionError, wrong_argument
from rolegate.loading.load import policy_of, set_at
from rolegate.loading.store_source import BEGINS, StoreSource, parse_store

if TYPE_CHECKING:
    from rolegate.policy.policy import Policy  # whoever validates asks nothing


@dataclass(frozen=True, slots=True)
class RevisionSource:
    """A folder at a revision, as `HEAD~1:policies/helpdesk` names it; `tree` is its id, if known."""

    revision: str
    folder: str
    tree: str | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.revision}:{self.folder}"

    @property
    def id(self) -> str:
        """What git is asked for: the tree if it is known, since a branch may be another one by now."""
        return self.tree or self.revision


Source = Path | RevisionSource | StoreSource

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def parse_source(text: str) -> Source:
    """The source that *text* names.

    What is before a colon is a revision, unless the text is the name of a folder, or is written as a path.
    What begins with `store:` is a store.

    Raises:
        RevisionError: when it is the name of a folder, and a revision as well.
        StoreError: for what begins with `store:` and cannot be the name of a store.
    """
    if text.startswith(BEGINS):
        return parse_store(text)
    end = _end_of_revision(text)
    if end < 1 or is_path(text):
        return Path(text)
    if os.path.lexists(text):
        if is_revision(text[:end]):
            raise two_meanings(text, f"{text[:end]}^0{text[end:]}")
        return Path(text)
    return RevisionSource(text[:end], text[end + 1 :] or ".")


def resolved_source(text: str) -> Source:
    """The source that *text* names, a revision with its tree: whatever is read of it is of one commit.

    Raises:
        RevisionError: when a revision cannot be read.
    """
    source = parse_source(text)
    if not isinstance(source, RevisionSource):
        return source
    return replace(source, tree=tree_id(source.revision, Path()))


def is_path(text: str) -> bool:
    """Whether *text* begins as no revision does, such as `./odd:name`."""
    return text.startswith(("./", "../", "/")) or text in (".", "..") or bool(_DRIVE.match(text))


def two_meanings(text: str, revision: str) -> RevisionError:
    """Refuses *text*: whoever may commit a folder must not choose what others compare with.

    *revision* says the same of the revision alone.
    """
    return RevisionError(
        f"{quoted(text)} is a folder and a revision: write {quoted(f'./{text}')} for the folder, "
        f"{quoted(revision)} for the revision"
    )


def _end_of_revision(text: str) -> int:
    """Where the first colon is that is not in braces, as git reads `HEAD@{10:30}:policies`; or -1."""
    depth = 0
    for place, char in enumerate(text):
        if char == ":" and not depth:
            return place
        depth += (char == "{") - (char == "}" and depth > 0)
    return -1


def need_list(sources: Iterable[str | Source]) -> Iterable[str | Source]:
    """*sources*, which are a list.

    Raises:
        TypeError: for one source, whose letters are none.
    """
    if isinstance(sources, Iterable) and not isinstance(sources, str):
        return sources
    one = "policies" if sources is None else str(sources)
    raise wrong_argument("sources", sources, "a list of folders", f"write `[{one!r}]`")


def refuse_to_change(source: str | Source) -> None:
    """Let a *source* pass in which files can be written: a folder.

    Raises:
        EditError: for a revision, and for a store.
    """
    parsed = parse_source(source) if isinstance(source, str) else source
    if not isinstance(parsed, Path):
        what = "store" if isinstance(parsed, StoreSource) else "revision"
        raise EditError(f"`{parsed}` is a {what}, which is not changed; name a folder")


def sets_of(sources: Iterable[str | Source]) -> tuple[Source, ...]:
    """Each policy set that *sources* name or contain, each once.

    Raises:
        PolicyNotFoundError: when a folder has nothing to do with a policy set.
        RevisionError: when a revision cannot be read.
    """
    found: dict[Source, None] = {}
    for source in need_list(sources):
        parsed = parse_source(source) if isinstance(source, str) else source
        found |= dict.fromkeys(_sets_in(parsed))
    return tuple(found)


def files_of_sets(
    sources: Iterable[str | Source], *, beside: bool = False, limits: Limits | None = None
) -> Iterator[Files]:
    """The files of each policy set that *sources* name or contain; nothing is read before all are found.

    Raises:
        PolicyNotFoundError, RevisionError: as for `sets_of`.
    """
    for found in sets_of(sources):
        yield _files_of(found, beside, limits)


def _sets_in(source: Source) -> Iterable[Source]:
    if isinstance(source, Path):
        return find_sets([source])
    return (source,) if isinstance(source, StoreSource) else _sets_at_revision(source)


def _sets_at_revision(source: RevisionSource) -> Iterable[RevisionSource]:
    """The set that *source* is, or those below; itself where there is none, so that reading it says so."""
    place = place_in_tree(source.folder, Path())
    inside = sets_in_tree(source.revision, place)
    if not inside or place in inside:
        return (source,)
    return tuple(RevisionSource(source.revision, name or ".") for name in inside)


def load_source(source: str | Source, *, at: date | None = None, limits: Limits | None = None) -> Policy:
    """The policy that a source holds; *limits* are those of `validate`.

    Raises:
        PolicyNotFoundError: when there is no policy set.
        RevisionError: when a revision cannot be read, or does not have the folder.
        InvalidPolicyError: when the set has errors.
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    return policy_of(source_files(source, limits=limits), None if at is None else moment_of(at))


def source_files(source: str | Source, *, beside: bool = False, limits: Limits | None = None) -> Files:
    """The files that a source holds; with *beside*, also those that do not say what is in force.

    Raises:
        PolicyNotFoundError: when there is no policy set.
        RevisionError: when a revision cannot be read, or does not have the folder.
    """
    if isinstance(source, str):
        source = parse_source(source)
    return _files_of(set_at(source) if isinstance(source, Path) else source, beside, limits)


def _files_of(source: Source, beside: bool, limits: Limits | None) -> Files:
    if isinstance(source, Path):
        return read_files(source, limits, beside=beside)
    if isinstance(source, StoreSource):
        return source.files(limits)
    return revision_files(source.revision, source.folder, tree=source.tree, beside=beside, limits=limits)
