"""Restrictions with a name: the catalog says what they take away, lines of bindings switch them on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report, Span
from rolegate.documents.catalog_file import RestrictionShape
from rolegate.documents.lookalikes import warn_of_lookalikes
from rolegate.documents.text import Text
from rolegate.grants import binding_problems
from rolegate.grants.entries import read_entry
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.takes import Take, check_fields, take

_TAKEN = 4
"""Steps for each permission that a restriction takes away, in each line that switches it on."""


@dataclass(frozen=True, slots=True)
class NamedRestriction:
    """A restriction of the catalog, with each entry and what it takes away."""

    name: str
    title: str
    description: str
    span: Span
    entries: tuple[tuple[GrantEntry, tuple[Take, ...]], ...] = field(default=(), repr=False)


NamedRestrictions = Mapping[str, NamedRestriction]


def read_restrictions(
    shapes: Mapping[Text, RestrictionShape], catalog: Catalog, report: Report
) -> NamedRestrictions:
    """The restrictions that the catalog names, whether a line switches them on or not."""
    warn_of_lookalikes("restriction", shapes, report)
    found: dict[str, NamedRestriction] = {}
    for name, shape in shapes.items():
        if not shape.restrict:
            binding_problems.restriction_empty(report, shape.at("restrict"), name)
        texts = (read_entry(text, catalog, report, "takes away") for text in shape.restrict)
        entries = tuple((entry, take(entry, catalog, report)) for entry in texts if entry is not None)
        taken = (taking for _, takes in entries for taking in takes)
        check_fields([entry for entry, _ in entries], taken, catalog, report)
        found[str(name)] = NamedRestriction(
            name=str(name),
            title=str(shape.title or name),
            description=str(shape.description or ""),
            span=name.span,
            entries=entries,
        )
    return found


def switched_on(name: Text, restrictions: NamedRestrictions, report: Report) -> list[tuple[Take, GrantEntry]]:
    """What the restriction *name*, written in a line of bindings, takes away."""
    restriction = restrictions.get(str(name))
    if restriction is None:
        binding_problems.restriction_unknown(report, name, restrictions)
        return []
    taken: list[tuple[Take, GrantEntry]] = []
    for entry, takes in restriction.entries:
        report.steps(_TAKEN * len(takes), f"`{name}`", name.span)
        named = entry._replace(by=name)
        taken += [(take, named) for take in takes]
    return taken
