"""What the arguments of `rolegate diff` name: two policy sets, or every set of a repository."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from rolegate_cli.chosen_limits import chosen_limits

if TYPE_CHECKING:
    from rolegate import Policy
    from rolegate.loading.sources import Source
    from rolegate.review.access_diff import AccessDiff
    from rolegate.review.compared_routes import ComparedRoutes
    from rolegate.review.gate_verdict import GateVerdict
    from rolegate.review.sets_diff import SetsDiff


class ComparedRevisions(NamedTuple):
    """Two states of a repository, and the folder to look in: `new` None is the files as they are."""

    old: str
    new: str | None
    folder: str | None


def compared_revisions(old: str, new: str | None) -> ComparedRevisions | None:
    """What `REV..REV [FOLDER]`, `REV` and `FOLDER` mean; None for two sets.

    Raises:
        RevisionError: when what names a revision is the name of a folder as well.
    """
    from rolegate.documents.git_revision import is_revision
    from rolegate.loading.sources import is_path, parse_source, two_meanings

    is_folder = is_path(old) or os.path.lexists(old)
    if ".." in old and ":" not in old and not is_path(old):
        before, _, after = old.partition("..")
        if not is_folder:
            return _between(before, after, new)
        if any(map(is_revision, (before or "HEAD", after or "HEAD"))):
            raise two_meanings(old, f"{before or 'HEAD'}^0..{after}")
    if new is not None:
        return None
    if is_folder:
        parse_source(old)  # refuses what is a revision as well
        if not is_path(old) and is_revision(old):
            raise two_meanings(old, f"{old}^0")
        return ComparedRevisions("HEAD", None, old)
    if ":" in old:
        raise click.UsageError(f"what is `{old}` to be compared with? name a folder, or REVISION:FOLDER")
    return ComparedRevisions(old, None, None)


def _between(before: str, after: str, folder: str | None) -> ComparedRevisions:
    if after.startswith("."):
        first, last = before or "HEAD", after[1:] or "HEAD"
        since = f"$(git merge-base {first} {last})..{last}"
        raise click.UsageError(f"write two dots: {first}..{last}, or {since} for what a branch changes")
    if not before:
        # A variable that is not set would compare a commit with itself, and a gate would let it pass.
        raise click.UsageError(f"`..{after}` does not say from where: write a revision before the dots")
    return ComparedRevisions(before, after or "HEAD", folder)


def named_pair(old: str, new: str) -> tuple[Source, Source]:
    """The two sources that are named, each revision looked up once: a branch may move meanwhile."""
    from rolegate.loading.sources import resolved_source

    _with_a_folder(old, new)
    return resolved_source(old), resolved_source(new)


def compared_pair(sources: tuple[Source, Source], *, gate: bool, routes: bool) -> tuple[Policy, Policy]:
    """The two policy sets that are named, or compiled files, which have no place for *routes*."""
    from rolegate.loading.load_compiled import load_source_or_lines
    from rolegate.review.broken_base import reading_base
    from rolegate.review.compared_lines import is_of_lines

    limits = chosen_limits()
    with reading_base(gate=gate):
        old = load_source_or_lines(sources[0], limits=limits)
    sides = old, load_source_or_lines(sources[1], limits=limits)
    if routes and is_of_lines(*sides):
        raise click.UsageError("--routes takes two policy sets, and one of these is compiled files")
    return sides


def judged_pair(
    sources: tuple[Source, Source], sides: tuple[Policy, Policy], at: datetime | None, *, gate: bool
) -> tuple[AccessDiff, GateVerdict | None]:
    """What changes between the two sets, and what the gate says of it."""
    from rolegate.review.pair_diff import pair_diff

    return pair_diff(sources, sides, at=at, gate=gate)


def _with_a_folder(old: str, new: str) -> None:
    """Refuse a revision without a folder beside another argument, and say how both are written."""
    from rolegate.documents.git_revision import is_revision
    from rolegate.loading.sources import is_path

    for text, other in ((old, new), (new, old)):
        if ":" in text or is_path(text) or os.path.lexists(text) or not is_revision(text):
            continue
        range = f"`{text}..HEAD`, or `{text}..HEAD FOLDER` for what is in a folder"
        if text is old and os.path.lexists(other):
            range = f"`{text}..HEAD {other}` for every set in it, or `{text}:./FOLDER {other}` for one set"
        elif text is old and is_revision(other):
            range = f"`{old}..{new}`"
        raise click.UsageError(f"`{text}` is a revision: write {range}")


def compared_sets(revisions: ComparedRevisions, at: datetime | None, *, gate: bool, every: bool) -> SetsDiff:
    """Every policy set of a repository compared; with *every*, those without a change are read as well."""
    from rolegate.review.sets_diff import sets_diff

    return sets_diff(*revisions, at=at, gate=gate, limits=chosen_limits(), every=every)


def routes_of_sets(
    file: str, revisions: ComparedRevisions, found: SetsDiff, at: datetime | None
) -> ComparedRoutes:
    """What changes for the routes in *file*, whichever of the sets their guards ask."""
    from rolegate.loading.sources import RevisionSource
    from rolegate.review.access_diff import AccessDiff
    from rolegate.review.compared_routes import compared_routes
    from rolegate.review.routed_sets import RoutedSet

    old, new, _ = revisions
    before, after = found.trees
    now = Path() if new is None else RevisionSource(new, ".", after)
    sets = [RoutedSet(*known.sides, known.diff or AccessDiff(()), known.folder) for known in found.sets]
    return compared_routes(file, RevisionSource(old, ".", before), now, sets, at)


def routes_of_pair(
    file: str,
    sources: tuple[Source, Source],
    sides: tuple[Policy, Policy],
    diff: AccessDiff,
    at: datetime | None,
) -> ComparedRoutes:
    """What changes for the routes in *file* between two sources, of which the older one is a revision."""
    from rolegate.loading.sources import RevisionSource
    from rolegate.review.compared_routes import compared_routes
    from rolegate.review.routed_sets import RoutedSet

    old, new = sources
    if not isinstance(old, RevisionSource):
        raise click.UsageError("--routes needs a revision as OLD: main:policies/helpdesk policies/helpdesk")
    return compared_routes(file, old, new, [RoutedSet(*sides, diff)], at)
