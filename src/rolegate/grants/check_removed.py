"""What has taken the place of removed names is checked as any grant is, whether a file needs it or not."""

from __future__ import annotations

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report
from rolegate.grants.entries import given, look_up
from rolegate.grants.removed_grants import whole


def check_removed(catalog: Catalog, report: Report) -> None:
    """Report grants that cannot take the place of what was removed.

    A limit that they leave out is that of the grant in whose place they are written.
    """
    for removed in catalog.removed.values():
        for grant, text, span in removed.becomes:
            entry = look_up(grant, text, span, catalog, report)
            if entry is not None:
                node = catalog.nodes[entry.grant.path]
                given(entry._replace(grant=whole(entry.grant, node)), catalog, report)
