"""What of a stored set is in force: run time's documents as the catalog reads them today.

INVARIANT: nothing here changes what is stored. What the catalog cannot give any more sleeps, with a reason,
and is read again whenever files are applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from rolegate.catalog.build import build_catalog
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.documents.capture import Files
from rolegate.documents.composer import compose
from rolegate.documents.file_kinds import CATALOG
from rolegate.documents.limits import Limits
from rolegate.documents.value_builder import ValueCount
from rolegate.errors import InvalidPolicyError
from rolegate.grants.resolve import Resolved
from rolegate.loading.load import resolve_files
from rolegate.store.awaited import in_a_thread
from rolegate.store.files_of_items import files_of_items
from rolegate.store.placed_documents import PlacedFiles
from rolegate.store.stored_reading import StoredReading
from rolegate.store.stored_set import FORMER, StoredSet
from rolegate.store.stored_states import StoredReader, StoredState

_KEPT = 8
"""So many former catalogs are kept in any case: whoever goes back to one finds what it gave."""

ROUNDS = 12
"""Errors may hide others, so the set is read again without what is at fault; so often, then it is refused."""

_Identity = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class InForce:
    """What resolves of a stored set: `stored` with the documents of today, and what of them is asleep.

    `states` has each entry of run time that is not read as it stands. `formers` has the former catalogs, by
    their names, without which something would be read otherwise, and the last ones in any case.
    """

    stored: StoredSet
    resolved: Resolved
    states: tuple[StoredState, ...] = ()
    formers: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def asleep(self) -> Mapping[object, StoredState]:
        """What gives nothing, by what tells it from all else."""
        return {state.about: state for state in self.states if state.is_asleep}


@in_a_thread
def in_force(stored: StoredSet, folder: Path, limits: Limits, rounds: int = ROUNDS) -> InForce:
    """What of *stored*, which messages say is in *folder*, is in force; found in so many *rounds* at most.

    Raises:
        InvalidPolicyError: when the files have errors, or run time has one that no entry of it explains.
    """
    formers = _formers(stored.texts)
    texts = {name: text for name, text in stored.texts.items() if not name.startswith(FORMER)}
    whole = StoredSet.of(texts, stored.items)
    if all(item.owner == "files" for item in whole.items):
        resolved, warnings = sound_set(whole, folder, limits)
        return InForce(whole, resolved, warnings=warnings)
    base = _base(whole, folder, limits)
    catalogs = [cache(partial(_catalog, text, limits)) for text in formers.values()]
    reader = StoredReader(base.catalog, base.domains, catalogs)
    read = StoredReading.of(whole, reader)
    for number in range(rounds):
        report = Report()
        # Where each entry has a line of its own costs as much as to read it: only errors need it.
        placed = PlacedFiles.of(read.documents, folder, limits) if number else None
        files = files_of_items(read.documents, folder, limits) if placed is None else placed.files
        found, _ = resolve_files(files, report)
        errors = [one for one in report.sorted() if one.severity == "error"]
        if found is not None and not errors:
            warnings = report.sorted()
            if placed is not None:  # whatever sleeps, other entries are said to be where they are otherwise
                found, warnings = sound_files(files_of_items(read.documents, folder, limits))
            wanted = reader.needed | {*range(_KEPT)}
            kept = {name: formers[name] for at, name in enumerate(formers) if at in wanted}
            return InForce(read.documents, found, tuple(read.states.values()), kept, warnings)
        if placed is None or read.without(errors, placed):
            continue
        if found is None or not read.without_roles(found.set_aside):
            break
    raise InvalidPolicyError(report.sorted())


def _formers(texts: Mapping[str, str]) -> dict[str, str]:
    """The former catalogs, the newest first, each once."""
    found: dict[str, str] = {}
    for name in sorted(texts, reverse=True):
        if name.startswith(FORMER) and texts[name] not in found.values():
            found[name] = texts[name]
    return found


def with_former(texts: Mapping[str, str], stored: Mapping[str, str], revision: int) -> dict[str, str]:
    """*texts*, which come into the place of those *stored*, with the former catalogs.

    That which is in force until now, at *revision*, is one as well if it is not in force any more.
    """
    found = {**texts, **{name: text for name, text in stored.items() if name.startswith(FORMER)}}
    before = stored.get(CATALOG.place)
    if before is not None and before != texts.get(CATALOG.place):
        found[f"{FORMER}{revision:012}.yaml"] = before
    return found


def _base(stored: StoredSet, folder: Path, limits: Limits) -> Resolved:
    """What the files say, with the domains of run time, which its items are of.

    Raises:
        InvalidPolicyError: when the files have errors.
    """
    kinds = ("domain", "team")
    items = [item for item in stored.items if item.owner == "files" or item.kind in kinds]
    report = Report()
    resolved, _ = resolve_files(files_of_items(StoredSet.of(stored.texts, items), folder, limits), report)
    if resolved is None or report.failed:
        own = [item for item in items if item.owner == "files"]
        return sound_set(StoredSet.of(stored.texts, own), folder, limits)[0]
    return resolved


def sound_set(stored: StoredSet, folder: Path, limits: Limits) -> tuple[Resolved, tuple[Diagnostic, ...]]:
    """What *stored* says as it stands, and the warnings.

    Raises:
        InvalidPolicyError: when anything in it has errors.
    """
    return sound_files(files_of_items(stored, folder, limits))


def sound_files(files: Files) -> tuple[Resolved, tuple[Diagnostic, ...]]:
    """What *files* say, and the warnings.

    Raises:
        InvalidPolicyError: when anything in them has errors.
    """
    report = Report()
    resolved, _ = resolve_files(files, report)
    if resolved is None or report.failed:
        raise InvalidPolicyError(report.sorted())
    return resolved, report.sorted()


def _catalog(text: str, limits: Limits) -> Catalog | None:
    """The catalog that a former text declares; None if this library cannot read it any more."""
    report, top = Report(), Span(CATALOG.place)
    value = compose(text, top.file, report, ValueCount(most=limits.values))
    shapes = () if value is None else CATALOG.read(value, top, report)
    return build_catalog(shapes[0], top, report) if shapes else None
