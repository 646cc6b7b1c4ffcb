"""The steps from texts to compiled lines, one room at a time; for tests of a room by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from reading import sound, write
from rolegate.catalog.build import build_catalog
from rolegate.catalog.model import Catalog
from rolegate.compiled.compile import compile_policy
from rolegate.compiled.lines import CompiledPolicy
from rolegate.diagnostics import Diagnostic, Report
from rolegate.grants.resolve import Resolved, resolve

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def catalog_of(folder: Path, text: str) -> tuple[Catalog, tuple[Diagnostic, ...]]:
    """The catalog that *text* describes, and everything reported about it."""
    documents, report = sound(write(folder, {"catalog.yaml": f"catalog: demo\n{text}"})), Report()
    return build_catalog(documents.catalog, documents.top, report), report.sorted()


def sound_catalog(folder: Path, text: str) -> Catalog:
    """The catalog that *text* describes, which has nothing wrong with it."""
    catalog, found = catalog_of(folder, text)
    assert found == ()
    return catalog


def resolved_of(folder: Path, files: Mapping[str, str]) -> Resolved:
    """The set of *files* with every name resolved; there is nothing wrong with it."""
    report = Report()
    resolved = resolve(sound(write(folder, files)), report)
    assert report.sorted() == ()
    assert resolved is not None
    return resolved


def compiled_of(folder: Path, files: Mapping[str, str], at: datetime = NOW) -> CompiledPolicy:
    """The lines that the set of *files* compiles to at one time."""
    return compile_policy(resolved_of(folder, files), at)
