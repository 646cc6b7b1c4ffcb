"""The files of policy sets are written in their canonical form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rolegate.documents.canonical_text import canonical_text
from rolegate.documents.capture import Files
from rolegate.documents.file_kinds import kind_of
from rolegate.documents.limits import Limits
from rolegate.documents.save_file import save_file
from rolegate.errors import EditError
from rolegate.loading.sources import Source, files_of_sets, need_list, refuse_to_change


def format_sets(
    sources: Sequence[Source | str] = (".",), *, check: bool = False, limits: Limits | None = None
) -> tuple[Path, ...]:
    """Write the files of *sources* in their one form, and give back those that were other ones.

    Every value and every comment stays, and each comment is where it was: beside, above or below the same
    thing. With *check*, nothing is written. Nothing is written either where
    one file cannot be formatted. *limits* are those of `validate`.

    Raises:
        EditError: when a file has errors, would lose a comment or a meaning, or cannot be written; and for a
            revision or a store, unless it is checked.
        PolicyNotFoundError, RevisionError: as for `lint`.
    """
    sets: dict[str, Files] = {}
    for source in need_list(sources):
        if not check:
            refuse_to_change(source)
        sets |= {files.folder.as_posix(): files for files in files_of_sets([source], limits=limits)}
    changed = [(files, *change) for files in sets.values() for change in _changes(files)]
    for files, name, before, after in changed:
        if not check:
            save_file(files.folder, name, before, after)
    return tuple(files.folder / name for files, name, _, _ in changed)


def _changes(files: Files) -> Iterator[tuple[str, bytes, bytes]]:
    """Each file that is not in its form, with its text as it is and as it should be."""
    if files.beyond is not None:  # then no file is here, which would look like nothing to do
        name, why = files.beyond
        raise EditError(f"{files.shown(name)}: {why.message}, so nothing is formatted; {why.help}")
    if files.changing is not None:
        raise EditError(f"{files.shown(files.changing)} changes while it is being read; try again")
    for name, before in sorted(files.contents.items()):
        if isinstance(before, bytes):
            try:
                text = before.decode("utf-8")
            except UnicodeDecodeError:
                raise EditError(f"{files.shown(name)} is not UTF-8 text, so it is not formatted") from None
            kind = kind_of(name)
            place = None if kind is None else kind.shape
            after = canonical_text(text, files.shown(name), place).encode()
            if after != before:
                yield name, before, after
