"""The files for lines of bindings that belong to one domain each."""

from __future__ import annotations

from rolegate.diagnostics import Report, Span
from rolegate.documents.domain_names import domain_of
from rolegate.documents.file_kinds import BINDINGS, CATALOG
from rolegate.grants.resolve import Resolved

_FOLDER = BINDINGS.place.removesuffix(".yaml") + "/"


def files_of_domains(resolved: Resolved) -> dict[str, str]:
    """For each domain with a file of its own, the first with a line in it, as seen from the set.

    A file without a line is not seen.
    """
    nodes = iter(resolved.catalog.nodes.values())
    folder = next((node.span.file.removesuffix(CATALOG.place) for node in nodes), "")
    found: dict[str, str] = {}
    for name in dict.fromkeys(line.span.file for line in resolved.bindings):
        place = name.removeprefix(folder)
        domain = domain_of(place, Span(name), Report()) if place.startswith(_FOLDER) else None
        if domain is not None:
            found.setdefault(str(domain), place)
    return found
