"""Domains of a store, each read by itself over what all of them have in common; no YAML but the catalog's."""

from __future__ import annotations

from pathlib import Path

from rolegate.diagnostics import Report, Span
from rolegate.documents.file_kinds import DOMAINS
from rolegate.documents.item_shapes import ItemDocument, ItemShapes, shapes_of
from rolegate.documents.set_reader import read_set
from rolegate.documents.text import Text
from rolegate.encoding import encode
from rolegate.errors import InvalidPolicyError, StoreError
from rolegate.grants.domains import DEFAULT
from rolegate.grants.ground import Ground
from rolegate.grants.resolve_domain import DomainDocuments, resolve_domain
from rolegate.policy.policy import Policy
from rolegate.store.files_of_items import files_of_items
from rolegate.store.item import NO_DOMAIN, Item
from rolegate.store.store_snapshot import StoreSnapshot
from rolegate.store.stored_set import NO_DOMAINS, StoredSet


def read_ground(snapshot: StoreSnapshot) -> Ground:
    """The catalog, the labels and the default roles of a store.

    Raises:
        StoreError: while nothing was applied yet.
        InvalidPolicyError: when there are errors in them.
    """
    texts = snapshot.texts()
    if not texts:
        raise StoreError(f"{snapshot.name} is empty: apply a policy set first")
    if snapshot.declares_domains:
        texts[DOMAINS.place] = NO_DOMAINS
    roles = StoredSet.of(texts, snapshot.items(domains=[NO_DOMAIN], kinds=["role"])).today
    report = Report()
    documents = read_set(files_of_items(roles, Path(snapshot.name), snapshot.limits), report)
    ground = None if documents is None or report.failed else Ground.of(documents, report)
    if ground is None:
        raise InvalidPolicyError(report.sorted())
    return ground


def read_domain(snapshot: StoreSnapshot, ground: Ground, name: str) -> Policy | None:
    """The policy that answers in the domain called *name*: its documents, and those around it.

    None where there is no such domain.

    Raises:
        InvalidPolicyError: when there are errors in them.
    """
    report = Report()
    documents = (
        _declared(snapshot, name, report) if ground.declares_domains else _only(snapshot, name, report)
    )
    if documents is None:
        return None
    resolved = None
    if not report.failed:
        resolved = resolve_domain(ground, name, documents, report, more_inside=True)
    if resolved is None or report.failed:
        raise InvalidPolicyError(report.sorted())
    return Policy(resolved=resolved)


def _declared(snapshot: StoreSnapshot, name: str, report: Report) -> dict[str, DomainDocuments] | None:
    around = snapshot.around([name])
    items: dict[str, list[Item]] = {encode(outer): [] for outer in around}
    for item in snapshot.items(domains=around):
        items[item.domain].append(item)
    documents: dict[str, DomainDocuments] = {}
    for listed in items.values():
        shapes = _shapes(snapshot, listed, report)
        for declared, shape in shapes.domains.items():
            documents[str(declared)] = DomainDocuments(declared, shape, shapes.roles, shapes.lines)
    return documents if name in documents else None


def _only(snapshot: StoreSnapshot, name: str, report: Report) -> dict[str, DomainDocuments] | None:
    """The one domain of a set that declares none: all lines are of it."""
    if name != DEFAULT:
        return None
    shapes = _shapes(snapshot, snapshot.items(kinds=["binding", "restriction"]), report)
    return {name: DomainDocuments(Text(name, Span(snapshot.name)), None, shapes.roles, shapes.lines)}


def _shapes(snapshot: StoreSnapshot, items: list[Item] | tuple[Item, ...], report: Report) -> ItemShapes:
    """The shapes of *items* as they are in force; each has a place of its own."""
    today = (item.today for item in items)
    found = (
        ItemDocument(item.kind, item.document, Span(f"{snapshot.name}/{item.domain}/{item.kind}/{item.key}"))
        for item in today
        if item is not None
    )
    return shapes_of(found, report)
