"""Loads compiled files where a source has them, in a folder or at a revision, and else its policy set."""

from __future__ import annotations

from datetime import date
from errno import ENOENT
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from rolegate.compiled.read_compiled import holds_compiled, read_compiled
from rolegate.compiled.read_lines import MODEL, POLICY, CompiledFiles
from rolegate.diagnostics import Span
from rolegate.documents.file_kinds import CATALOG
from rolegate.documents.git_revision import files_in_folder
from rolegate.documents.limits import Limits
from rolegate.errors import InvalidQuestionError
from rolegate.loading.compiled_source import ONE_TIME, LinesPolicy
from rolegate.loading.names_of_lines import names_of_lines
from rolegate.loading.sources import Source, load_source, parse_source
from rolegate.loading.store_source import StoreSource
from rolegate.policy.policy import Policy


def load_compiled(folder: Path) -> LinesPolicy:
    """The compiled files in *folder*.

    Raises:
        InvalidLinesError: for files that are not a pair that `rolegate compile` wrote.
    """
    return _load(CompiledFiles.on_disk(folder))


def _load(files: CompiledFiles) -> LinesPolicy:
    compiled = read_compiled(files)
    names = names_of_lines(compiled, Span(files.called(POLICY)))
    return LinesPolicy(resolved=names, compiled=compiled, path=Path(files.place))


def _compiled_in(source: Source) -> CompiledFiles | None:
    """The compiled files that a source has in the place of a policy set, if it has some."""
    if isinstance(source, Path):
        is_set = (source / CATALOG.place).exists()
        return CompiledFiles.on_disk(source) if holds_compiled(source) and not is_set else None
    if isinstance(source, StoreSource):
        return None
    here = Path()
    found = files_in_folder(source.id, source.folder, (POLICY, MODEL, CATALOG.place), here)
    if POLICY not in found or CATALOG.place in found:
        return None

    def opened(name: str) -> BinaryIO:
        if name not in found:
            raise FileNotFoundError(ENOENT, "there is no such file", name)
        return BytesIO(found[name])

    return CompiledFiles(str(source), opened)


def load_source_or_lines(
    source: str | Source, *, at: date | None = None, limits: Limits | None = None
) -> Policy:
    """The policy that a source holds, or the lines of compiled files in its place.

    Raises:
        InvalidLinesError: for files that are not a pair that `rolegate compile` wrote.
        InvalidQuestionError: for a time at which compiled files are asked.
        PolicyNotFoundError, RevisionError, InvalidPolicyError: as for `load_source`.
    """
    parsed = parse_source(source) if isinstance(source, str) else source
    files = _compiled_in(parsed)
    if files is not None:
        if at is not None:
            raise InvalidQuestionError(ONE_TIME)
        return _load(files)
    return load_source(parsed, at=at, limits=limits)
