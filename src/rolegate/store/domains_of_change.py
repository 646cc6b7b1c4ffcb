"""Which domains a change is about, so that these are locked and read."""

from __future__ import annotations

from rolegate.administration.administration import AdministrativeChange
from rolegate.administration.domain_changes import CreateDomain, Undo
from rolegate.administration.line_changes import RemoveUser
from rolegate.store.item import NO_DOMAIN


def domains_of(change: AdministrativeChange) -> frozenset[str] | None:
    """The domains that *change* is about; None where it may be all of them, or where a set has none."""
    if isinstance(change, Undo):
        back = (one.before for one in change.done if one.name.kind == "domain" and one.before is not None)
        around = (str(document["within"]) for document in back if "within" in document)
        about = frozenset([*(one.domain or NO_DOMAIN for one in change.done), *around])
        return None if NO_DOMAIN in about else about
    if isinstance(change, RemoveUser) and change.domain is None:
        return None
    said = getattr(change, "document", None) or getattr(change, "line", None)
    domain = said.get("domain") if said is not None else getattr(change, "domain", None)
    if domain is None:
        return None
    found = {domain}
    if isinstance(change, CreateDomain) and change.document.get("within"):
        found |= {str(change.document["within"])} - {""}
    return frozenset(found)
