"""The policy sets of two states of a repository, paired by their folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rolegate.diagnostics import quoted
from rolegate.documents.ask_git import top_folder
from rolegate.documents.file_kinds import CATALOG
from rolegate.documents.git_checkout import changed_on_disk, need_checkout
from rolegate.documents.git_sets import linked_sets, revision_sets, seen_submodules
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


@dataclass(frozen=True, slots=True)
class ChangedSubmodule:
    """A submodule by its `folder`, or by a link that leads to it, with its commit on either side.

    A side that does not have it is None.
    """

    folder: str
    old: str | None
    new: str | None


def changed_submodules(old: str, new: str | None, folder: str | None = None) -> tuple[ChangedSubmodule, ...]:
    """The submodules whose commit is another one, or that only one side has; the rest as for `paired_sets`.

    Raises:
        RevisionError: when a revision cannot be read, or a folder leads out of the repository.
    """
    before = seen_submodules(old, folder)
    after = submodules_now(old, new, folder)
    return tuple(
        ChangedSubmodule(name, before.get(name), after.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    )


def submodules_now(old: str, new: str | None, folder: str | None = None) -> Mapping[str, str]:
    """The commit of each submodule on the newer side, by its folder; the rest as for `changed_submodules`."""
    return seen_submodules(old, folder, on_disk=True) if new is None else seen_submodules(new, folder)


def paired_sets(
    old: str, new: str | None, folder: str | None = None, *, none: bool = False
) -> tuple[PairedSet, ...]:
    """Every policy set at the revisions *old* and *new*; without *new*, in the files as they are now.

    With *folder*, which is seen from the current directory, only those in it. *none* says that there may be
    none.

    Raises:
        RevisionError: when a revision cannot be read, or a folder leads out of the repository.
        PolicyNotFoundError: when neither side has a set, or the folder cannot be looked through.
    """
    before = revision_sets(old, folder)
    after: dict[str, Source]
    if new is None:
        after = dict(_on_disk(folder))
        need_checkout({*before, *after}, folder)
        same = {*before} - changed_on_disk(old, {*before} & {*after})
    else:
        trees = revision_sets(new, folder)
        after = {place: RevisionSource(new, place or ".") for place in (*trees, *_led_anew(old, new, folder))}
        same = {place for place, id in trees.items() if before.get(place) == id}
    former: dict[str, Source] = {place: RevisionSource(old, place or ".") for place in before}
    for place, was, now in _led_elsewhere(old, new, folder, dict(after)):
        former[place] = was
        after.update({} if now is None else {place: now})
    if not former and not after and not none:
        where = "in the repository" if folder is None else f"in {quoted(folder)}"
        raise PolicyNotFoundError(f"neither side has a policy set (a folder with a {CATALOG.place}) {where}")
    return tuple(
        PairedSet(place or ".", former.get(place), after.get(place), place in same and place in after)
        for place in sorted({*former, *after})
    )


def _led_anew(old: str, new: str, folder: str | None) -> Iterator[str]:
    """Where each set really is to which a link leads that led to none before; on disk, a search finds it."""
    after = linked_sets(new, folder)
    before = linked_sets(old, folder) if after else {}
    yield from (after[place].place for place in after if place not in before)


def _led_elsewhere(
    old: str, new: str | None, folder: str | None, after: Mapping[str, Source]
) -> Iterator[tuple[str, Source, Source | None]]:
    """Each folder that was a set behind a link, with that set and the one that is there now.

    Those who read the folder read another set if the link leads elsewhere. Where it does not, a set that is
    found *after* the change is compared in its own place.
    """
    links = linked_sets(old, folder)
    linked = {} if new is None or not links else linked_sets(new, folder)
    for place, was in links.items():
        real, now = place, after.get(place)
        if now is None and new is None:
            path = top_folder() / place
            if (path / CATALOG.place).is_file():
                real, now = _place_of(path), Path(os.path.relpath(path))
        elif now is None and new is not None and place in linked:
            real = linked[place].place
            now = RevisionSource(new, real or ".")
        if now is None or real != was.place or real not in after:
            yield place, RevisionSource(old, was.place or "."), now
        else:  # found after the change: so it is compared in its own place
            yield real, RevisionSource(old, real or "."), after[real]


def _place_of(path: Path) -> str:
    """Where a set on disk really is, from the top of the repository."""
    top, real = top_folder(), path.resolve()
    if not real.is_relative_to(top):
        raise RevisionError(
            f"{quoted(path.as_posix())} leads out of the repository; name a folder that is in it"
        )
    place = real.relative_to(top).as_posix()
    return "" if place == "." else place


def _on_disk(folder: str | None) -> Iterator[tuple[str, Source]]:
    top = top_folder()
    try:
        # Seen from here, so that no report names a folder of this machine.
        sets = find_sets([Path(os.path.relpath(top) if folder is None else folder)])
    except NothingHereError:
        return  # the other side may have some; of what cannot be looked through, nobody knows
    for path in sets:
        yield _place_of(path), path
