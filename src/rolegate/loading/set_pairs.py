"""The policy sets of two states of a repository, paired by their folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rolegate.diagnostics import quoted
from rolegate.documents.file_kinds import CATALOG
from rolegate.documents.git_sets import changed_on_disk, revision_sets, top_folder
from rolegate.documents.set_finder import find_sets
from rolegate.errors import NothingHereError, PolicyNotFoundError, RevisionError
from rolegate.loading.sources import RevisionSource, Source


@dataclass(frozen=True, slots=True)
class PairedSet:
    """A policy set by its `folder`, as seen from the top of the repository, and where it is on either side.

    A side that does not have it is None. It is the `same` where git says so of all of its files.
    """

    folder: str
    old: Source | None
    new: Source | None
    same: bool


def paired_sets(old: str, new: str | None, folder: str | None = None) -> tuple[PairedSet, ...]:
    """Every policy set at the revisions *old* and *new*; without *new*, in the files as they are now.

    With *folder*, which is seen from the current directory, only those in it.

    Raises:
        RevisionError: when a revision cannot be read, or a folder leads out of the repository.
        PolicyNotFoundError: when neither side has a set, or the folder cannot be looked through.
    """
    before = revision_sets(old, folder)
    after: dict[str, Source]
    if new is None:
        after = dict(_on_disk(folder))
        same = {*before} - changed_on_disk(old, {*before} & {*after})
    else:
        trees = revision_sets(new, folder)
        after = {place: RevisionSource(new, place or ".") for place in trees}
        same = {place for place, id in trees.items() if before.get(place) == id}
    if not before and not after:
        where = "in the repository" if folder is None else f"in {quoted(folder)}"
        raise PolicyNotFoundError(f"neither side has a policy set (a folder with a {CATALOG.place}) {where}")
    former = {place: RevisionSource(old, place or ".") for place in before}
    return tuple(
        PairedSet(place or ".", former.get(place), after.get(place), place in same and place in after)
        for place in sorted({*former, *after})
    )


def _on_disk(folder: str | None) -> Iterator[tuple[str, Source]]:
    top = top_folder()
    try:
        # Seen from here, so that no report names a folder of this machine.
        sets = find_sets([Path(os.path.relpath(top) if folder is None else folder)])
    except NothingHereError:
        return  # the other side may have some; of what cannot be looked through, nobody knows
    for path in sets:
        real = path.resolve()
        if not real.is_relative_to(top):
            raise RevisionError(
                f"{quoted(path.as_posix())} leads out of the repository; name a folder that is in it"
            )
        place = real.relative_to(top).as_posix()
        yield "" if place == "." else place, path
