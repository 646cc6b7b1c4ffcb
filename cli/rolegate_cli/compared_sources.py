"""What the arguments of `rolegate diff` name: two policy sets, or every set of a repository."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import click

from rolegate_cli.chosen_limits import chosen_limits
from rolegate_cli.output import Output

if TYPE_CHECKING:
    from rolegate import Policy
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
    return ComparedRevisions(before or "HEAD", after or "HEAD", folder)


def compared_sets(old: str, new: str, *, routes: bool) -> tuple[Policy, Policy]:
    """The two policy sets that are named, or compiled files, which have no place for *routes*."""
    from rolegate.loading.compiled_source import load_source_or_lines
    from rolegate.review.compared_lines import is_of_lines

    limits = chosen_limits()
    sides = load_source_or_lines(old, limits=limits), load_source_or_lines(new, limits=limits)
    if routes and is_of_lines(*sides):
        raise click.UsageError("--routes takes two policy sets, and one of these is compiled files")
    return sides


def show_sets(revisions: ComparedRevisions, format: str, at: datetime | None, *, gate: bool) -> SetsDiff:
    """Compare every policy set of a repository, and say what changes in each."""
    from rolegate.review.sets_diff import sets_diff
    from rolegate.review.sets_text import sets_lines, sets_markdown

    found = sets_diff(*revisions, at=at, gate=gate, limits=chosen_limits())
    output = Output(format)
    if output.json:
        output.answer(found.to_dict())
    elif format == "markdown":
        output.write(sets_markdown(found))
    elif format == "html":
        from rolegate.review.sets_html import sets_html

        output.write(sets_html(found))
    elif format == "sarif":
        from rolegate_cli.render.diff_sarif import sets_sarif

        output.write(sets_sarif(found))
    else:
        for line in sets_lines(found):
            output.line(line)
    return found
